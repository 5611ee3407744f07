using System.Collections.Concurrent;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Machines;

/// <summary>One execution as the list shows it.</summary>
/// <param name="N">Its number, by which the list is ordered.</param>
/// <param name="Name">Its name.</param>
/// <param name="Status">How it stands, as the API spells it.</param>
/// <param name="Row">The row of the table.</param>
internal sealed record ListedExecution(long N, string Name, string Status, string Row);

/// <summary>A part of the list.</summary>
/// <param name="Rows">The executions, newest first.</param>
/// <param name="Next">What to go on before; null at the end.</param>
internal sealed record ExecutionPart(IReadOnlyList<ListedExecution> Rows, long? Next);

/// <summary>
/// A machine's first page: its graph, and its executions, live and by status and name. The browser keeps what it was given and has only
/// the rows in the window in its document, so that ten thousand scroll as smoothly as ten.
/// </summary>
internal sealed class ExecutionList(ConsoleServices services, MachineFrame frame)
{
    private const int FirstRows = 50;
    private const int MostRows = 500;

    /// <summary>So many are looked at for those of a name, before the reader hears how far it has come.</summary>
    private const int MostSearched = 5000;
    private const int MostChanges = 500;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("machines/{machine}", ShowAsync),
        ConsoleRoute.Get("machines/{machine}/executions", request => request.JsonAsync(Part(request, MostRows))),
        ConsoleRoute.Get("machines/{machine}/live", LiveAsync),
    ];

    private Task ShowAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var status = ExecutionStatuses.Of(request.Query("status"));
        var part = Part(request, FirstRows);
        var link = Links.Machine(machine.Arn);
        return request.PageAsync(MachineFrame.Page(machine, null, Html.Of(
            $"""
            <div class="split machine">
            <section class="card" aria-labelledby="executions">
              <header><h2 id="executions">Executions</h2>
                <form id="filters" class="filters" method="get" action="{link}" role="search">
                  {(status is null ? null : Html.Of($"<input type=\"hidden\" name=\"status\" value=\"{status.Value.Name()}\">"))}
                  <input type="search" name="name" id="name-filter" value="{request.Query("name")}" placeholder="Find by name" aria-label="Find executions by name" autocomplete="off" spellcheck="false">
                </form>
              </header>
              <nav id="status-filter" class="pills" aria-label="Filter by status">{Pills(machine, status, request.Query("name"))}</nav>
              <div id="list" class="list" tabindex="0" role="region" aria-label="Executions" data-rows="{link}/executions" data-live="{link}/live"
                   data-status="{(status is null ? "" : status.Value.Name())}" data-next="{part.Next?.ToString(System.Globalization.CultureInfo.InvariantCulture)}">
              <table class="grid executions">
              <thead><tr><th scope="col">Status</th><th scope="col">Name</th><th scope="col">Started</th><th scope="col" class="number">Duration</th></tr></thead>
              <tbody id="rows">{part.Rows.Select(row => Html.Trusted(row.Row))}</tbody>
              </table>
              <p id="no-rows" class="empty" data-all="{NoRows(machine, status, null)}" data-named="{NoRows(machine, status, "")}"{(part.Rows.Count > 0 ? Html.Of($" hidden") : null)}>{NoRows(machine, status, request.Query("name"))}</p>
              </div>
              {(part.Next is null ? null : Html.Of($"<p id=\"older\" class=\"older\"><a href=\"{link}{Address(status, request.Query("name"), part.Next)}\">Older executions</a></p>"))}
              <p id="list-state" class="older hint" role="status"></p>
            </section>
            <section class="card" aria-labelledby="graph-title">
              <header><h2 id="graph-title">Graph</h2><a href="{Links.Machine(machine.Arn, "definition")}">Definition</a></header>
              {GraphMarkup.Frame(GraphMarkup.Drawing(machine.Revision.Definition, machine.Name, null), Links.Machine(machine.Arn, "graph"))}
            </section>
            </div>
            """), "executions-list.js"));
    }

    private static string NoRows(Machine machine, ExecutionStatus? status, string? name)
    {
        if (name is not null)
            return "No execution of that name was found.";
        if (status is not null)
            return $"No execution is {Status.Text(status.Value).ToLowerInvariant()}.";
        return machine.IsExpress
            ? "Express executions are listed while they run; started here, their result is shown at once."
            : "There are no executions yet. Start the first one.";
    }

    private IEnumerable<Html> Pills(Machine machine, ExecutionStatus? chosen, string? name)
    {
        var counts = services.Engine.Count(machine.Arn);
        var link = Links.Machine(machine.Arn);
        yield return Pill(link + Address(null, name, null), chosen is null, "ALL", Html.Of($"All"), counts.Values.Sum());
        foreach (var status in Status.All)
        {
            yield return Pill(
                link + Address(status, name, null), chosen == status, status.Name(),
                Html.Of($"<span class=\"{Status.Class(status)} shape\">{Icons.Of(status)}</span>{Status.Text(status)}"), counts.GetValueOrDefault(status));
        }
    }

    private static Html Pill(string link, bool isChosen, string word, Html text, long count) => Html.Of(
        $"""<a class="pill" href="{link}"{(isChosen ? Html.Of($" aria-current=\"true\"") : null)}>{text} <span class="number" data-count="{word}">{count}</span></a>""");

    private static string Address(ExecutionStatus? status, string? name, long? before)
    {
        var parts = new List<string>();
        if (status is not null)
            parts.Add($"status={status.Value.Name()}");
        if (name is not null)
            parts.Add($"name={Uri.EscapeDataString(name)}");
        if (before is not null)
            parts.Add($"before={before}");
        return parts.Count == 0 ? "" : $"?{string.Join('&', parts)}";
    }

    private ExecutionPart Part(ConsoleRequest request, int count)
    {
        var machine = frame.Find(request);
        var query = new ExecutionQuery(machine.Arn) { Status = ExecutionStatuses.Of(request.Query("status")), Before = request.QueryNumber("before") };
        var name = request.Query("name");
        if (name is null)
        {
            var page = services.Engine.List(query with { Limit = count + 1 });
            return new([.. page.Take(count).Select(Listed)], page.Count > count ? page[count - 1].Number : null);
        }

        var found = new List<ListedExecution>();
        for (var searched = 0; searched < MostSearched && found.Count < count; searched += MostRows)
        {
            var page = services.Engine.List(query with { Limit = MostRows });
            foreach (var execution in page)
            {
                if (execution.Name.Contains(name, StringComparison.OrdinalIgnoreCase))
                    found.Add(Listed(execution));
                if (found.Count == count)
                    return new(found, execution.Number);
            }

            if (page.Count < MostRows)
                return new(found, null);
            query = query with { Before = page[^1].Number };
        }

        return new(found, query.Before);
    }

    private static ListedExecution Listed(ExecutionDescription execution) => new(
        execution.Number, execution.Name, execution.Status.Name(), Html.Of(
            $"""
            <tr data-n="{execution.Number}"><td>{Status.Badge(execution.Status)}</td>
            <td class="name"><a href="{Links.Execution(execution.Arn)}"><bdi>{execution.Name}</bdi></a>{Note(execution)}</td>
            <td class="when">{Times.Local(execution.StartDate)}</td>
            <td class="number">{(execution.StopDate is { } stop
                ? Html.Of($"{Times.Duration(stop - execution.StartDate)}")
                : Html.Of($"<span data-since=\"{Times.Exact(execution.StartDate)}\">…</span>"))}</td></tr>
            """).ToString());

    private static Html Note(ExecutionDescription execution)
    {
        var through = (execution.AliasArn ?? execution.VersionArn)?.Split(':')[^1];
        return Html.Of(
            $"{Status.Mark(execution)}{(through is null ? null : Html.Of($" <span class=\"tag\"><bdi>{through}</bdi></span>"))}{(execution.RedriveCount == 0 ? null : Html.Of($" <span class=\"tag\">redriven {execution.RedriveCount}×</span>"))}");
    }

    /// <summary>The counts, and the executions that changed; of too many at a time the reader hears that it should ask again.</summary>
    private Task LiveAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var changed = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var revision = machine.Revision.RevisionId;
        return LiveStream.ServeAsync(
            request,
            change =>
            {
                if (change.MapRunArn is not null || change.StateMachineArn != machine.Arn)
                    return false;
                if (changed.Count <= MostChanges)
                    changed.TryAdd(change.Arn, true);
                return true;
            },
            Pace,
            async stream =>
            {
                var arns = changed.Keys.ToList();
                foreach (var arn in arns)
                    changed.TryRemove(arn, out _);
                var counts = services.Engine.Count(machine.Arn);
                var words = Status.All.ToDictionary(status => status.Name(), status => counts.GetValueOrDefault(status));
                words["ALL"] = counts.Values.Sum();
                await stream.SendAsync("counts", words);
                if (arns.Count > MostChanges)
                    await stream.SendAsync("refresh", new { });
                else if (arns.Select(services.Engine.Describe).OfType<ExecutionDescription>().Select(Listed).ToList() is { Count: > 0 } rows)
                    await stream.SendAsync("rows", rows);
                if (services.Catalog.Find(machine.Arn)?.RevisionId is { } now && now != revision)
                {
                    revision = now;
                    await stream.SendAsync("graph", new { svg = GraphMarkup.Drawing(services.Catalog.FindCurrent(machine.Arn)!.Definition, machine.Name, null).ToString() });
                }
            },
            look: TimeSpan.FromSeconds(2));
    }
}
