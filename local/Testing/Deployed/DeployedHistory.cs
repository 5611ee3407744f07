using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>Reads events as GetExecutionHistory gives them.</summary>
internal static class DeployedHistory
{
    public static HistoryEvent Event(JsonObject json)
    {
        try
        {
            return HistoryEventReader.Event(json);
        }
        catch (RecordException e)
        {
            throw new WorkflowAssertionException($"The history cannot be read. {e.Message}");
        }
    }

    /// <summary>A time as the JSON protocol gives it: seconds.</summary>
    public static DateTimeOffset Time(JsonValue time) => HistoryEventReader.Time(time)!.Value;

    public static JsonValue Json(string text) => HistoryEventReader.Payload(JsonValue.From(text));
}
