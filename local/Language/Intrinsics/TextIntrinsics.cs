using System.Security.Cryptography;
using System.Text;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Intrinsics;

/// <summary>The functions of text.</summary>
internal static class TextIntrinsics
{
    /// <summary>Base64 and Hash take no longer text than this.</summary>
    private const int LongestText = 10_000;

    /// <summary>UTF-8 as Java writes text that is not Unicode: half a surrogate pair becomes a question mark.</summary>
    private static readonly Encoding LooseUtf8 = Encoding.GetEncoding("utf-8", new EncoderReplacementFallback("?"), DecoderFallback.ReplacementFallback);

    public static JsonValue Format(IntrinsicArguments arguments)
    {
        var template = arguments.Source(0).AsSpan();
        var text = new StringBuilder(template.Length + 32);
        var places = 0;
        for (var at = template.IndexOfAny('{', '}', '\\'); at >= 0; at = template.IndexOfAny('{', '}', '\\'))
        {
            text.Append(template[..at]);
            var next = at + 1 < template.Length ? template[at + 1] : '\0';
            var length = 2;
            switch (template[at])
            {
                case '\\' when next is '\'' or '{' or '}' or '\\':
                    text.Append(next);
                    break;
                case '\\':
                    text.Append('\\');
                    length = 1;
                    break;
                case '{' when next == '}':
                    if (++places < arguments.Count)
                    {
                        arguments.Charge(arguments[places], text.Length);
                        text.Append(JavaValue.Text(arguments[places]));
                    }

                    break;
                case '{':
                    throw arguments.InvalidTemplate("matching '}' not found for '{'.");
                default:
                    throw arguments.InvalidTemplate("matching '{' not found for '}'.");
            }

            template = template[(at + length)..];
        }

        text.Append(template);
        return places == arguments.Count - 1
            ? new JsonString(text.ToString())
            : throw arguments.Invalid("number of arguments do not match the occurrences of {}.");
    }

    public static JsonValue StringToJson(IntrinsicArguments arguments)
    {
        try
        {
            return JacksonReader.Read(arguments.String(0)) ?? JsonValue.Null;
        }
        catch (JacksonException e)
        {
            throw new IntrinsicProblemException($"Cannot convert String to Json in States.StringToJson, caused by: {e.Message}");
        }
    }

    public static JsonValue JsonToString(IntrinsicArguments arguments)
    {
        arguments.Charge(arguments[0]);
        var text = new StringBuilder(arguments[0].CompactLength);
        JsonWriter.Append(text, arguments[0], asJava: true);
        return new JsonString(text.ToString());
    }

    /// <summary>Splits at every one of the characters and drops empty parts, as Java's StringTokenizer does.</summary>
    public static JsonValue StringSplit(IntrinsicArguments arguments)
    {
        var text = arguments.String(0);
        var splitters = arguments.String(1);
        var parts = splitters.Any(char.IsSurrogate)
            ? SplitAtCodePoints(text, CodePoints(splitters).Select(one => one.Code).ToHashSet())
            : splitters.Length == 0 ? [text] : text.Split(splitters.ToCharArray());
        return JsonArray.Of(parts.Where(part => part.Length > 0).Select(JsonValue (part) => new JsonString(part)));
    }

    public static JsonValue Base64Encode(IntrinsicArguments arguments) =>
        new JsonString(Convert.ToBase64String(Encoded(arguments.String(0, LongestText))));

    public static JsonValue Base64Decode(IntrinsicArguments arguments) =>
        new JsonString(Decoded(LooseBase64.Decode(arguments.String(0, LongestText))));

    public static JsonValue Hash(IntrinsicArguments arguments)
    {
        var data = Encoded(arguments.String(0, LongestText));
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

    private static byte[] Encoded(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? LooseUtf8.GetBytes(text) : Encoding.UTF8.GetBytes(text);

    /// <summary>The text of UTF-8, in which bytes of half a surrogate pair count as one wrong character, as in Java, and not each as one.</summary>
    private static string Decoded(Span<byte> utf8)
    {
        for (var i = utf8.IndexOf((byte)0xED); i >= 0 && i + 1 < utf8.Length; i++)
        {
            if (utf8[i] != 0xED || utf8[i + 1] is < 0xA0 or > 0xBF)
                continue;
            if (i + 2 < utf8.Length && utf8[i + 2] is >= 0x80 and < 0xC0)
                "\uFFFD"u8.CopyTo(utf8[i..]);
            else
                utf8[i] = 0xE1;
        }

        return Encoding.UTF8.GetString(utf8);
    }

    private static IEnumerable<string> SplitAtCodePoints(string text, HashSet<int> splitters)
    {
        var start = 0;
        foreach (var (code, at) in CodePoints(text))
        {
            if (!splitters.Contains(code))
                continue;
            yield return text[start..at];
            start = at + (code > char.MaxValue ? 2 : 1);
        }

        yield return text[start..];
    }

    /// <summary>The characters of a text, a pair of surrogates being one, and where they stand.</summary>
    private static IEnumerable<(int Code, int At)> CodePoints(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            yield return (isPair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i], i);
            i += isPair ? 1 : 0;
        }
    }
}
