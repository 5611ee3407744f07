using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>What stands at the top of the page of an execution that was opened from a record of AWS. There is nothing to stop and to redrive.</summary>
internal static class OpenedHead
{
    /// <summary>Everything between the breadcrumb and the graph.</summary>
    public static Html Markup(OpenedExecution opened)
    {
        var (record, execution) = (opened.Record, opened.Description);
        return Html.Of(
            $"""
            <div class="head">
              <h1><bdi>{execution.Name}</bdi></h1>
              {Status.Badge(execution.Status)} <span class="tag">from AWS</span>
              {(execution.RedriveCount == 0 ? null : Html.Of($" <span class=\"tag\">redriven {execution.RedriveCount}×</span>"))}
              <span class="actions">{Actions(opened)}</span>
            </div>
            <p class="hint origin">From AWS, opened from <bdi>{record.Source}</bdi>. {opened.Origin}{(record.HasData ? "" : " It was recorded without inputs and outputs.")}</p>
            {ExecutionHead.Failure(execution)}
            <dl class="facts">{Facts(opened)}</dl>
            """);
    }

    /// <summary>What is said in place of the graph.</summary>
    public static Html NoGraph() => Html.Of($"""<p class="hint pad">There is no definition to draw.</p>""");

    private static IEnumerable<Html> Actions(OpenedExecution opened)
    {
        if (opened.Here is { } here)
        {
            if (opened.Record.Input is not null)
                yield return Html.Of($"""<a class="button" href="{Links.Machine(here.Arn, "start")}?again={Links.Part(opened.Key)}">{Icons.Play}Start it here</a>""");
            yield return Html.Of($"""<a class="button" href="{Links.Execution(opened.Key, "compare")}">Compare</a>""");
        }

        var arn = opened.Record.Arn;
        if (ExecutionAsTest.WhyNot(opened) is null)
        {
            yield return Html.Of(
                $"""
                <details class="menu"><summary class="button">{Icons.Copy}Copy</summary>
                <div class="menu-items">
                {(arn is null ? null : Html.Of($"<button type=\"button\" class=\"ghost\" data-copy=\"{arn}\">ARN</button>"))}
                {ExecutionHead.CopiesOfTest(opened.Description)}
                </div></details>
                """);
        }
        else if (arn is not null)
        {
            yield return Html.Of($"""<button type="button" data-copy="{arn}">{Icons.Copy}Copy ARN</button>""");
        }
    }

    private static IEnumerable<Html> Facts(OpenedExecution opened)
    {
        var (record, execution) = (opened.Record, opened.Description);
        yield return ExecutionHead.Fact("Started", Times.Local(record.StartDate));
        yield return record.StopDate is { } stop
            ? ExecutionHead.Fact("Ended", Times.Local(stop))
            : ExecutionHead.Fact("Recorded until", Times.Local(record.Events[^1].Timestamp));
        yield return ExecutionHead.Fact("Duration", Html.Of($"{Times.Duration(execution.Duration(record.Events[^1].Timestamp))}"));
        if (record.MachineName is { } name)
            yield return ExecutionHead.Fact("State machine on AWS", Html.Of($"<bdi>{name}</bdi>"));
        if (opened.Here is { } here)
            yield return ExecutionHead.Fact("Here", Html.Of($"""<a href="{Links.Machine(here.Arn)}"><bdi>{here.Name}</bdi></a>"""));
        if (record.IsExpress)
            yield return ExecutionHead.Fact("Type", Html.Of($"Express"));
        if (record.Input is { } input)
            yield return ExecutionHead.Fact("Input", Html.Of($"{ExecutionHead.Size(input.Utf8Length)}"));
        if (record.Output is { } output)
            yield return ExecutionHead.Fact("Output", Html.Of($"{ExecutionHead.Size(output.Utf8Length)}"));
    }
}
