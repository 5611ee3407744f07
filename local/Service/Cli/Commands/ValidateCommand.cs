using System.CommandLine;
using System.Reflection;
using Stateside.Engine.Checks;
using Stateside.Engine.Flow;
using Stateside.Engine.Functions;
using Stateside.Engine.Template;
using Stateside.Language.Json;
using Stateside.Language.Shapes;
using Stateside.Service.Cli.Options;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside validate</c>: AWS's diagnostics, our own lint, and what becomes of the data, for definition files and templates.</summary>
internal sealed class ValidateCommand(CommandHost host)
{
    private readonly Argument<string[]> _files = new("files")
    {
        Description = "Definition files (ASL in JSON or YAML), templates, or their folders.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly CommandOption<Format> _format = CommandOption.OneOf(
        "--format", "How to write what is found: text, JSON, SARIF 2.1.0, notes for GitHub Actions, or each in one line for a build",
        [("text", Format.Text), ("json", Format.Json), ("sarif", Format.Sarif), ("github", Format.GitHub), ("build", Format.Build)]);

    private readonly CommandOption<bool> _express = CommandOption.Flag(
        "--express", "Check definition files for an Express state machine; a template says itself what its machines are.");

    private readonly CommandOption<bool> _noBuild = CommandOption.Flag(
        "--no-build", "Of a template: go by the handlers as they were last built. What one takes and gives that has changed since is taken for anything.");

    private readonly Option<string[]> _samples = new("--samples")
    {
        Description = "Inputs of the state machine, files or folders of JSON or of JSON lines: it is taken to be started with the like of them.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly LocationOptions _location = new(keepsData: false);

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "validate",
            """
            Check definition files as CreateStateMachine would, lint them, and tell what
            goes wrong with their data as far as it is known. Of a template each state
            machine is checked with its values put in and with the types of its C#
            handlers, and held against the role that the template declares for it.
            Exit code 1 when there are errors.

              stateside validate statemachine/order-intake.asl.json
              stateside validate serverless.template
              stateside validate serverless.template --samples samples/orders
              stateside validate *.asl.json --format sarif > findings.sarif
            """)
        {
            _files, _format.Option, _express.Option, _noBuild.Option, _samples,
        };
        _location.AddTo(command);
        command.SetAction((parsed, cancellation) => host.GuardAsync(() => RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var format = _format.Value(parsed);
        var files = parsed.GetValue(_files)!;
        var found = new List<Finding>();
        var input = Samples(parsed, files);
        foreach (var file in files)
        {
            if (Directory.Exists(file))
            {
                found.AddRange(await OfTemplateAsync(parsed, TemplateFile.Find(file), input, cancellation));
                continue;
            }

            var text = InputFiles.ReadText(file);
            var written = DefinitionFile.Read(file, text);
            found.AddRange(written.IsTemplate
                ? await OfTemplateAsync(parsed, file, input, cancellation)
                : DefinitionCheck.Run(file, text, written, _express.Value(parsed), TemplateSources.OfDefinition(input)));
        }

        Write(found, format, files.Length);
        return found.Exists(finding => finding.IsError) ? ExitCodes.Failed : ExitCodes.Success;
    }

    /// <summary>What the state machine is started with, going by samples; null where there are none.</summary>
    private Shape? Samples(ParseResult parsed, string[] files)
    {
        if (parsed.GetValue(_samples) is not { Length: > 0 } samples)
            return null;
        if (files.Length > 1)
            throw new UserException("--samples: they are inputs of one state machine; name one definition file or one template.");
        try
        {
            var shape = InputSamples.Read(samples);
            return shape.IsNever ? throw new UserException($"--samples: there are none in {string.Join(", ", samples)}.") : shape;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonSyntaxException)
        {
            throw new UserException($"--samples: one cannot be read: {e.Message}");
        }
    }

    private async Task<IEnumerable<Finding>> OfTemplateAsync(ParseResult parsed, string file, Shape? input, CancellationToken cancellation)
    {
        var location = _location.Read(parsed, file);
        var template = TemplateCheck.Read(file, location);
        if (input is not null && template.StateMachines.Count > 1)
            throw new UserException($"--samples: they are inputs of one state machine, but {file} has {template.StateMachines.Count}.");
        var functions = new FunctionHostOptions
        {
            StateDirectory = ServiceOptions.StateFolder(template.Path),
            OutputDirectory = null,
            Build = !_noBuild.Value(parsed),
            Progress = line => host.Error.WriteLine(Plain.Line(line)),
        };
        var sources = await TemplateSources.ReadAsync(template, functions, host.Time, cancellation);
        var found = TemplateCheck.Run(template, location, machine => sources.Of(machine, input));
        foreach (var note in sources.Notes)
            host.Error.WriteLine($"note: {Plain.Lines(note, "  ")}");
        return found.Select(finding => finding with { File = Shown(finding.File, file) });

        // The template is shown as it was named; what it takes in has its full path.
        static string Shown(string path, string given) => path == Path.GetFullPath(given) ? given : RecordOptions.Shown(path);
    }

    private void Write(List<Finding> found, Format format, int files)
    {
        switch (format)
        {
            case Format.Json:
                host.WriteOutput(null, JsonWriter.Indented(JsonArray.Of(found.Select(Json))));
                break;
            case Format.Sarif:
                var version = typeof(ValidateCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
                host.WriteOutput(null, JsonWriter.Indented(SarifReport.Of(found, version)));
                break;
            case Format.GitHub:
                foreach (var finding in found)
                    host.Output.WriteLine(Plain.Line(GitHubCommands.Of(finding)));
                break;
            case Format.Build:
                foreach (var finding in found)
                    host.Output.WriteLine(Plain.Line(FindingText.WholeLine(finding)));
                break;
            default:
                Show(found, files);
                break;
        }
    }

    private void Show(List<Finding> found, int files)
    {
        foreach (var finding in found)
        {
            host.Output.WriteLine(Plain.Line(FindingText.Line(finding)));
            if (finding.Diagnostic.Remedy is { } remedy)
                host.Output.WriteLine("    " + Plain.Line(remedy));
        }

        var errors = found.Count(finding => finding.IsError);
        host.Error.WriteLine($"{Count(files, "file")}: {Count(errors, "error")}, {Count(found.Count - errors, "warning")}.");
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static JsonObject Json(Finding finding)
    {
        var found = finding.Diagnostic;
        return JsonObject.Of(
            ("file", JsonValue.From(finding.File)),
            ("line", JsonValue.From(found.Line)),
            ("column", JsonValue.From(found.Column)),
            ("severity", JsonValue.From(found.Severity.ToString().ToUpperInvariant())),
            ("code", JsonValue.From(found.Code)),
            ("message", JsonValue.From(found.Message)),
            ("location", JsonValue.From(found.Location)),
            ("remedy", JsonValue.From(found.Remedy)));
    }

    private enum Format
    {
        Text,
        Json,
        Sarif,
        GitHub,
        Build,
    }
}
