using Stateside.Engine.Operations;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Machines;

/// <summary>A machine's versions and aliases.</summary>
internal sealed class VersionsPage(ConsoleServices services, MachineFrame frame)
{
    private sealed record Publish(string? Description = null);

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("machines/{machine}/versions", ShowAsync),
        ConsoleRoute.Post("machines/{machine}/versions", PublishAsync),
    ];

    private Task ShowAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var (versions, aliases) = (machine.Entry.Versions, machine.Entry.Aliases);
        return request.PageAsync(MachineFrame.Page(machine, "versions", Html.Of(
            $"""
            <section class="card" aria-labelledby="versions-title">
              <header><h2 id="versions-title">Versions</h2>
                <form id="publish" class="filters" data-publish="{Links.Machine(machine.Arn, "versions")}">
                  <input id="publish-description" aria-label="Description of the version" placeholder="Description" maxlength="256" autocomplete="off">
                  <button>Publish the current revision</button>
                </form></header>
              {(versions.Count == 0 ? Html.Of($"<p class=\"empty\">None is published yet. A version is a revision that never changes.</p>") : Html.Of(
                $"""
                <div class="scroll plain"><table class="grid">
                <thead><tr><th scope="col">Version</th><th scope="col">Description</th><th scope="col">Aliases</th><th scope="col">Published</th><th scope="col"><span class="visually-hidden">Actions</span></th></tr></thead>
                <tbody>{versions.Reverse().Select(version => Html.Of(
                    $"""
                    <tr><th scope="row">{version.Number}</th><td><bdi>{version.Description}</bdi></td>
                    <td>{aliases.Where(alias => alias.Routes.Any(route => route.Version == version.Number)).Select(alias => Html.Of($"<span class=\"tag\"><bdi>{alias.Name}</bdi></span> "))}</td>
                    <td>{Times.Local(version.CreationDate)}</td><td><a href="{Links.Machine(machine.Arn, "start")}?qualifier={version.Number}">Start</a></td></tr>
                    """))}</tbody></table></div>
                """))}
            </section>
            <section class="card" aria-labelledby="aliases-title">
              <header><h2 id="aliases-title">Aliases</h2></header>
              {(aliases.Count == 0 ? Html.Of($"<p class=\"empty\">There are none. An alias is a name that leads to one version, or to two by weight.</p>") : Html.Of(
                $"""
                <div class="scroll plain"><table class="grid">
                <thead><tr><th scope="col">Alias</th><th scope="col">Description</th><th scope="col">Leads to</th><th scope="col">Changed</th><th scope="col"><span class="visually-hidden">Actions</span></th></tr></thead>
                <tbody>{aliases.Select(alias => Html.Of(
                    $"""
                    <tr><th scope="row"><bdi>{alias.Name}</bdi></th><td><bdi>{alias.Description}</bdi></td>
                    <td>{string.Join(", ", alias.Routes.Select(route => $"version {route.Version} ({route.Weight} %)"))}</td>
                    <td>{Times.Local(alias.UpdateDate)}</td><td><a href="{Links.Machine(machine.Arn, "start")}?qualifier={Uri.EscapeDataString(alias.Name)}">Start</a></td></tr>
                    """))}</tbody></table></div>
                """))}
            </section>
            """), "versions.js"));
    }

    private async Task PublishAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var body = await request.BodyAsync<Publish>();
        var response = await new VersionOperations(services.State).PublishAsync(
            new PublishStateMachineVersionRequest(machine.Arn, null, string.IsNullOrWhiteSpace(body.Description) ? null : body.Description));
        await request.JsonAsync(new { arn = response.StateMachineVersionArn });
    }
}
