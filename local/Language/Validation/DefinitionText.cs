using Stateside.Language.Json;

namespace Stateside.Language.Validation;

/// <summary>Reads a definition's text as JSON.</summary>
internal static class DefinitionText
{
    /// <returns>The value; null when the text is no JSON object, which is then among the findings.</returns>
    public static JsonObject? Read(string text, DiagnosticSink sink)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            if (JsonSyntaxCheck.Find(text) is { } mistake)
            {
                sink.Syntax(mistake);
                return null;
            }

            try
            {
                if (JsonReader.Parse(text) is JsonObject machine)
                    return machine;
            }
            catch (JsonSyntaxException e)
            {
                // What is left is text that is not Unicode.
                sink.Syntax(JsonSyntaxCheck.At(text, e.Problem, e.Line, e.Column));
                return null;
            }
        }

        sink.Error(DiagnosticCodes.SchemaValidationFailed, "Definition must be a valid JSON object", null);
        return null;
    }
}
