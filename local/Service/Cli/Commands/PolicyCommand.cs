using System.CommandLine;
using Stateside.Engine.History;
using Stateside.Engine.Replay;
using Stateside.Engine.Template;
using Stateside.Language.Json;
using Stateside.Language.Roles;
using Stateside.Language.Validation;
using Stateside.Service.Cli.Options;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside policy</c>: the least that the execution role of a state machine must allow.</summary>
internal sealed class PolicyCommand(CommandHost host)
{
    private readonly MachineArgument _machine = new(name => $"${{{name}}}");

    private readonly CommandOption<bool> _text = CommandOption.OneOf(
        "--format", "A policy, or in words with the states that need it", [("json", false), ("text", true)]);

    private readonly CommandOption<bool> _resolved = CommandOption.Flag(
        "--resolved", "Of a template: ARNs in place of the references that a template has for them.");

    private readonly CommandOption<string?> _output = CommandOption.Output("Where to write it. Without it: standard output.");

    private readonly Option<string[]> _observed = new("--observed")
    {
        Description = "Records of executions, as 'stateside replay' reads them: their calls are held against the policy, in place of printing it. "
            + "Exit code 1 when there is one that it does not allow. May be repeated.",
        HelpName = "HISTORY",
    };

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "policy",
            """
            Print the policy that the execution role of a state machine needs, with resources as narrow as the definition tells.

              stateside policy
              stateside policy serverless.template --state-machine OrderIntake --format text
              stateside policy statemachine/order-intake.asl.json
              stateside policy --observed history.json
            """);
        _machine.AddTo(command);
        command.Add(_text.Option);
        command.Add(_resolved.Option);
        command.Add(_observed);
        command.Add(_output.Option);
        _machine.AddLocationTo(command);
        command.SetAction((parsed, _) => host.GuardAsync(() => Task.FromResult(Run(parsed))));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var output = _output.Value(parsed);
        if (output is not null)
            CommandHost.CheckOutput(output);
        var machine = _machine.Read(parsed);
        var options = new DefinitionOptions { AllowSubstitutions = true, Express = machine.Machine?.Type == "EXPRESS" };
        var parse = DefinitionParser.Parse(machine.Text, options);
        if (parse.Draft is not { } definition)
        {
            var first = parse.Diagnostics.First(diagnostic => diagnostic.Severity == Severity.Error);
            throw new UserException($"{machine.File}({first.Line},{first.Column}): there is nothing to read: {first.Message.Split('\n')[0]}");
        }

        if (!parse.IsValid)
            host.Error.WriteLine(Plain.Line($"{machine.File}: the definition has errors, so the policy may lack something. 'stateside validate' tells more."));

        // The name of a state machine is not in its definition.
        var role = machine is { Template: { } template, Machine: { } own } ? new MachineRole(template, own, machine.Location) : null;
        var facts = new MachineFacts(machine.Location, machine.Machine?.Name ?? "*");
        var needs = role?.Needs(definition) ?? RoleNeeds.Of(definition, facts);
        if (parsed.GetValue(_observed) is { Length: > 0 } observed)
        {
            return Observe(
                output, RecordOptions.ReadFiles(observed), record => ObservedCalls.Of(record, definition, facts),
                seen => role?.Beyond(seen, needs) ?? RoleCheck.Beyond(seen, needs, name => [name]));
        }

        if (_text.Value(parsed))
            host.WriteOutput(output, string.Join('\n', needs.GroupBy(need => need.Resource).Select(Words)));
        else
        {
            var document = PolicyWriter.Document(needs, role is null || _resolved.Value(parsed) ? JsonValue.From : role.Reference);
            host.WriteOutput(output, JsonWriter.Indented(document));
        }

        return ExitCodes.Success;
    }

    private int Observe(
        string? output, List<RecordedExecution> records, Func<RecordedExecution, IReadOnlyList<Permission>> calls,
        Func<IReadOnlyList<Permission>, IEnumerable<Permission>> beyond)
    {
        var lines = new List<string>();
        var isAllowed = true;
        foreach (var record in records)
        {
            var seen = calls(record);
            var refused = beyond(seen).ToList();
            isAllowed &= refused.Count == 0;
            foreach (var call in refused)
            {
                var states = string.Join(", ", call.Reasons.Select(reason => reason.State).Distinct());
                lines.Add($"{record.Source}: the policy does not allow {call.Action} on {call.Resource}, which {states} asked for.");
            }

            var actions = seen.Count == 0 ? "nothing" : string.Join(", ", seen.Select(call => call.Action).Distinct());
            if (refused.Count == 0)
                lines.Add($"{record.Source}: the policy allows all that was asked for: {actions}.");
        }

        host.WriteOutput(output, string.Join('\n', lines.Select(Plain.Line)));
        return isAllowed ? ExitCodes.Success : ExitCodes.Failed;
    }

    /// <summary>What is needed of a resource: its ARN, then each action with who needs it.</summary>
    private static string Words(IGrouping<string, Permission> needs)
    {
        var width = needs.Select(need => need.Width).OfType<string>().FirstOrDefault();
        var lines = needs.Select(need =>
        {
            var reasons = need.Reasons.Select(reason => reason.State is null ? $"the state machine {reason.Why}" : $"{reason.State} {reason.Why}");
            var certainty = need.Certainty switch
            {
                Certainty.Documented => " (AWS's guide grants it)",
                Certainty.Possible => " (perhaps)",
                _ => "",
            };
            return $"  {need.Action}{certainty}: {string.Join("; ", reasons)}";
        });
        return string.Join('\n', [Plain.Line(width is null ? needs.Key : $"{needs.Key} ({width})"), .. lines.Select(Plain.Line)]);
    }
}
