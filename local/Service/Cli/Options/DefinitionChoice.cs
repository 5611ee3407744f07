using System.CommandLine;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Options;

/// <summary>A definition that a command looks at.</summary>
/// <param name="File">Its file, as messages name it.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Text">The definition as JSON text.</param>
internal sealed record ChosenDefinition(string File, string Title, string Text)
{
    /// <summary>The template that declares the machine, and the machine; null of a definition file by itself.</summary>
    public (TemplateModel Model, TemplateStateMachine Machine)? Template { get; init; }

    /// <summary>Where a line and a column of the text stand in the file that the user edits.</summary>
    public required Func<int, int, (string File, int Line, int Column)> Locate { get; init; }
}

/// <summary>Reads a definition for looking at: a definition file, or a state machine of a template, of which names will do.</summary>
internal sealed class DefinitionChoice(LocationOptions location)
{
    /// <summary>Reads what a file or folder has.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="file">A definition file, a template or its folder; null for the template in this folder.</param>
    /// <param name="machine">Of a template: the state machine; null where it has only one.</param>
    /// <param name="option">How the command line names a state machine, as in <c>--state-machine</c>.</param>
    public ChosenDefinition Read(ParseResult parsed, string? file, string? machine, string option)
    {
        if (file is null || Directory.Exists(file))
            return OfTemplate(parsed, TemplateFile.Find(file ?? Directory.GetCurrentDirectory()), machine, option);
        var written = DefinitionFile.Read(file, InputFiles.ReadText(file));
        if (InputFiles.IsTemplate(written.Json))
            return OfTemplate(parsed, Path.GetFullPath(file), machine, option);
        if (machine is not null)
            throw new UserException($"{option} {machine}: {file} is a definition, not a template. Leave {option} out.");
        return new ChosenDefinition(file, Path.GetFileName(file).Split('.')[0], written.Json)
        {
            Locate = (line, column) => written.Locate(line, column) is var (inFile, at) ? (file, inFile, at) : default,
        };
    }

    /// <summary>The state machines of a template, for a shell to complete; none when it cannot be read.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="file">The template or its folder; null for the template in this folder.</param>
    public IEnumerable<string> MachineNames(ParseResult parsed, string? file)
    {
        try
        {
            return [.. Template(parsed, TemplateFile.Find(file ?? Directory.GetCurrentDirectory())).StateMachines.Select(machine => machine.LogicalId)];
        }
        catch (Exception e) when (e is TemplateException or UserException)
        {
            return [];
        }
    }

    private ChosenDefinition OfTemplate(ParseResult parsed, string path, string? machine, string option)
    {
        var template = Template(parsed, path);
        var chosen = machine is not null ? template.FindStateMachine(machine) : template.StateMachines switch
        {
            [var only] => only,
            [] => throw new UserException($"{path}: it has no state machine. Name a definition file or another template."),
            var several => throw new UserException(
                $"{path}: it has several state machines; name one with {option}: {string.Join(", ", several.Select(one => one.LogicalId))}."),
        };
        if (chosen.Definition is { } definition)
        {
            return new ChosenDefinition(definition.File, chosen.Name, definition.Text)
            {
                Template = (template, chosen),
                Locate = (line, column) => definition.Locate(line, column) is var place ? (place.File, place.Line, place.Column) : default,
            };
        }

        throw new UserException(template.ErrorsFor(chosen) is [var first, ..]
            ? first.ToString()
            : $"{path}: the definition of '{chosen.LogicalId}' cannot be had.");
    }

    /// <summary>Mappings and conditions may ask for the region; what only a deployment knows is no matter for looking at.</summary>
    private TemplateModel Template(ParseResult parsed, string path) =>
        TemplateReader.Read(new TemplateRequest(path) { Location = location.Read(parsed, path), NamesWillDo = true });
}
