using Stateside.Aws.DynamoDb.Values;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb;

/// <summary>Reads the members of requests, and says what DynamoDB says of those that are missing or wrong.</summary>
internal static class Requests
{
    public static string? Text(this JsonObject request, string member) => request[member] switch
    {
        null or JsonNull => null,
        JsonString text => text.Value,
        var other => throw new StoreRefusal("SerializationException", $"{other.Kind} value can not be converted to String: {member}", 400),
    };

    public static JsonObject? Object(this JsonObject request, string member) => request[member] switch
    {
        null or JsonNull => null,
        JsonObject value => value,
        _ => throw new StoreRefusal("SerializationException", $"Unexpected field type: {member} must be an object", 400),
    };

    public static JsonArray? Array(this JsonObject request, string member) => request[member] switch
    {
        null or JsonNull => null,
        JsonArray value => value,
        _ => throw new StoreRefusal("SerializationException", $"Unexpected field type: {member} must be a list", 400),
    };

    public static bool Flag(this JsonObject request, string member) => request[member] is JsonBoolean { Value: true };

    /// <summary>A whole number within bounds, or null.</summary>
    public static int? Number(this JsonObject request, string member, int least)
    {
        if (request[member] is not JsonNumber number)
            return null;
        return number is { IsInt64: true, Int64: <= int.MaxValue } && number.Int64 >= least
            ? (int)number.Int64
            : throw Refusals.Constraint($"'{number.Token}'", Camel(member), $"have value greater than or equal to {least}");
    }

    /// <summary>One of some words; the first when there is none.</summary>
    public static string Choice(this JsonObject request, string member, params ReadOnlySpan<string> words)
    {
        var text = request.Text(member);
        if (text is null)
            return words[0];
        return words.Contains(text)
            ? text
            : throw Refusals.Constraint($"'{text}'", Camel(member), $"satisfy enum value set: [{string.Join(", ", words.ToArray())}]");
    }

    /// <summary>The key of the item that is asked for.</summary>
    public static MapValue Key(this JsonObject request) => AttributeReader.ReadMap(Needed(request.Object("Key"), "Key"));

    /// <summary>A member that must be there.</summary>
    public static T Needed<T>(T? value, string member)
        where T : class => value ?? throw Refusals.Constraint("null", Camel(member), "not be null");

    /// <summary>Refuses the parameters that came before expressions did.</summary>
    public static void RefuseLegacy(this JsonObject request, params ReadOnlySpan<(string Member, string Instead)> members)
    {
        foreach (var (member, instead) in members)
        {
            if (request[member] is not (null or JsonNull))
                throw StoreCoverage.NotCovered("DynamoDB", $"the legacy parameter {member}; {instead} says the same");
        }
    }

    private static string Camel(string member) => char.ToLowerInvariant(member[0]) + member[1..];
}
