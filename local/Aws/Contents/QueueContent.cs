using Stateside.Aws.Sqs;
using Stateside.Language.Json;

namespace Stateside.Aws.Contents;

/// <summary>A queue's messages, seen without being received.</summary>
internal sealed class QueueContent(Declared declared, SqsStore store)
{
    public Declared Declared => declared;

    public QueueSettings Settings { get; } = store.Find(declared.Name)!;

    public MessageCounts Count => store.Count(Settings);

    /// <summary>Sends a message.</summary>
    /// <param name="body">Its body.</param>
    /// <param name="members">Other members of SendMessage's request, such as MessageGroupId.</param>
    /// <returns>The message's id.</returns>
    /// <exception cref="ContentException">SQS would refuse it.</exception>
    public string Send(string body, JsonObject members)
    {
        var request = members.With("QueueUrl", JsonValue.From(declared.Name)).With("MessageBody", JsonValue.From(body));
        return TemplateContents.Asking(() => ((JsonString)store.Execute("SendMessage", request)["MessageId"]!).Value);
    }

    /// <summary>The messages after a number, so many at most, in the order in which they were sent.</summary>
    public IReadOnlyList<StoredMessage> Messages(int most, long after = 0) => store.List(Settings, after, most);

    /// <summary>The message of a number; null where there is none.</summary>
    public StoredMessage? Find(long number) => Messages(1, number - 1) is [var found] && found.Number == number ? found : null;

    /// <summary>Deletes a message, whoever works on it.</summary>
    public void Delete(StoredMessage message) => store.Delete(Settings, [message]);
}
