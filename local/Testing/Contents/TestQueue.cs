using System.Text.Json;
using Stateside.Aws.Contents;
using Stateside.Aws.Sqs;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>A queue of the template under test.</summary>
public sealed class TestQueue
{
    private readonly QueueContent _queue;
    private readonly JsonSerializerOptions _serializer;

    internal TestQueue(QueueContent queue, JsonSerializerOptions serializer)
    {
        _queue = queue;
        _serializer = serializer;
    }

    /// <summary>Its name.</summary>
    public string Name => _queue.Declared.Name;

    /// <summary>Sends a message. A function that the template gives the queue's messages to gets it as on AWS.</summary>
    /// <param name="body">The body: a string as it stands, anything else as JSON by <see cref="WorkflowTestOptions.Serializer"/>.</param>
    /// <param name="groupId">The message group, which a FIFO queue needs.</param>
    /// <param name="deduplicationId">The id by which a FIFO queue knows the same message again; null where the queue goes by the content.</param>
    /// <returns>The message's id.</returns>
    /// <exception cref="WorkflowAssertionException">SQS would refuse it.</exception>
    public string Send(object body, string? groupId = null, string? deduplicationId = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        var members = new JsonObject.Builder();
        if (groupId is not null)
            members.Set("MessageGroupId", JsonValue.From(groupId));
        if (deduplicationId is not null)
            members.Set("MessageDeduplicationId", JsonValue.From(deduplicationId));
        var text = body as string ?? JsonWriter.Compact(TestJson.Of(body, _serializer, "The body"));
        return WorkflowTest.Looking(() => _queue.Send(text, members.ToObject()));
    }

    /// <summary>The messages that are in it, those that somebody works on too, in the order in which they were sent. They count as not received.</summary>
    /// <returns>The messages.</returns>
    public IReadOnlyList<TestMessage> Messages() =>
        [.. _queue.Messages(int.MaxValue).Select(message => new TestMessage(message, _queue.Settings.IsFifo, _serializer))];
}

/// <summary>A message in a queue.</summary>
public sealed class TestMessage
{
    private readonly StoredMessage _message;
    private readonly JsonSerializerOptions _serializer;

    internal TestMessage(StoredMessage message, bool isFifo, JsonSerializerOptions serializer)
    {
        _message = message;
        _serializer = serializer;
        Attributes = message.SystemAttributes(isFifo);
    }

    /// <summary>Its id.</summary>
    public string Id => _message.Id;

    /// <summary>Its body.</summary>
    public string Body => _message.Body;

    /// <summary>What SQS says of it, such as ApproximateReceiveCount and MessageGroupId.</summary>
    public JsonObject Attributes { get; }

    /// <summary>The attributes that its sender gave it, as SendMessage takes them.</summary>
    public JsonObject MessageAttributes => _message.Facts.Attributes;

    /// <summary>From when on it can be received.</summary>
    public DateTimeOffset VisibleFrom => DateTimeOffset.FromUnixTimeMilliseconds(_message.Visible);

    /// <summary>How often it was received.</summary>
    public int Receives => _message.Receives;

    /// <summary>Its body, which is JSON, as an object.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <returns>The object.</returns>
    /// <exception cref="WorkflowAssertionException">It is no such JSON.</exception>
    public T Json<T>() => TestJson.To<T>(TestJson.Of(Body, _serializer, "The body"), _serializer, "The body");
}
