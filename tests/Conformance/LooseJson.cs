using System.Globalization;
using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Conformance;

/// <summary>
/// Reads JSON files whose strings may hold halves of surrogate pairs, as cases about them must. The product's reader refuses these: they
/// are no Unicode text.
/// </summary>
internal static partial class LooseJson
{
    /// <summary>A noncharacter that stands for such a half while the file is read; its code follows as four digits.</summary>
    private const char Mark = '\uFDD0';

    public static JsonValue ReadFile(string file) => Parse(File.ReadAllText(file));

    public static JsonValue Parse(string text) => Restore(JsonReader.Parse(LoneHalf().Replace(text, $"{Mark}$1$2")));

    private static JsonValue Restore(JsonValue value) => value switch
    {
        JsonString text => new JsonString(Restore(text.Value)),
        JsonArray array => JsonArray.Of(array.Select(Restore)),
        JsonObject members => JsonObject.Of([.. members.Select(member => (Restore(member.Key), Restore(member.Value)))]),
        _ => value,
    };

    private static string Restore(string text) => text.Contains(Mark, StringComparison.Ordinal)
        ? Marked().Replace(text, match => ((char)int.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString())
        : text;

    [GeneratedRegex(@"(?<=(?<!\\)(?:\\\\)*)(?:(?<!\\u[dD][89aAbB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([dD][89aAbB][0-9a-fA-F]{2})(?!\\u[dD][c-fC-F]))")]
    private static partial Regex LoneHalf();

    [GeneratedRegex("\uFDD0([0-9a-fA-F]{4})")]
    private static partial Regex Marked();
}
