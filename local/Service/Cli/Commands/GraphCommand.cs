using System.CommandLine;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Graph;
using Stateside.Language.Validation;
using Stateside.Service.Cli.Options;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside graph</c>: a drawing of a definition.</summary>
internal sealed class GraphCommand(CommandHost host)
{
    private readonly Argument<string?> _file = new("file")
    {
        Description = "A definition file (ASL in JSON or YAML), a template, or its folder. Without it: the template in this folder.",
        HelpName = "file",
        Arity = ArgumentArity.ZeroOrOne,
        Validators = { Arguments.NoOption },
    };

    private readonly CommandOption<string?> _machine = CommandOption.Text(
        "--state-machine", "NAME", "Of a template: the state machine, its logical id or its name. May be left out when the template has only one.");

    private readonly CommandOption<bool> _mermaid = CommandOption.OneOf("--format", "How to draw it", [("svg", false), ("mermaid", true)]);

    private readonly CommandOption<string?> _output = CommandOption.Output("Where to write the drawing. Without it: standard output.");

    private readonly LocationOptions _location = new(keepsData: false);

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
            """)
        {
            _file, _machine.Option, _mermaid.Option, _output.Option,
        };
        _location.AddTo(command);
        _machine.Option.CompletionSources.Add(context => MachineNames(context.ParseResult));
        command.SetAction((parsed, _) => host.GuardAsync(() => Task.FromResult(Run(parsed))));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var output = _output.Value(parsed);
        if (output is not null)
            CommandHost.CheckOutput(output);
        var (name, title, text) = Read(parsed, parsed.GetValue(_file), _machine.Value(parsed));
        var definition = DefinitionParser.Parse(text, new DefinitionOptions { AllowSubstitutions = true });
        var errors = definition.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error);
        if (definition.Draft is null)
        {
            var first = definition.Diagnostics.First(diagnostic => diagnostic.Severity == Severity.Error);
            throw new UserException($"{name}({first.Line},{first.Column}): there is nothing to draw: {first.Message.Split('\n')[0]}");
        }

        if (errors > 0)
        {
            host.Error.WriteLine(Plain.Line(
                $"{name}: the definition has {(errors == 1 ? "an error" : $"{errors} errors")}, so the drawing may lack something. 'stateside validate' tells more."));
        }

        var graph = StateGraph.Of(definition.Draft);
        host.WriteOutput(output, _mermaid.Value(parsed)
            ? GraphMermaid.Write(graph).TrimEnd('\n')
            : GraphSvg.Write(GraphLayout.Of(graph), GraphSvgOptions.Standalone with { Title = title }));
        return ExitCodes.Success;
    }

    /// <summary>The file as messages name it, what the drawing is called, and the definition.</summary>
    private (string Name, string Title, string Text) Read(ParseResult parsed, string? file, string? machine)
    {
        if (file is null || Directory.Exists(file))
            return OfTemplate(parsed, TemplateFile.Find(file ?? Directory.GetCurrentDirectory()), machine);
        var text = DefinitionFile.Read(file, InputFiles.ReadText(file)).Json;
        if (InputFiles.IsTemplate(text))
            return OfTemplate(parsed, Path.GetFullPath(file), machine);
        if (machine is not null)
            throw new UserException($"--state-machine {machine}: {file} is a definition, not a template. Leave --state-machine out.");
        return (file, Path.GetFileName(file).Split('.')[0], text);
    }

    private (string Name, string Title, string Text) OfTemplate(ParseResult parsed, string path, string? machine)
    {
        var template = Template(parsed, path);
        var chosen = machine is not null ? template.FindStateMachine(machine) : template.StateMachines switch
        {
            [var only] => only,
            [] => throw new UserException($"{path}: it has no state machine. Name a definition file or another template."),
            var several => throw new UserException(
                $"{path}: it has several state machines; name one with --state-machine: {string.Join(", ", several.Select(one => one.LogicalId))}."),
        };
        if (chosen.Definition is { } definition)
            return (definition.File, chosen.Name, definition.Text);
        throw new UserException(template.ErrorsFor(chosen) is [var first, ..]
            ? first.ToString()
            : $"{path}: the definition of '{chosen.LogicalId}' cannot be had.");
    }

    /// <summary>Mappings and conditions may ask for the region; what only a deployment knows is no matter in a drawing.</summary>
    private TemplateModel Template(ParseResult parsed, string path) =>
        TemplateReader.Read(new TemplateRequest(path) { Location = _location.Read(parsed, path), NamesWillDo = true });

    private IEnumerable<string> MachineNames(ParseResult parsed)
    {
        try
        {
            var path = TemplateFile.Find(parsed.GetValue(_file) ?? Directory.GetCurrentDirectory());
            return [.. Template(parsed, path).StateMachines.Select(machine => machine.LogicalId)];
        }
        catch (Exception e) when (e is TemplateException or UserException)
        {
            return [];
        }
    }
}
