using Stateside.Engine.Store;
using Stateside.Language.Validation;

namespace Stateside.Engine.Operations;

internal sealed record ValidateStateMachineDefinitionRequest(string Definition, string? Type, string? Severity, int? MaxResults);

internal sealed record ValidateStateMachineDefinitionResponse(string Result, IReadOnlyList<DefinitionDiagnostic> Diagnostics, bool Truncated);

internal sealed record DefinitionDiagnostic(string Severity, string Code, string Message, string? Location);

/// <summary>ValidateStateMachineDefinition: what is wrong with a definition, without making anything of it.</summary>
internal static class ValidationOperation
{
    private const int MostResults = 100;

    public static ValidateStateMachineDefinitionResponse Run(ValidateStateMachineDefinitionRequest request)
    {
        var most = request.MaxResults is null or 0 ? MostResults : request.MaxResults.Value;
        var parsed = StateMachineTypes.Of(request.Type).Parse(request.Definition);
        var found = parsed.Diagnostics.Where(diagnostic => request.Severity == "WARNING" || diagnostic.Severity == Severity.Error).ToList();
        return new(
            parsed.IsValid ? "OK" : "FAIL",
            [.. found.Take(most).Select(d => new DefinitionDiagnostic(d.Severity == Severity.Error ? "ERROR" : "WARNING", d.Code, d.Message, d.Location))],
            found.Count > most);
    }
}
