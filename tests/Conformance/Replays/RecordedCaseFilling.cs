using System.Globalization;
using System.Text.RegularExpressions;
using Stateside.Engine.History;
using Stateside.Engine.Replay;
using Stateside.Language.Json;

namespace Stateside.Conformance.Replays;

/// <summary>
/// Makes of a recording what AWS's command line would have written. The recordings hold placeholders for times, ids and ARNs. Times are
/// made up: a hundredth of a second from event to event, more where a timeout must have passed. Where another placeholder stands, what
/// today's run has in its place is taken, if the placeholder allows it: in such places nothing is compared.
/// </summary>
internal sealed partial class RecordedCaseFilling(RecordedCase recorded)
{
    private readonly Regex _placeholder = new(string.Join('|', recorded.Placeholders.Where(text => text.Length > 3)
        .Select(text => $@"(?<![\w]){Regex.Escape(text)}(?![\w])").Append(Placeholder().ToString())));

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The execution of a case.</summary>
    public RecordedExecution Fill()
    {
        var texts = new List<string>();
        Collect(recorded.Events, texts);
        var time = Start;
        var events = new List<JsonValue>();
        var timeouts = new Dictionary<long, double>();
        foreach (var e in recorded.Events.OfType<JsonObject>())
        {
            var type = ((JsonString)e["type"]!).Value;
            var previous = Number(e[recorded.IsLog ? "previous_event_id" : "previousEventId"]);
            var id = Number(e["id"]);
            var details = recorded.IsLog ? e["details"] as JsonObject
                : e.FirstOrDefault(member => member.Key.EndsWith("EventDetails", StringComparison.Ordinal)).Value as JsonObject;
            if (details is not null && (details["timeoutInSeconds"] ?? details["heartbeatInSeconds"]) is JsonNumber)
                timeouts[id] = Math.Min(Double(details["timeoutInSeconds"]), Double(details["heartbeatInSeconds"]));
            else if (timeouts.TryGetValue(previous, out var timeout))
                timeouts[id] = timeout;
            time += TimeSpan.FromMilliseconds(10);
            if (type.EndsWith("TimedOut", StringComparison.Ordinal))
                time += TimeSpan.FromSeconds(type == "ExecutionTimedOut" ? TimeoutOf(recorded.Definition) : timeouts.GetValueOrDefault(previous, 60));
            var milliseconds = JsonValue.From(time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
            events.Add(recorded.IsLog
                ? e.With("event_timestamp", milliseconds).With("details", details is null ? JsonObject.Empty : Texts(details, texts))
                : JsonObject.Of([.. e.Select(member => (member.Key, member.Key == "timestamp" ? milliseconds
                    : member.Value == details ? Texts(details!, texts) : member.Value))]));
        }

        var record = RecordedExecutions.Read([new RecordFile(recorded.Id, JsonArray.Of(events).Text)]).Single() with { IsExpress = recorded.IsExpress };
        if (record.HasData && recorded.Input is { } input && record.Input is { } was)
        {
            var filled = Filled(input, was);
            var started = record.Events[0];
            record = record with { Input = filled, Events = [started with { Details = With(started.Details!, "input", filled) }, .. record.Events.Skip(1)] };
        }

        return record;
    }

    /// <summary>The record with what a finding has in the place of placeholders; the same where it has nothing for them.</summary>
    public RecordedExecution Fill(RecordedExecution record, Finding finding)
    {
        if (finding.Value is not { } value)
            return record;
        var e = record[finding.EventId];
        var details = e.Details ?? new EventDetails();
        details = finding.Kind switch
        {
            FindingKind.Input when details["input"] is JsonValue input => With(details, "input", Filled(value, input)),
            FindingKind.Output when details["output"] is JsonValue output => With(details, "output", Filled(value, output)),
            FindingKind.Payload when details["input"] is JsonValue input => With(details, "input", Filled(value, input)),
            FindingKind.Payload when RecordedAttempt.PayloadOf(e) is { } parameters => With(details, "parameters", Filled(value, parameters).Text),
            FindingKind.Variables when details["assignedVariables"] is EventDetails variables => With(details, "assignedVariables", new EventDetails(
                [.. variables.Fields.Select(variable => (variable.Name, (object?)(((JsonObject)value)[variable.Name] is { } now
                    ? Filled(now, JsonReader.Parse((string)variable.Value!)).Text : variable.Value)))])),
            FindingKind.Resource when details["resource"] is string resource && value is JsonString now => With(details, "resource", Filled(now.Value, resource)),
            FindingKind.Role when (details["taskCredentials"] as EventDetails)?["roleArn"] is string role && value is JsonString now =>
                With(details, "taskCredentials", new EventDetails(("roleArn", Filled(now.Value, role)))),
            FindingKind.Failure when value is JsonObject failure => new EventDetails([.. details.Fields.Select(field => (field.Name,
                field.Value is string text && failure[field.Name] is JsonString now ? Filled(now.Value, text) : field.Value))]),
            _ => details,
        };
        return record with { Events = [.. record.Events.Select(other => other.Id == e.Id ? e with { Details = details } : other)] };
    }

    private static EventDetails With(EventDetails details, string name, object value) =>
        new([.. details.Fields.Select(field => (field.Name, field.Name == name ? value : field.Value))]);

    private JsonValue Filled(JsonValue now, JsonValue recorded) => (now, recorded) switch
    {
        (JsonString ours, JsonString theirs) => new JsonString(Filled(ours.Value, theirs.Value)),
        (_, JsonString theirs) when _placeholder.IsMatch(theirs.Value) && _placeholder.Match(theirs.Value).Length == theirs.Value.Length => now,
        (JsonString ours, JsonObject) when JsonReader.TryParse(ours.Value, out var parsed) && parsed.Equals(recorded) => now,
        (JsonArray ours, JsonArray theirs) => JsonArray.Of(theirs.Select((item, i) => i < ours.Count ? Filled(ours[i], item) : item)),
        (JsonObject ours, JsonObject theirs) => JsonObject.Of([.. theirs.Select(member => (member.Key, ours[member.Key] is { } value ? Filled(value, member.Value) : member.Value))]),
        _ => recorded,
    };

    private string Filled(string now, string recorded) =>
        now != recorded && _placeholder.IsMatch(recorded) && new Regex($"^{Pattern(recorded)}$", RegexOptions.Singleline).IsMatch(now) ? now : recorded;

    private string Pattern(string recorded)
    {
        var pattern = "";
        var at = 0;
        foreach (Match match in _placeholder.Matches(recorded))
        {
            pattern += Regex.Escape(recorded[at..match.Index]) + ".*";
            at = match.Index + match.Length;
        }

        return pattern + Regex.Escape(recorded[at..]);
    }

    /// <summary>Details with the texts that the recording shows parsed: everything but payloads, which read as they are.</summary>
    private static JsonObject Texts(JsonObject details, List<string> texts) => JsonObject.Of([.. details.Select(member => (member.Key, member.Key switch
    {
        "parameters" when member.Value is JsonObject => JsonValue.From(JsonWriter.Compact(member.Value)),
        "cause" when member.Value is JsonObject cause => JsonValue.From(texts.Find(text => JsonReader.TryParse(text, out var value) && value.Equals(cause)) ?? JsonWriter.Compact(cause)),
        _ => member.Value,
    }))]);

    /// <summary>The texts in a recording that are objects in JSON: a cause that it shows parsed stands there as it was.</summary>
    private static void Collect(JsonValue value, List<string> texts)
    {
        switch (value)
        {
            case JsonString { Value: ['{', ..] } text:
                texts.Add(text.Value);
                break;
            case JsonArray items:
                foreach (var item in items)
                    Collect(item, texts);
                break;
            case JsonObject members:
                foreach (var (_, member) in members)
                    Collect(member, texts);
                break;
        }
    }

    private static double TimeoutOf(string definition) => Double((JsonReader.Parse(definition) as JsonObject)?["TimeoutSeconds"]) is var seconds and < 1e9 ? seconds : 60;

    private static double Double(JsonValue? value) => value is JsonNumber number ? number.Double : 1e9;

    private static long Number(JsonValue? value) => value switch
    {
        JsonNumber number => number.Int64,
        JsonString text => long.Parse(text.Value, CultureInfo.InvariantCulture),
        _ => 0,
    };

    /// <summary>What a recording has in the place of what differs from run to run.</summary>
    [GeneratedRegex(@"<[A-Za-z_][\w.-]*(:\d+)?>|\b(date|datetime|timestamp|task_token|a_task_token|a_message_id|request_id|snf_role_arn|sfn_role_arn|sqs_queue_url|sqs_queue_name|log_group_name|__skip__)\b")]
    private static partial Regex Placeholder();
}
