using System.Globalization;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Language.Validation;

/// <summary>
/// Reads the fields of one object of a definition. What is wrong with a field becomes a finding and the field counts as absent, so the
/// reading goes on and one look shows all mistakes. A field nobody asked for is reported at the end.
/// </summary>
internal sealed class FieldReader(JsonObject value, JsonPlace place, DiagnosticSink sink)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal) { "Comment" };
    private int _next = sink.Found.Count;

    public JsonObject Value { get; } = value;

    public JsonPlace Place { get; } = place;

    /// <summary>The language of the fields that exist in one of the two only.</summary>
    public QueryLanguage Language { get; set; }

    /// <summary>Whether fields of the other language are passed over, because the language itself is refused.</summary>
    public bool IgnoresOtherLanguage { get; set; }

    public bool Has(string name) => Value.ContainsKey(name);

    public JsonPlace At(string name) => Place.Member(name);

    /// <summary>The field as it is written; null when it is absent.</summary>
    public JsonValue? Take(string name)
    {
        _known.Add(name);
        return Value[name];
    }

    /// <summary>A field that exists in one query language only: present in the other, it is reported and counts as absent.</summary>
    public JsonValue? TakeFor(QueryLanguage language, string name)
    {
        if (Take(name) is not { } found)
            return null;
        if (language == Language)
            return found;
        if (!IgnoresOtherLanguage)
        {
            Refuse(
                $"The QueryLanguage is set to '{Spell(Language)}', but field '{name}' is only supported for the '{Spell(language)}' QueryLanguage",
                At(name));
        }

        return null;
    }

    /// <summary>A finding about the object as a whole.</summary>
    /// <param name="message">The message.</param>
    /// <param name="at">The field to point at in the text.</param>
    public void Refuse(string message, JsonPlace? at = null) => sink.SchemaBefore(_next++, message, Place, at);

    public void Require(params ReadOnlySpan<string> names)
    {
        var missing = names.ToArray().Where(name => !Has(name)).ToList();
        if (missing.Count > 0)
            Refuse($"These fields are required: [{string.Join(", ", missing)}]");
    }

    /// <summary>Reports when more than one of the fields is there.</summary>
    /// <returns>Whether at least one is there.</returns>
    public bool AtMostOne(params ReadOnlySpan<string> names)
    {
        var there = 0;
        JsonPlace? second = null;
        foreach (var name in names)
        {
            if (Has(name) && ++there == 2)
                second = At(name);
        }

        if (there > 1)
            Refuse($"There should only be one of the following fields: [{string.Join(", ", names)}]", second);
        return there > 0;
    }

    public void ExactlyOne(params ReadOnlySpan<string> names)
    {
        if (!AtMostOne(names))
            RequireOne(names);
    }

    /// <summary>Reports when none of the fields is there.</summary>
    public void AtLeastOne(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Has(name))
                return;
        }

        Refuse($"This object should have at least one of the following fields: [{string.Join(", ", names)}]");
    }

    public void RequireOne(params ReadOnlySpan<string> names) =>
        Refuse($"This object should have only one of the following fields: [{string.Join(", ", names)}]");

    public string? Text(string name) => AsText(Take(name), name);

    public string? AsText(JsonValue? found, string name) => found switch
    {
        null => null,
        JsonString text => text.Value,
        _ => WrongType<string>("String", name),
    };

    public bool? Flag(string name) => Take(name) switch
    {
        null => null,
        JsonBoolean flag => flag.Value,
        _ => WrongType<bool?>("Boolean", name),
    };

    public JsonObject? Object(string name) => Take(name) switch
    {
        null => null,
        JsonObject members => members,
        _ => WrongType<JsonObject>("Object", name),
    };

    public JsonArray? Array(string name) => Take(name) switch
    {
        null => null,
        JsonArray items => items,
        _ => WrongType<JsonArray>("Array", name),
    };

    public long? Integer(string name, long minimum, long maximum) => AsInteger(Take(name), name, minimum, maximum);

    public long? AsInteger(JsonValue? found, string name, long minimum, long maximum)
    {
        if (found is null)
            return null;
        if (found is not JsonNumber number || !IsInteger(number))
            return WrongType<long?>("Integer", name);
        if (number.Double >= minimum && number.Double <= maximum)
            return (long)number.Double;
        sink.Schema(number.Double < minimum ? $"Minimum value is {minimum}" : $"Maximum value is {maximum}", At(name));
        return null;
    }

    public double? Number(string name, double minimum, double maximum) => AsNumber(Take(name), name, minimum, maximum);

    public double? AsNumber(JsonValue? found, string name, double minimum, double maximum)
    {
        if (found is null)
            return null;
        if (found is not JsonNumber number)
            return WrongType<double?>("Number", name);
        if (number.Double >= minimum && number.Double <= maximum)
            return number.Double;
        sink.Schema(number.Double < minimum ? $"Minimum value is {Spell(minimum)}" : $"Maximum value is {Spell(maximum)}", At(name));
        return null;
    }

    /// <summary>An array that holds something.</summary>
    public JsonArray? Filled(string name)
    {
        var items = Array(name);
        if (items is { Count: 0 })
            sink.Schema("Value cannot be empty", At(name));
        return items;
    }

    /// <summary>A string that is one of a few; null when it is absent or another.</summary>
    public string? OneOf(string name, params ReadOnlySpan<string> values)
    {
        switch (Take(name))
        {
            case null:
                return null;
            case JsonString { Value: var text } when values.Contains(text):
                return text;
            case JsonString:
                sink.Schema($"Value should be one of the following: [{string.Join(", ", values)}]", At(name));
                return null;
            default:
                return WrongType<string>("[STRING]", name);
        }
    }

    /// <summary>
    /// The string that says which fields an object has. Without it, or with one that is not known, the service looks at no other field.
    /// </summary>
    public string? Kind(string name, params ReadOnlySpan<string> values)
    {
        if (!Has(name))
        {
            Refuse($"The field '{name}' is required");
            return null;
        }

        if (Text(name) is not { } text)
            return null;
        if (values.Contains(text))
            return text;
        sink.Schema($"The field '{name}' should have one of these values: [{string.Join(", ", values)}]", At(name));
        return null;
    }

    /// <summary>Reports the fields that nobody asked for.</summary>
    public void Finish()
    {
        if (Value["Comment"] is { } comment and not JsonString)
            _ = AsText(comment, "Comment");
        foreach (var key in Value.Keys)
        {
            if (!_known.Contains(key))
                Refuse($"Field '{key}' is not supported", At(key));
        }
    }

    public static string Spell(QueryLanguage language) => language == QueryLanguage.Jsonata ? "JSONata" : "JSONPath";

    private static bool IsInteger(JsonNumber number) =>
        number.IsInt64 || !number.Token.AsSpan().ContainsAny('.', 'e', 'E');

    private static string Spell(double value) =>
        value.ToString(Math.Floor(value) == value ? "0.0" : "R", CultureInfo.InvariantCulture);

    private T? WrongType<T>(string expected, string name)
    {
        if (!sink.IsSubstituted(Value[name]))
            sink.Schema($"Expected value of type {expected}", At(name));
        return default;
    }
}
