using System.Globalization;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// Between the members of a definition and those of the wire. In definitions every member begins with a capital; SDK integrations give
/// times as text and bytes as the text they are in UTF-8, optimized ones times in milliseconds and bytes in base64.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html.
/// </summary>
/// <param name="service">The service; null for one whose members are named alike on both sides, without times and bytes.</param>
/// <param name="isOptimized">Whether an optimized integration speaks.</param>
internal sealed class ServiceMembers(JsonService? service, bool isOptimized)
{
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>A request's members on the wire.</summary>
    /// <param name="parameters">The task's parameters; what is null is left out.</param>
    /// <param name="textMembers">Members that are texts on the wire whatever JSON they are here.</param>
    public JsonObject ToWire(JsonObject parameters, IReadOnlyCollection<string> textMembers) => Object(parameters, textMembers, keepKeys: false);

    /// <summary>An answer's members as a state gives them, those at the top in alphabetical order.</summary>
    public JsonObject FromWire(JsonObject body) => Sorted(FromObject(body, keepKeys: false));

    /// <summary>An object with its members in alphabetical order.</summary>
    public static JsonObject Sorted(JsonObject members) =>
        JsonObject.Of([.. members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => (member.Key, member.Value))]);

    private JsonObject Object(JsonObject members, IReadOnlyCollection<string> textMembers, bool keepKeys)
    {
        var wire = new JsonObject.Builder(members.Count);
        foreach (var (name, value) in members)
        {
            if (value is not JsonNull)
                wire.Set(keepKeys || service is not { IsCamelCase: true } ? name : Lower(name), Value(name, value, textMembers));
        }

        return wire.ToObject();
    }

    private JsonValue Value(string name, JsonValue value, IReadOnlyCollection<string> textMembers)
    {
        var wireName = service is { IsCamelCase: true } ? Lower(name) : name;
        switch (value)
        {
            case not JsonString when textMembers.Contains(name):
                return JsonValue.From(JsonWriter.Compact(value));
            case JsonArray items:
                return JsonArray.Of(items.Select(item => Value(name, item, textMembers)));
            case JsonObject members when service?.Blobs.Contains(wireName) != true || isOptimized:
                return Object(members, textMembers, service?.Maps.Contains(wireName) == true);
            case not JsonNull when service?.Blobs.Contains(wireName) == true && !isOptimized:
                return JsonValue.From(Convert.ToBase64String(Encoding.UTF8.GetBytes(value is JsonString text ? text.Value : JsonWriter.Compact(value))));
            case JsonString time when service?.Times.Contains(wireName) == true
                && DateTimeOffset.TryParseExact(time.Value, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment):
                return JsonValue.From(moment.ToUnixTimeMilliseconds() / 1000.0);
            case JsonNumber number when service?.Times.Contains(wireName) == true && isOptimized:
                return JsonValue.From(number.Double / 1000);
            default:
                return value;
        }
    }

    private JsonObject FromObject(JsonObject members, bool keepKeys)
    {
        var output = new JsonObject.Builder(members.Count);
        foreach (var (name, value) in members)
            output.Set(keepKeys ? name : Upper(name), FromValue(name, value));
        return output.ToObject();
    }

    private JsonValue FromValue(string name, JsonValue value)
    {
        switch (value)
        {
            case JsonArray items:
                return JsonArray.Of(items.Select(item => FromValue(name, item)));
            case JsonObject members:
                return FromObject(members, service is not { IsCamelCase: true } || service.Maps.Contains(name));
            case JsonNumber seconds when service?.Times.Contains(name) == true && double.Abs(seconds.Double) < 1e11:
                var moment = DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds.Double * 1000));
                return isOptimized ? JsonValue.From(moment.ToUnixTimeMilliseconds()) : ExecutionAnswers.Time(moment);
            case JsonString text when !isOptimized && service?.Blobs.Contains(name) == true:
                return JsonValue.From(BlobText(text.Value));
            default:
                return value;
        }
    }

    /// <summary>Bytes as text; those that are none stay in base64, so that nothing is lost.</summary>
    private static string BlobText(string base64)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
            return base64;
        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return base64;
        }
    }

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private static string Lower(string name) => name.Length > 0 && char.IsAsciiLetterUpper(name[0]) ? char.ToLowerInvariant(name[0]) + name[1..] : name;

    private static string Upper(string name) => name.Length > 0 && char.IsAsciiLetterLower(name[0]) ? char.ToUpperInvariant(name[0]) + name[1..] : name;
}
