using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Engine.Operations;

/// <summary>Some events to be written as the API shows them.</summary>
[JsonConverter(typeof(HistoryEventWriter))]
internal sealed record HistoryEventPage(IReadOnlyList<HistoryEvent> Events, bool IncludeData);

/// <summary>Writes events as the API shows them.</summary>
internal sealed class HistoryEventWriter : JsonConverter<HistoryEventPage>
{
    /// <summary>What each type of event begins with, by its number.</summary>
    private static readonly TypeText[] Types = [.. Enum.GetValues<HistoryEventType>().Select(TypeText.Of)];

    public override HistoryEventPage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Events are only written.");

    public override void Write(Utf8JsonWriter writer, HistoryEventPage value, JsonSerializerOptions options)
    {
        using var text = new EventText();
        text.Raw("["u8);
        for (var i = 0; i < value.Events.Count; i++)
        {
            var e = value.Events[i];
            text.Raw(i == 0 ? "{\"timestamp\":"u8 : ",{\"timestamp\":"u8).Time(e.Timestamp);
            var type = Types[(int)e.Type];
            text.Raw(type.Name).Number(e.Id);
            text.Raw(",\"previousEventId\":"u8).Number(e.PreviousEventId);
            if (type.Details is { } name)
            {
                text.Raw(name);
                WriteDetails(text, e.Details, value.IncludeData);
            }

            text.Raw("}"u8);
        }

        text.Raw("]"u8);
        writer.WriteRawValue(text.Written, skipInputValidation: true);
    }

    private static void WriteDetails(EventText text, EventDetails? details, bool includeData)
    {
        text.Raw("{"u8);
        var isFirst = true;
        foreach (var (name, value) in details is null ? default : details.AsSpan())
        {
            var isShown = value switch
            {
                null => false,
                JsonValue or JsonText => includeData,
                string => includeData || name is not ("parameters" or "cause" or "error"),
                EventDetails => includeData || name != "assignedVariables",
                _ => true,
            };
            if (!isShown)
                continue;
            if (!isFirst)
                text.Raw(","u8);
            isFirst = false;
            var member = MemberText.Of(name);
            text.Raw(member.Name);
            switch (value)
            {
                case JsonValue json:
                    text.Quoted(json.Text).Raw(member.Whole);
                    break;
                case JsonText json:
                    text.Quoted(json.Utf8.Span).Raw(member.Whole);
                    break;
                case string words:
                    text.Quoted(words);
                    break;
                case long number:
                    text.Number(number);
                    break;
                case EventDetails variables when name == "assignedVariables":
                    WriteVariables(text, variables);
                    text.Raw(member.Whole);
                    break;
                case EventDetails nested:
                    WriteDetails(text, nested, includeData: true);
                    break;
            }
        }

        text.Raw("}"u8);
    }

    /// <summary>Variables have their authors' names, of which there is no end.</summary>
    private static void WriteVariables(EventText text, EventDetails variables)
    {
        text.Raw("{"u8);
        var isFirst = true;
        foreach (var (name, value) in variables.AsSpan())
        {
            text.Raw(isFirst ? default : ","u8).Quoted(name).Raw(":"u8).Quoted((string)value!);
            isFirst = false;
        }

        text.Raw("}"u8);
    }

    /// <summary>A member's name with what stands around it, and the member beside it that says whether its value was cut.</summary>
    private sealed class MemberText
    {
        /// <summary>Of all names so far; they are few and ours.</summary>
        private static MemberText[] _known = [];

        private readonly string _name;

        private MemberText(string name)
        {
            _name = name;
            Name = Encoding.UTF8.GetBytes($"\"{name}\":");

            // What the API gives is whole; only deliveries to a log are cut.
            Whole = Encoding.UTF8.GetBytes($",\"{name}Details\":{{\"truncated\":false}}");
        }

        public byte[] Name { get; }

        public byte[] Whole { get; }

        public static MemberText Of(string name)
        {
            // The names are literals, of which each stands in memory once: a look at all is quicker than a hash of one.
            foreach (var known in _known)
            {
                if (ReferenceEquals(known._name, name))
                    return known;
            }

            return Added(name);
        }

        private static MemberText Added(string name)
        {
            // A name that was read from a file is no literal yet.
            var literal = string.Intern(name);
            if (!ReferenceEquals(literal, name))
                return Of(literal);
            var added = new MemberText(name);
            _known = [.. _known, added];
            return added;
        }
    }

    /// <summary>The member with a type's name up to the event's number, and the name of its details where it has some.</summary>
    private sealed record TypeText(byte[] Name, byte[]? Details)
    {
        public static TypeText Of(HistoryEventType type) => new(
            Encoding.UTF8.GetBytes($",\"type\":\"{type.Name()}\",\"id\":"),
            EventKinds.Of(type).Details is { } details ? Encoding.UTF8.GetBytes($",\"{details}\":") : null);
    }
}
