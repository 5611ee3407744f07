using System.Collections.Concurrent;
using Stateside.Engine;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Template.Parsing;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Machines;

/// <summary>All state machines, with how their executions stand.</summary>
internal sealed class MachinesPage(ConsoleServices services)
{
    private const int FewMachines = 10;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("machines", request => request.PageAsync(Show(request))),
        ConsoleRoute.Get("machines/live", LiveAsync),
    ];

    private Page Show(ConsoleRequest request)
    {
        var machines = services.Catalog.List();
        return new Page("State machines", machines.Count == 0 ? Html.Of($"<h1>State machines</h1>{Damage()}{Problems()}{Nothing(request.Http.Request.Host.Value)}{FromAws()}") : Html.Of(
            $"""
            <div class="head"><h1>State machines</h1>
            {(machines.Count <= FewMachines ? null : Html.Of($"""<span class="actions"><input type="search" id="machine-filter" placeholder="Find by name" aria-label="Find state machines by name" autocomplete="off" spellcheck="false"></span>"""))}</div>
            {Damage()}{Problems()}
            <div class="scroll">
            <table id="machines" class="grid" data-live="{Links.Machines}/live">
            <thead><tr><th scope="col">Name</th><th scope="col">Type</th>{Status.All.Select(status =>
                Html.Of($"""<th scope="col" class="number">{Status.Text(status)}</th>"""))}<th scope="col">Last execution</th></tr></thead>
            <tbody id="machine-rows">{Rows(machines)}</tbody>
            </table>
            </div>
            {FromAws()}
            """))
        {
            Script = "machines.js",
        };
    }

    private IEnumerable<Html> Rows(IReadOnlyList<StateMachineEntry> machines) => machines.Select(machine => Html.Of(
        $"""
        <tr data-machine="{machine.Name}"><th scope="row"><a href="{Links.Machine(machine.Arn)}"><bdi>{machine.Name}</bdi></a>{(machine.IsDeleting ? Html.Of($" <span class=\"hint\">is being deleted</span>") : null)}</th>
        <td>{(machine.Type == StateMachineType.Express ? "Express" : "Standard")}</td>
        {Cells(machine)}</tr>
        """));

    private Html Cells(StateMachineEntry machine)
    {
        var counts = services.Engine.Count(machine.Arn);
        return Html.Of(
            $"""
            {Status.All.Select(status => CountCell(machine, status, counts.GetValueOrDefault(status)))}<td data-cell="m{machine.Serial}-last">{Last(machine)}</td>
            """);
    }

    private static Html CountCell(StateMachineEntry machine, ExecutionStatus status, long count) => Html.Of(
        $"""<td class="number" data-cell="m{machine.Serial}-{status.Name()}">{Count(machine, status, count)}</td>""");

    private static Html Count(StateMachineEntry machine, ExecutionStatus status, long count) => count == 0
        ? Html.Of($"<span class=\"none\">0</span>")
        : Html.Of($"""<a class="{Status.Class(status)} count" href="{Links.Machine(machine.Arn)}?status={status.Name()}#executions">{count}</a>""");

    private Html Last(StateMachineEntry machine) => services.Engine.List(new ExecutionQuery(machine.Arn) { Limit = 1 }) is [var execution, ..]
        ? Html.Of($"""{Status.Badge(execution.Status)}{Status.Mark(execution)} <a href="{Links.Execution(execution.Arn)}">{Times.Local(execution.StartDate)}</a>""")
        : Html.Of($"<span class=\"none\">none yet</span>");

    /// <summary>Which machines of the template are not there, and why.</summary>
    private Html? Problems()
    {
        if (services.Template is not { } template)
            return null;
        var problems = template.Diagnostics.Where(diagnostic => diagnostic.Severity == TemplateSeverity.Error).Select(diagnostic => diagnostic.ToString())
            .Concat(LocalService.Check(template)).Distinct().ToList();
        return problems.Count == 0 ? null : Html.Of(
            $"""
            <section class="notice problem" aria-labelledby="problems"><h2 id="problems">The template has mistakes</h2>
            <p>What they stand in the way of is not here.</p>
            <ul class="plain">{problems.Select(problem => Html.Of($"<li>{problem}</li>"))}</ul></section>
            """);
    }

    /// <summary>What is kept and cannot be read.</summary>
    private Html? Damage()
    {
        var damaged = services.Catalog.Damaged.Concat(services.Engine.KnownDamage).ToList();
        return damaged.Count == 0 ? null : Html.Of(
            $"""
            <section class="notice problem" aria-labelledby="damage"><h2 id="damage">Some of what is kept cannot be read</h2>
            <ul class="plain">{damaged.Select(damage => Html.Of($"<li>{damage.Message}</li>"))}</ul></section>
            """);
    }

    private Html Nothing(string? host) => Html.Of(
        $"""
        <section id="machines" class="notice" data-live="{Links.Machines}/live">
        <p>There are none yet. Start Stateside in the folder of a SAM or CloudFormation template that declares one, or create one over the API:</p>
        <pre class="code">aws stepfunctions create-state-machine --endpoint-url http://{host} --name hello \
          --role-arn {services.Service.Options.Location.RoleArn("any")} --definition file://hello.asl.json</pre>
        </section>
        """);

    /// <summary>What was opened from records of AWS, and the way to open more.</summary>
    private Html FromAws()
    {
        var opened = services.Opened.All;
        return Html.Of(
            $"""
            <section id="opened" class="card" aria-labelledby="opened-title">
            <header><h2 id="opened-title">Executions from AWS</h2><label class="button file">Open…<input type="file" id="open-files" multiple></label></header>
            {(opened.Count == 0 ? null : Html.Of(
                $"""
                <div class="scroll plain"><table class="grid">
                <thead><tr><th scope="col">Name</th><th scope="col">Status</th><th scope="col">State machine</th><th scope="col">File</th><th scope="col">Started</th></tr></thead>
                <tbody>{opened.Select(each => Html.Of(
                    $"""
                    <tr><th scope="row"><a href="{Links.Execution(each.Key)}"><bdi>{each.Description.Name}</bdi></a></th><td>{Status.Badge(each.Description.Status)}</td>
                    <td class="whole-name">{((each.Record.MachineName ?? each.Here?.Name) is { } machine ? Html.Of($"<bdi>{machine}</bdi>") : Html.Of($"<span class=\"none\">not told</span>"))}</td><td class="whole-name"><bdi title="{each.Record.Source}">{Path.GetFileName(each.Record.Source)}</bdi></td><td>{Times.Local(each.Record.StartDate)}</td></tr>
                    """))}</tbody></table></div>
                """))}
            <p class="body hint">Choose the file that <code>aws stepfunctions get-execution-history</code> wrote, or drop it on any page; with it the one of
            <code>describe-execution</code>, which has the name, and of <code>describe-state-machine-for-execution</code>, which has the definition.
            It is shown here and sent nowhere.</p>
            </section>
            """);
    }

    /// <summary>The cells that changed: of machines whose executions have moved since, and once of all.</summary>
    private Task LiveAsync(ConsoleRequest request)
    {
        var moved = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var shown = new Dictionary<string, string>(StringComparer.Ordinal);
        string? machines = null;
        return LiveStream.ServeAsync(
            request,
            change =>
            {
                if (change.MapRunArn is null)
                    moved.TryAdd(change.StateMachineArn, true);
                return change.MapRunArn is null;
            },
            Pace,
            async stream =>
            {
                var all = services.Catalog.List();
                var present = string.Join(' ', all.Select(machine => machine.Serial));
                if (machines is not null && machines != present)
                    await stream.SendAsync("reload", new { });
                var news = all.Where(machine => moved.TryRemove(machine.Arn, out _) || machines is null).SelectMany(CellsNow)
                    .Where(cell => !shown.TryGetValue(cell.Key, out var old) || old != cell.Value).ToDictionary();
                machines = present;
                foreach (var cell in news)
                    shown[cell.Key] = cell.Value;
                if (news.Count > 0)
                    await stream.SendAsync("cells", news);
            },
            look: TimeSpan.FromSeconds(2));
    }

    private IEnumerable<KeyValuePair<string, string>> CellsNow(StateMachineEntry machine)
    {
        var counts = services.Engine.Count(machine.Arn);
        foreach (var status in Status.All)
            yield return new($"m{machine.Serial}-{status.Name()}", Count(machine, status, counts.GetValueOrDefault(status)).ToString());
        yield return new($"m{machine.Serial}-last", Last(machine).ToString());
    }
}
