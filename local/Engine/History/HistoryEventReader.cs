using System.Globalization;
using Stateside.Language.Json;

namespace Stateside.Engine.History;

/// <summary>
/// Reads events as GetExecutionHistory gives them and as log lines have them: the other half of the API's writer. The members' names are
/// those of the API, also where a client begins them with capitals.
/// </summary>
internal static class HistoryEventReader
{
    /// <summary>An event of a history.</summary>
    /// <param name="json">The event.</param>
    /// <exception cref="RecordException">It is none that is known here.</exception>
    public static HistoryEvent Event(JsonObject json)
    {
        var type = TypeOf(json);
        var details = EventKinds.Of(type).Details is { } name && Member(json, name) is JsonObject members ? Details(members) : null;
        return new HistoryEvent(
            Number(Member(json, "id")) ?? throw new RecordException($"An event of type {type.Name()} has no id."),
            Number(Member(json, "previousEventId")) ?? 0,
            Time(Member(json, "timestamp")) ?? throw new RecordException($"An event of type {type.Name()} has no timestamp that can be read."),
            type, details);
    }

    /// <summary>An event of a line of a log group. See https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html.</summary>
    /// <param name="json">The line.</param>
    /// <exception cref="RecordException">It is none that is known here.</exception>
    public static HistoryEvent LogLine(JsonObject json)
    {
        var type = TypeOf(json);
        return new HistoryEvent(
            Number(json["id"]) ?? throw new RecordException($"A log line of type {type.Name()} has no id."),
            Number(json["previous_event_id"]) ?? 0,
            Time(json["event_timestamp"]) ?? throw new RecordException($"A log line of type {type.Name()} has no event_timestamp that can be read."),
            type, json["details"] is JsonObject { Count: > 0 } members ? Details(members) : null);
    }

    /// <summary>The member of that name, which may begin with a capital; null for none, and for null.</summary>
    /// <param name="json">The object.</param>
    /// <param name="name">The name as the API spells it.</param>
    public static JsonValue? Member(JsonObject json, string name) =>
        (json[name] ?? json[char.ToUpperInvariant(name[0]) + name[1..]]) is { } value and not JsonNull ? value : null;

    /// <summary>The text of that member; null where it has none.</summary>
    /// <param name="json">The object.</param>
    /// <param name="name">The name as the API spells it.</param>
    public static string? Text(JsonObject json, string name) => Member(json, name) switch
    {
        JsonString text => text.Value,

        // Clients that write their own objects wrap what they enumerate.
        JsonObject wrapped => (wrapped["Value"] as JsonString)?.Value,
        _ => null,
    };

    /// <summary>A time: seconds or milliseconds since 1970, or a text of ISO 8601; null where it is none at which an execution can have run.</summary>
    /// <param name="value">The value.</param>
    public static DateTimeOffset? Time(JsonValue? value)
    {
        const DateTimeStyles InUtc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var found = value switch
        {
            JsonNumber number => Since1970(number.Double),
            JsonString text when double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => Since1970(number),
            JsonString text when DateTimeOffset.TryParse(text.Value, CultureInfo.InvariantCulture, InUtc, out var time) => time,
            _ => null,
        };
        return found is { Year: >= 1970 and < 5000 } ? found : null;
    }

    /// <summary>The value of an input or an output, which is JSON in a text.</summary>
    /// <param name="value">The member.</param>
    public static JsonValue Payload(JsonValue value) =>
        value is not JsonString text ? value : JsonReader.TryParse(text.Value, out var json, keepText: true) ? json : value;

    private static HistoryEventType TypeOf(JsonObject json)
    {
        var name = Text(json, "type");
        return Enum.TryParse<HistoryEventType>(name, out var type) && Enum.IsDefined(type) && type.Name() == name
            ? type
            : throw new RecordException($"An event has the type '{name}', which is not known here: a later version of Stateside may know it.");
    }

    private static DateTimeOffset? Since1970(double number)
    {
        // No execution ran before 1973, nor after 5000.
        var milliseconds = number >= 1e11 ? number : number * 1000;
        return milliseconds is >= 0 and < 1e14 ? DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(milliseconds)) : null;
    }

    private static EventDetails Details(JsonObject members)
    {
        var fields = new List<(string, object?)>(members.Count);
        foreach (var (key, value) in members)
        {
            if (value is JsonNull || key.Length == 0 || key.EndsWith("Details", StringComparison.Ordinal))
                continue;
            var name = char.ToLowerInvariant(key[0]) + key[1..];
            name = string.IsInterned(name) ?? name;

            // What was cut for its length is no JSON any more.
            if (Member(members, $"{name}Details") is JsonObject beside && Member(beside, "truncated") is JsonBoolean { Value: true })
                continue;
            fields.Add((name, Detail(name, value)));
        }

        return new EventDetails([.. fields]);
    }

    private static object? Detail(string name, JsonValue value) => value switch
    {
        _ when name is "input" or "output" => Payload(value),
        JsonString text => text.Value,
        JsonNumber number => (long)number.Double,
        JsonObject nested => new EventDetails([.. nested.Select(member => (member.Key, (object?)((member.Value as JsonString)?.Value ?? member.Value.Text)))]),
        _ => null,
    };

    private static long? Number(JsonValue? value) => value switch
    {
        JsonNumber number => (long)number.Double,
        JsonString text when long.TryParse(text.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
