using System.Globalization;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>What stands at the top of an execution's page: how it stands, what can be done with it, and the facts about it.</summary>
internal sealed class ExecutionHead(ConsoleServices services)
{
    /// <summary>Everything between the breadcrumb and the graph.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="endpoint">Where the service is reached, for commands.</param>
    public Html Markup(ExecutionDescription execution, string endpoint) => Html.Of(
        $"""
        <div class="head">
          <h1><bdi>{execution.Name}</bdi></h1>
          {Status.Badge(execution.Status)}{Status.Mark(execution)}
          {(execution.RedriveCount == 0 ? null : Html.Of($" <span class=\"tag\">redriven {execution.RedriveCount}×</span>"))}
          <span class="actions">{Actions(execution, endpoint)}</span>
        </div>
        {(execution.IsHeld ? HeldNote() : null)}
        {Failure(execution)}
        <dl class="facts">{Facts(execution)}</dl>
        """);

    /// <summary>Why an execution cannot be redriven; null when it can.</summary>
    public string? WhyNotRedrivable(ExecutionDescription execution) => execution.MapRunArn is not null
        ? "It is a child of a map run and is redriven with the execution of that."
        : DescribedExecution.WhyNotRedrivable(execution, services.Catalog, services.Engine.Now);

    private IEnumerable<Html> Actions(ExecutionDescription execution, string endpoint)
    {
        if (execution.Status == ExecutionStatus.Running)
        {
            if (execution.IsHeld)
                yield return Html.Of($"""<button type="button" data-action="let-go-on">Let it go on</button>""");
            yield return Html.Of($"""<button type="button" class="danger" data-action="stop" aria-haspopup="dialog">Stop</button>""");
        }
        else if (execution.StateMachine.Type == StateMachineType.Standard && execution.Status != ExecutionStatus.Succeeded)
        {
            yield return WhyNotRedrivable(execution) is { } reason
                ? Html.Of($"""<button type="button" disabled title="{reason}">Redrive</button><span class="hint">{reason}</span>""")
                : Html.Of($"""<button type="button" data-action="redrive">Redrive</button>""");
        }

        if (execution.MapRunArn is null)
        {
            yield return Html.Of($"""<a class="button" href="{Links.Machine(execution.StateMachine.Arn, "start")}?again={Links.Part(execution.Arn)}">{Icons.Play}Start again</a>""");
            yield return Html.Of($"""<a class="button" href="{Links.Execution(execution.Arn, "compare")}">Compare</a>""");
        }

        yield return Html.Of(
            $"""
            <details class="menu"><summary class="button">{Icons.Copy}Copy</summary>
            <div class="menu-items">
            <button type="button" class="ghost" data-copy="{execution.Arn}">ARN</button>
            {(execution.MapRunArn is null ? Html.Of($"<button type=\"button\" class=\"ghost\" data-copy=\"{CommandText.Start(execution, endpoint)}\">start-execution command</button>") : null)}
            <button type="button" class="ghost" data-copy="{CommandText.Describe(execution, endpoint)}">describe-execution command</button>
            <button type="button" class="ghost" data-copy="{CommandText.History(execution, endpoint)}">get-execution-history command</button>
            {(execution.MapRunArn is null && execution.Status != ExecutionStatus.Running ? CopiesOfTest(execution) : null)}
            </div></details>
            """);
    }

    /// <summary>What copies an execution that ended as a test.</summary>
    public static Html CopiesOfTest(ExecutionDescription execution) => Html.Of(
        $"""
        <button type="button" class="ghost" data-copy-from="{Links.Execution(execution.Arn, "test")}">C# test</button>
        <button type="button" class="ghost" data-copy-from="{Links.Execution(execution.Arn, "mocks")}">mock file</button>
        """);

    private static Html HeldNote() => Html.Of(
        $"""
        <section class="notice problem" aria-label="Held">
        <h2>It does not go on</h2>
        <p>{ExecutionDescription.Held}. So that it does not happen again it waits until you stop it, or let it go on.</p>
        </section>
        """);

    /// <summary>The error that it ended with.</summary>
    public static Html? Failure(ExecutionDescription execution) => execution.Error is null && execution.Cause is null ? null : Html.Of(
        $"""
        <section class="notice problem" aria-label="Error">
        <h2>{execution.Error ?? "No error name"}</h2>
        {(execution.Cause is null ? null : TextBlock.Of(execution.Cause))}
        </section>
        """);

    private IEnumerable<Html> Facts(ExecutionDescription execution)
    {
        var machine = execution.StateMachine;
        yield return Fact("Started", Times.Local(execution.StartDate));
        yield return execution.StopDate is { } stop ? Fact("Ended", Times.Local(stop)) : Html.Empty;
        yield return Fact("Duration", Html.Of(
            $"""<span{(execution.StopDate is null ? Html.Of($" data-since=\"{ViewUpdate.Milliseconds(execution.StartDate).ToString(CultureInfo.InvariantCulture)}\"") : null)}>{Times.Duration(execution.Duration(services.Engine.Now))}</span>"""));
        yield return Fact("State machine", Html.Of($"""<a href="{Links.Machine(machine.Arn)}"><bdi>{machine.Name}</bdi></a>"""));
        yield return Fact("Revision", Html.Of($"<span class=\"mono\">{machine.ShownRevisionId ?? "INITIAL"}</span>"));
        if (execution.VersionArn is { } version)
            yield return Fact("Version", Html.Of($"{version.Split(':')[^1]}"));
        if (execution.AliasArn is { } alias)
            yield return Fact("Alias", Html.Of($"<bdi>{alias.Split(':')[^1]}</bdi>"));
        if (execution.TestCase is { } test)
            yield return Fact("Test case", Html.Of($"<bdi>{test}</bdi>"));
        if (execution.RedriveDate is { } redriven)
            yield return Fact("Redriven", Times.Local(redriven));
        if (ParentOf(execution) is { } parent)
            yield return Fact(execution.MapRunArn is null ? "Started by" : $"Item {execution.ItemIndex} of", Html.Of($"""<a href="{Links.Execution(parent)}"><bdi>{parent.Split(':')[^1]}</bdi></a>"""));
        yield return Fact("Input", Html.Of($"""<span>{Size(execution.Input.Utf8Length)}</span>"""));
        if (execution.Output is { } output)
            yield return Fact("Output", Html.Of($"""<span>{Size(output.Utf8Length)}</span>"""));
    }

    /// <summary>A fact about it.</summary>
    public static Html Fact(string name, Html value) => Html.Of($"<div><dt>{name}</dt><dd>{value}</dd></div>");

    /// <summary>How large something is.</summary>
    public static string Size(int bytes) => bytes < 1024
        ? $"{bytes} bytes"
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KB");

    /// <summary>The execution that began this one, where there is one here.</summary>
    private string? ParentOf(ExecutionDescription execution)
    {
        if (execution.MapRunArn is { } mapRun)
            return services.Engine.DescribeMapRun(mapRun)?.ExecutionArn;
        return execution.Input is JsonObject input && input["AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"] is JsonString { Value: var arn }
            && services.Engine.Describe(arn) is not null
                ? arn
                : null;
    }
}
