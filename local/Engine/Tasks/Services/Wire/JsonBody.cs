using System.Text;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>
/// Structures as JSON, and JSON as structures.
/// See https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#shape-serialization.
/// </summary>
internal static class JsonBody
{
    private const string TypeMarker = "__type";
    private const string NotJson = "the answer is not JSON.";

    /// <summary>A structure's text; members that are null are left out.</summary>
    public static byte[] Write(ServiceShape shape, JsonValue value) =>
        Encoding.UTF8.GetBytes(JsonWriter.Compact(ToWire(shape, value, null)));

    /// <summary>The value that a body is; an empty object where there is no body.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static JsonValue Parse(byte[] content)
    {
        if (content.Length == 0)
            return JsonObject.Empty;
        return JsonReader.TryParse(Encoding.UTF8.GetString(content), out var value) ? value : throw new FormatException(NotJson);
    }

    /// <summary>The object that a body is; an empty one where there is no body.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static JsonObject ParseObject(byte[] content) => Parse(content) as JsonObject ?? throw new FormatException(NotJson);

    /// <summary>A value of an answer in the API's form. Members that the model does not have keep the names they came with.</summary>
    public static JsonValue Read(ServiceShape shape, JsonValue value)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Structure when !shape.IsDocument && value is JsonObject given:
                var members = new JsonObject.Builder(given.Count);
                Read(members, shape, given);
                return members.ToObject();
            case ShapeKind.List when value is JsonArray items:
                return JsonArray.Of(items.Select(item => Read(shape.Item, item)));
            case ShapeKind.Map when value is JsonObject entries:
                var map = new JsonObject.Builder(entries.Count);
                foreach (var (key, entry) in entries)
                    map.Set(key, Read(shape.Item, entry));
                return map.ToObject();
            case ShapeKind.Timestamp when value is JsonNumber seconds && WireText.Time(seconds.Double) is { } time:
                return ApiTime.Of(time);
            case ShapeKind.Timestamp when value is JsonString text:
                return WireText.Read(shape, text.Value) ?? value;
            default:
                return value;
        }
    }

    /// <summary>Sets the members of a structure that an object holds; null is as good as absent.</summary>
    public static void Read(JsonObject.Builder output, ServiceShape shape, JsonObject given)
    {
        foreach (var (name, value) in given)
        {
            if (value is JsonNull)
                continue;
            if (MemberOf(shape, name) is { } member)
                output.Set(member.Name, Read(member.Shape, value));
            else if (name != TypeMarker)
                output.Set(name, value);
        }
    }

    private static ServiceMember? MemberOf(ServiceShape shape, string wireName)
    {
        if (shape.Find(wireName) is { } member && (member.WireName ?? wireName) == wireName)
            return member;
        foreach (var other in shape.Members)
        {
            if (other.WireName == wireName)
                return other;
        }

        return null;
    }

    private static JsonValue ToWire(ServiceShape shape, JsonValue value, string? timeFormat)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Structure when !shape.IsDocument && value is JsonObject given:
                var members = new JsonObject.Builder(given.Count);
                foreach (var (name, its) in given)
                {
                    if (its is not JsonNull && shape.Find(name) is { } member)
                        members.Set(member.WireName ?? name, ToWire(member.Shape, its, member.TimeFormat));
                }

                return members.ToObject();
            case ShapeKind.List when value is JsonArray items:
                return JsonArray.Of(items.Select(item => ToWire(shape.Item, item, null)));
            case ShapeKind.Map when value is JsonObject entries:
                var map = new JsonObject.Builder(entries.Count);
                foreach (var (key, entry) in entries)
                    map.Set(key, ToWire(shape.Item, entry, null));
                return map.ToObject();
            case ShapeKind.Timestamp when value is JsonString text && ApiTime.Read(text.Value) is { } time:
                return (timeFormat ?? shape.TimeFormat) is { } format and not "unixTimestamp"
                    ? JsonValue.From(WireText.Of(shape, value, format))
                    : Seconds(time);
            default:
                return value;
        }
    }

    /// <summary>A time as seconds since 1970, to the millisecond where it has a fraction.</summary>
    private static JsonNumber Seconds(DateTimeOffset time)
    {
        var milliseconds = time.ToUnixTimeMilliseconds();
        return milliseconds % 1000 == 0 ? JsonNumber.Of(milliseconds / 1000) : JsonNumber.Of(milliseconds / 1000.0);
    }
}
