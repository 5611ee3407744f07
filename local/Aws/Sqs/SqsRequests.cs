using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.Sqs;

/// <summary>Reads the members of requests, and says what SQS says of those that are missing or wrong.</summary>
internal static class SqsRequests
{
    private const int MostEntries = 10;

    public static string? Text(this JsonObject request, string member) => request[member] switch
    {
        null or JsonNull => null,
        JsonString text => text.Value,
        var other => throw NotOfType(other, "String", member),
    };

    public static string Needed(this JsonObject request, string member) =>
        request.Text(member) is { Length: > 0 } text ? text : throw SqsErrors.Missing(member);

    /// <summary>A number that a parameter may hold; null where it is not given.</summary>
    public static int? Number(this JsonObject request, string member, int least, int most, string reason) => request[member] switch
    {
        null or JsonNull => null,
        JsonNumber { IsInt64: true } number => number.Int64 >= least && number.Int64 <= most
            ? (int)number.Int64
            : throw SqsErrors.InvalidValue(number.Token, member, reason),
        var other => throw NotOfType(other, "Integer", member),
    };

    public static JsonObject? Object(this JsonObject request, string member) => request[member] switch
    {
        null or JsonNull => null,
        JsonObject value => value,
        var other => throw NotOfType(other, "Map", member),
    };

    /// <summary>The texts of a list; none where it is not given.</summary>
    public static IReadOnlyList<string> Texts(this JsonObject request, string member) => request[member] switch
    {
        null or JsonNull => [],
        JsonArray items => [.. items.Select(item => item is JsonString text ? text.Value : throw NotOfType(item, "String", member))],
        var other => throw NotOfType(other, "List", member),
    };

    /// <summary>The entries of a batch with their ids.</summary>
    /// <param name="request">The request.</param>
    /// <param name="entry">What an entry is called in the API.</param>
    public static IReadOnlyList<(string Id, JsonObject Entry)> Entries(this JsonObject request, string entry)
    {
        var entries = (request["Entries"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>()
            .Select(given => (Id: given.Text("Id") ?? "", Entry: given)).ToList();
        if (entries.Count == 0)
            throw SqsErrors.EmptyBatch(entry);
        if (entries.Exists(given => given.Id.Length is 0 or > 80 || !given.Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
            throw SqsErrors.InvalidEntryId();
        if (entries.Count > MostEntries)
            throw SqsErrors.TooManyEntries(entries.Count);
        if (entries.GroupBy(given => given.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw SqsErrors.IdsNotDistinct(twice.Key);
        return entries;
    }

    private static StoreRefusal NotOfType(JsonValue value, string type, string member) =>
        new("SerializationException", $"{value.Kind} value can not be converted to {type}: {member}", 400);
}
