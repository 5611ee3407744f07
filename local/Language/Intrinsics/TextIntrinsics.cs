using System.Security.Cryptography;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Intrinsics;

/// <summary>The functions of text.</summary>
internal static class TextIntrinsics
{
    /// <summary>Base64 and Hash take no longer text than this.</summary>
    private const int LongestText = 10_000;

    public static JsonValue Format(IntrinsicArguments arguments)
    {
        var template = arguments.Source(0);
        var text = new StringBuilder(template.Length + 32);
        var next = 1;
        for (var i = 0; i < template.Length; i++)
        {
            switch (template[i])
            {
                case '\\' when i + 1 < template.Length && template[i + 1] is '\'' or '{' or '}' or '\\':
                    text.Append(template[++i]);
                    break;
                case '{' when i + 1 < template.Length && template[i + 1] == '}':
                    if (next == arguments.Count)
                        throw WrongCount(arguments);
                    text.Append(AsText(arguments[next++]));
                    i++;
                    break;
                case '{':
                    throw arguments.Invalid("matching '}' not found for '{'.");
                default:
                    text.Append(template[i]);
                    break;
            }
        }

        return next == arguments.Count ? new JsonString(text.ToString()) : throw WrongCount(arguments);
    }

    public static JsonValue StringToJson(IntrinsicArguments arguments) =>
        JsonReader.TryParse(arguments.String(0), out var value) ? value : throw arguments.Invalid();

    public static JsonValue JsonToString(IntrinsicArguments arguments) => new JsonString(JsonWriter.Compact(arguments[0]));

    /// <summary>Splits at every one of the characters and drops empty parts, as Java's StringTokenizer does.</summary>
    public static JsonValue StringSplit(IntrinsicArguments arguments)
    {
        var text = arguments.String(0);
        var splitters = arguments.String(1).ToCharArray();
        if (splitters.Length == 0)
            return text.Length == 0 ? JsonArray.Empty : JsonArray.Of(arguments[0]);
        return JsonArray.Of(text.Split(splitters, StringSplitOptions.RemoveEmptyEntries).Select(JsonValue (part) => new JsonString(part)));
    }

    public static JsonValue Base64Encode(IntrinsicArguments arguments) =>
        new JsonString(Convert.ToBase64String(Encoding.UTF8.GetBytes(arguments.String(0, LongestText))));

    public static JsonValue Base64Decode(IntrinsicArguments arguments)
    {
        var text = arguments.String(0, LongestText);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length)
            ? new JsonString(Encoding.UTF8.GetString(bytes, 0, length))
            : throw arguments.Invalid();
    }

    public static JsonValue Hash(IntrinsicArguments arguments)
    {
        var text = AsText(arguments[0]);
        if (text.Length > LongestText)
            throw arguments.Invalid();
        var data = Encoding.UTF8.GetBytes(text);
#pragma warning disable CA5350, CA5351 // The language offers the weak algorithms too; what they are used for is the author's choice.
        var hash = arguments.String(1) switch
        {
            "MD5" => MD5.HashData(data),
            "SHA-1" => SHA1.HashData(data),
            "SHA-256" => SHA256.HashData(data),
            "SHA-384" => SHA384.HashData(data),
            "SHA-512" => SHA512.HashData(data),
            _ => throw arguments.Invalid(),
        };
#pragma warning restore CA5350, CA5351
        return new JsonString(Convert.ToHexStringLower(hash));
    }

    public static JsonValue Uuid(IntrinsicArguments arguments) => new JsonString(arguments.Chance.NextId().ToString());

    private static string AsText(JsonValue value) => value is JsonString text ? text.Value : JsonWriter.Compact(value);

    private static IntrinsicProblemException WrongCount(IntrinsicArguments arguments) =>
        arguments.Invalid("number of arguments do not match the occurrences of {}.");
}
