using Stateside.Language;
using Stateside.Language.Validation;

namespace Stateside.Service.Api;

internal sealed record ValidateStateMachineDefinitionRequest(string Definition, string? Type, string? Severity, int? MaxResults);

internal sealed record ValidateStateMachineDefinitionResponse(string Result, IReadOnlyList<DefinitionDiagnostic> Diagnostics, bool Truncated);

internal sealed record DefinitionDiagnostic(string Severity, string Code, string Message, string? Location);

/// <summary>ValidateStateMachineDefinition: what is wrong with a definition, without making anything of it.</summary>
internal static class ValidationOperation
{
    private const int MostResults = 100;

    public static ValidateStateMachineDefinitionResponse Run(ValidateStateMachineDefinitionRequest request)
    {
        var type = Checks.OneOf(request.Type, "type", "STANDARD", "EXPRESS");
        var severity = Checks.OneOf(request.Severity, "severity", "ERROR", "WARNING");
        var most = request.MaxResults switch
        {
            null or 0 => MostResults,
            < 0 => throw Checks.Invalid(request.MaxResults, "maxResults", "Member must have value greater than or equal to 0"),
            > MostResults => throw Checks.Invalid(request.MaxResults, "maxResults", "Member must have value less than or equal to 100"),
            { } asked => asked,
        };
        var parsed = DefinitionParser.Parse(request.Definition, type == "EXPRESS" ? DefinitionOptions.ExpressMachine : DefinitionOptions.Standard);
        var found = parsed.Diagnostics.Where(diagnostic => severity == "WARNING" || diagnostic.Severity == Severity.Error).ToList();
        return new(
            parsed.IsValid ? "OK" : "FAIL",
            [.. found.Take(most).Select(d => new DefinitionDiagnostic(d.Severity == Severity.Error ? "ERROR" : "WARNING", d.Code, d.Message, d.Location))],
            found.Count > most);
    }
}
