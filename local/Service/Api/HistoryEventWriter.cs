using System.Collections.Concurrent;
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
    private static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp");
    private static readonly JsonEncodedText Kind = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText PreviousEventId = JsonEncodedText.Encode("previousEventId");
    private static readonly JsonEncodedText Truncated = JsonEncodedText.Encode("truncated");

    /// <summary>The names of members, which are few and ours, ready to be written; with the name of the member that says what was cut.</summary>
    private static readonly ConcurrentDictionary<string, (JsonEncodedText Name, JsonEncodedText Details)> Names = new(StringComparer.Ordinal);

    public override HistoryEventPage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Events are only written.");

    public override void Write(Utf8JsonWriter writer, HistoryEventPage value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var e in value.Events)
        {
            writer.WriteStartObject();
            writer.WriteNumber(Timestamp, e.Timestamp.ToUnixTimeMilliseconds() / 1000m);
            writer.WriteString(Kind, e.Type.Name());
            writer.WriteNumber(Id, e.Id);
            writer.WriteNumber(PreviousEventId, e.PreviousEventId);
            if (e.Type.DetailsName() is { } name)
            {
                writer.WritePropertyName(NameOf(name).Name);
                WriteDetails(writer, e.Details, value.IncludeData);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteDetails(Utf8JsonWriter writer, EventDetails? details, bool includeData)
    {
        writer.WriteStartObject();
        for (var i = 0; i < details?.Fields.Count; i++)
        {
            var (name, value) = details.Fields[i];
            switch (value)
            {
                case JsonValue json when includeData:
                    writer.WriteString(NameOf(name).Name, json.Text);
                    WriteTruncated(writer, name);
                    break;
                case string text when includeData || name is not ("parameters" or "cause" or "error"):
                    writer.WriteString(NameOf(name).Name, text);
                    break;
                case long number:
                    writer.WriteNumber(NameOf(name).Name, number);
                    break;
                case EventDetails variables when name == "assignedVariables":
                    if (includeData)
                        WriteVariables(writer, name, variables);
                    break;
                case EventDetails nested:
                    writer.WritePropertyName(NameOf(name).Name);
                    WriteDetails(writer, nested, includeData: true);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Variables have their authors' names, of which there is no end.</summary>
    private static void WriteVariables(Utf8JsonWriter writer, string name, EventDetails variables)
    {
        writer.WriteStartObject(NameOf(name).Name);
        foreach (var (variable, value) in variables.Fields)
            writer.WriteString(variable, (string?)value);
        writer.WriteEndObject();
        WriteTruncated(writer, name);
    }

    private static void WriteTruncated(Utf8JsonWriter writer, string name)
    {
        // What the API gives is whole; only deliveries to a log are cut.
        writer.WriteStartObject(NameOf(name).Details);
        writer.WriteBoolean(Truncated, false);
        writer.WriteEndObject();
    }

    private static (JsonEncodedText Name, JsonEncodedText Details) NameOf(string name) => Names.GetOrAdd(
        name, static name => (JsonEncodedText.Encode(name), JsonEncodedText.Encode($"{name}Details")));
}
