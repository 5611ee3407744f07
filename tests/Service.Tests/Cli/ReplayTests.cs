using Stateside.Language.Json;

namespace Stateside.Service.Tests.Cli;

public sealed class ReplayTests : IDisposable
{
    private const string Definition =
        """
        {
          "StartAt": "Greet",
          "States": {
            "Greet": {
              "Type": "Pass",
              "Parameters": {"text.$": "States.Format('Hello {}', $.name)"},
              "End": true
            }
          }
        }
        """;

    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task What_goes_the_same_way_has_the_exit_code_0()
    {
        var result = await ReplayAsync(Definition);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("history.json: SUCCEEDED, 4 events in 0.04 s. Today it goes the same way.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_goes_another_way_has_the_exit_code_1_and_is_told_with_its_place()
    {
        var result = await ReplayAsync(Definition.Replace("Hello", "Salut", StringComparison.Ordinal));

        Assert.Equal((1, ""), (result.Code, result.Error));
        Assert.Contains("definition.asl.json:6:7), event 3", result.Output, StringComparison.Ordinal);
        Assert.Contains("""$.text would be "Salut Ann", was "Hello Ann".""".TrimEnd('.'), result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_definition_in_YAML_has_its_own_places()
    {
        var definition = _project.Write("definition.yaml", "StartAt: Greet\nStates:\n  Greet:\n    Type: Pass\n    Parameters: {text: Hi}\n    End: true\n");

        var result = await Project.CallAsync("replay", History(), "--definition", definition);

        Assert.Equal(1, result.Code);
        Assert.Contains("definition.yaml:5:5)", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_get_JSON()
    {
        var result = await ReplayAsync(Definition.Replace("Hello", "Salut", StringComparison.Ordinal), "--format", "json");

        var json = (JsonObject)JsonReader.Parse(result.Output);
        var divergence = (JsonObject)((JsonArray)json["divergences"]!)[0];
        Assert.Equal("false", json["isSame"]!.Text);
        Assert.Equal("\"Greet\" 3 [{\"path\":\"$.text\",\"now\":\"Salut Ann\",\"then\":\"Hello Ann\"}]", $"{divergence["state"]} {divergence["event"]} {JsonWriter.Compact(divergence["differences"]!)}");
    }

    [Fact]
    public async Task What_may_differ_and_what_was_renamed_is_said_on_the_command_line()
    {
        var renamed = Definition.Replace("\"Greet\"", "\"Welcome\"", StringComparison.Ordinal).Replace("Hello", "Salut", StringComparison.Ordinal);

        Assert.Equal(1, (await ReplayAsync(renamed)).Code);
        Assert.Equal(1, (await ReplayAsync(renamed, "--rename", "Greet=Welcome")).Code);
        Assert.Equal(0, (await ReplayAsync(renamed, "--rename", "Greet=Welcome", "--ignore", "$.text")).Code);
    }

    [Fact]
    public async Task A_folder_may_have_several_executions()
    {
        var folder = Path.GetDirectoryName(History("histories/one.json"))!;
        History("histories/two.json", "Hello Eve");

        var result = await Project.CallAsync("replay", folder, "--definition", _project.Write("definition.asl.json", Definition));

        Assert.Equal(1, result.Code);
        Assert.Equal("2 executions: 1 goes another way.", Assert.Single(result.ErrorLines));
    }

    [Fact]
    public async Task The_definition_may_stand_beside_the_history()
    {
        var described = _project.Write("described.json", JsonObject.Of(
            ("stateMachineArn", JsonValue.From("arn:aws:states:us-east-1:123456789012:stateMachine:M")), ("definition", JsonValue.From(Definition))).Text);

        // A template that is in the current folder would count first.
        Assert.Equal(0, (await Project.CallAsync("replay", History(), described)).Code);
    }

    [Fact]
    public async Task Children_of_map_runs_are_replayed_on_the_item_processor()
    {
        const string Map = """{"StartAt":"All","States":{"All":{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Greet","States":{"Greet":{"Type":"Pass","Parameters":{"text":"HI"},"End":true}}},"End":true}}}""";
        var parent = _project.Write("parent.json", """
            {"events":[
              {"id":1,"previousEventId":0,"timestamp":1767225600,"type":"ExecutionStarted","executionStartedEventDetails":{"input":"[{\"name\":\"Ann\"}]"}},
              {"id":2,"previousEventId":0,"timestamp":1767225600,"type":"MapStateEntered","stateEnteredEventDetails":{"name":"All","input":"[{\"name\":\"Ann\"}]"}},
              {"id":3,"previousEventId":2,"timestamp":1767225600,"type":"MapStateStarted","mapStateStartedEventDetails":{"length":1}},
              {"id":4,"previousEventId":3,"timestamp":1767225600,"type":"MapRunStarted","mapRunStartedEventDetails":{"mapRunArn":"run-1"}},
              {"id":5,"previousEventId":4,"timestamp":1767225601,"type":"MapRunSucceeded"},
              {"id":6,"previousEventId":5,"timestamp":1767225601,"type":"MapStateSucceeded"},
              {"id":7,"previousEventId":4,"timestamp":1767225601,"type":"MapStateExited","stateExitedEventDetails":{"name":"All","output":"[{\"text\":\"Hello Ann\"}]"}},
              {"id":8,"previousEventId":7,"timestamp":1767225601,"type":"ExecutionSucceeded","executionSucceededEventDetails":{"output":"[{\"text\":\"Hello Ann\"}]"}}]}
            """);
        var folder = Path.GetDirectoryName(History("children/one.json"))!;
        var definition = _project.Write("definition.asl.json", Map);

        var alone = await Project.CallAsync("replay", parent, "--definition", definition);
        var untold = await Project.CallAsync("replay", parent, "--definition", definition, "--children", folder);
        _project.Write("children/one.describe.json", """{"executionArn":"arn:aws:states:us-east-1:123456789012:execution:M/All:c","name":"c","mapRunArn":"run-1","startDate":1767225600.0,"input":"{\"name\":\"Ann\"}"}""");
        var told = await Project.CallAsync("replay", parent, "--definition", definition, "--children", folder);

        Assert.Equal(0, alone.Code);
        Assert.Equal(2, untold.Code);
        Assert.Contains("describe-execution", untold.Error, StringComparison.Ordinal);
        Assert.Equal(1, told.Code);
        Assert.Contains("$.text would be \"HI\", was \"Hello Ann\"", told.Output, StringComparison.Ordinal);

        // In the folder of its parent a child is one, too, and without its parent it is none of the machine's executions.
        File.Copy(parent, _project.At("children/parent.json"));
        var together = await Project.CallAsync("replay", folder, "--definition", definition);
        Assert.Equal((1, told.Output), (together.Code, together.Output.Replace("children/parent.json", "parent.json", StringComparison.Ordinal)));
        File.Delete(_project.At("children/parent.json"));
        var orphan = await Project.CallAsync("replay", folder, "--definition", definition);
        Assert.Equal(2, orphan.Code);
        Assert.Contains("it is a child of the map run run-1, which is in none of the histories.", orphan.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_becomes_a_test_and_a_mock_file()
    {
        var (test, mocks) = (_project.At("Greeting tests.cs"), _project.At("mocks.json"));

        var result = await ReplayAsync(Definition, "--test", test, "--mocks", mocks);

        Assert.Equal(0, result.Code);
        var code = await File.ReadAllTextAsync(test, TestContext.Current.CancellationToken);
        Assert.Contains("public sealed class Greeting_tests\n", code, StringComparison.Ordinal);
        Assert.Contains("    public async Task History_goes_as_recorded()\n", code, StringComparison.Ordinal);
        Assert.Contains("definition.asl.json\", options);\n", code, StringComparison.Ordinal);
        Assert.Contains(
            """"
                    var run = await test.RunAsync("""{"name": "Ann"}""");

                    run.ShouldFollow("Greet")
                        .ShouldGive("""{"text": "Hello Ann"}""");
            """".ReplaceLineEndings("\n"),
            code, StringComparison.Ordinal);
        Assert.Equal(
            """{"StateMachines":{"StateMachine":{"TestCases":{"Recorded":{}}}},"MockedResponses":{}}""",
            JsonWriter.Compact(JsonReader.Parse(await File.ReadAllTextAsync(mocks, TestContext.Current.CancellationToken))));
    }

    [Fact]
    public async Task No_test_is_made_of_a_record_without_data()
    {
        var history = _project.Write("bare.json", System.Text.RegularExpressions.Regex.Replace(
            await File.ReadAllTextAsync(History(), TestContext.Current.CancellationToken), ",?\"(input|output)\":\"(\\\\.|[^\"])*\",?", ""));

        var result = await Project.CallAsync("replay", history, "--definition", _project.Write("definition.asl.json", Definition), "--test", _project.At("T.cs"));

        Assert.Equal(2, result.Code);
        Assert.Contains("no test can be made of it: it has no data", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "this is not JSON")]
    [InlineData("{}", "an object has none of the members that tell what it is")]
    [InlineData("{\"events\":[{\"id\":7,\"previousEventId\":6,\"timestamp\":1,\"type\":\"PassStateExited\"}]}", "events 1 to 6 are missing")]
    public async Task What_cannot_be_read_has_the_exit_code_2(string text, string expected)
    {
        var result = await Project.CallAsync("replay", _project.Write("bad.json", text), "--definition", _project.Write("definition.asl.json", Definition));

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains(expected, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("bad.json", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_is_one_line_that_says_what_to_do()
    {
        var history = History();
        var broken = _project.Write("broken.asl.json", Definition.Replace("\"Pass\"", "\"Pas\"", StringComparison.Ordinal));

        Assert.Contains("broken.asl.json(5,", await MistakeAsync(history, "--definition", broken), StringComparison.Ordinal);
        Assert.Contains("there is no such file", await MistakeAsync(_project.At("none.json")), StringComparison.Ordinal);
        Assert.Contains("There is no state machine 'Nobody'", await MistakeAsync(history, "--template", _project.Template, "--state-machine", "Nobody"), StringComparison.Ordinal);
        Assert.Contains("would be written over", await MistakeAsync(history, "--test", history), StringComparison.Ordinal);
        Assert.Contains("would be written over", await MistakeAsync(Path.GetDirectoryName(history)!, "--mocks", history), StringComparison.Ordinal);
        Assert.Contains("two things", await MistakeAsync(history, "--test", _project.At("one.cs"), "--mocks", _project.At("one.cs")), StringComparison.Ordinal);
        Assert.StartsWith("{", File.ReadAllText(history), StringComparison.Ordinal);
        Assert.Contains("must be OLD=NEW", await MistakeAsync(history, "--rename", "Greet"), StringComparison.Ordinal);
        Assert.Contains("--rename Greet=B: Greet is called A already.", await MistakeAsync(history, "--rename", "Greet=A", "--rename", "Greet=B"), StringComparison.Ordinal);
        Assert.Contains("must be a path", await MistakeAsync(history, "--ignore", "text"), StringComparison.Ordinal);

        async Task<string> MistakeAsync(params string[] words)
        {
            var result = await Project.CallAsync(["replay", .. words]);
            Assert.Equal(2, result.Code);
            return Assert.Single(result.ErrorLines);
        }
    }

    private async Task<CommandResult> ReplayAsync(string definition, params string[] words) =>
        await Project.CallAsync(["replay", History(), "--definition", _project.Write("definition.asl.json", definition), .. words]);

    private string History(string name = "history.json", string text = "Hello Ann") => _project.Write(name, """
        {"events":[
          {"id":1,"previousEventId":0,"timestamp":1767225600.00,"type":"ExecutionStarted","executionStartedEventDetails":{"input":"{\"name\":\"Ann\"}","roleArn":"r"}},
          {"id":2,"previousEventId":0,"timestamp":1767225600.01,"type":"PassStateEntered","stateEnteredEventDetails":{"name":"Greet","input":"{\"name\":\"Ann\"}"}},
          {"id":3,"previousEventId":2,"timestamp":1767225600.02,"type":"PassStateExited","stateExitedEventDetails":{"name":"Greet","output":"{\"text\":\"TEXT\"}"}},
          {"id":4,"previousEventId":3,"timestamp":1767225600.04,"type":"ExecutionSucceeded","executionSucceededEventDetails":{"output":"{\"text\":\"TEXT\"}"}}]}
        """.Replace("TEXT", text, StringComparison.Ordinal));
}
