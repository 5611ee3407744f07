using Stateside.Engine.Store;
using Stateside.Engine.Template;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Machines;

/// <summary>A machine as the pages about it need it.</summary>
/// <param name="Entry">What belongs to it.</param>
/// <param name="Revision">Its current revision.</param>
internal sealed record Machine(StateMachineEntry Entry, StateMachine Revision)
{
    public string Arn => Entry.Arn;

    public string Name => Entry.Name;

    public bool IsExpress => Entry.Type == StateMachineType.Express;
}

/// <summary>What all pages of a machine have: its name, what can be done with it, and the tabs.</summary>
internal sealed class MachineFrame(ConsoleServices services)
{
    private static readonly (string? Page, string Text)[] Tabs =
    [
        (null, "Executions"),
        ("definition", "Definition"),
        ("edit", "Edit"),
        ("test", "Test a state"),
        ("versions", "Versions"),
    ];

    /// <summary>The machine that a request is about.</summary>
    /// <exception cref="ConsoleException">There is none.</exception>
    public Machine Find(ConsoleRequest request)
    {
        var arn = request["machine"];
        return services.Catalog.Find(arn) is { } entry && services.Catalog.FindCurrent(arn) is { } revision
            ? new Machine(entry, revision)
            : throw ConsoleException.NotFound($"There is no state machine {arn}. It may have been deleted, or a reload of the template took it away.");
    }

    /// <summary>What the template says of a machine; null where it comes from nowhere but the API.</summary>
    public TemplateStateMachine? Declared(Machine machine) => services.Template?.StateMachines.FirstOrDefault(declared => declared.Arn == machine.Arn);

    /// <summary>A page of a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="tab">Which of its pages; null for the first.</param>
    /// <param name="body">What stands under the tabs.</param>
    /// <param name="script">The module that makes it live.</param>
    public static Page Page(Machine machine, string? tab, Html body, string? script)
    {
        var at = Array.FindIndex(Tabs, candidate => candidate.Page == tab);
        var text = at < 0 ? "Start execution" : Tabs[at].Text;
        return new Page(at == 0 ? machine.Name : $"{text} · {machine.Name}", Html.Of(
            $"""
            <div class="head" data-machine="{machine.Arn}">
              <h1><bdi>{machine.Name}</bdi></h1>
              <span class="tag">{(machine.IsExpress ? "Express" : "Standard")}</span>
              {(machine.Entry.IsDeleting ? Html.Of($"<span class=\"tag\">is being deleted</span>") : null)}
              <span class="actions">
                <button type="button" data-copy="{machine.Arn}" aria-label="Copy the ARN of the state machine">{Icons.Copy}Copy ARN</button>
                {(tab == "start" ? null : Html.Of($"""<a id="start-execution" class="button primary" href="{Links.Machine(machine.Arn, "start")}">{Icons.Play}Start execution</a>"""))}
              </span>
            </div>
            <nav class="tabs" aria-label="State machine">{Tabs.Select(candidate => Html.Of(
                $"""<a href="{Links.Machine(machine.Arn, candidate.Page)}"{(candidate.Page == tab ? Html.Of($" aria-current=\"page\"") : null)}>{candidate.Text}</a>"""))}</nav>
            {body}
            """))
        {
            Crumbs = at == 0
                ? [new("State machines", Links.Machines)]
                : [new("State machines", Links.Machines), new(machine.Name, Links.Machine(machine.Arn))],
            Here = at == 0 ? machine.Name : text,
            Script = script,
            IsWide = true,
        };
    }
}
