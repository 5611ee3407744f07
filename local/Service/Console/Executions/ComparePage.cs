using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Language.Json;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>Two executions side by side: which states each visited, how long each took, which inputs and outputs differ.</summary>
internal sealed class ComparePage(ConsoleServices services, ExecutionViews views)
{
    private const int MostChoices = 50;
    private const int MostRows = 500;
    private const int MostShown = 4_000;

    public IEnumerable<ConsoleRoute> Routes => [ConsoleRoute.Get("executions/{execution}/compare", request => request.PageAsync(Show(request)))];

    private Page Show(ConsoleRequest request)
    {
        var left = views.Describe(request["execution"]);
        return new Page($"Compare {left.Name}", Html.Of(
            $"""
            <div class="head"><h1>Compare executions</h1></div>
            {(request.Query("with") is { } other ? Both(left, views.Describe(other)) : null)}
            {Choices(left, request.Query("with"))}
            """))
        {
            Crumbs = [new("State machines", Links.Machines), new(left.StateMachine.Name, Links.Machine(left.StateMachine.Arn)), new(left.Name, Links.Execution(left.Arn))],
            Here = "Compare",
            IsWide = true,
        };
    }

    private Html Choices(ExecutionDescription left, string? chosen)
    {
        var link = Links.Execution(left.Arn, "compare");
        var others = services.Engine.List(new ExecutionQuery(left.StateMachine.Arn) { Limit = MostChoices + 1 }).Where(other => other.Arn != left.Arn).Take(MostChoices).ToList();
        return Html.Of(
            $"""
            <section class="card" aria-labelledby="others"><header><h2 id="others">{(chosen is null ? $"Compare {left.Name} with" : "Compare with another one")}</h2></header>
            <form class="filters body" method="get" action="{link}"><span class="field grow"><label for="with">ARN of an execution</label>
            <input id="with" name="with" required value="{chosen}" autocomplete="off" spellcheck="false"></span><button type="submit">Compare</button></form>
            <div class="scroll plain"><table class="grid"><thead><tr><th scope="col">Name</th><th scope="col">Status</th><th scope="col">Started</th><th scope="col" class="number">Duration</th></tr></thead>
            <tbody>{others.Select(other => Html.Of(
                $"""
                <tr><th scope="row"><a href="{link}?with={Links.Part(other.Arn)}"{(other.Arn == chosen ? Html.Of($" aria-current=\"true\"") : null)}><bdi>{other.Name}</bdi></a></th><td>{Status.Badge(other.Status)}</td><td>{Times.Local(other.StartDate)}</td>
                <td class="number">{Times.Duration(other.Duration(services.Engine.Now))}</td></tr>
                """))}</tbody></table></div>
            {(others.Count == 0 ? Html.Of($"<p class=\"body hint\">The state machine has no other executions.</p>") : null)}
            </section>
            """);
    }

    private Html Both(ExecutionDescription left, ExecutionDescription right)
    {
        var rows = Comparison.Of(views.Read(left.Arn, Comparison.VisitsOf).Result, views.Read(right.Arn, Comparison.VisitsOf).Result);
        var compared = rows.Take(MostRows).Select(row => Compare(left, right, row)).ToList();
        var different = compared.Count(row => row.IsDifferent);
        return Html.Of(
            $"""
            <section class="card" aria-labelledby="sides"><header><h2 id="sides">{Verdict(different, rows.Count, left.Status == right.Status)}</h2></header>
            <div class="scroll plain"><table class="grid compare">
            <thead><tr><th scope="col">State</th><th scope="col"><a href="{Links.Execution(left.Arn)}"><bdi>{left.Name}</bdi></a></th>
            <th scope="col"><a href="{Links.Execution(right.Arn)}"><bdi>{right.Name}</bdi></a></th><th scope="col">What differs</th></tr></thead>
            <tbody>
            <tr class="whole"><th scope="row">Whole execution</th><td>{Status.Badge(left.Status)} {Times.Duration(left.Duration(services.Engine.Now))}</td>
            <td>{Status.Badge(right.Status)} {Times.Duration(right.Duration(services.Engine.Now))}</td>
            <td>{Values([("Input", left.Input, right.Input), ("Output", left.Output, right.Output), ("Error", Text(left), Text(right))])}</td></tr>
            {compared.Select(row => row.Row)}
            </tbody></table></div>
            {(rows.Count > MostRows ? Html.Of($"<p class=\"body hint\">The first {MostRows} of {rows.Count} visits are shown.</p>") : null)}
            </section>
            """);
    }

    private static string Verdict(int different, int visits, bool isSameEnd) => different switch
    {
        0 when visits <= MostRows => isSameEnd ? "Both went the same way" : "Both went the same way, and ended differently",
        0 => $"The first {MostRows} visits do not differ",
        1 => "1 visit to a state differs",
        _ => $"{different} visits to states differ",
    };

    private (Html Row, bool IsDifferent) Compare(ExecutionDescription left, ExecutionDescription right, ComparedVisit row)
    {
        var isDifferent = row.Left?.Status != row.Right?.Status || row.Left?.Attempts.Count != row.Right?.Attempts.Count;
        Html? values = null;
        if (row is { Left: { } ours, Right: { } theirs })
        {
            values = Values(
            [
                ("Input", Field(left.Arn, ours.Id, "input"), Field(right.Arn, theirs.Id, "input")),
                ("Output", Field(left.Arn, ours.ExitedEventId, "output"), Field(right.Arn, theirs.ExitedEventId, "output")),
                ("Error", ours.Error is null ? null : JsonValue.From(ours.Error), theirs.Error is null ? null : JsonValue.From(theirs.Error)),
            ]);
            isDifferent |= values is not null;
        }

        return (Html.Of(
            $"""
            <tr class="depth-{Math.Min(row.Depth, 6)}{(isDifferent ? " differs" : "")}"><th scope="row"><bdi>{row.Name}</bdi>{(row.Place is null ? null : Html.Of($" <span class=\"hint\"><bdi>{row.Place}</bdi></span>"))}</th>
            <td>{Side(row.Left)}</td><td>{Side(row.Right)}</td><td>{values}</td></tr>
            """), isDifferent);
    }

    private Html Side(Visit? visit) => visit is null ? Html.Of($"<span class=\"none\">not visited</span>") : Html.Of(
        $"""{VisitStatuses.Badge(visit.Status)} {Times.Duration((visit.Ended ?? services.Engine.Now) - visit.Entered)}{(visit.Attempts.Count > 1 ? Html.Of($" <span class=\"tag\">{visit.Attempts.Count} attempts</span>") : null)}""");

    private static Html? Values(IReadOnlyList<(string Name, JsonValue? Left, JsonValue? Right)> pairs)
    {
        var different = pairs.Where(pair => pair.Left is null ? pair.Right is not null : !pair.Left.Equals(pair.Right)).ToList();
        return different.Count == 0 ? null : Html.Of(
            $"""
            <details class="value"><summary>{string.Join(", ", different.Select(pair => pair.Name))}</summary>{different.Select(pair => Html.Of(
                $"""<h3>{pair.Name}</h3><div class="split">{Cut(pair.Left)}{Cut(pair.Right)}</div>"""))}</details>
            """);
    }

    private static Html Cut(JsonValue? value)
    {
        if (value is null)
            return Html.Of($"<p class=\"none\">nothing</p>");
        var text = JsonWriter.Indented(value);
        return JsonMarkup.Block(text.Length <= MostShown ? text : text[..MostShown] + "…");
    }

    private static JsonObject? Text(ExecutionDescription execution) => execution.Error is null && execution.Cause is null
        ? null
        : JsonObject.Of(("Error", JsonValue.From(execution.Error)), ("Cause", JsonValue.From(execution.Cause)));

    private JsonValue? Field(string arn, long? id, string field) =>
        id is { } number && services.ReadHistory(arn, number, 1) is [var e] ? e[field] as JsonValue : null;
}
