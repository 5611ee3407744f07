using System.CommandLine;
using Stateside.Language.Graph;
using Stateside.Language.Validation;
using Stateside.Service.Cli.Options;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside graph</c>: a drawing of a definition.</summary>
internal sealed class GraphCommand(CommandHost host)
{
    private readonly MachineArgument _machine = new(name => name);

    private readonly CommandOption<bool> _mermaid = CommandOption.OneOf("--format", "How to draw it", [("svg", false), ("mermaid", true)]);

    private readonly CommandOption<string?> _output = CommandOption.Output("Where to write the drawing. Without it: standard output.");

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "graph",
            """
            Draw a state machine: as a picture (SVG, for light and dark pages) or as text for Mermaid. What has errors is drawn as far as it goes.

              stateside graph statemachine/order-intake.asl.json --output order-intake.svg
              stateside graph serverless.template --state-machine OrderIntake -o order-intake.svg
              stateside graph workflow.asl.yaml --format mermaid
            """);
        _machine.AddTo(command);
        command.Add(_mermaid.Option);
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
        var definition = DefinitionParser.Parse(machine.Text, new DefinitionOptions { AllowSubstitutions = true });
        var errors = definition.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error);
        if (definition.Draft is null)
        {
            var first = definition.Diagnostics.First(diagnostic => diagnostic.Severity == Severity.Error);
            throw new UserException($"{machine.File}({first.Line},{first.Column}): there is nothing to draw: {first.Message.Split('\n')[0]}");
        }

        if (errors > 0)
        {
            host.Error.WriteLine(Plain.Line(
                $"{machine.File}: the definition has {(errors == 1 ? "an error" : $"{errors} errors")}, so the drawing may lack something. 'stateside validate' tells more."));
        }

        var graph = StateGraph.Of(definition.Draft);
        host.WriteOutput(output, _mermaid.Value(parsed)
            ? GraphMermaid.Write(graph).TrimEnd('\n')
            : GraphSvg.Write(GraphLayout.Of(graph), GraphSvgOptions.Standalone with { Title = machine.Title }));
        return ExitCodes.Success;
    }
}
