namespace Stateside.Testing.Tests;

public sealed class ReplayTests : IDisposable
{
    private const string Greeting = """{"StartAt":"Greet","States":{"Greet":{"Type":"Pass","Parameters":{"text.$":"States.Format('Hello {}', $.name)"},"End":true}}}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stateside-replay-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_history_that_goes_the_same_way_passes()
    {
        await using var test = WorkflowTest.FromDefinition(Greeting);

        await test.ReplayAsync(History("one.json"));
    }

    [Fact]
    public async Task A_history_that_goes_another_way_fails_with_the_story()
    {
        await using var test = WorkflowTest.FromDefinition(Greeting.Replace("Hello", "Salut", StringComparison.Ordinal));

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.ReplayAsync(History("one.json")));

        Assert.Contains("""$.text would be "Salut Ann", was "Hello Ann".""".TrimEnd('.'), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_differ_and_what_was_renamed_is_said_in_the_options()
    {
        var renamed = Greeting.Replace("\"Greet\"", "\"Welcome\"", StringComparison.Ordinal).Replace("Hello", "Salut", StringComparison.Ordinal);
        await using var test = WorkflowTest.FromDefinition(renamed);

        await test.ReplayAsync(History("one.json"), new WorkflowReplayOptions
        {
            Renames = new Dictionary<string, string> { ["Greet"] = "Welcome" },
            Ignore = ["$.text"],
        });
    }

    [Fact]
    public async Task A_folder_of_histories_is_a_theory()
    {
        History("two.json");
        History("one.json");
        File.WriteAllText(Path.Combine(_folder.FullName, "one.describe.json"),
            """{"executionArn":"arn:aws:states:us-east-1:123456789012:execution:M:ann","name":"ann","startDate":1767225600.0}""");
        File.WriteAllText(Path.Combine(_folder.FullName, "README.md"), "What these are.");

        var histories = WorkflowTest.Histories(_folder.FullName);

        Assert.Equal(["one.json", "two.json"], histories.Select(Path.GetFileName));
        await using var test = WorkflowTest.FromDefinition(Greeting);
        foreach (var history in histories)
            await test.ReplayAsync(history);
    }

    [Fact]
    public async Task What_cannot_be_read_fails_with_its_reason()
    {
        await using var test = WorkflowTest.FromDefinition(Greeting);
        var nonsense = Path.Combine(_folder.FullName, "nonsense.json");
        File.WriteAllText(nonsense, "nonsense");

        Assert.Contains("this is not JSON", await FailureAsync(() => test.ReplayAsync(nonsense)), StringComparison.Ordinal);
        Assert.Contains("There is no such file", await FailureAsync(() => test.ReplayAsync("nowhere.json")), StringComparison.Ordinal);
        Assert.Contains("is no path", await FailureAsync(() => test.ReplayAsync(History("one.json"), new WorkflowReplayOptions { Ignore = ["text"] })), StringComparison.Ordinal);
        Assert.Contains("There is no such folder", Assert.Throws<WorkflowAssertionException>(() => WorkflowTest.Histories("nowhere")).Message, StringComparison.Ordinal);

        static async Task<string> FailureAsync(Func<Task> replay) => (await Assert.ThrowsAsync<WorkflowAssertionException>(replay)).Message;
    }

    private string History(string name)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, """
            {"events":[
              {"id":1,"previousEventId":0,"timestamp":1767225600.00,"type":"ExecutionStarted","executionStartedEventDetails":{"input":"{\"name\":\"Ann\"}","roleArn":"r"}},
              {"id":2,"previousEventId":0,"timestamp":1767225600.01,"type":"PassStateEntered","stateEnteredEventDetails":{"name":"Greet","input":"{\"name\":\"Ann\"}"}},
              {"id":3,"previousEventId":2,"timestamp":1767225600.02,"type":"PassStateExited","stateExitedEventDetails":{"name":"Greet","output":"{\"text\":\"Hello Ann\"}"}},
              {"id":4,"previousEventId":3,"timestamp":1767225600.04,"type":"ExecutionSucceeded","executionSucceededEventDetails":{"output":"{\"text\":\"Hello Ann\"}"}}]}
            """);
        return path;
    }
}
