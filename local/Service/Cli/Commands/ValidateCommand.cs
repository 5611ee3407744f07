using System.CommandLine;
using Stateside.Engine.Template;
using Stateside.Language.Json;
using Stateside.Language.Validation;
using Stateside.Language.Validation.Lint;
using Stateside.Service.Cli.Options;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside validate</c>: AWS's diagnostics and our own lint for definition files and templates.</summary>
internal sealed class ValidateCommand(CommandHost host)
{
    private readonly Argument<string[]> _files = new("files")
    {
        Description = "Definition files (ASL in JSON or YAML), templates, or their folders.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly CommandOption<bool> _json = CommandOption.OneOf("--format", "How to write what is found", [("text", false), ("json", true)]);

    private readonly CommandOption<bool> _express = CommandOption.Flag(
        "--express", "Check definition files for an Express state machine; a template says itself what its machines are.");

    private readonly LocationOptions _location = new(keepsData: false);

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "validate",
            """
            Check definition files as CreateStateMachine would, and lint them. Of a template each state machine is checked with its values put
            in, and held against the role that the template declares for it. Exit code 1 when there are errors.

              stateside validate statemachine/order-intake.asl.json
              stateside validate serverless.template
              stateside validate *.asl.json --format json
            """)
        {
            _files, _json.Option, _express.Option,
        };
        _location.AddTo(command);
        command.SetAction((parsed, _) => host.GuardAsync(() => Task.FromResult(Run(parsed))));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        // A file of a SAM project holds names that a deployment puts values in the place of.
        var options = new DefinitionOptions { Express = _express.Value(parsed), AllowSubstitutions = true };
        var found = new List<(string File, Diagnostic Diagnostic)>();
        foreach (var file in parsed.GetValue(_files)!)
        {
            if (Directory.Exists(file))
            {
                found.AddRange(OfTemplate(parsed, TemplateFile.Find(file)));
                continue;
            }

            var written = DefinitionFile.Read(file, InputFiles.ReadText(file));
            if (InputFiles.IsTemplate(written.Json))
            {
                found.AddRange(OfTemplate(parsed, file));
                continue;
            }

            var definition = DefinitionParser.Parse(written.Json, options);
            var lint = definition.IsValid ? DefinitionLinter.Lint(definition) : [];
            foreach (var diagnostic in definition.Diagnostics.Concat(lint))
            {
                var (line, column) = written.Locate(diagnostic.Line, diagnostic.Column);
                found.Add((file, diagnostic with { Line = line, Column = column }));
            }
        }

        if (_json.Value(parsed))
            host.WriteOutput(null, JsonWriter.Indented(JsonArray.Of(found.Select(f => Json(f.File, f.Diagnostic)))));
        else
            Show(found, parsed.GetValue(_files)!.Length);
        return found.Any(f => f.Diagnostic.Severity == Severity.Error) ? ExitCodes.Failed : ExitCodes.Success;
    }

    private IEnumerable<(string File, Diagnostic Diagnostic)> OfTemplate(ParseResult parsed, string file)
    {
        var location = _location.Read(parsed, file);
        return TemplateCheck.Run(file, location).Select(found => (
            Shown(found.Place.File, file), found.Diagnostic with { Line = found.Place.Line, Column = found.Place.Column }));

        // The template is shown as it was named; what it takes in has its full path.
        static string Shown(string path, string given) => path == Path.GetFullPath(given) ? given : RecordOptions.Shown(path);
    }

    private void Show(List<(string File, Diagnostic Diagnostic)> found, int files)
    {
        foreach (var (file, d) in found)
        {
            // Of a text that is no JSON the service repeats the beginning and the place, twice.
            var said = d.Code == DiagnosticCodes.InvalidJsonDescription ? d.Message.Split('\n')[0] : $"{d.Message}{(d.Location is null ? "" : $" [{d.Location}]")}";
            host.Output.WriteLine(Plain.Line($"{file}({d.Line},{d.Column}): {d.Severity.ToString().ToLowerInvariant()} {d.Code}: {said}"));
            if (d.Remedy is not null)
                host.Output.WriteLine("    " + Plain.Line(d.Remedy));
        }

        var errors = found.Count(f => f.Diagnostic.Severity == Severity.Error);
        host.Error.WriteLine($"{Count(files, "file")}: {Count(errors, "error")}, {Count(found.Count - errors, "warning")}.");
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static JsonObject Json(string file, Diagnostic d) => JsonObject.Of(
        ("file", JsonValue.From(file)),
        ("line", JsonValue.From(d.Line)),
        ("column", JsonValue.From(d.Column)),
        ("severity", JsonValue.From(d.Severity.ToString().ToUpperInvariant())),
        ("code", JsonValue.From(d.Code)),
        ("message", JsonValue.From(d.Message)),
        ("location", JsonValue.From(d.Location)),
        ("remedy", JsonValue.From(d.Remedy)));
}
