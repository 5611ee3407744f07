using System.Globalization;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Logs;

/// <summary>
/// A history event as a line of a log group: all numbers are texts, and data that is too long is cut.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html.
/// </summary>
internal static class LogLine
{
    /// <summary>An event of CloudWatch Logs takes 256 KiB; inputs and outputs are cut so that the rest has room beside them.</summary>
    private const int MostDataBytes = 248 * 1024;

    /// <summary>Whether an event is logged at a level. See https://docs.aws.amazon.com/step-functions/latest/dg/cloudwatch-log-level.html.</summary>
    public static bool IsLogged(LoggingLevel level, HistoryEventType type) => level switch
    {
        LoggingLevel.All => true,
        LoggingLevel.Error => EventKinds.Of(type).IsFailure,
        LoggingLevel.Fatal => EventKinds.Of(type) is { Subject: EventSubject.Execution, IsFailure: true },
        _ => false,
    };

    /// <summary>The line.</summary>
    public static string Of(HistoryEvent e, ExecutionDescription execution) => JsonWriter.Compact(JsonObject.Of(
        ("id", Number(e.Id)),
        ("type", JsonValue.From(e.Type.Name())),
        ("details", Details(e.Details, execution.StateMachine.Logging.IncludeExecutionData)),
        ("previous_event_id", Number(e.PreviousEventId)),
        ("event_timestamp", Number(e.Timestamp.ToUnixTimeMilliseconds())),
        ("execution_arn", JsonValue.From(execution.Arn)),
        ("redrive_count", Number(execution.RedriveCount))));

    private static JsonObject Details(EventDetails? details, bool includeData)
    {
        var members = new JsonObject.Builder();
        foreach (var (name, value) in details?.Fields ?? [])
        {
            switch (value)
            {
                case JsonValue data when includeData:
                    Data(members, name, data.Text);
                    break;
                case string text when name == "parameters":
                    if (includeData)
                        members.Set(name, JsonValue.From(Cut(text)));
                    break;
                case string text:
                    members.Set(name, JsonValue.From(text));
                    break;
                case long number:
                    members.Set(name, JsonValue.From(number));
                    break;
                case EventDetails nested when includeData || name != "assignedVariables":
                    members.Set(name, Details(nested, includeData));
                    if (name == "assignedVariables")
                        members.Set($"{name}Details", Truncated(false));
                    break;
            }
        }

        return members.ToObject();
    }

    private static void Data(JsonObject.Builder members, string name, string text)
    {
        var cut = Cut(text);
        members.Set(name, JsonValue.From(cut));
        members.Set($"{name}Details", Truncated(cut.Length < text.Length));
    }

    private static JsonObject Truncated(bool isCut) => JsonObject.Of(("truncated", JsonValue.From(isCut)));

    private static string Cut(string text)
    {
        // As JSON in JSON a text can only grow: a short one needs no counting.
        if (text.Length < MostDataBytes / 6 || JsonValue.From(text).CompactLength <= MostDataBytes)
            return text;
        var (least, most) = (0, text.Length);
        while (least < most)
        {
            var middle = (least + most + 1) / 2;
            if (new JsonString(text[..middle]).CompactLength <= MostDataBytes)
                least = middle;
            else
                most = middle - 1;
        }

        return text[..(least > 0 && char.IsHighSurrogate(text[least - 1]) ? least - 1 : least)];
    }

    private static JsonValue Number(long number) => JsonValue.From(number.ToString(CultureInfo.InvariantCulture));
}
