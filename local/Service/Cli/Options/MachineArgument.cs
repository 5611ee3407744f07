using System.CommandLine;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Services;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Options;

/// <summary>A state machine that a command looks at without running it: a definition file, or one of a template's machines.</summary>
/// <param name="standIn">What stands for what only a deployment knows, by its name.</param>
internal sealed class MachineArgument(Func<string, string> standIn)
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

    private readonly LocationOptions _location = new(keepsData: false);

    /// <summary>Adds the argument and the option to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_machine.Option);
        _machine.Option.CompletionSources.Add(context => MachineNames(context.ParseResult));
    }

    /// <summary>Adds the options that say where the template's resources are.</summary>
    public void AddLocationTo(Command command) => _location.AddTo(command);

    /// <summary>Reads what is named.</summary>
    public GivenMachine Read(ParseResult parsed)
    {
        var (file, machine) = (parsed.GetValue(_file), _machine.Value(parsed));
        if (file is null || Directory.Exists(file))
            return OfTemplate(parsed, TemplateFile.Find(file ?? Directory.GetCurrentDirectory()), machine);
        var written = DefinitionFile.Read(file, InputFiles.ReadText(file));
        if (written.IsTemplate)
            return OfTemplate(parsed, Path.GetFullPath(file), machine);
        if (machine is not null)
            throw new UserException($"--state-machine {machine}: {file} is a definition, not a template. Leave --state-machine out.");
        return new(file, Path.GetFileName(file).Split('.')[0], written.Json, _location.Read(parsed, null), null, null)
        {
            Locate = (line, column) => written.Locate(line, column) is var (inFile, at) ? (file, inFile, at) : default,
        };
    }

    private GivenMachine OfTemplate(ParseResult parsed, string path, string? machine)
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
        {
            return new(definition.File, chosen.Name, definition.Text, _location.Read(parsed, path), template, chosen)
            {
                Locate = (line, column) => definition.Locate(line, column) is var place ? (place.File, place.Line, place.Column) : default,
            };
        }

        throw new UserException(template.ErrorsFor(chosen) is [var first, ..]
            ? first.ToString()
            : $"{path}: the definition of '{chosen.LogicalId}' cannot be had.");
    }

    /// <summary>Mappings and conditions may ask for the region; what only a deployment knows is no matter to who does not run it.</summary>
    private TemplateModel Template(ParseResult parsed, string path) =>
        TemplateReader.Read(new TemplateRequest(path) { Location = _location.Read(parsed, path), StandIn = standIn });

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

/// <summary>A state machine that was named.</summary>
/// <param name="File">The file of the definition, as messages name it.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Text">The definition as JSON.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Template">The template; null for a definition by itself.</param>
/// <param name="Machine">The template's machine; null for a definition by itself.</param>
internal sealed record GivenMachine(
    string File, string Title, string Text, AwsLocation Location, TemplateModel? Template, TemplateStateMachine? Machine)
{
    /// <summary>Where a line and a column of the text stand in the file that the user edits.</summary>
    public required Func<int, int, (string File, int Line, int Column)> Locate { get; init; }
}
