using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.Sqs;

/// <summary>
/// The attributes that come with a message. See
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-message-attributes.
/// </summary>
internal static class MessageAttributes
{
    private const int Most = 10;

    /// <summary>How many bytes attributes count as: their names, types and values.</summary>
    public static int SizeOf(JsonObject attributes) =>
        attributes.Sum(attribute =>
            Encoding.UTF8.GetByteCount(attribute.Key) + Encoding.UTF8.GetByteCount(TypeOf(attribute.Value)) + Value(attribute.Value).Length);

    /// <summary>The attributes of a request, each right.</summary>
    /// <param name="given">What the request has.</param>
    /// <param name="most">How many there may be.</param>
    /// <exception cref="StoreRefusal">One is not.</exception>
    public static JsonObject Read(JsonObject? given, int most = Most)
    {
        if (given is null)
            return JsonObject.Empty;
        if (given.Count > most)
            throw SqsErrors.Invalid($"Number of message attributes [{given.Count}] exceeds the allowed maximum [{most}].");
        var attributes = new JsonObject.Builder(given.Count);
        foreach (var (name, value) in given)
            attributes.Set(name, ReadOne(name, value));
        return attributes.ToObject();
    }

    /// <summary>Those of the attributes that a receiver asks for: by name, by what names begin with, or all.</summary>
    public static JsonObject Select(JsonObject attributes, IReadOnlyCollection<string> wanted)
    {
        if (wanted.Count == 0 || attributes.Count == 0)
            return JsonObject.Empty;
        var selected = new JsonObject.Builder();
        foreach (var (name, value) in attributes)
        {
            if (wanted.Any(pattern => IsMeant(pattern, name)))
                selected.Set(name, value);
        }

        return selected.ToObject();
    }

    /// <summary>The MD5 of attributes, as SDKs check it; null where there are none.</summary>
    public static string? Digest(JsonObject attributes)
    {
        if (attributes.Count == 0)
            return null;
        var text = new MemoryStream();
        foreach (var (name, value) in attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            Append(text, Encoding.UTF8.GetBytes(name));
            Append(text, Encoding.UTF8.GetBytes(TypeOf(value)));
            text.WriteByte(IsBinary(value) ? (byte)2 : (byte)1);
            Append(text, Value(value));
        }

        return Digest(text.ToArray());
    }

    /// <summary>The MD5 of bytes in small hexadecimal digits.</summary>
#pragma warning disable CA5351 // It is what SQS answers with, and protects nothing.
    public static string Digest(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    /// <summary>Refuses characters that no message may have.</summary>
    public static void CheckCharacters(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (isPair)
                i++;
            else if (text[i] is not ('\t' or '\n' or '\r' or (>= ' ' and <= '\uD7FF') or (>= '\uE000' and <= '\uFFFD')))
                throw SqsErrors.InvalidCharacters();
        }
    }

    private static bool IsMeant(string pattern, string name) =>
        pattern == name || pattern == "All"
        || (pattern.EndsWith(".*", StringComparison.Ordinal) && name.StartsWith(pattern[..^2], StringComparison.Ordinal));

    private static JsonObject ReadOne(string name, JsonValue value)
    {
        if (!IsName(name))
        {
            throw SqsErrors.Invalid(
                $"The message attribute name '{name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.");
        }

        var given = value as JsonObject ?? JsonObject.Empty;
        if (given["DataType"] is not JsonString { Value: { Length: > 0 } type })
            throw SqsErrors.Invalid($"The message attribute '{name}' must contain non-empty message attribute type.");
        var kind = type.Split('.', 2)[0];
        if (kind is not ("String" or "Number" or "Binary") || type.Length > 256)
        {
            throw SqsErrors.Invalid(
                $"The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.");
        }

        var member = kind == "Binary" ? "BinaryValue" : "StringValue";
        if (given[member] is not JsonString { Value: { Length: > 0 } text })
        {
            var other = kind == "Binary" ? "StringValue" : "BinaryValue";
            throw SqsErrors.Invalid(given[other] is JsonString { Value.Length: > 0 }
                ? $"The message attribute with type '{kind}' must use field '{(kind == "Binary" ? "Binary" : "String")}'."
                : $"The message attribute '{name}' must contain non-empty message attribute value for message attribute type '{kind}'.");
        }

        if (kind == "Number" && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            throw SqsErrors.Invalid($"Can't cast the value of message (user) attribute '{name}' to a number.");
        if (kind != "Binary")
            CheckCharacters(text);
        return JsonObject.Of(("DataType", JsonValue.From(type)), (member, JsonValue.From(text)));
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 256
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
        && !name.StartsWith('.') && !name.EndsWith('.') && !name.Contains("..", StringComparison.Ordinal)
        && !name.StartsWith("aws.", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("amazon.", StringComparison.OrdinalIgnoreCase);

    private static string TypeOf(JsonValue attribute) => ((JsonString)((JsonObject)attribute)["DataType"]!).Value;

    private static bool IsBinary(JsonValue attribute) => ((JsonObject)attribute)["BinaryValue"] is not null;

    private static byte[] Value(JsonValue attribute)
    {
        var its = (JsonObject)attribute;
        return its["BinaryValue"] is JsonString binary
            ? Bytes(binary.Value)
            : Encoding.UTF8.GetBytes(((JsonString)its["StringValue"]!).Value);
    }

    /// <summary>A Task may give a binary attribute as a text that is no base64; its bytes are the text's then.</summary>
    private static byte[] Bytes(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : Encoding.UTF8.GetBytes(text);
    }

    private static void Append(MemoryStream text, byte[] part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        text.Write(length);
        text.Write(part);
    }
}
