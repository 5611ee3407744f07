using System.Text;
using System.Text.Json;
using Stateside.Language.Json;

namespace Stateside.Engine.History;

/// <summary>A file as it was found.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Text">Its text.</param>
internal readonly record struct RecordFile(string Name, string Text)
{
    private static readonly string[] Endings = [".json", ".jsonl", ".log", ".ndjson", ".txt"];

    /// <summary>The files in a folder that may be records, in alphabetical order.</summary>
    /// <param name="folder">The folder.</param>
    public static IEnumerable<string> In(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Endings.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal);
}

/// <summary>
/// The documents in files that tell of executions: pages of GetExecutionHistory, descriptions, log events from wherever they were
/// exported, log lines as they are. Documents may stand one after the other, one in each line, or in an array.
/// </summary>
/// <param name="file">The file that is read.</param>
internal sealed class HistoryDocuments(RecordFile file)
{
    /// <summary>What messages call the file.</summary>
    public string File => file.Name;

    /// <summary>A page of a history, or the lines of one execution in a log.</summary>
    public List<EventPage> Pages { get; } = [];

    /// <summary>What DescribeExecution says.</summary>
    public List<JsonObject> Descriptions { get; } = [];

    /// <summary>The definitions, as texts.</summary>
    public List<string> Definitions { get; } = [];

    /// <summary>The documents of a file.</summary>
    /// <exception cref="RecordException">There is none in it.</exception>
    public static HistoryDocuments Of(RecordFile file)
    {
        var documents = new HistoryDocuments(file);
        foreach (var value in Values(file))
            documents.Take(value);
        if (documents is { Pages.Count: 0, Descriptions.Count: 0, Definitions.Count: 0 })
            throw new RecordException($"{file.Name}: it holds no events. {Expected}");
        return documents;
    }

    private const string Expected =
        "A history is what 'aws stepfunctions get-execution-history' writes; of an Express execution it is the lines of its log group.";

    private void Take(JsonValue value)
    {
        if (value is JsonArray items)
        {
            TakeAll(items);
            return;
        }

        if (value is not JsonObject json)
            throw new RecordException($"{file.Name}: there is {Told(value)} where an object is expected. {Expected}");
        if (HistoryEventReader.Member(json, "events") is JsonArray events)
        {
            TakeAll(events);
            if (HistoryEventReader.Member(json, "nextToken") is not null && Pages is [.., { Arn: null, Events: [var first, .., var last] } page] && first.Id < last.Id)
                page.GoesOnAfter = Math.Max(page.GoesOnAfter, last.Id);
        }
        else if (HistoryEventReader.Member(json, "results") is JsonArray rows)
        {
            // CloudWatch Logs Insights gives each row as a list of its fields.
            foreach (var row in rows.OfType<JsonArray>())
            {
                if (row.OfType<JsonObject>().FirstOrDefault(field => HistoryEventReader.Text(field, "field") == "@message") is { } field)
                    TakeMessage(HistoryEventReader.Text(field, "value"));
            }
        }
        else if (HistoryEventReader.Member(json, "executionArn") is not null && HistoryEventReader.Member(json, "startDate") is not null)
        {
            Descriptions.Add(json);
        }
        else if (HistoryEventReader.Text(json, "definition") is { } definition)
        {
            Definitions.Add(definition);
        }
        else if (json["StartAt"] is JsonString && json["States"] is JsonObject)
        {
            Definitions.Add(json.Text);
        }
        else
        {
            TakeEvent(json);
        }
    }

    private void TakeAll(JsonArray items)
    {
        foreach (var item in items)
        {
            if (item is JsonObject json && HistoryEventReader.Member(json, "previousEventId") is not null)
                TakeEvent(json);
            else
                Take(item);
        }
    }

    private void TakeEvent(JsonObject json)
    {
        try
        {
            if (json["execution_arn"] is JsonString arn && json["type"] is JsonString)
                PageOf(arn.Value).Add(HistoryEventReader.LogLine(json));
            else if (HistoryEventReader.Member(json, "previousEventId") is not null && HistoryEventReader.Member(json, "type") is not null)
                PageOf(null).Add(HistoryEventReader.Event(json));
            else if (HistoryEventReader.Text(json, "message") is { } message)
                TakeMessage(message);
            else
                throw new RecordException($"an object has none of the members that tell what it is: {string.Join(", ", json.Keys.ToArray().Take(6))}. {Expected}");
        }
        catch (RecordException e) when (!e.Message.StartsWith(file.Name, StringComparison.Ordinal))
        {
            throw new RecordException($"{file.Name}: {e.Message}");
        }
    }

    /// <summary>A message of a log group; others than those of executions may stand there too.</summary>
    private void TakeMessage(string? message)
    {
        if (message is not null && JsonReader.TryParse(message, out var value) && value is JsonObject json && json["execution_arn"] is JsonString)
            TakeEvent(json);
    }

    private List<HistoryEvent> PageOf(string? arn)
    {
        var page = arn is null
            ? Pages is [.., { Arn: null } last] ? last : null
            : Pages.Find(other => other.Arn == arn);
        if (page is null)
            Pages.Add(page = new EventPage(file.Name, arn, []));
        return page.Events;
    }

    private static string Told(JsonValue value) => value switch
    {
        JsonString => "a text",
        JsonNumber => "a number",
        _ => value.Text,
    };

    private static List<JsonValue> Values(RecordFile file)
    {
        var text = file.Text.TrimStart('\uFEFF');
        try
        {
            return Values(Encoding.UTF8.GetBytes(text));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Log lines come with their time and stream before them from some tools.
            var values = new List<JsonValue>();
            foreach (var line in text.Split('\n'))
            {
                if (line.IndexOf('{', StringComparison.Ordinal) is >= 0 and var at && JsonReader.TryParse(line[at..], out var value))
                    values.Add(value);
            }

            if (values.Count > 0)
                return values;
            var place = e is JsonException { LineNumber: { } number } json ? $", line {number + 1}, column {json.BytePositionInLine + 1}" : "";
            throw new RecordException($"{file.Name}{place}: this is not JSON. {Expected}");
        }
    }

    private static List<JsonValue> Values(ReadOnlySpan<byte> utf8)
    {
        var values = new List<JsonValue>();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = JsonReader.MaxDepth, AllowMultipleValues = true });
        while (reader.Read())
            values.Add(JsonReader.Read(ref reader));
        return values;
    }
}

/// <summary>Some events of one execution, in whatever order they were found.</summary>
/// <param name="File">The file they stand in.</param>
/// <param name="Arn">The execution's ARN; null where the events do not say.</param>
/// <param name="Events">The events.</param>
internal sealed record EventPage(string File, string? Arn, List<HistoryEvent> Events)
{
    /// <summary>The event that another page comes after, as a token says; 0 for none.</summary>
    public long GoesOnAfter { get; set; }

    /// <summary>Whether an execution begins with it.</summary>
    public bool IsFirst => Events.Exists(e => e.Id == 1);
}
