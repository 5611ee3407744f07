using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Machines;

/// <summary>The activities, and which states of which machines wait for their workers.</summary>
internal sealed class ActivitiesPage(ConsoleServices services)
{
    public IEnumerable<ConsoleRoute> Routes => [ConsoleRoute.Get("activities", request => request.PageAsync(Show()))];

    private Page Show()
    {
        var activities = services.Catalog.ListActivities();
        if (activities.Count == 0)
        {
            return new Page("Activities", Html.Of(
                $"""
                <h1>Activities</h1>
                <section class="notice"><p>There are none. An activity is a queue of tasks that workers of your own poll; a template declares one as <code>AWS::StepFunctions::Activity</code>.</p></section>
                """));
        }

        var machines = services.Catalog.ListCurrent();
        return new Page("Activities", Html.Of(
            $"""
            <h1>Activities</h1>
            <div class="scroll"><table class="grid">
            <thead><tr><th scope="col">Name</th><th scope="col">Used by</th><th scope="col">ARN</th><th scope="col">Created</th></tr></thead>
            <tbody>{activities.Select(activity => Html.Of(
                $"""
                <tr><th scope="row"><bdi>{activity.Name}</bdi></th>
                <td>{machines.Where(machine => machine.DefinitionText.Contains(activity.Arn, StringComparison.Ordinal))
                    .Select(machine => Html.Of($"""<a href="{Links.Machine(machine.Arn)}"><bdi>{machine.Name}</bdi></a> """))}</td>
                <td class="mono">{activity.Arn}</td><td>{Times.Local(activity.CreationDate)}</td></tr>
                """))}</tbody>
            </table></div>
            """));
    }
}
