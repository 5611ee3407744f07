using System.Text.Json;
using System.Text.Json.Serialization;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Service.Api;

/// <summary>Some events to be written as the API shows them.</summary>
[JsonConverter(typeof(HistoryEventWriter))]
internal sealed record HistoryEventPage(IReadOnlyList<HistoryEvent> Events, bool IncludeData);

/// <summary>Writes events as the API shows them.</summary>
internal sealed class HistoryEventWriter : JsonConverter<HistoryEventPage>
{
    public override HistoryEventPage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Events are only written.");

    public override void Write(Utf8JsonWriter writer, HistoryEventPage value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var e in value.Events)
        {
            writer.WriteStartObject();
            writer.WriteNumber("timestamp", e.Timestamp.ToUnixTimeMilliseconds() / 1000m);
            writer.WriteString("type", e.Type.Name());
            writer.WriteNumber("id", e.Id);
            writer.WriteNumber("previousEventId", e.PreviousEventId);
            if (e.Type.DetailsName() is { } name)
            {
                writer.WritePropertyName(name);
                WriteDetails(writer, e.Details, value.IncludeData);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteDetails(Utf8JsonWriter writer, EventDetails? details, bool includeData)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in details?.Fields ?? [])
        {
            switch (value)
            {
                case null:
                    break;
                case JsonValue json:
                    if (includeData)
                    {
                        writer.WriteString(name, json.Text);
                        WriteTruncated(writer, name);
                    }

                    break;
                case string text when includeData || name is not ("parameters" or "cause" or "error"):
                    writer.WriteString(name, text);
                    break;
                case long number:
                    writer.WriteNumber(name, number);
                    break;
                case EventDetails when name == "assignedVariables" && !includeData:
                    break;
                case EventDetails nested:
                    writer.WritePropertyName(name);
                    WriteDetails(writer, nested, true);
                    if (name == "assignedVariables")
                        WriteTruncated(writer, name);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteTruncated(Utf8JsonWriter writer, string name)
    {
        // What the API gives is whole; only deliveries to a log are cut.
        writer.WriteStartObject($"{name}Details");
        writer.WriteBoolean("truncated", false);
        writer.WriteEndObject();
    }
}
