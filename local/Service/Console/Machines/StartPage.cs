using Stateside.Engine.History;
using Stateside.Engine.Operations;
using Stateside.Language.Json;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Machines;

/// <summary>Starts executions: of an Express machine the result is waited for, since nothing of it is kept.</summary>
internal sealed class StartPage(ConsoleServices services, MachineFrame frame)
{
    private readonly ExecutionOperations _executions = new(services.State);

    private sealed record Start(string? Name = null, string? Input = null, string? Qualifier = null, string? TestCase = null);

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("machines/{machine}/start", ShowAsync),
        ConsoleRoute.Post("machines/{machine}/start", StartAsync),
        ConsoleRoute.Get("machines/{machine}/sample", SampleAsync),
    ];

    private Task ShowAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var link = Links.Machine(machine.Arn);
        var samples = Samples.List(services.Template);
        var again = request.Query("again") is { } arn ? services.Describe(arn) : null;
        var chosen = request.Query("qualifier") ?? (again?.AliasArn ?? again?.VersionArn)?.Split(':')[^1];
        return request.PageAsync(MachineFrame.Page(machine, "start", Html.Of(
            $"""
            <form id="start" class="card form" data-start="{link}/start" data-sample="{link}/sample" data-machine="{machine.Arn}">
              <header><h2>Start execution</h2>{(again is null ? null : Html.Of($"<span class=\"hint\">with the input of <bdi>{again.Name}</bdi></span>"))}</header>
              <div class="body stack">
                <div class="filters wide">
                  <div class="field grow"><label for="name">Name <span class="hint">(made up when empty)</span></label>
                    <input id="name" maxlength="80" autocomplete="off" spellcheck="false"></div>
                  {Qualifiers(machine, chosen)}
                  {TestCases(machine)}
                  {Samples.Field(samples)}
                  <div class="field" id="recent-field" hidden><label for="recent">Recent inputs</label><select id="recent"></select></div>
                </div>
                <div class="field">
                  <div class="label-line"><span class="label">Input</span>
                    <button type="button" class="small" id="format">Format</button></div>
                  {Editor.Field("input", "Input, JSON", again is null ? "{}" : JsonWriter.Indented(again.Input), "tall")}
                </div>
                <div id="failure" class="notice problem" role="alert" hidden></div>
                <div class="actions">
                  <button class="primary" id="go">{Icons.Play}Start execution</button>
                  <a class="button" href="{link}">Cancel</a>
                  <span class="hint">Ctrl+Enter starts</span>
                </div>
              </div>
            </form>
            <section id="result" class="card" aria-labelledby="result-title" hidden><header><h2 id="result-title">Result</h2></header><div id="result-body" class="body stack"></div></section>
            """), "start.js"));
    }

    private static Html? Qualifiers(Machine machine, string? chosen)
    {
        if (machine.Entry.Versions.Count == 0)
            return null;
        Html Option(string value, string text) => Html.Of($"""<option value="{value}"{(value == (chosen ?? "") ? Html.Of($" selected") : null)}>{text}</option>""");
        return Html.Of(
            $"""
            <div class="field"><label for="qualifier">Version or alias</label>
              <select id="qualifier">{Option("", "Current revision")}
              {machine.Entry.Aliases.Select(alias => Option(alias.Name, $"Alias {alias.Name}"))}
              {machine.Entry.Versions.Reverse().Select(version => Option(version.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), $"Version {version.Number}"))}</select></div>
            """);
    }

    /// <summary>The test cases of the mock file that answer for the machine's tasks.</summary>
    private Html? TestCases(Machine machine) => services.State.Mocks?.TestCases(machine.Name) is not { Count: > 0 } cases ? null : Html.Of(
        $"""
        <div class="field"><label for="test-case">Test case</label>
          <select id="test-case"><option value="">None: tasks do their work</option>{cases.Select(name => Html.Of($"""<option value="{name}">{name}</option>"""))}</select></div>
        """);

    private async Task SampleAsync(ConsoleRequest request)
    {
        frame.Find(request);
        var name = request.Query("name") ?? "";
        var text = await Samples.ReadAsync(services.Template, name, request.Aborted) ?? throw ConsoleException.NotFound($"There is no sample {name} that can be read.");
        await request.JsonAsync(new { text });
    }

    private async Task StartAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var start = await request.BodyAsync<Start>();
        var arn = string.IsNullOrEmpty(start.Qualifier) ? machine.Arn : $"{machine.Arn}:{start.Qualifier}";
        if (!string.IsNullOrEmpty(start.TestCase))
            arn += $"#{start.TestCase}";
        var name = string.IsNullOrWhiteSpace(start.Name) ? null : start.Name.Trim();
        if (!machine.IsExpress)
        {
            var started = await _executions.StartAsync(new StartExecutionRequest(arn, name, start.Input ?? "{}", null));
            await request.JsonAsync(new { link = Links.Execution(started.ExecutionArn), arn = started.ExecutionArn });
            return;
        }

        var ended = await _executions.StartSyncAsync(new StartSyncExecutionRequest(arn, name, start.Input ?? "{}", null, null), null, request.Aborted);
        await request.JsonAsync(new { result = Result(ended).ToString() });
    }

    private static Html Result(StartSyncExecutionResponse ended) => Html.Of(
        $"""
        <dl class="facts">
          <div><dt>Status</dt><dd>{Status.Badge(ExecutionStatuses.Of(ended.Status) ?? ExecutionStatus.Failed)}</dd></div>
          <div><dt>Duration</dt><dd>{Times.Duration(ended.StopDate - ended.StartDate)}</dd></div>
          <div><dt>Name</dt><dd><bdi>{ended.Name}</bdi></dd></div>
        </dl>
        {(ended.Error is null && ended.Cause is null ? null : Html.Of($"""<div class="notice problem"><b class="mono">{ended.Error}</b><pre class="wrap">{ended.Cause}</pre></div>"""))}
        {(ended.Output is null ? null : Html.Of($"<h3>Output</h3>{JsonMarkup.Block(JsonMarkup.Indented(ended.Output))}"))}
        """);
}
