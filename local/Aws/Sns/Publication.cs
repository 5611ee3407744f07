using System.Security.Cryptography;
using System.Text;
using Stateside.Aws.Services;
using Stateside.Aws.Sqs;
using Stateside.Language.Json;

namespace Stateside.Aws.Sns;

/// <summary>A message that is published.</summary>
/// <param name="Message">The message; where its structure is JSON, the texts by protocol.</param>
/// <param name="Attributes">Its attributes, each right.</param>
internal sealed record Publication(string Message, JsonObject Attributes)
{
    /// <summary>The longest message with its attributes, and the longest batch: 256 KiB.</summary>
    public const int MostBytes = 262_144;

    private const int MostSubject = 100;

    public string? Subject { get; private init; }

    public string? GroupId { get; private init; }

    public string? DeduplicationId { get; private init; }

    /// <summary>The functions that led to it.</summary>
    public string? Lineage { get; init; }

    /// <summary>Texts by protocol; null where all get the same one.</summary>
    private JsonObject? ByProtocol { get; init; }

    /// <summary>How many bytes it counts as.</summary>
    public int Size => Encoding.UTF8.GetByteCount(Message) + MessageAttributes.SizeOf(Attributes);

    /// <summary>What those get that are reached by a protocol.</summary>
    public string TextFor(string protocol) =>
        ((ByProtocol?[protocol] ?? ByProtocol?["default"]) as JsonString)?.Value ?? Message;

    /// <summary>Reads what a request, or an entry of a batch, publishes.</summary>
    /// <exception cref="StoreRefusal">Something of it is wrong.</exception>
    public static Publication Read(Topic topic, JsonObject request)
    {
        if (request.Text("Message") is not { Length: > 0 } message)
            throw SnsErrors.Invalid("Empty message");
        if (request.Text("Subject") is { } subject && !IsSubject(subject))
            throw SnsErrors.Invalid("Subject");
        var publication = new Publication(message, AttributesOf(request))
        {
            Subject = request.Text("Subject"),
            ByProtocol = StructureOf(request, message),
            GroupId = Identifier(request, "MessageGroupId"),
            DeduplicationId = Identifier(request, "MessageDeduplicationId"),
        };
        if (!topic.IsFifo)
        {
            return publication.DeduplicationId is null ? publication : throw SnsErrors.Invalid(
                "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type");
        }

        if (publication.GroupId is null)
            throw SnsErrors.Invalid("The MessageGroupId parameter is required for FIFO topics");
        if (publication.DeduplicationId is not null)
            return publication;
        return topic.DeduplicatesContent
            ? publication with { DeduplicationId = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(message))) }
            : throw SnsErrors.Invalid("The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
    }

    private static bool IsSubject(string subject) =>
        subject.Length is > 0 and <= MostSubject && subject[0] is > ' ' and <= '~' && !subject.Any(char.IsControl);

    private static string? Identifier(JsonObject request, string member)
    {
        if (request.Text(member) is not { } text)
            return null;
        return text.Length is > 0 and <= 128 && text.All(c => c is > ' ' and <= '~')
            ? text
            : throw SnsErrors.Invalid($"{member} Reason: {member} can only include alphanumeric and punctuation characters. 1 to 128 in length");
    }

    private static JsonObject? StructureOf(JsonObject request, string message)
    {
        if (request.Text("MessageStructure") is not { Length: > 0 } structure)
            return null;
        if (structure != "json")
            throw SnsErrors.Invalid("MessageStructure");
        if (!JsonReader.TryParse(message, out var parsed) || parsed is not JsonObject texts)
            throw SnsErrors.Invalid("Message Structure - JSON message body failed to parse");
        return texts["default"] is JsonString ? texts : throw SnsErrors.Invalid("Message Structure - No default entry in JSON message body");
    }

    private static JsonObject AttributesOf(JsonObject request)
    {
        try
        {
            // SNS has no bound of its own; what is too much for a queue fails there.
            return MessageAttributes.Read(request.Object("MessageAttributes"), int.MaxValue);
        }
        catch (StoreRefusal refusal) when (refusal.Code == "InvalidParameterValue")
        {
            throw SnsErrors.InvalidAttribute(refusal.Message);
        }
    }
}
