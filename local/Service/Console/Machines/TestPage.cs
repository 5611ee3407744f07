using Stateside.Engine.Operations;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Machines;

/// <summary>Tests one state of a machine by itself: with an input of the reader's own, its work done or made up.</summary>
internal sealed class TestPage(ConsoleServices services, MachineFrame frame)
{
    private readonly TestStateOperation _test = new(services.State);

    private sealed record Test(
        string State, string? Input = null, string? Variables = null, string? Work = null, string? Result = null, string? Error = null, string? Cause = null);

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("machines/{machine}/test", ShowAsync),
        ConsoleRoute.Post("machines/{machine}/test", RunAsync),
    ];

    private Task ShowAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var chosen = request.Query("state") ?? machine.Revision.Definition.StartAt;
        var input = request.Query("execution") is { } arn ? InputOf(arn, chosen) : null;
        return request.PageAsync(MachineFrame.Page(machine, "test", Html.Of(
            $"""
            <div class="split">
            <form id="test" class="card form" data-test="{Links.Machine(machine.Arn, "test")}" data-sample="{Links.Machine(machine.Arn, "sample")}">
              <header><h2>Test a state</h2></header>
              <div class="body stack">
                <div class="filters wide">
                  <div class="field grow"><label for="state">State</label>
                    <select id="state">{machine.Revision.Definition.AllStates().Select(state => Html.Of(
                        $"""<option value="{state.Name}" data-type="{state.Type}" data-works="{(state is WorkState ? "yes" : "no")}"{(state.Name == chosen ? Html.Of($" selected") : null)}>{state.Name} · {state.Type}</option>"""))}</select></div>
                  <div class="field" id="work-field"><label for="work">Its work</label>
                    <select id="work"><option value="done">is done for real</option><option value="result">gives the result below</option><option value="error">fails with the error below</option></select></div>
                  {Samples.Field(Samples.List(services.Template))}
                </div>
                <div class="field">
                  <div class="label-line"><span class="label">Input</span><button type="button" class="small" data-format="input">Format</button></div>
                  {Editor.Field("input", "Input of the state, JSON", input is null ? "{}" : JsonWriter.Indented(input))}
                </div>
                <div class="field" id="result-field" hidden>
                  <div class="label-line"><span class="label">Result of the work</span><button type="button" class="small" data-format="mock">Format</button></div>
                  {Editor.Field("mock", "Result of the work, JSON", "{}", "low")}
                </div>
                <div class="filters wide" id="error-field" hidden>
                  <div class="field"><label for="error">Error</label><input id="error" value="States.TaskFailed" maxlength="256" autocomplete="off" spellcheck="false"></div>
                  <div class="field grow"><label for="cause">Cause</label><input id="cause" maxlength="32768" autocomplete="off"></div>
                </div>
                <details class="field"><summary>Variables</summary>
                  {Editor.Field("variables", "Variables, a JSON object", "{}", "low")}
                </details>
                <div id="failure" class="notice problem" role="alert" hidden></div>
                <div class="actions"><button class="primary" id="go">{Icons.Play}Test state</button><span class="hint">Ctrl+Enter tests</span></div>
              </div>
            </form>
            <section class="card" aria-labelledby="outcome-title">
              <header><h2 id="outcome-title">Outcome</h2></header>
              <div id="outcome" class="body stack" role="status"><p class="hint">What comes of the test is shown here: the output, the next state, and the data at each stage.</p></div>
            </section>
            </div>
            """), "test.js"));
    }

    /// <summary>What an execution gave a state the last time it came to it; null when it did not, or is not there.</summary>
    private JsonValue? InputOf(string execution, string state) => services.ReadHistory(execution)
        .LastOrDefault(e => e["input"] is JsonValue && e["name"] as string == state)?["input"] as JsonValue;

    private async Task RunAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var test = await request.BodyAsync<Test>();
        var mock = test.Work switch
        {
            "result" => new MockInput(test.Result, null, "NONE"),
            "error" => new MockInput(null, new MockErrorOutput(test.Error, test.Cause), null),
            _ => null,
        };
        var response = await _test.RunAsync(
            new TestStateRequest(
                machine.Revision.DefinitionText, machine.Revision.RoleArn, test.Input, "DEBUG", null,
                test.Variables is null or "{}" ? null : test.Variables, test.State, mock, null, null),
            request.Aborted);
        await request.JsonAsync(new { outcome = Outcome(response).ToString() });
    }

    private static Html Outcome(TestStateResponse response)
    {
        var (word, kind) = response.Status switch
        {
            "SUCCEEDED" => ("Succeeded", "is-succeeded"),
            "FAILED" => ("Failed", "is-failed"),
            "RETRIABLE" => ("Would be retried", "is-timed-out"),
            _ => ("Error caught", "is-timed-out"),
        };
        var icon = kind == "is-succeeded" ? Icons.Of(Engine.History.ExecutionStatus.Succeeded) : Icons.Problem;
        var details = response.InspectionData?.ErrorDetails;
        return Html.Of(
            $"""
            <dl class="facts">
              <div><dt>Status</dt><dd><span class="badge {kind}">{icon}{word}</span></dd></div>
              <div><dt>Next state</dt><dd><bdi>{response.NextState ?? "none"}</bdi></dd></div>
              {(details?.RetryIndex is { } retry ? Html.Of($"<div><dt>Retrier</dt><dd>number {retry + 1L}{(details.RetryBackoffIntervalSeconds is { } pause ? Html.Of($", after {pause} s") : null)}</dd></div>") : null)}
              {(details?.CatchIndex is { } caught ? Html.Of($"<div><dt>Catcher</dt><dd>number {caught + 1L}</dd></div>") : null)}
            </dl>
            {(response.Error is null && response.Cause is null ? null : Html.Of($"""<div class="notice problem"><b class="mono">{response.Error}</b><pre class="wrap">{response.Cause}</pre></div>"""))}
            {(response.Output is null ? null : Html.Of($"<h3>Output</h3>{JsonMarkup.Block(JsonMarkup.Indented(response.Output))}"))}
            {Stages(response.InspectionData)}
            """);
    }

    private static Html? Stages(InspectionData? data)
    {
        if (data is null)
            return null;
        (string Name, string? Text)[] stages =
        [
            ("Input", data.Input),
            ("After InputPath", data.AfterInputPath),
            ("After Parameters", data.AfterParameters),
            ("After Arguments", data.AfterArguments),
            ("After ItemsPath", data.AfterItemsPath),
            ("After ItemsPointer", data.AfterItemsPointer),
            ("After ItemSelector", data.AfterItemSelector),
            ("After ItemBatcher", data.AfterItemBatcher),
            ("Result", data.Result),
            ("After ResultSelector", data.AfterResultSelector),
            ("After ResultPath", data.AfterResultPath),
            ("Variables", data.Variables),
        ];
        return Html.Of(
            $"""
            <h3>Data at each stage</h3>
            <div class="stages">{stages.Where(stage => stage.Text is not null).Select(stage => Html.Of(
                $"""<details><summary>{stage.Name}</summary>{JsonMarkup.Block(JsonMarkup.Indented(stage.Text!))}</details>"""))}</div>
            """);
    }
}
