using System.CommandLine;
using Stateside.Engine.History;
using Stateside.Engine.Template;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Options;

/// <summary>What says which records of executions on AWS to read, and the definition that goes with them.</summary>
internal sealed class RecordOptions
{
    private readonly Argument<string[]> _histories = new("history")
    {
        Description = "What 'aws stepfunctions get-execution-history' wrote, whole or in pages, with descriptions beside it; "
            + "log lines of Express executions; folders that have them; - for standard input.",
        HelpName = "history",
        Arity = ArgumentArity.OneOrMore,
        Validators = { Arguments.NoOption },
    };

    private readonly CommandOption<string?> _describe = CommandOption.Path(
        "--describe", "FILE", "What 'aws stepfunctions describe-execution' wrote: the execution's name, ARN and machine, which a history does not have.");

    private readonly CommandOption<string?> _definition;
    private readonly CommandOption<string?> _machine;

    /// <summary>The options.</summary>
    /// <param name="definition">What the help says of the definition.</param>
    /// <param name="machine">What the help says of the state machine.</param>
    public RecordOptions(string definition, string machine)
    {
        _definition = CommandOption.Path("--definition", "FILE", definition);
        _machine = CommandOption.Text("--state-machine", "NAME", machine);
    }

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command, TemplateOptions template)
    {
        command.Add(_histories);
        command.Add(_definition.Option);
        command.Add(_machine.Option);
        command.Add(_describe.Option);
        _machine.Option.CompletionSources.Add(context => template.MachineNames(context.ParseResult));
    }

    /// <summary>The name of the template's state machine that the command line gives; null for none.</summary>
    public string? Machine(ParseResult parsed) => _machine.Value(parsed);

    /// <summary>Whether the command line gives a definition.</summary>
    public bool HasDefinition(ParseResult parsed) => _definition.Value(parsed) is not null;

    /// <summary>The definition that the command line gives, and what its file is called; null for none.</summary>
    public (string File, DefinitionFile Written)? Definition(ParseResult parsed)
    {
        if (_definition.Value(parsed) is not { } path)
            return null;
        var written = DefinitionFile.Read(path, InputFiles.ReadText(path));
        return written.IsTemplate
            ? throw new UserException($"{path}: this is a template, not a definition. Name it with --template.")
            : (Shown(path), written);
    }

    /// <summary>Makes sure that files can be written, and that none is written over that is read, or twice.</summary>
    public void CheckOutputs(ParseResult parsed, IEnumerable<string> outputs)
    {
        var inputs = parsed.GetValue(_histories)!.SelectMany(path => Directory.Exists(path) ? RecordFile.In(path) : [path])
            .Append(_describe.Value(parsed)).Append(_definition.Value(parsed)).OfType<string>().Select(Path.GetFullPath).ToHashSet();
        var written = new HashSet<string>();
        foreach (var output in outputs)
        {
            var path = Path.GetFullPath(output);
            if (inputs.Contains(path))
                throw new UserException($"{output}: this file is read, and would be written over. Name another one.");
            if (!written.Add(path))
                throw new UserException($"{output}: two things cannot be written to one file. Name another one.");
            CommandHost.CheckOutput(output);
        }
    }

    /// <summary>The records.</summary>
    public List<RecordedExecution> Read(ParseResult parsed)
    {
        var beside = _describe.Value(parsed) is { } describe ? [new RecordFile(Shown(describe), InputFiles.ReadText(describe))] : Array.Empty<RecordFile>();
        var paths = parsed.GetValue(_histories)!;
        var folders = paths.Where(Directory.Exists).ToList();
        var files = paths.Except(folders).Select(File).ToList();
        var records = files.Count == 0 ? [] : Reading(() => RecordedExecutions.Read([.. files, .. beside])).ToList();
        foreach (var folder in folders)
            records.AddRange(InFolder(folder));
        return records;
    }

    /// <summary>The executions in some files.</summary>
    public static List<RecordedExecution> ReadFiles(IEnumerable<string> paths) => [.. Reading(() => RecordedExecutions.Read([.. paths.Select(File)]))];

    /// <summary>The executions in a folder: what describes them may be anywhere in it.</summary>
    public static IReadOnlyList<RecordedExecution> InFolder(string folder)
    {
        var files = RecordFile.In(folder).Select(File).ToList();
        return files.Count > 0
            ? Reading(() => RecordedExecutions.Read(files))
            : throw new UserException($"{folder}: no history (*.json, *.ndjson, *.log) is in this folder.");
    }

    /// <summary>A path as messages show it.</summary>
    public static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), Path.GetFullPath(path));
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    /// <summary>Does something with records; what cannot be done is a mistake in what was given.</summary>
    public static T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (RecordException e)
        {
            throw new UserException(e.Message);
        }
    }

    private static RecordFile File(string path) => path == "-"
        ? new RecordFile("standard input", System.Console.In.ReadToEnd())
        : new RecordFile(Shown(path), InputFiles.ReadText(path));
}
