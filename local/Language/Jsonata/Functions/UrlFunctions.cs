using System.Globalization;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>URL functions with the meaning of JavaScript's encodeURI and its kin. See https://tc39.es/ecma262/#sec-uri-handling-functions.</summary>
internal static class UrlFunctions
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";
    private const string Reserved = ";/?:@&=+$,#";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static readonly NativeFunction[] All =
    [
        Of("encodeUrlComponent", text => Encode(text, Unreserved)),
        Of("encodeUrl", text => Encode(text, Unreserved + Reserved)),
        Of("decodeUrlComponent", text => Decode(text, "")),
        Of("decodeUrl", text => Decode(text, Reserved)),
    ];

    private static NativeFunction Of(string name, Func<string, string> body) => new(name, "<s-:s>", 1, (arguments, _) =>
    {
        if (arguments[0] is not JsonString text)
            return null;
        try
        {
            return new JsonString(body(text.Value));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new JsonataException("D3140") { Value = text, Detail = name };
        }
    });

    private static string Encode(string text, string kept)
    {
        var result = new StringBuilder(text.Length);
        foreach (var b in Strict.GetBytes(text))
        {
            if (b < 128 && kept.Contains((char)b, StringComparison.Ordinal))
                result.Append((char)b);
            else
                result.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return result.ToString();
    }

    private static string Decode(string text, string kept)
    {
        var result = new StringBuilder(text.Length);
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                result.Append(text[i]);
                continue;
            }

            var start = i;
            bytes[0] = Byte(text, i);
            i += 2;
            var length = bytes[0] switch
            {
                < 0x80 => 1,
                >= 0xC2 and < 0xE0 => 2,
                >= 0xE0 and < 0xF0 => 3,
                >= 0xF0 and < 0xF5 => 4,
                _ => throw new FormatException(),
            };
            for (var n = 1; n < length; n++)
            {
                bytes[n] = Byte(text, i + 1);
                i += 3;
            }

            if (length == 1 && kept.Contains((char)bytes[0], StringComparison.Ordinal))
                result.Append(text, start, 3);
            else
                result.Append(Strict.GetString(bytes[..length]));
        }

        return result.ToString();
    }

    private static byte Byte(string text, int at) =>
        at + 2 < text.Length && text[at] == '%'
        && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException();
}
