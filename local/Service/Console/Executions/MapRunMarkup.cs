using System.Globalization;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>How a map run is shown: its bar, its counts, what failed.</summary>
internal static class MapRunMarkup
{
    private static readonly ExecutionStatus[] InBar =
        [ExecutionStatus.Succeeded, ExecutionStatus.Failed, ExecutionStatus.TimedOut, ExecutionStatus.Aborted, ExecutionStatus.Running];

    /// <summary>A number with its thousands.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A few characters for the corner of the Map in the graph.</summary>
    public static string Badge(MapRunDescription run)
    {
        var (over, total) = (run.Counts.Items.Over, run.Counts.ExpectedItems);
        var failed = HasFailed(run) ? $" {Number(Failed(run))} ✗" : "";
        if (run.StopDate is not null)
            return $"{Number(run.Counts.Items[ExecutionStatus.Succeeded])} ✓{failed}";
        return (total is null ? Number(over) : $"{Number(over)}/{(run.Counts.IsCounted ? "" : "~")}{Number(Math.Max(over, total.Value))}") + failed;
    }

    /// <summary>Whether items failed, which the run may tolerate.</summary>
    public static bool HasFailed(MapRunDescription run) => Failed(run) > 0;

    private static long Failed(MapRunDescription run) => run.Counts.Items[ExecutionStatus.Failed] + run.Counts.Items[ExecutionStatus.TimedOut];

    /// <summary>An error name, which may be missing or stand for many.</summary>
    public static string ErrorText(string? error) => error switch
    {
        null => "Other errors",
        "" => "No error name",
        _ => error,
    };

    /// <summary>What stands on the pages of its execution.</summary>
    public static Html Summary(SeenMapRun seen) => Html.Of(
        $"""
        <h3>Map run</h3>
        {Progress(seen)}
        {(seen.Run.Counts.Failures.Count == 0 ? null : Html.Of($"<ul class=\"plain\">{seen.Run.Counts.Failures.Take(3).Select(failure =>
            Html.Of($"<li><bdi>{ErrorText(failure.Error)}</bdi> <span class=\"hint\">{Number(failure.Count)}</span></li>"))}</ul>"))}
        <p><a href="{Links.MapRun(seen.Run.Arn)}">Open the map run</a></p>
        """);

    /// <summary>The bar and the line below it.</summary>
    public static Html Progress(SeenMapRun seen)
    {
        var (items, expected) = (seen.Run.Counts.Items, seen.Run.Counts.ExpectedItems);
        var total = Math.Max(1, Math.Max(expected ?? 0, items.Total));
        var line = Line(seen);

        // Without a total a screen reader hears that it goes on, and how far it is in words.
        var now = expected is null && seen.Run.StopDate is null ? null : Html.Of($" aria-valuenow=\"{100 * items.Over / total}\"");
        return Html.Of(
            $"""
            <div class="run-bar" role="progressbar" aria-label="Items" aria-valuemin="0" aria-valuemax="100"{now} aria-valuetext="{line}">{Bar(items, total)}</div>
            <p class="run-line">{line}</p>
            """);
    }

    /// <summary>How many items and executions stand how; what each color of the bar means.</summary>
    public static Html Counts(MapRunCounts counts)
    {
        var (items, executions) = (counts.Items, counts.Executions);
        return Html.Of(
            $"""
            <table class="grid run-counts"><thead><tr><th scope="col">Status</th><th scope="col" class="number">Items</th><th scope="col" class="number">Executions</th></tr></thead>
            <tbody>
            {Status.All.Select(status => Row(Status.Text(status), Status.Class(status), items[status], executions[status]))}
            {(items.PendingRedrive > 0 ? Row("Pending redrive", "is-pending", items.PendingRedrive, executions.PendingRedrive) : null)}
            {Row(counts.IsRead ? "Pending" : "Read, pending", "is-pending", items.Pending, executions.Pending)}
            {Row(counts.IsRead ? "All" : "All so far", null, items.Total, executions.Total)}
            </tbody></table>
            """);

        static Html Row(string text, string? look, long items, long executions) => Html.Of(
            $"""<tr{(look is null ? Html.Of($" class=\"whole\"") : null)}><th scope="row">{(look is null ? null : Html.Of($"<span class=\"swatch {look}\"></span>"))}{text}</th><td class="number">{Number(items)}</td><td class="number">{Number(executions)}</td></tr>""");
    }

    /// <summary>The failures by error; each leads to the children that ended with it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="chosen">The error name that is chosen; null for none.</param>
    public static Html Failures(MapRunDescription run, string? chosen)
    {
        var failures = run.Counts.Failures;
        if (failures.Count == 0)
            return Html.Of($"<p class=\"empty\">{(run.StopDate is null ? "No child execution has failed so far." : "No child execution failed.")}</p>");
        var most = failures.Max(failure => failure.Count);
        return Html.Of(
            $"""
            <table class="grid run-failures"><thead><tr><th scope="col">Error</th><th scope="col" class="number">Executions</th><th scope="col"><span class="visually-hidden">Share</span></th></tr></thead>
            <tbody>{failures.Select(failure => Html.Of(
                $"""
                <tr><th scope="row">{Name(failure.Error)}</th><td class="number">{Number(failure.Count)}</td>
                <td class="share"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="is-failed" width="{Percent(failure.Count, most, 100)}" height="8"/></svg></td></tr>
                """))}</tbody></table>
            """);

        Html Name(string? error) => error is null
            ? Html.Of($"{ErrorText(error)}")
            : Html.Of($"""<a href="{Links.MapRun(run.Arn)}?error={Links.Part(Asked(error))}#children"{(Asked(error) == chosen ? Html.Of($" aria-current=\"true\"") : null)}><bdi>{ErrorText(error)}</bdi></a>""");
    }

    /// <summary>An error name in an address, where a missing one needs a sign.</summary>
    public static string Asked(string error) => error.Length == 0 ? "-" : error;

    /// <summary>How far it is and how fast, in words.</summary>
    public static string Line(SeenMapRun seen)
    {
        var counts = seen.Run.Counts;
        var over = counts.Items.Over;
        var parts = new List<string>(4);
        if (seen.Run.StopDate is { } stop)
        {
            parts.Add($"{Items(over, counts.Items.Total, isAbout: false)} in {Times.Duration(stop - seen.Run.StartDate)}");
        }
        else if (counts.ExpectedItems is { } expected)
        {
            expected = Math.Max(expected, over);
            parts.Add(Items(over, expected, !counts.IsCounted));
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(1000.0 * over / Math.Max(1, expected)) / 10:0.0} %"));
        }
        else
        {
            parts.Add($"{Number(over)} items, and more to be read");
        }

        if (seen.Rate is { } rate)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{(rate < 10 ? Math.Round(rate, 1) : Math.Round(rate)):#,0.#} items/s"));
        if (seen.Left is { } left)
            parts.Add($"about {Times.Duration(left < TimeSpan.FromMinutes(1) ? TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds)) : left).Replace(".00", "", StringComparison.Ordinal)} left");
        if (counts.Items is { Failed: var failed, TimedOut: var late } && failed + late > 0)
            parts.Add($"{Number(failed + late)} failed");
        if (counts.Items.Aborted > 0)
            parts.Add($"{Number(counts.Items.Aborted)} aborted");
        return string.Join(" · ", parts);
    }

    private static string Items(long over, long total, bool isAbout) =>
        over == total && !isAbout ? $"{Number(total)} {(total == 1 ? "item" : "items")}" : $"{Number(over)} of {(isAbout ? "about " : "")}{Number(total)} {(total == 1 ? "item" : "items")}";

    /// <summary>Drawn, since a page of ours has no styles within its markup.</summary>
    private static Html Bar(MapRunTally items, long total)
    {
        var at = 0L;
        var parts = new List<Html>(InBar.Length);
        foreach (var status in InBar)
        {
            if (items[status] == 0)
                continue;
            parts.Add(Html.Of($"""<rect class="{Status.Class(status)}" x="{Percent(at, total, 1000)}" width="{Percent(items[status], total, 1000)}" height="10"/>"""));
            at += items[status];
        }

        return Html.Of($"""<svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">{parts}</svg>""");
    }

    private static string Percent(long part, long total, int whole) => (whole * (double)part / total).ToString("0.###", CultureInfo.InvariantCulture);
}
