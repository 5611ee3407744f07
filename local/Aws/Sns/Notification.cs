using System.Globalization;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Aws.Sns;

/// <summary>
/// What a subscriber is given of a message. See https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html.
/// Nothing is signed: what stands for the signature says so.
/// </summary>
/// <param name="Id">The message's id.</param>
/// <param name="SequenceNumber">Its number in a FIFO topic; null in another.</param>
/// <param name="Subscription">Who is given it.</param>
/// <param name="Message">The message.</param>
/// <param name="Time">When it was published.</param>
internal sealed record Notification(string Id, string? SequenceNumber, Subscription Subscription, Publication Message, DateTimeOffset Time)
{
    private const string Signature = "Tm90IHNpZ25lZCBieSBTdGF0ZXNpZGU=";

    /// <summary>What is given as it is.</summary>
    public string Text => Message.TextFor(Subscription.Protocol);

    /// <summary>What queues and HTTP endpoints get.</summary>
    public string Body => Subscription.IsRaw ? Text : Envelope();

    private string Timestamp => Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private string Host => $"https://sns.{Subscription.TopicArn.Split(':')[3]}.amazonaws.com/";

    private string CertificateUrl => $"{Host}SimpleNotificationService-00000000000000000000000000000000.pem";

    private string UnsubscribeUrl => $"{Host}?Action=Unsubscribe&SubscriptionArn={Subscription.Arn}";

    /// <summary>The message with what SNS says of it, and with the spaces that SNS sets.</summary>
    private string Envelope()
    {
        var members = new List<(string Name, JsonValue Value)> { ("Type", JsonValue.From("Notification")), ("MessageId", JsonValue.From(Id)) };
        if (SequenceNumber is not null)
            members.Add(("SequenceNumber", JsonValue.From(SequenceNumber)));
        members.Add(("TopicArn", JsonValue.From(Subscription.TopicArn)));
        if (Message.Subject is not null)
            members.Add(("Subject", JsonValue.From(Message.Subject)));
        members.Add(("Message", JsonValue.From(Text)));
        members.Add(("Timestamp", JsonValue.From(Timestamp)));
        if (SequenceNumber is null)
        {
            members.Add(("SignatureVersion", JsonValue.From("1")));
            members.Add(("Signature", JsonValue.From(Signature)));
            members.Add(("SigningCertURL", JsonValue.From(CertificateUrl)));
        }

        members.Add(("UnsubscribeURL", JsonValue.From(UnsubscribeUrl)));
        var lines = members.ConvertAll(member => $"  \"{member.Name}\" : {member.Value.Text}");
        if (Attributes() is { Count: > 0 } attributes)
        {
            var inner = attributes.Select(attribute => $"    {JsonValue.From(attribute.Key).Text} : {attribute.Value.Text}");
            lines.Add($"  \"MessageAttributes\" : {{\n{string.Join(",\n", inner)}\n  }}");
        }

        return $"{{\n{string.Join(",\n", lines)}\n}}";
    }

    /// <summary>The event that a function gets. See https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html.</summary>
    public byte[] Event() => Encoding.UTF8.GetBytes(JsonObject.Of(("Records", JsonArray.Of(JsonObject.Of(
        ("EventSource", JsonValue.From("aws:sns")),
        ("EventVersion", JsonValue.From("1.0")),
        ("EventSubscriptionArn", JsonValue.From(Subscription.Arn)),
        ("Sns", JsonObject.Of(
            ("Type", JsonValue.From("Notification")),
            ("MessageId", JsonValue.From(Id)),
            ("TopicArn", JsonValue.From(Subscription.TopicArn)),
            ("Subject", JsonValue.From(Message.Subject)),
            ("Message", JsonValue.From(Text)),
            ("Timestamp", JsonValue.From(Timestamp)),
            ("SignatureVersion", JsonValue.From("1")),
            ("Signature", JsonValue.From(Signature)),
            ("SigningCertUrl", JsonValue.From(CertificateUrl)),
            ("UnsubscribeUrl", JsonValue.From(UnsubscribeUrl)),
            ("MessageAttributes", Attributes()))))))).Text);

    /// <summary>The attributes as subscribers see them.</summary>
    private JsonObject Attributes()
    {
        var seen = new JsonObject.Builder();
        foreach (var (name, value) in Message.Attributes)
        {
            var attribute = (JsonObject)value;
            seen.Set(name, JsonObject.Of(("Type", attribute["DataType"]!), ("Value", (attribute["StringValue"] ?? attribute["BinaryValue"])!)));
        }

        return seen.ToObject();
    }
}
