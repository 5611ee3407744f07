using System.Globalization;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Aws.Sqs;

/// <summary>A message as it lies in a queue.</summary>
/// <param name="Number">Its number in the file: the later sent, the higher.</param>
/// <param name="Id">Its id.</param>
/// <param name="Body">Its body.</param>
/// <param name="Facts">What came with it.</param>
internal sealed record StoredMessage(long Number, string Id, string Body, MessageFacts Facts)
{
    /// <summary>When it was sent, in milliseconds since 1970.</summary>
    public required long Sent { get; init; }

    /// <summary>How often it was received.</summary>
    public required int Receives { get; init; }

    /// <summary>When it was received first.</summary>
    public required long FirstReceived { get; init; }

    /// <summary>When it was received last.</summary>
    public required long LastReceived { get; init; }

    /// <summary>From when on it can be received.</summary>
    public required long Visible { get; init; }

    /// <summary>How many bytes it counts as.</summary>
    public int Size => Encoding.UTF8.GetByteCount(Body) + MessageAttributes.SizeOf(Facts.Attributes);

    /// <summary>What SQS says of it itself, all as texts.</summary>
    public JsonObject SystemAttributes(bool isFifo)
    {
        var all = new JsonObject.Builder();
        Add("SenderId", Facts.SenderId);
        Add("ApproximateFirstReceiveTimestamp", Text(FirstReceived));
        Add("ApproximateReceiveCount", Text(Receives));
        Add("SentTimestamp", Text(Sent));
        Add("SequenceNumber", isFifo ? SequenceNumber(Number) : null);
        Add("MessageDeduplicationId", Facts.DeduplicationId);
        Add("MessageGroupId", Facts.GroupId);
        Add("AWSTraceHeader", Facts.TraceHeader);
        Add("DeadLetterQueueSourceArn", Facts.SourceArn);
        return all.ToObject();

        void Add(string name, string? value)
        {
            if (value is not null)
                all.Set(name, JsonValue.From(value));
        }
    }

    /// <summary>Twenty digits that grow, as a FIFO queue numbers its messages.</summary>
    public static string SequenceNumber(long number) => "1" + number.ToString("D19", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What came with a message.</summary>
/// <param name="Attributes">The sender's attributes.</param>
internal sealed record MessageFacts(JsonObject Attributes)
{
    public string? GroupId { get; init; }

    public string? DeduplicationId { get; init; }

    public string? TraceHeader { get; init; }

    /// <summary>The functions that led to it.</summary>
    public string? Lineage { get; init; }

    /// <summary>Who sent it: an id like those of IAM's users.</summary>
    public string SenderId { get; init; } = "AIDASTATESIDE00000000";

    /// <summary>Of a message in a dead letter queue, the queue it was in.</summary>
    public string? SourceArn { get; init; }

    public string Write()
    {
        var members = new JsonObject.Builder();
        members.Set("Attributes", Attributes);
        Add(nameof(GroupId), GroupId);
        Add(nameof(DeduplicationId), DeduplicationId);
        Add(nameof(TraceHeader), TraceHeader);
        Add(nameof(Lineage), Lineage);
        Add(nameof(SourceArn), SourceArn);
        return members.ToObject().Text;

        void Add(string name, string? value)
        {
            if (value is not null)
                members.Set(name, JsonValue.From(value));
        }
    }

    public static MessageFacts Read(string text)
    {
        var members = (JsonObject)JsonReader.Parse(text);
        return new((JsonObject)members["Attributes"]!)
        {
            GroupId = (members[nameof(GroupId)] as JsonString)?.Value,
            DeduplicationId = (members[nameof(DeduplicationId)] as JsonString)?.Value,
            TraceHeader = (members[nameof(TraceHeader)] as JsonString)?.Value,
            Lineage = (members[nameof(Lineage)] as JsonString)?.Value,
            SourceArn = (members[nameof(SourceArn)] as JsonString)?.Value,
        };
    }
}
