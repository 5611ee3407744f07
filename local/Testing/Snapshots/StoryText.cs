using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>
/// Writes values so that two runs of the same workflow read the same: ids and tokens by the order in which they come up, ARNs without
/// region and account, times of the run relative to its start, the present time and stack traces not at all. What is long is cut, with
/// a check sum in place of the rest.
/// </summary>
/// <param name="start">When the run started.</param>
/// <param name="end">When it ended.</param>
/// <param name="now">The time outside, which handlers have.</param>
internal sealed partial class StoryText(DateTimeOffset start, DateTimeOffset end, DateTimeOffset now)
{
    private const int LongestLine = 110;
    private const int LongestString = 200;
    private const int ShownString = 120;
    private const int MostItems = 12;
    private const int ShownItems = 6;

    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    /// <summary>A text in which nothing stands that differs from run to run.</summary>
    public string Normal(string text)
    {
        text = Token().Replace(text, match => Numbered("token", match.Value));
        text = Trace().Replace(text, "<trace>");
        text = Arn().Replace(text, "arn:$1:$2");
        text = Place().Replace(text, "");
        text = Id().Replace(text, match => Numbered("id", match.Value));
        return Time().Replace(text, match => DateTimeOffset.TryParse(match.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Relative(time) ?? match.Value
            : match.Value);
    }

    /// <summary>A value: on one line where it is short, else on several, each of which begins with the indent.</summary>
    public string Value(JsonValue value, string indent)
    {
        var line = new StringBuilder();
        Append(line, value, null);
        if (line.Length <= LongestLine)
            return line.ToString();
        var lines = new StringBuilder();
        Append(lines, value, indent);
        return lines.ToString();
    }

    /// <summary>A time span in its own units, such as 1h30m or 0.25s.</summary>
    public static string Span(TimeSpan span)
    {
        var text = new StringBuilder();
        if (span.Days > 0)
            text.Append(CultureInfo.InvariantCulture, $"{span.Days}d");
        if (span.Hours > 0)
            text.Append(CultureInfo.InvariantCulture, $"{span.Hours}h");
        if (span.Minutes > 0)
            text.Append(CultureInfo.InvariantCulture, $"{span.Minutes}m");
        var seconds = span.Seconds + (span.Milliseconds / 1000.0);
        if (seconds > 0 || text.Length == 0)
            text.Append(seconds.ToString("0.###", CultureInfo.InvariantCulture)).Append('s');
        return text.ToString();
    }

    private string Numbered(string kind, string value)
    {
        if (!_ids.TryGetValue(value, out var shown))
            _ids.Add(value, shown = $"<{kind} {_ids.Values.Count(other => other.StartsWith($"<{kind} ", StringComparison.Ordinal)) + 1}>");
        return shown;
    }

    private string? Relative(DateTimeOffset time)
    {
        if (time >= start.AddSeconds(-1) && time <= end.AddSeconds(1))
            return time <= start ? "<start>" : $"<start+{Span(time - start)}>";
        return (time - now).Duration() < TimeSpan.FromDays(1) ? "<now>" : null;
    }

    private void Append(StringBuilder text, JsonValue value, string? indent)
    {
        switch (value)
        {
            case JsonString s:
                text.Append(Quoted(s.Value));
                break;
            case JsonArray { Count: > 0 } array:
                AppendItems(text, array, indent);
                break;
            case JsonObject { Count: > 0 } members:
                AppendMembers(text, members, indent);
                break;
            default:
                text.Append(JsonWriter.Compact(value));
                break;
        }
    }

    private void AppendItems(StringBuilder text, JsonArray array, string? indent)
    {
        var inner = indent is null ? null : indent + "  ";
        var shown = array.Count > MostItems ? ShownItems : array.Count;
        text.Append('[');
        for (var i = 0; i < shown; i++)
        {
            Separate(text, i, inner);
            AppendInner(text, array[i], inner);
        }

        if (shown < array.Count)
        {
            Separate(text, shown, inner);
            text.Append(CultureInfo.InvariantCulture, $"… {array.Count - shown} more #{CheckSum(Normal(JsonArray.Of(array.Skip(shown)).Text))}");
        }

        Close(text, ']', indent);
    }

    private void AppendMembers(StringBuilder text, JsonObject members, string? indent)
    {
        var inner = indent is null ? null : indent + "  ";
        text.Append('{');
        for (var i = 0; i < members.Count; i++)
        {
            Separate(text, i, inner);
            text.Append(JsonWriter.Quote(Normal(members.Keys[i]))).Append(": ");
            if (members.Keys[i] == StackTrace)
                text.Append("[…]");
            else
                AppendInner(text, members.Values[i], inner);
        }

        Close(text, '}', indent);
    }

    /// <summary>What is inside stands on one line again where it is short.</summary>
    private void AppendInner(StringBuilder text, JsonValue value, string? indent)
    {
        if (indent is null)
            Append(text, value, null);
        else
            text.Append(Value(value, indent));
    }

    private static void Separate(StringBuilder text, int index, string? inner)
    {
        if (index > 0)
            text.Append(inner is null ? ", " : ",");
        if (inner is not null)
            text.Append('\n').Append(inner);
    }

    private static void Close(StringBuilder text, char bracket, string? indent)
    {
        if (indent is not null)
            text.Append('\n').Append(indent);
        text.Append(bracket);
    }

    private string Quoted(string value)
    {
        var normal = Normal(WithoutStack(value));
        return normal.Length <= LongestString
            ? JsonWriter.Quote(normal)
            : $"{JsonWriter.Quote(normal[..ShownString])}… {normal.Length - ShownString} more #{CheckSum(normal)}";
    }

    private const string StackTrace = "stackTrace";

    /// <summary>The text of an error as Lambda writes it, without lines of code in it.</summary>
    public static string WithoutStack(string text) =>
        text.StartsWith('{') && text.Contains(StackTrace, StringComparison.Ordinal) && JsonReader.TryParse(text, out var value)
            ? JsonWriter.Compact(WithoutStack(value))
            : text;

    private static JsonValue WithoutStack(JsonValue value)
    {
        if (value is not JsonObject members)
            return value;
        var rest = new JsonObject.Builder(members.Count);
        foreach (var (key, member) in members)
        {
            if (key != StackTrace)
                rest.Set(key, WithoutStack(member));
        }

        return rest.ToObject();
    }

    /// <summary>FNV-1a, which is the same everywhere and for ever.</summary>
    public static string CheckSum(string text)
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 16777619u;
        return hash.ToString("x8", CultureInfo.InvariantCulture);
    }

    /// <summary>What the story says already, with a number that every event before it changes.</summary>
    [GeneratedRegex("An error occurred while executing the state '.*?' \\(entered at the event id #[0-9]+\\)\\. ")]
    private static partial Regex Place();

    [GeneratedRegex("AQCkA[A-Za-z0-9+/=]{60,}")]
    private static partial Regex Token();

    [GeneratedRegex("Root=1-[0-9a-f]{8}-[0-9a-f]{24}[^\\s\"]*")]
    private static partial Regex Trace();

    [GeneratedRegex("arn:aws[a-z-]*:([a-z0-9-]+):[a-z0-9-]*:[0-9]*:([^\\s\"',]+)")]
    private static partial Regex Arn();

    [GeneratedRegex("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")]
    private static partial Regex Id();

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")]
    private static partial Regex Time();
}
