using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>The page of an execution with its data: live updates, events, panels of states.</summary>
internal sealed class ExecutionPages
{
    private const int MostRows = 500;
    private const int MostRowsSent = 60;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);

    private readonly ConsoleServices _services;
    private readonly ExecutionViews _views;
    private readonly ExecutionHead _head;
    private readonly VisitPanel _panel;
    private readonly ExecutionActions _actions;
    private readonly MapRunPage _mapRuns;
    private readonly ComparePage _compare;

    public ExecutionPages(ConsoleServices services)
    {
        _services = services;
        _views = new ExecutionViews(services);
        _head = new ExecutionHead(services);
        var paces = new MapRunPaces(services.Engine, services.Time);
        _panel = new VisitPanel(services, _views, paces);
        _actions = new ExecutionActions(services, _views);
        _mapRuns = new MapRunPage(services, paces);
        _compare = new ComparePage(services, _views);
    }

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("executions/{execution}", request => request.PageAsync(Show(request))),
        ConsoleRoute.Get("executions/{execution}/graph", request => request.FragmentAsync(Drawing(request, GraphMarkup.Folded(request)))),
        ConsoleRoute.Get("executions/{execution}/live", LiveAsync),
        ConsoleRoute.Get("executions/{execution}/update", UpdateAsync),
        ConsoleRoute.Get("executions/{execution}/events", EventsAsync),
        ConsoleRoute.Get("executions/{execution}/events/{id}", request => request.FragmentAsync(_panel.OfEvent(request["execution"], Id(request)))),
        ConsoleRoute.Get("executions/{execution}/visits/{id}", request => request.FragmentAsync(_panel.Of(request["execution"], Id(request)))),
        ConsoleRoute.Get("executions/{execution}/states/{state}", request => request.FragmentAsync(_panel.Of(request["execution"], request["state"]))),
        ConsoleRoute.Get("executions/{execution}/states/{state}/known", KnowAsync),
        ConsoleRoute.Get("executions/{execution}/values/{id}/{field}", ValueAsync),
        .. _mapRuns.Routes,
        .. _compare.Routes,
        .. _actions.Routes,
        .. new ExecutionAsTest(_services, _views).Routes,
    ];

    private async Task KnowAsync(ConsoleRequest request)
    {
        var machine = Describe(request["execution"]).StateMachine;
        var arn = _services.Opened.Find(request["execution"])?.Here?.Arn ?? machine.Arn;
        var known = await _services.Known.LookAsync(arn, machine.Type, machine.DefinitionText, request.Aborted);
        await request.FragmentAsync(KnownMarkup.Of(known, request["state"]));
    }

    private static long Id(ConsoleRequest request) => long.TryParse(request["id"], out var id) ? id : throw ConsoleException.NotFound("An event has a number.");

    private Page Show(ConsoleRequest request)
    {
        var opened = _services.Opened.Find(request["execution"]);
        var (execution, (drawing, hasMap)) = _views.Read(request["execution"], view => (
            opened is { HasDefinition: false } ? OpenedHead.NoGraph() : Drawing(view, request["execution"]),
            view.Visits.Any(visit => visit.Type == "Map")));
        var machine = execution.StateMachine;
        var link = Links.Execution(execution.Arn);
        return new Page(execution.Name, Html.Of(
            $"""
            <div id="execution" class="execution" data-link="{link}" data-arn="{execution.Arn}" data-status="{execution.Status.Name()}"{(opened is null ? null : Html.Of($" data-opened"))}>
            <div id="execution-head" class="stack">{(opened is null ? _head.Markup(execution, request.Endpoint()) : OpenedHead.Markup(opened))}</div>
            {(opened is null && machine.Type == StateMachineType.Express && execution.MapRunArn is null ? ExpressNote(execution) : null)}
            <div class="watch">
              <section class="card graph-card" aria-labelledby="graph-title">
                <header><h2 id="graph-title">Graph</h2>{Legend()}</header>
                {GraphMarkup.Frame(drawing, $"{link}/graph")}
              </section>
              <div id="splitter" class="splitter" role="separator" tabindex="0" aria-orientation="vertical" aria-label="Width of the graph" aria-valuemin="25" aria-valuemax="75" aria-valuenow="57"></div>
              <section class="card panel" aria-labelledby="panel-title">
                <header><h2 id="panel-title">State</h2><span id="panel-visits" class="panel-visits"></span></header>
                <div id="panel-body" class="body"><p class="hint">Choose a state in the graph, or a row below.</p></div>
              </section>
            </div>
            <section class="card tabbed">
              <div class="tabs" role="tablist" aria-label="Details">
                {Tab("events", "Events", isFirst: true)}
                {Tab("timeline", "Timeline")}
                {Tab("iterations", "Map iterations", isHidden: !hasMap && !HasMap(machine))}
                {Tab("data", "Input and output")}
              </div>
              <div id="panel-events" role="tabpanel" aria-labelledby="tab-events" tabindex="-1">{EventsTab()}</div>
              <div id="panel-timeline" role="tabpanel" aria-labelledby="tab-timeline" tabindex="-1" hidden>
                <div id="timeline-rows" class="rows timeline"></div>
              </div>
              <div id="panel-iterations" role="tabpanel" aria-labelledby="tab-iterations" tabindex="-1" hidden>
                <div class="filters"><span class="field"><label for="map-choice">Map state</label><select id="map-choice"></select></span>
                <span id="iteration-filter" class="field"><label for="iteration-status">Status</label><select id="iteration-status"></select></span><span id="iteration-counts" class="hint" role="status"></span></div>
                <div id="iteration-run" class="map-run pad" hidden></div>
                <div id="iteration-rows" class="rows iterations"></div>
              </div>
              <div id="panel-data" role="tabpanel" aria-labelledby="tab-data" tabindex="-1" hidden><div id="execution-data">{(opened is { Record.HasData: false, Record.Input: null } ? NoData() : Data(execution))}</div></div>
            </section>
            {(opened is null ? StopDialog() : null)}
            </div>
            """))
        {
            Crumbs = [new("State machines", Links.Machines), opened is null ? new(machine.Name, Links.Machine(machine.Arn)) : new("Executions from AWS", Links.Opened)],
            Script = "execution.js",
            IsWide = true,
        };
    }

    private Html Drawing(ExecutionTimeline view, string execution, IReadOnlySet<string>? folded = null) =>
        ExecutionGraph.Drawing(view, Describe(execution).StateMachine.Definition, "Graph of the execution", folded);

    private Html Drawing(ConsoleRequest request, IReadOnlySet<string> folded) =>
        _views.Read(request["execution"], view => Drawing(view, request["execution"], folded)).Result;

    private static bool HasMap(StateMachine machine) => machine.Definition.AllStates().Any(state => state is Stateside.Language.Definitions.MapState);

    private static Html Tab(string name, string text, bool isFirst = false, bool isHidden = false) => Html.Of(
        $"""<button type="button" role="tab" id="tab-{name}" aria-controls="panel-{name}" aria-selected="{(isFirst ? "true" : "false")}" tabindex="{(isFirst ? 0 : -1)}"{(isHidden ? Html.Of($" hidden") : null)}>{text}<span class="count" id="count-{name}"></span></button>""");

    private static Html Legend() => Html.Of(
        $"""<ul class="legend" aria-label="Colors">{Enum.GetValues<VisitStatus>().Select(status => Html.Of($"<li class=\"{VisitStatuses.Class(status)}\">{VisitStatuses.Text(status)}</li>"))}</ul>""");

    private static Html EventsTab() => Html.Of(
        $"""
        <form class="filters" id="event-filters" role="search" aria-label="Filter events">
          <fieldset class="chips"><legend class="hint">Kinds</legend>{EventGroups.Words.Select(word => Html.Of(
              $"<label><input type=\"checkbox\" name=\"groups\" value=\"{word}\"><span>{GroupText(word)}</span></label>"))}</fieldset>
          <span class="field"><label for="event-state">State</label><select id="event-state" name="state"><option value="">All</option></select></span>
          <span class="field grow"><label for="event-text">Text</label><input id="event-text" name="text" type="search" autocomplete="off" spellcheck="false" placeholder="In names, inputs, outputs, errors"></span>
          <label class="follow"><input type="checkbox" id="event-follow"> Follow</label>
          <span id="event-count" class="hint" role="status"></span>
        </form>
        <div id="event-rows" class="rows events"></div>
        """);

    private static string GroupText(string word) => word switch
    {
        "entered" => "Entered",
        "exited" => "Exited",
        "task" => "Tasks",
        "group" => "Map and Parallel",
        "failure" => "Failures",
        _ => "Execution",
    };

    private static Html ExpressNote(ExecutionDescription execution) => Html.Of(
        $"""
        <section class="notice"><p>Express executions have no history{(execution.Status == ExecutionStatus.Running ? "" : ", and nothing is kept of them for long after their end")}.
        What Stateside still knows of this one is shown.</p></section>
        """);

    private static Html Data(ExecutionDescription execution) => Html.Of(
        $"""
        <div class="split body"><section><h3>Input</h3>{TextBlock.Of(execution.Input.Text, Links.Execution(execution.Arn, "values/0/input"))}</section>
        <section><h3>Output</h3>{(execution.Output is { } output ? TextBlock.Of(output.Text, Links.Execution(execution.Arn, "values/0/output"))
            : Html.Of($"<p class=\"hint\">{(execution.Status == ExecutionStatus.Running ? "There is none yet." : "There is none: it did not succeed.")}</p>"))}</section></div>
        """);

    private static Html NoData() => Html.Of($"""<p class="body hint">The record has no inputs and outputs.</p>""");

    private static Html StopDialog() => Html.Of(
        $"""
        <dialog id="stop-dialog" aria-labelledby="stop-title"><form method="dialog" class="stack">
          <h2 id="stop-title">Stop this execution?</h2>
          <span class="field"><label for="stop-error">Error, optional</label><input id="stop-error" maxlength="256" autocomplete="off"></span>
          <span class="field"><label for="stop-cause">Cause, optional</label><textarea id="stop-cause" rows="3" maxlength="32768"></textarea></span>
          <span class="actions"><button value="cancel" formnovalidate>Cancel</button><button value="stop" class="danger">Stop it</button></span>
        </form></dialog>
        """);

    /// <summary>What changes, as it does; a reader that comes back gets what it missed.</summary>
    private Task LiveAsync(ConsoleRequest request)
    {
        var arn = request["execution"];
        var since = long.TryParse(request.Http.Request.Headers["Last-Event-ID"], out var last) ? last : request.QueryNumber("since") ?? 0;
        var endpoint = request.Endpoint();
        string? shown = null;
        if (OpenedExecutions.IsKey(arn))
            throw ConsoleException.Invalid("It ran on AWS: nothing of it changes.");
        Describe(arn);
        return LiveStream.ServeAsync(request, change => change.Arn == arn, Pace, async stream =>
        {
            while (true)
            {
                var (execution, update) = _views.Read(arn, view => since > view.LastEventId ? null : ViewUpdate.Of(view, since, _services.Engine.Now));
                if (update is null)
                {
                    // It is another one of that name, or its end was taken back by a crash.
                    await stream.SendAsync("reload", new { });
                    return;
                }

                if (since > 0 && update.To - since is > 0 and <= MostRowsSent)
                    update = update with { Rows = EventRows.Of(_services, _views, arn, [.. Enumerable.Range((int)since + 1, (int)(update.To - since))]) };
                if (update.To > since || shown is null)
                    await stream.SendAsync("update", update, update.To);
                since = update.To;
                if (since < update.Total)
                    continue;
                var state = $"{execution.Status} {execution.RedriveCount} {execution.StopDate} {execution.IsHeld}";
                if (shown != state)
                    await stream.SendAsync("head", new { Status = execution.Status.Name(), Text = Status.Text(execution.Status), Head = _head.Markup(execution, endpoint).ToString(), Data = Data(execution).ToString() });
                shown = state;
                return;
            }
        });
    }

    /// <summary>What is to be known of an execution that was opened from a record, in as many parts as it takes.</summary>
    private Task UpdateAsync(ConsoleRequest request)
    {
        var opened = _services.Opened.Find(request["execution"]) ?? throw ConsoleException.NotFound("No such record is open.");
        var since = Math.Max(0, request.QueryNumber("since") ?? 0);
        var update = _views.Read(opened.Key, view => ViewUpdate.Of(view, since, opened.Record.Events[^1].Timestamp)).Result;

        // What ran in its map runs is not in the record.
        return request.JsonAsync(update with { Visits = [.. update.Visits.Select(visit => visit[..^1])] });
    }

    private Task EventsAsync(ConsoleRequest request)
    {
        var arn = request["execution"];
        var words = request.Query("groups")?.Split(',') ?? [];
        var groups = EventGroups.Words.Select((word, i) => words.Contains(word) ? 1 << i : 0).Sum();
        var filter = new EventFilter(groups, request.Query("state"), request.Query("text"));
        var offset = (int)Math.Clamp(request.QueryNumber("offset") ?? 0, 0, int.MaxValue);
        var count = (int)Math.Clamp(request.QueryNumber("count") ?? 100, 0, MostRows);
        if (filter.IsAll)
        {
            var total = _views.Read(arn, view => view.LastEventId).Result;
            var ids = Enumerable.Range(offset + 1, (int)Math.Clamp(total - offset, 0, count)).ToList();
            return request.JsonAsync(new { total, offset, rows = EventRows.Of(_services, _views, arn, ids) });
        }

        var matches = _views.Matches(arn, filter);
        return request.JsonAsync(new
        {
            total = matches.Count,
            offset,
            rows = EventRows.Of(_services, _views, arn, [.. matches.Skip(offset).Take(count)]),
        });
    }

    private Task ValueAsync(ConsoleRequest request)
    {
        var (arn, id, field) = (request["execution"], Id(request), request["field"]);
        var text = id > 0
            ? _panel.FieldOf(arn, id, field)
            : field == "output" ? Describe(arn).Output?.Text : Describe(arn).Input.Text;
        return request.TextAsync(text ?? throw ConsoleException.NotFound($"Event {id} has no {field}."));
    }

    private ExecutionDescription Describe(string arn) => _views.Describe(arn);
}
