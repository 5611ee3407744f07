using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Engine.Store.Data;

/// <summary>History segments as records of the data file.</summary>
internal static class HistoryRecords
{
    /// <summary>The members of details that have a number in place of their name. Append only: the numbers stand in files.</summary>
    private static readonly string[] Names =
    [
        "input", "output", "name", "error", "cause", "roleArn", "resource", "resourceType", "region", "parameters", "timeoutInSeconds",
        "heartbeatInSeconds", "taskCredentials", "index", "length", "mapRunArn", "assignedVariables", "location", "state", "workerName",
        "stateMachineAliasArn", "stateMachineVersionArn", "redriveCount",
    ];

    public static void Write(RecordWriter writer, HistorySegment segment)
    {
        var time = segment.Events[0].Timestamp.UtcTicks;
        writer.Number(segment.Events.Count);
        writer.Number(time);
        foreach (var e in segment.Events)
        {
            writer.Number(e.Id - e.PreviousEventId);
            writer.Number(e.Timestamp.UtcTicks - time);
            writer.Number((int)e.Type);
            WriteDetails(writer, e.Details);
        }
    }

    /// <summary>How many events a record holds.</summary>
    public static int Count(RecordReader reader) => reader.Int();

    /// <summary>Reads a segment.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="firstId">The number of its first event.</param>
    /// <param name="asTexts">Whether values stay <see cref="JsonText"/>.</param>
    public static HistorySegment Read(RecordReader reader, long firstId, bool asTexts = false)
    {
        var events = new HistoryEvent[reader.Count()];
        var time = reader.Number();
        for (var i = 0; i < events.Length; i++)
        {
            var id = firstId + i;
            var previous = id - reader.Number();
            var timestamp = new DateTimeOffset(time + reader.Number(), TimeSpan.Zero);
            events[i] = new HistoryEvent(id, previous, timestamp, (HistoryEventType)reader.Number(), ReadDetails(reader, asTexts));
        }

        return new HistorySegment(firstId, events);
    }

    private static void WriteDetails(RecordWriter writer, EventDetails? details)
    {
        if (details is null)
        {
            writer.Number(-1);
            return;
        }

        var count = 0;
        foreach (var (_, value) in details.AsSpan())
            count += value is null ? 0 : 1;
        writer.Number(count);
        foreach (var (name, value) in details.AsSpan())
        {
            if (value is null)
                continue;
            var number = NumberOf(name);
            writer.Number(number);
            if (number == 0)
                writer.Text(name);
            switch (value)
            {
                case JsonValue json:
                    writer.Number(0);
                    writer.Value(json);
                    break;
                case string text:
                    writer.Number(1);
                    writer.Text(text);
                    break;
                case long whole:
                    writer.Number(2);
                    writer.Number(whole);
                    break;
                case EventDetails inner:
                    writer.Number(3);
                    WriteDetails(writer, inner);
                    break;
                default:
                    throw new InvalidOperationException($"The detail {name} is a {value.GetType().Name}, which a history cannot hold.");
            }
        }
    }

    /// <summary>The number of a member; 0 when it has none.</summary>
    private static int NumberOf(string name)
    {
        // Names are literals, of which each stands in memory once: a look at all is quicker than a hash of one.
        for (var i = 0; i < Names.Length; i++)
        {
            if (ReferenceEquals(Names[i], name))
                return i + 1;
        }

        return Array.IndexOf(Names, name) + 1;
    }

    private static EventDetails? ReadDetails(RecordReader reader, bool asTexts)
    {
        var count = reader.Count();
        if (count < 0)
            return null;
        var fields = new (string Name, object? Value)[count];
        for (var i = 0; i < count; i++)
        {
            var number = reader.Int();
            var name = number == 0 ? reader.Text()! : Names[number - 1];
            fields[i] = (name, reader.Number() switch
            {
                0 when asTexts => reader.ValueText(),
                0 => reader.Value(),
                1 => reader.Text(),
                2 => reader.Number(),
                _ => ReadDetails(reader, asTexts),
            });
        }

        return new EventDetails(fields);
    }
}
