using System.Globalization;
using System.Text;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Language.Validation;

/// <summary>
/// The names of variables.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html.
/// </summary>
internal sealed partial class DefinitionReader
{
    /// <summary>The longest name of a variable, in characters.</summary>
    private const int MaxVariableLength = 80;

    private void CheckVariableNames(JsonObject assign, FieldReader fields)
    {
        var place = fields.At("Assign");
        foreach (var key in assign.Keys)
        {
            var name = fields.Language == QueryLanguage.JsonPath && key.EndsWith(".$", StringComparison.Ordinal) ? key[..^2] : key;
            if (name == "states")
                sink.Error(DiagnosticCodes.ReservedVariableName, "Cannot assign to reserved variable '$states'.", place.Member(key));
            else if (name.Length > MaxVariableLength)
                Invalid($"exceeds the maximum length of {MaxVariableLength} characters.");
            else if (!IsIdentifier(name))
                Invalid("contains invalid characters.");

            void Invalid(string reason) => sink.Error(
                DiagnosticCodes.InvalidVariableName, $"Invalid variable name '{name}': the variable name {reason}", place.Member(key));
        }
    }

    /// <summary>Whether a name is a Unicode identifier (UAX #31).</summary>
    private static bool IsIdentifier(string name)
    {
        var first = true;
        foreach (var rune in name.EnumerateRunes())
        {
            if (!(IsStart(rune) || (!first && IsContinuation(rune))))
                return false;
            first = false;
        }

        return !first;
    }

    private static bool IsStart(Rune rune) => rune.Value == '_' || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber;

    private static bool IsContinuation(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation;
}
