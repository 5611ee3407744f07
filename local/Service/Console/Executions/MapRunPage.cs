using System.Globalization;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>
/// The page of a map run: how far it is, what failed and why, its children part by part. While it is open it asks how the run stands,
/// once a second; no child tells it anything, however many there are.
/// </summary>
internal sealed class MapRunPage(ConsoleServices services, MapRunPaces paces)
{
    private const int MostRows = 50;

    /// <summary>Of those that failed so many are looked at for one error, before the reader hears how far it has come.</summary>
    private const int MostSearched = 5_000;
    private const int SearchedAtOnce = 500;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("map-runs/{run}", request => request.PageAsync(Show(request))),
        ConsoleRoute.Get("map-runs/{run}/live", LiveAsync),
        ConsoleRoute.Get("map-runs/{run}/summary", SummaryAsync),
    ];

    private Page Show(ConsoleRequest request)
    {
        var seen = Find(request);
        var (run, asked) = (seen.Run, Asked.Of(request));
        var parts = Parts(seen, asked, isWhole: true);
        var execution = run.ExecutionArn;
        return new Page(run.MapName, Html.Of(
            $"""
            <div id="map-run" class="stack map-run-page" data-live="{Links.MapRun(run.Arn)}/live{asked.Address(asked.Before)}">
            <div id="run-head" class="stack">{parts["run-head"]}</div>
            <section class="card" aria-labelledby="progress-title">
              <header><h2 id="progress-title">Progress</h2></header>
              <div id="run-progress" class="body">{parts["run-progress"]}</div>
            </section>
            <div class="split">
            <section class="card" aria-labelledby="counts-title"><header><h2 id="counts-title">Items and executions</h2></header><div id="run-counts">{parts["run-counts"]}</div></section>
            <section class="card" aria-labelledby="failures-title"><header><h2 id="failures-title">Failures by error</h2></header><div id="run-failures">{parts["run-failures"]}</div></section>
            </div>
            <section id="children" class="card" aria-labelledby="children-title">
              <header><h2 id="children-title">Child executions</h2></header>
              <nav id="run-filter" class="pills" aria-label="Filter by status">{parts["run-filter"]}</nav>
              <div id="run-children">{parts["run-children"]}</div>
            </section>
            </div>
            """))
        {
            Crumbs =
            [
                new("State machines", Links.Machines), .. MachineOf(execution) is { } machine ? [new Crumb(machine.Name, Links.Machine(machine.Arn))] : Array.Empty<Crumb>(),
                new(execution.Split(':')[^1], Links.Execution(execution)),
            ],
            Here = $"Map run of {run.MapName}",
            Script = "map-run.js",
            IsWide = true,
        };
    }

    private Engine.Store.StateMachine? MachineOf(string execution) => services.Engine.Describe(execution)?.StateMachine;

    private SeenMapRun Find(ConsoleRequest request) => paces.Look(request["run"])
        ?? throw ConsoleException.NotFound($"There is no map run {request["run"]}. It goes with the execution that began it.");

    /// <summary>For the pages of the execution.</summary>
    private Task SummaryAsync(ConsoleRequest request)
    {
        var seen = Find(request);
        return request.JsonAsync(new
        {
            badge = MapRunMarkup.Badge(seen.Run),
            hasFailed = MapRunMarkup.HasFailed(seen.Run),
            isOver = seen.Run.StopDate is not null,
            markup = MapRunMarkup.Summary(seen).ToString(),
        });
    }

    /// <summary>The parts of the page that have changed, by their ids.</summary>
    private Task LiveAsync(ConsoleRequest request)
    {
        var asked = Asked.Of(request);
        var execution = Find(request).Run.ExecutionArn;
        var sent = new Dictionary<string, string>(StringComparer.Ordinal);
        MapRunDescription? stood = null;
        return LiveStream.ServeAsync(
            request,
            change => change.Arn == execution,
            Pace,
            async stream =>
            {
                if (paces.Look(request["run"]) is not { } seen)
                    return;

                // Of one that is over nothing needs to be drawn again, once its last children are.
                if (seen.Run.StopDate is not null && seen.Run.StopDate == stood?.StopDate && seen.Run.Counts.Executions == stood.Counts.Executions)
                    return;
                stood = seen.Run;
                var changed = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (var (id, part) in Parts(seen, asked, isWhole: asked.Before is null))
                {
                    var markup = part.ToString();
                    if (sent.GetValueOrDefault(id) != markup)
                        changed[id] = sent[id] = markup;
                }

                if (changed.Count > 0)
                    await stream.SendAsync("parts", new { parts = changed, status = Status.Text(seen.Run.Status) });
            },
            Look);
    }

    /// <param name="seen">The run.</param>
    /// <param name="asked">Which children are asked for.</param>
    /// <param name="isWhole">Whether the children are among them: those of an older page stay as they were.</param>
    private Dictionary<string, Html> Parts(SeenMapRun seen, Asked asked, bool isWhole)
    {
        var run = seen.Run;
        var parts = new Dictionary<string, Html>(StringComparer.Ordinal)
        {
            ["run-head"] = Head(run),
            ["run-progress"] = MapRunMarkup.Progress(seen),
            ["run-counts"] = MapRunMarkup.Counts(run.Counts),
            ["run-failures"] = MapRunMarkup.Failures(run, asked.Error),
            ["run-filter"] = Pills(run, asked),
        };
        if (isWhole)
            parts["run-children"] = Children(run, asked);
        return parts;
    }

    private Html Head(MapRunDescription run)
    {
        return Html.Of(
            $"""
            <div class="head"><h1><bdi>{run.MapName}</bdi></h1><span class="tag">map run</span>{Status.Badge(run.Status)}
            {(run.RedriveCount == 0 ? null : Html.Of($"<span class=\"tag\">redriven {run.RedriveCount}×</span>"))}
            <span class="actions"><button type="button" data-copy="{run.Arn}">{Icons.Copy}Copy ARN</button></span></div>
            <dl class="facts">
            {Fact("Started", Times.Local(run.StartDate))}
            {(run.StopDate is { } stop ? Fact("Ended", Times.Local(stop)) : Html.Empty)}
            {Fact("Duration", Html.Of($"{Times.Duration((run.StopDate ?? services.Engine.Now) - run.StartDate)}"))}
            {Fact("Execution", Html.Of($"<a href=\"{Links.Execution(run.ExecutionArn)}\"><bdi>{run.ExecutionArn.Split(':')[^1]}</bdi></a>"))}
            {Fact("At a time", Html.Of($"{(run.MaxConcurrency == 0 ? "as many as the service allows" : MapRunMarkup.Number(run.MaxConcurrency))}"))}
            {Fact("Tolerated failures", Html.Of($"{Tolerated(run)}"))}
            {(run.ResultsIn is { } results ? Fact("Results in", Html.Of($"<bdi>{results}</bdi>")) : Html.Empty)}
            </dl>
            """);

        static Html Fact(string name, Html value) => Html.Of($"<div><dt>{name}</dt><dd>{value}</dd></div>");

        static string Tolerated(MapRunDescription run) => (run.ToleratedFailureCount, run.ToleratedFailurePercentage) switch
        {
            (null, null) => "none",
            ({ } count, null) => $"{MapRunMarkup.Number(count)} items",
            (null, { } percentage) => string.Create(CultureInfo.InvariantCulture, $"{percentage:0.##} % of the items"),
            ({ } count, { } percentage) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} items, {percentage:0.##} %"),
        };
    }

    private static Html Pills(MapRunDescription run, Asked asked)
    {
        var tally = run.Counts.Executions;
        return Html.Of(
            $"""
            {Pill(asked with { Status = null, Error = null }, asked is { Status: null, Error: null }, Html.Of($"All"), tally.Over + tally.Running)}
            {Status.All.Select(status => Pill(
                asked with { Status = status, Error = null }, asked.Status == status && asked.Error is null,
                Html.Of($"<span class=\"shape {Status.Class(status)}\">{Icons.Of(status)}</span>{Status.Text(status)}"), tally[status]))}
            {(asked.Error is { } error ? Html.Of($"<a class=\"pill\" aria-current=\"true\" href=\"{Links.MapRun(run.Arn)}#children\" aria-label=\"Error {error}: show all again\">Error: <bdi>{MapRunMarkup.ErrorText(asked.ErrorName)}</bdi> ✕</a>") : null)}
            """);

        Html Pill(Asked to, bool isHere, Html text, long count) => Html.Of(
            $"""<a class="pill"{(isHere ? Html.Of($" aria-current=\"true\"") : null)} href="{Links.MapRun(run.Arn)}{to.Address(null)}#children">{text} <span class="number">{MapRunMarkup.Number(count)}</span></a>""");
    }

    private Html Children(MapRunDescription run, Asked asked)
    {
        var (rows, next) = Find(run.Arn, asked);
        var link = Links.MapRun(run.Arn);
        return Html.Of(
            $"""
            {Left(run, asked)}
            {(rows.Count == 0 ? Html.Of($"<p class=\"empty\">{Nothing(asked, next)}</p>") : Html.Of(
                $"""
                <table class="grid children"><thead><tr><th scope="col" class="number">Item</th><th scope="col">Status</th><th scope="col">Execution</th><th scope="col">Started</th>
                <th scope="col" class="number">Duration</th><th scope="col">Error</th></tr></thead>
                <tbody>{rows.Select(Row)}</tbody></table>
                """))}
            {(next is null && asked.Before is null ? null : Html.Of(
                $"""
                <nav class="older actions" aria-label="Pages of child executions">
                {(asked.Before is null ? null : Html.Of($"<a class=\"button\" href=\"{link}{asked.Address(null)}#children\">Newest</a>"))}
                {(next is null ? null : Html.Of($"<a class=\"button\" href=\"{link}{asked.Address(next)}#children\">Older</a>"))}
                </nav>
                """))}
            """);
    }

    private Html Row(ExecutionDescription child) => Html.Of(
        $"""
        <tr><td class="number">{child.ItemIndex ?? 0}</td><td>{Status.Badge(child.Status)}{Status.Mark(child)}</td><th scope="row"><a href="{Links.Execution(child.Arn)}"><bdi>{child.Name}</bdi></a></th>
        <td>{Times.Local(child.StartDate)}</td><td class="number">{Times.Duration((child.StopDate ?? services.Engine.Now) - child.StartDate)}</td>
        <td><bdi>{EventRows.Line(child.Error ?? "")}</bdi></td></tr>
        """);

    private static string Nothing(Asked asked, long? next)
    {
        if (next is not null)
            return $"None is among the last {MapRunMarkup.Number(MostSearched)}. Older ones may be.";
        return asked is { Status: null, Error: null } ? "No child execution has begun." : "There is none.";
    }

    /// <summary>What is not listed any more, where something is not.</summary>
    private Html? Left(MapRunDescription run, Asked asked)
    {
        if (services.Engine.KeptChildren(run.Arn) is not { } kept)
            return null;
        var tally = run.Counts.Executions;
        var (listed, all) = asked.Status is { } status ? (kept.GetValueOrDefault(status), tally[status])
            : asked.Error is not null ? (kept.GetValueOrDefault(ExecutionStatus.Failed) + kept.GetValueOrDefault(ExecutionStatus.TimedOut), tally.Failed + tally.TimedOut)
            : (kept.Values.Sum(), tally.Over + tally.Running);
        return listed >= all ? null : Html.Of(
            $"<p class=\"pad hint\">{MapRunMarkup.Number(listed)} of {MapRunMarkup.Number(all)} are listed: older ones are not kept in memory. With --data all are.</p>");
    }

    /// <summary>A part of the children, newest first, and what to go on before; null at the end.</summary>
    private (IReadOnlyList<ExecutionDescription> Rows, long? Next) Find(string run, Asked asked)
    {
        if (asked.ErrorName is not { } error)
        {
            var found = services.Engine.List(new ExecutionQuery(run) { Status = asked.Status, Before = asked.Before, Limit = MostRows + 1 });
            return found.Count > MostRows ? ([.. found.Take(MostRows)], found[MostRows - 1].Number) : (found, null);
        }

        ExecutionStatus[] failed = [ExecutionStatus.Failed, ExecutionStatus.TimedOut];
        var rows = new List<ExecutionDescription>();
        var before = asked.Before;
        for (var looked = 0; looked < MostSearched; looked += SearchedAtOnce)
        {
            var from = before;
            var part = failed.SelectMany(status => services.Engine.List(new ExecutionQuery(run) { Status = status, Before = from, Limit = SearchedAtOnce }))
                .OrderByDescending(child => child.Number).Take(SearchedAtOnce).ToList();
            rows.AddRange(part.Where(child => (child.Error ?? "") == error));
            if (rows.Count > MostRows)
                return (rows[..MostRows], rows[MostRows - 1].Number);
            if (part.Count < SearchedAtOnce)
                return (rows, null);
            before = part[^1].Number;
        }

        return (rows, before);
    }

    /// <summary>Which children the reader wants to see.</summary>
    /// <param name="Status">Those that stand so; null for all.</param>
    /// <param name="Error">Those that ended with the error, as it stands in the address; null for all.</param>
    /// <param name="Before">Those older than the one of this number; null for the newest.</param>
    private sealed record Asked(ExecutionStatus? Status, string? Error, long? Before)
    {
        public static Asked Of(ConsoleRequest request) => new(ExecutionStatuses.Of(request.Query("status")), request.Query("error"), request.QueryNumber("before"));

        /// <summary>The error's name; empty for children without one.</summary>
        public string? ErrorName => Error == "-" ? "" : Error;

        /// <summary>The same in an address.</summary>
        public string Address(long? before)
        {
            var parameters = new List<string>(3);
            if (Status is { } status)
                parameters.Add($"status={status.Name()}");
            if (Error is not null)
                parameters.Add($"error={Links.Part(Error)}");
            if (before is { } number)
                parameters.Add(string.Create(CultureInfo.InvariantCulture, $"before={number}"));
            return parameters.Count == 0 ? "" : $"?{string.Join('&', parameters)}";
        }
    }
}
