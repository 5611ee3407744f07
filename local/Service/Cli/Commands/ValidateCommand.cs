using System.CommandLine;
using Stateside.Engine.Template;
using Stateside.Language.Json;
using Stateside.Language.Validation;
using Stateside.Language.Validation.Lint;
using Stateside.Service.Cli.Options;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside validate</c>: AWS's diagnostics and our own lint for definition files.</summary>
internal sealed class ValidateCommand(CommandHost host)
{
    private readonly Argument<string[]> _files = new("files") { Description = "Definition files (ASL in JSON or YAML).", Arity = ArgumentArity.OneOrMore };

    private readonly CommandOption<bool> _json = CommandOption.OneOf("--format", "How to write what is found", [("text", false), ("json", true)]);

    private readonly CommandOption<bool> _express = CommandOption.Flag("--express", "Check for an Express state machine.");

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "validate",
            """
            Check definition files as CreateStateMachine would, and lint them. Exit code 1 when there are errors.

              stateside validate statemachine/order-intake.asl.json
              stateside validate *.asl.json --format json
            """)
        {
            _files, _json.Option, _express.Option,
        };
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
            var written = DefinitionFile.Read(file, InputFiles.ReadText(file));
            if (InputFiles.IsTemplate(written.Json))
                throw new UserException($"{file}: this is a template, not a definition. Name its definition file; 'stateside run' checks a template's own.");
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
