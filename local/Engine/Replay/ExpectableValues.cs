using System.Globalization;
using System.Text.RegularExpressions;
using Stateside.Language.Json;
using Stateside.Language.Paths;

namespace Stateside.Engine.Replay;

/// <summary>
/// Tells what of a recorded value another run would have too: not what is dated, made by chance, or named by where it ran. What stands in
/// the input or in an answer goes through the workflow as it is, and is expected however it looks.
/// </summary>
internal sealed partial class ExpectableValues
{
    private const int MostParts = 20;

    private static readonly TimeSpan Around = TimeSpan.FromDays(1);

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<double> _knownNumbers = [];
    private readonly HashSet<JsonValue> _chance = [];
    private readonly ReplaySetup _setup;

    /// <summary>Of an execution.</summary>
    /// <param name="setup">The record and today's machine.</param>
    /// <param name="attempts">What answered in it.</param>
    /// <param name="chance">What chance or the clock made of its values.</param>
    public ExpectableValues(ReplaySetup setup, IEnumerable<RecordedAttempt> attempts, IEnumerable<JsonValue?> chance)
    {
        _setup = setup;
        Know(setup.Record.Input);
        Know(JsonReader.TryParse(setup.Machine.DefinitionText, out var definition) ? definition : null);
        foreach (var attempt in attempts)
        {
            Know(attempt.FunctionAnswer ?? attempt.Output);
            Know(JsonValue.From(attempt.Cause));
        }

        // Wherever it goes from there. Whether a truth is by chance only its place tells.
        _chance.UnionWith(chance.Where(value => value is JsonNumber or JsonString { Value.Length: > 0 }).OfType<JsonValue>());
    }

    /// <summary>Whether a text was given to the workflow or stands in its definition.</summary>
    /// <param name="text">The text.</param>
    public bool IsKnown(string text) => _known.Contains(text);

    /// <summary>The largest parts of a value that can be expected, each with its place: all of it where nothing stands against that.</summary>
    /// <param name="value">The value.</param>
    /// <param name="chance">The places of what chance made.</param>
    public IReadOnlyList<ExpectedValue> Of(JsonValue value, IReadOnlySet<string> chance)
    {
        var parts = new List<ExpectedValue>();
        Add(value, "$", chance, parts);
        return [.. parts.Where(part => JsonPath.TryParse(part.Path, out var path, out _) && path.TryEvaluate(value, out var found) && found.Equals(part.Value)).Take(MostParts)];
    }

    private void Add(JsonValue value, string path, IReadOnlySet<string> chance, List<ExpectedValue> parts)
    {
        if (IsExpectable(value, path, chance))
        {
            parts.Add(new ExpectedValue(path, value));
            return;
        }

        if (chance.Contains(path) || _chance.Contains(value))
            return;
        if (value is JsonObject members)
        {
            foreach (var (name, member) in members.Where(member => !IsUnsure(members, member.Key)))
                Add(member, ValueDifference.Member(path, name), chance, parts);
        }
        else if (value is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
                Add(items[i], $"{path}[{i}]", chance, parts);
        }
    }

    private bool IsExpectable(JsonValue value, string path, IReadOnlySet<string> chance) => !chance.Contains(path) && !_chance.Contains(value) && value switch
    {
        JsonString text => _known.Contains(text.Value) || !IsOfTheRun(text.Value),
        JsonNumber number => _knownNumbers.Contains(number.Double) || !IsTime(number.Double),
        JsonObject members => members.All(member => !IsUnsure(members, member.Key)
            && IsExpectable(member.Value, ValueDifference.Member(path, member.Key), chance)),
        JsonArray items => items.Index().All(item => IsExpectable(item.Item, $"{path}[{item.Index}]", chance)),
        _ => true,
    };

    /// <summary>What Lambda puts around an answer, and how Step Functions words an error that no task gave.</summary>
    private bool IsUnsure(JsonObject members, string name) =>
        (members.ContainsKey("SdkHttpMetadata") && name is "SdkHttpMetadata" or "SdkResponseMetadata" or "ExecutedVersion" or "LogResult")
        || (name == "Cause" && members.ContainsKey("Error") && members[name] is JsonString cause && !_known.Contains(cause.Value));

    private bool IsOfTheRun(string text)
    {
        var record = _setup.Record;
        if (Id().IsMatch(text) || Token().IsMatch(text) || text.Contains("arn:aws", StringComparison.Ordinal))
            return true;
        if (record.Name is { Length: > 2 } name && text.Contains(name, StringComparison.Ordinal))
            return true;
        return Date().Match(text) is { Success: true } date
            && DateTimeOffset.TryParse(date.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && IsTime(time);
    }

    private bool IsTime(double number) =>
        IsWithin(number, time => time.ToUnixTimeSeconds()) || IsWithin(number, time => time.ToUnixTimeMilliseconds());

    private bool IsWithin(double number, Func<DateTimeOffset, long> count) =>
        number >= count(_setup.Record.StartDate - Around) && number <= count(_setup.Record.Events[^1].Timestamp + Around);

    private bool IsTime(DateTimeOffset time) => time >= _setup.Record.StartDate - Around && time <= _setup.Record.Events[^1].Timestamp + Around;

    private void Know(JsonValue? value)
    {
        switch (value)
        {
            case JsonString text when _known.Add(text.Value):
                // JSON in a text may be parsed on the way.
                if (text.Value.AsSpan().TrimStart() is ['{' or '[', ..] && JsonReader.TryParse(text.Value, out var inner))
                    Know(inner);
                break;
            case JsonNumber number:
                _knownNumbers.Add(number.Double);
                break;
            case JsonArray items:
                foreach (var item in items)
                    Know(item);
                break;
            case JsonObject members:
                foreach (var (name, member) in members.Where(member => member.Key is not ("SdkHttpMetadata" or "SdkResponseMetadata")))
                {
                    _known.Add(name);
                    Know(member);
                }

                break;
        }
    }

    [GeneratedRegex("[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")]
    private static partial Regex Id();

    [GeneratedRegex("[A-Za-z0-9+/=]{80,}")]
    private static partial Regex Token();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")]
    private static partial Regex Date();
}
