using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Stateside.Service.Tests.Cli;

namespace Stateside.Service.Tests.Console.Executions;

/// <summary>Executions that ran on AWS and were opened from their records.</summary>
public sealed class OpenedTests : IAsyncDisposable
{
    private const string Definition = """{"StartAt": "Greet", "States": {"Greet": {"Type": "Pass", "End": true}}}""";

    private const string Described =
        """
        {"executionArn": "arn:aws:states:eu-west-1:999999999999:execution:shop-Greeting-1A2B3C4D5E6F:one", "name": "one", "status": "SUCCEEDED",
         "stateMachineArn": "arn:aws:states:eu-west-1:999999999999:stateMachine:shop-Greeting-1A2B3C4D5E6F", "startDate": 1767225600.00}
        """;

    private readonly Task<Serving> _serving = Serving.StartAsync();

    public async ValueTask DisposeAsync() => await (await _serving).DisposeAsync();

    [Fact]
    public async Task It_is_shown_as_one_of_AWS_with_nothing_to_stop_or_redrive()
    {
        var server = await _serving;

        var link = await OpenAsync(server, ("history.json", History("ExecutionFailed", "\"error\":\"Bad\"")), ("describe.json", Described));
        var page = await server.PageAsync(link);

        Assert.Contains("<bdi>one</bdi>", page, StringComparison.Ordinal);
        Assert.Contains("From AWS, opened from <bdi>history.json</bdi>.", page, StringComparison.Ordinal);
        Assert.Contains("<h2>Bad</h2>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-action", page, StringComparison.Ordinal);
        Assert.DoesNotContain("stop-dialog", page, StringComparison.Ordinal);
        Assert.Contains(link, await server.PageAsync("/console/machines"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_events_timeline_and_data_are_there()
    {
        var server = await _serving;

        var link = await OpenAsync(server, ("history.json", History()));
        var update = await server.DataAsync($"{link}/update");
        var events = await server.DataAsync($"{link}/events");

        Assert.Equal((4, 4), (update.GetProperty("to").GetInt32(), update.GetProperty("total").GetInt32()));
        Assert.Equal("Greet", Assert.Single(update.GetProperty("visits").EnumerateArray())[1].GetString());
        Assert.Equal(4, events.GetProperty("rows").GetArrayLength());
        Assert.Contains("Hello Ann", await server.PageAsync($"{link}/visits/2"), StringComparison.Ordinal);
        Assert.Equal("""{"name":"Ann"}""", await server.PageAsync($"{link}/values/0/input"));
    }

    [Fact]
    public async Task Without_a_definition_there_is_no_graph_and_the_page_says_so()
    {
        var server = await _serving;

        var page = await server.PageAsync(await OpenAsync(server, ("history.json", History())));

        Assert.Contains("A history has no definition, so there is no graph.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-state=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Start it here", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_there_as_a_test_of_the_machine_here_and_as_a_mock_file_once_it_has_a_definition()
    {
        var server = await _serving;
        var alone = await OpenAsync(server, ("history.json", History()), ("describe.json", Described));
        Assert.DoesNotContain("data-copy-from", await server.PageAsync(alone), StringComparison.Ordinal);
        using var refused = await server.Http.GetAsync($"{alone}/test", TestContext.Current.CancellationToken);
        Assert.Contains("No test can be made of it: it has no definition.", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await server.CreateAsync("Greeting", Definition);
        var link = await OpenAsync(server, ("history.json", History()), ("describe.json", Described));

        Assert.Equal(2, (await server.PageAsync(link)).Split("data-copy-from=").Length - 1);
        var code = await server.PageAsync($"{link}/test");
        Assert.Contains("public async Task One_goes_as_recorded()", code, StringComparison.Ordinal);
        Assert.Contains("run.ShouldFollow(\"Greet\")", code, StringComparison.Ordinal);
        Assert.Contains("\"one\": {}", await server.PageAsync($"{link}/mocks"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_drawn_on_the_machine_of_its_name_here_which_the_page_says()
    {
        var server = await _serving;
        await server.CreateAsync("Greeting", Definition);
        await server.CreateAsync("Other", Definition);

        var page = await server.PageAsync(await OpenAsync(server, ("history.json", History()), ("describe.json", Described)));

        Assert.Contains("it is shown on that of Greeting here, which may be another than it ran.", page, StringComparison.Ordinal);
        Assert.Contains("<svg", page[page.IndexOf("id=\"graph\"", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_definition_that_is_opened_with_it_is_the_one_that_it_ran()
    {
        var server = await _serving;
        await server.CreateAsync("Greeting", Definition.Replace("Greet", "Other", StringComparison.Ordinal));

        var link = await OpenAsync(
            server, ("history.json", History()), ("describe.json", Described), ("machine.json", JsonSerializer.Serialize(new { definition = Definition })));

        Assert.Contains("Its definition was opened with it.", await server.PageAsync(link), StringComparison.Ordinal);
        Assert.Contains("Definition", await server.PageAsync($"{link}/states/Greet"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_started_here_with_its_input_and_compared()
    {
        var server = await _serving;
        await server.CreateAsync("Greeting", Definition);
        var own = await server.StartExecutionAsync("Greeting", """{"name": "Eve"}""");
        await server.EndedAsync(own);

        // The history alone does not tell its machine: the only one with its states is taken.
        var link = await OpenAsync(server, ("history.json", History()));
        var again = ConsoleCalls.Machine("Greeting", "start") + $"?again={link.Split('/')[^1]}";

        Assert.Contains(again, await server.PageAsync(link), StringComparison.Ordinal);
        Assert.Contains("Ann", await server.PageAsync(again), StringComparison.Ordinal);
        Assert.Contains("1 visit to a state differs", await server.PageAsync($"{link}/compare?with={Uri.EscapeDataString(own)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_an_execution_that_had_not_ended_the_page_tells_what_was_recorded()
    {
        var server = await _serving;
        var events = JsonDocument.Parse(History()).RootElement.GetProperty("events").EnumerateArray().Take(2);

        var link = await OpenAsync(server, ("history.json", JsonSerializer.Serialize(new { events })));

        Assert.Contains("Recorded until", await server.PageAsync(link), StringComparison.Ordinal);
        Assert.Contains("not in the record", await server.PageAsync($"{link}/visits/2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_API_does_not_know_it()
    {
        var server = await _serving;
        await server.CreateAsync("Greeting", Definition);
        var link = await OpenAsync(server, ("history.json", History()), ("describe.json", Described));

        var listed = await server.CallAsync("ListExecutions", new { stateMachineArn = ConsoleCalls.ArnOf("Greeting") });
        var stopped = await server.ChangeAsync($"{link}/stop", new { });
        var redriven = await server.ChangeAsync($"{link}/redrive", new { });
        using var live = await server.Http.GetAsync($"{link}/live", TestContext.Current.CancellationToken);

        Assert.Equal(0, listed.GetProperty("executions").GetArrayLength());
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (stopped.Status, redriven.Status, live.StatusCode));
        Assert.Equal("It ran on AWS, and is only shown here.", stopped.Body.Text("message"));
    }

    [Theory]
    [InlineData("nonsense", "this is not JSON")]
    [InlineData("{}", "an object has none of the members that tell what it is")]
    [InlineData("""{"events":[{"id":7,"previousEventId":6,"timestamp":1,"type":"PassStateExited"}]}""", "events 1 to 6 are missing")]
    [InlineData("""{"events":[{"id":1,"previousEventId":0,"timestamp":1,"type":"ExecutionStarted"},{"id":2,"previousEventId":0,"timestamp":1,"type":"PassStateEntered"}]}""", "event 2, PassStateEntered, has no name")]
    [InlineData("""{"events":[{"id":1,"previousEventId":0,"timestamp":1,"type":"ExecutionStarted"},{"id":2,"previousEventId":1,"timestamp":1,"type":"MapIterationStarted","mapIterationStartedEventDetails":{"name":"M"}}]}""", "event 2, MapIterationStarted, has no index")]
    public async Task What_cannot_be_read_is_refused_in_a_sentence(string text, string expected)
    {
        var server = await _serving;

        var (status, body) = await server.ChangeAsync("/console/opened", new { files = new[] { new { name = "bad.json", text } } });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, body.Text("message"), StringComparison.Ordinal);
        Assert.DoesNotContain("opened:", await server.PageAsync("/console/machines"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_page_cannot_open_anything()
    {
        var server = await _serving;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/console/opened")
        {
            Content = JsonContent.Create(new { files = new[] { new { name = "a.json", text = History() } } }),
        };

        using var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.DoesNotContain("opened:", await server.PageAsync("/console/machines"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_record_names_is_never_markup()
    {
        const string Hostile = "<img src=x onerror=alert(1)>";
        var server = await _serving;

        var link = await OpenAsync(
            server,
            ($"{Hostile}.json", History().Replace("Greet", Hostile, StringComparison.Ordinal).Replace("Ann", Hostile, StringComparison.Ordinal)),
            ("describe.json", Described.Replace("one", Hostile, StringComparison.Ordinal)));

        foreach (var page in new[] { link, $"{link}/visits/2", $"{link}/events/1", "/console/machines" })
            Assert.DoesNotContain("<img src=x", await server.PageAsync(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_are_open_at_a_time_and_the_first_ones_go()
    {
        var server = await _serving;
        var first = await OpenAsync(server, ("first.json", History()));
        var second = await OpenAsync(server, ("second.json", History()));
        for (var i = 0; i < 49; i++)
            await OpenAsync(server, ($"{i}.json", History()));

        using var gone = await server.Http.GetAsync(first, TestContext.Current.CancellationToken);
        var (status, body) = await server.ChangeAsync(
            "/console/opened", new { files = Enumerable.Range(0, 51).Select(i => new { name = $"{i}.json", text = History() }) });

        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Contains("Open its file again.", await gone.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("second.json", await server.PageAsync(second), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("50 can be open at a time", body.Text("message"), StringComparison.Ordinal);
    }

    private static async Task<string> OpenAsync(Serving server, params (string Name, string Text)[] files)
    {
        var (status, body) = await server.ChangeAsync("/console/opened", new { files = files.Select(file => new { name = file.Name, text = file.Text }) });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        return body.Text("link");
    }

    internal static string History(string end = "ExecutionSucceeded", string details = "\"output\":\"{}\"") =>
        """
        {"events":[
          {"id":1,"previousEventId":0,"timestamp":1767225600.00,"type":"ExecutionStarted","executionStartedEventDetails":{"input":"{\"name\":\"Ann\"}","roleArn":"r"}},
          {"id":2,"previousEventId":0,"timestamp":1767225600.01,"type":"PassStateEntered","stateEnteredEventDetails":{"name":"Greet","input":"{\"name\":\"Ann\"}"}},
          {"id":3,"previousEventId":2,"timestamp":1767225600.02,"type":"PassStateExited","stateExitedEventDetails":{"name":"Greet","output":"{\"text\":\"Hello Ann\"}"}},
          {"id":4,"previousEventId":3,"timestamp":1767225600.04,"type":"END","MEMBEREventDetails":{DETAILS}}]}
        """.Replace("END", end, StringComparison.Ordinal).Replace("MEMBER", char.ToLowerInvariant(end[0]) + end[1..], StringComparison.Ordinal)
        .Replace("DETAILS", details, StringComparison.Ordinal);
}
