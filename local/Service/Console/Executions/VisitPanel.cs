using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>Everything about one visit to a state: input, output, variables, each attempt. Payloads come from the history when they are asked for.</summary>
internal sealed class VisitPanel(ConsoleServices services, ExecutionViews views, MapRunPaces paces)
{
    /// <summary>The panel of a visit.</summary>
    /// <exception cref="ConsoleException">There is none.</exception>
    public Html Of(string arn, long id)
    {
        // What stands below is read from the visit as it is now, and the visit changes while it runs.
        var (execution, seen) = views.Read(arn, view => view.FindVisit(id) is not { } visit ? null : new Seen(
            visit, visit.Status, visit.Ended, visit.ExitedEventId, EventRows.Place(visit), OpenedExecutions.IsKey(arn) ? null : visit.MapRun?.Arn,
            [.. visit.Attempts.Select(attempt => (attempt, attempt.Status))]));
        if (seen is null)
            throw ConsoleException.NotFound($"Event {id} of {arn} enters no state.");
        var visit = seen.Visit;
        var entered = Event(arn, visit.Id);
        var exited = seen.ExitedEventId is { } exit ? Event(arn, exit) : null;
        return Html.Of(
            $"""
            <div class="visit" data-visit="{visit.Id}">
            <p class="visit-line">{VisitStatuses.Badge(seen.Status)} <span class="tag">{visit.Type}</span>
            {(seen.Place is null ? null : Html.Of($"<span class=\"hint\"><bdi>{seen.Place}</bdi></span>"))}</p>
            <dl class="facts small">
            <div><dt>Entered</dt><dd>{Times.Local(visit.Entered)}</dd></div>
            {(seen.Ended is { } ended
                ? Html.Of($"<div><dt>Duration</dt><dd>{Times.Duration(ended - visit.Entered)}</dd></div>")
                : OpenedExecutions.IsKey(arn) ? Html.Of($"<div><dt>Ended</dt><dd>not in the record</dd></div>")
                : Html.Of($"<div><dt>Running for</dt><dd><span data-since=\"{Number(ViewUpdate.Milliseconds(visit.Entered))}\">{Times.Duration(services.Engine.Now - visit.Entered)}</span></dd></div>"))}
            <div><dt>Events</dt><dd><a href="#event-{visit.Id}" data-event="{visit.Id}">{visit.Id}</a>{(seen.ExitedEventId is { } last ? Html.Of($" to <a href=\"#event-{last}\" data-event=\"{last}\">{last}</a>") : null)}</dd></div>
            {(visit.Length is { } length && seen.MapRunArn is null ? Html.Of($"<div><dt>Items</dt><dd>{length}</dd></div>") : null)}
            </dl>
            {(seen.MapRunArn is { } run && paces.Look(run) is { } looked
                ? Html.Of($"<section class=\"map-run\" data-map-run=\"{run}\"{(looked.Run.StopDate is null ? null : Html.Of($" data-over=\"\""))}>{MapRunMarkup.Summary(looked)}</section>") : null)}
            {(visit.Error is { } error && seen.Status is VisitStatus.Failed or VisitStatus.Caught or VisitStatus.Aborted && visit.Attempts.Count == 0 ? Html.Of($"<p class=\"wrong\">{error}</p>") : null)}
            {Section("Input", entered?["input"], Whole(arn, visit.Id, "input"), isOpen: true)}
            {Section("Output", exited?["output"], seen.ExitedEventId is { } left ? Whole(arn, left, "output") : null, isOpen: true)}
            {Section("Assigned variables", exited?["assignedVariables"], null, isOpen: true)}
            {Attempts(arn, visit, seen.Attempts)}
            <p class="actions">{TestLink(execution, visit)}</p>
            {Known(arn, visit.Name)}
            {Definition(execution, visit.Name)}
            </div>
            """);
    }

    /// <summary>The panel of a state that was not entered.</summary>
    public Html Of(string arn, string state)
    {
        var execution = views.Describe(arn);
        return Html.Of(
            $"""
            <div class="visit">
            <p class="hint">This state was not entered{(execution.Status == ExecutionStatus.Running ? " yet" : "")}.</p>
            {Known(arn, state)}
            {Definition(execution, state, isOpen: true)}
            </div>
            """);
    }

    /// <summary>Everything about one event.</summary>
    /// <exception cref="ConsoleException">There is none.</exception>
    public Html OfEvent(string arn, long id)
    {
        var e = Event(arn, id) ?? throw ConsoleException.NotFound($"{arn} has no event {id}.");
        var fields = e.Details?.Fields ?? [];
        return Html.Of(
            $"""
            <div class="visit">
            <dl class="facts small">
            <div><dt>Time</dt><dd>{Times.Local(e.Timestamp)}</dd></div>
            <div><dt>Event before</dt><dd>{(e.PreviousEventId == 0 ? Html.Of($"none") : Html.Of($"<a href=\"#event-{e.PreviousEventId}\" data-event=\"{e.PreviousEventId}\">{e.PreviousEventId}</a>"))}</dd></div>
            {fields.Where(field => field.Value is string { Length: < 200 } or long && field.Name is not "cause" and not "parameters")
                .Select(field => Html.Of($"<div><dt>{field.Name}</dt><dd><bdi>{ValueText.Of(field.Value)}</bdi></dd></div>"))}
            </dl>
            {fields.Where(field => field.Value is JsonValue or EventDetails or string { Length: >= 200 } || field.Name is "cause" or "parameters")
                .Select(field => Section(field.Name, field.Value, Whole(arn, id, field.Name), isOpen: true))}
            </div>
            """);
    }

    /// <summary>The text of a field of an event; null when it has none of that name.</summary>
    public string? FieldOf(string arn, long id, string field) => ValueText.Of(Event(arn, id)?[field]);

    private Html Attempts(string arn, Visit visit, IReadOnlyList<(Attempt Attempt, VisitStatus Status)> attempts)
    {
        if (attempts.Count == 0)
            return Html.Empty;
        var isTask = visit.Type == "Task";

        // Of many rounds the last tell the most.
        const int Most = 50;
        return Html.Of(
            $"""
            <section class="attempts"><h3>{(isTask ? "Attempts" : "Rounds")} <span class="hint">{attempts.Count}</span></h3>
            {(attempts.Count > Most ? Html.Of($"<p class=\"hint\">The last {Most} are shown.</p>") : null)}
            <ol>{attempts.Skip(attempts.Count - Most).Select(each => OneAttempt(
                arn, visit.Name, each.Attempt, each.Status, attempts.ElementAtOrDefault(each.Attempt.Number - 2).Attempt, isOpen: each.Attempt == attempts[^1].Attempt))}</ol>
            </section>
            """);
    }

    private Html OneAttempt(string arn, string state, Attempt attempt, VisitStatus status, Attempt? before, bool isOpen)
    {
        var begun = Event(arn, attempt.BeginEventId);
        var failure = attempt.FailureEventId is { } failed ? Event(arn, failed) : null;
        var result = attempt.ResultEventId is { } done ? Event(arn, done) : null;
        var submitted = attempt.SubmittedEventId is { } sent ? Event(arn, sent) : null;
        var isWork = begun?["resource"] is not null;
        var child = ExecutionIn(result ?? submitted);
        return Html.Of(
            $"""
            <li><details{(isOpen ? Html.Of($" open") : null)}><summary>{VisitStatuses.Badge(status)} <span>{(attempt.Number == 1 ? "First" : $"No. {attempt.Number}")}</span>
            <span class="hint">{(attempt.Ended is { } ended ? Times.Duration(ended - attempt.Begun) : "under way")}{Pause(before, attempt)}</span>
            {(attempt.Error is null ? null : Html.Of($"<span class=\"wrong\"><bdi>{attempt.Error}</bdi></span>"))}</summary>
            {(isWork ? Html.Of($"<p class=\"mono resource\"><bdi>{Resource(begun!)}</bdi></p>") : null)}
            {(child is null ? null : Html.Of($"<p>Execution <a href=\"{Links.Execution(child)}\"><bdi>{child.Split(':')[^1]}</bdi></a></p>"))}
            {(failure is null ? null : Section("Cause", failure["cause"], Whole(arn, failure.Id, "cause"), isOpen: true))}
            {(isWork ? Section("Sent", begun!["input"] ?? begun["parameters"], Whole(arn, begun.Id, begun["input"] is null ? "parameters" : "input"), isOpen: false) : null)}
            {(submitted is null ? null : Section("Accepted with", submitted["output"], Whole(arn, submitted.Id, "output"), isOpen: false))}
            {Section("Log", begun is null ? null : services.Service.FunctionLogs.Find(new FunctionCaller(arn, state, begun.PreviousEventId)), null, isOpen: true)}
            {(result is null ? null : Section("Result", result["output"], Whole(arn, result.Id, "output"), isOpen: false))}
            </details></li>
            """);
    }

    /// <summary>How long the pause before a retry was.</summary>
    private static string Pause(Attempt? before, Attempt attempt) =>
        before?.Ended is { } ended && attempt.Begun > ended ? $", after {Times.Duration(attempt.Begun - ended)}" : "";

    private static string Resource(HistoryEvent begun) =>
        begun["resourceType"] is string service ? $"{service}:{begun["resource"]}" : begun["resource"] as string ?? "";

    /// <summary>The execution that a task began, which its answer names.</summary>
    private string? ExecutionIn(HistoryEvent? answer) =>
        answer?["output"] is JsonObject output && output["ExecutionArn"] is JsonString { Value: var arn } && services.Engine.Describe(arn) is not null ? arn : null;

    private static Html Section(string title, object? value, string? whole, bool isOpen) => ValueText.Of(value) is not { } text ? Html.Empty : Html.Of(
        $"""
        <details class="value"{(isOpen ? Html.Of($" open") : null)}><summary><h3>{title}</h3></summary>
        <div class="value-body">{TextBlock.Of(text, whole)}<button type="button" class="ghost small copy" data-copy-from-value aria-label="Copy {title}">{Icons.Copy}</button></div>
        </details>
        """);

    private Html? TestLink(ExecutionDescription execution, Visit visit) => services.Opened.Find(execution.Arn) is { Here: null } ? null : Html.Of(
        $"""<a class="button small" href="{Links.Machine(execution.StateMachine.Arn, "test")}?state={Links.Part(visit.Name)}&amp;execution={Links.Part(execution.Arn)}">Test this state</a>""");

    private Html? Known(string arn, string state) => services.Opened.Find(arn) is { HasDefinition: false } ? null
        : KnownMarkup.Section(Links.Execution(arn, $"states/{Links.Part(state)}/known"));

    private static Html Definition(ExecutionDescription execution, string state, bool isOpen = false) =>
        WrittenState.Find(execution.StateMachine.DefinitionText, state) is { } json ? Section("Definition", json, null, isOpen) : Html.Empty;

    private static string Whole(string arn, long id, string field) => Links.Execution(arn, $"values/{id}/{Links.Part(field)}");

    private static string Number(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private HistoryEvent? Event(string arn, long id) => services.ReadHistory(arn, id, 1) is [var e] ? e : null;

    private sealed record Seen(
        Visit Visit, VisitStatus Status, DateTimeOffset? Ended, long? ExitedEventId, string? Place, string? MapRunArn,
        IReadOnlyList<(Attempt Attempt, VisitStatus Status)> Attempts);
}
