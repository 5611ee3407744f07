using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Definitions;
using Stateside.Language.Flow;
using Stateside.Language.Validation;
using Stateside.Language.Validation.Lint;

namespace Stateside.Engine.Checks;

/// <summary>Checks one definition: as AWS does when a state machine is created, then lint, then what becomes of its data.</summary>
internal static class DefinitionCheck
{
    /// <summary>Checks a definition file by itself.</summary>
    /// <param name="path">The file, as findings name it.</param>
    /// <param name="text">Its text.</param>
    /// <param name="written">The definition that it has.</param>
    /// <param name="isExpress">Whether it is for an Express state machine.</param>
    /// <param name="sources">Where its data come from.</param>
    public static IReadOnlyList<Finding> Run(string path, string text, DefinitionFile written, bool isExpress, FlowSources sources)
    {
        var options = new DefinitionOptions { Express = isExpress, AllowSubstitutions = true };
        return Run(written.Json, options, sources, Locate, _ => text, out _);

        TemplatePlace Locate(int line, int column) => written.Locate(line, column) is var (inFile, at) ? new(path, inFile, at) : default;
    }

    /// <summary>Checks a definition's text.</summary>
    /// <param name="text">The definition as JSON.</param>
    /// <param name="options">What it is for. A file of a SAM project holds names that a deployment puts values in the place of.</param>
    /// <param name="sources">Where its data come from.</param>
    /// <param name="locate">From a line and a column of the text to the file that the user edits.</param>
    /// <param name="read">The text of such a file.</param>
    /// <param name="definition">The tree; null when there are errors that AWS finds.</param>
    public static IReadOnlyList<Finding> Run(
        string text, DefinitionOptions options, FlowSources sources, Func<int, int, TemplatePlace> locate, Func<string, string> read,
        out Definition? definition)
    {
        var parsed = DefinitionParser.Parse(text, options);
        definition = parsed.Definition;
        var found = new List<Finding>();
        foreach (var diagnostic in parsed.Diagnostics.Concat(parsed.IsValid ? DefinitionLinter.Lint(parsed) : []))
            found.Add(At(locate(diagnostic.Line, diagnostic.Column), diagnostic));
        if (definition is null)
            return found;
        var places = new FlowPlaces(text, locate, read);
        foreach (var finding in MachineFlow.Of(definition, sources, parsed.Source).Findings())
        {
            var severity = finding.IsError ? Severity.Error : Severity.Warning;
            var diagnostic = new Diagnostic(severity, finding.Code, finding.Statement, finding.Place.ToString()) { Remedy = finding.Remedy };
            found.Add(At(places.Of(finding), diagnostic) with { Origin = finding.Origin });
        }

        return found;
    }

    /// <summary>A finding at a place.</summary>
    public static Finding At(TemplatePlace place, Diagnostic diagnostic) =>
        new(place.File, diagnostic with { Line = place.Line, Column = place.Column });
}
