using Stateside.Language.Json;

namespace Stateside.Engine.History;

/// <summary>
/// An immutable numbered fact of an execution, pointing at the event before it.
/// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html.
/// </summary>
/// <param name="Id">The number, from 1 without gaps.</param>
/// <param name="PreviousEventId">The event before it on the same line of progress; 0 for none.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Type">What happened.</param>
/// <param name="Details">The members of its details; null of the types that have none.</param>
public sealed record HistoryEvent(long Id, long PreviousEventId, DateTimeOffset Timestamp, HistoryEventType Type, EventDetails? Details)
{
    /// <summary>The detail of that name, or null.</summary>
    /// <param name="name">The name as the API spells it.</param>
    public object? this[string name] => Details?[name];

    /// <summary>What its type means.</summary>
    internal EventKind Kind => EventKinds.Of(Type);

    /// <summary>What it is about.</summary>
    internal EventSubject Subject => Kind.Subject;

    /// <summary>What it says of that.</summary>
    internal EventSays Says => Kind.Says;
}

/// <summary>The details of an event: its members in order, as the API names them.</summary>
/// <param name="fields">
/// Names and values: a <see cref="JsonValue"/> or a <see cref="JsonText"/> prints as its text with a <c>…Details</c> member beside it,
/// a string and a number as themselves, nested <see cref="EventDetails"/> as an object; a null value is left out.
/// </param>
public sealed class EventDetails(params (string Name, object? Value)[] fields)
{
    /// <summary>The members' names and values.</summary>
    public IReadOnlyList<(string Name, object? Value)> Fields => fields;

    /// <summary>The same for those who look at the details of many events.</summary>
    /// <returns>The members' names and values.</returns>
    public ReadOnlySpan<(string Name, object? Value)> AsSpan() => fields;

    /// <summary>The value of that name, or null.</summary>
    /// <param name="name">The name as the API spells it.</param>
    public object? this[string name]
    {
        get
        {
            foreach (var (key, value) in fields)
            {
                if (key == name)
                    return value;
            }

            return null;
        }
    }
}

/// <summary>A JSON value as the text with which it was saved, for those who pass it on unread.</summary>
/// <param name="Utf8">The text in UTF-8.</param>
public sealed record JsonText(ReadOnlyMemory<byte> Utf8);

/// <summary>Some events of one execution that one turn wrote, in order and without gaps.</summary>
/// <param name="FirstId">The number of the first.</param>
/// <param name="Events">The events.</param>
internal sealed record HistorySegment(long FirstId, IReadOnlyList<HistoryEvent> Events);
