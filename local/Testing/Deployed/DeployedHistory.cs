using Stateside.Engine.History;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>Reads events as GetExecutionHistory gives them.</summary>
internal static class DeployedHistory
{
    public static HistoryEvent Event(JsonObject json)
    {
        var type = Enum.TryParse<HistoryEventType>(json.Text("type"), out var known)
            ? known
            : throw new WorkflowAssertionException($"The history has an event of a type that is not known here: {json.Text("type")}. A later version of this package may know it.");
        var details = EventKinds.Of(type).Details is { } member && json[member] is JsonObject members ? Details(members) : null;
        return new HistoryEvent(Number(json["id"]), Number(json["previousEventId"]), Time(json["timestamp"]!), type, details);
    }

    /// <summary>A time as the JSON protocol gives it: seconds.</summary>
    public static DateTimeOffset Time(JsonValue time) => ApiTime.Read(((JsonString)time).Value)!.Value;

    public static JsonValue Json(string text) => JsonReader.TryParse(text, out var value, keepText: true) ? value : JsonValue.From(text);

    private static EventDetails Details(JsonObject members) => new([.. members.Where(member => !member.Key.EndsWith("Details", StringComparison.Ordinal))
        .Select(member => (member.Key, Value(member.Key, member.Value)))]);

    private static object? Value(string name, JsonValue value) => value switch
    {
        JsonString text when name is "input" or "output" => Json(text.Value),
        JsonString text => text.Value,
        JsonNumber number => (long)number.Double,
        JsonObject nested => new EventDetails([.. nested.Select(member => (member.Key, member.Value is JsonString text ? (object?)text.Value : member.Value.Text))]),
        _ => null,
    };

    private static long Number(JsonValue? value) => value is JsonNumber number ? (long)number.Double : 0;
}
