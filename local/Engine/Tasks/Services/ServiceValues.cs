using System.Text;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// Between the parameters and results of a Task and the members of an API. SDK integrations give times as ISO 8601 text, and bytes as the
/// text they are in UTF-8; where they want bytes they take any JSON and send its text, with the quotation marks of a string. Optimized
/// ones have times in milliseconds and bytes in base64. In the API's own form, which clients and stores know, times are ISO 8601 text and
/// bytes base64. See https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html.
/// </summary>
/// <param name="integration">The action, and which kind of integration speaks.</param>
internal sealed class ServiceValues(ServiceIntegration integration)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private bool IsOptimized => integration.Optimized is not null;

    /// <summary>A request's members by their names in the API.</summary>
    /// <param name="parameters">The Task's parameters; what is null, or no member, is left out.</param>
    /// <param name="content">What goes out as the body by itself; null when nothing does.</param>
    public JsonObject ToApi(JsonObject parameters, out ReadOnlyMemory<byte>? content)
    {
        content = null;
        if (integration.Action.Input is not { } input)
            return JsonObject.Empty;
        var payload = input.Payload is { } name && input.Find(name) is { Shape.Kind: ShapeKind.Blob } blob ? blob : null;
        if (payload is null)
            return ToStructure(input, parameters, null);
        if (parameters[integration.NameOf(payload)] is { } value and not JsonNull)
            content = integration.Optimized is { HasJsonBody: true } ? Encoding.UTF8.GetBytes(Text(value)) : Bytes(value);
        return ToStructure(input, parameters, payload);
    }

    /// <summary>An answer's members as a state gives them, in alphabetical order.</summary>
    /// <param name="body">The members by their names in the API.</param>
    /// <param name="content">What came as the body by itself.</param>
    public JsonObject FromApi(JsonObject body, ReadOnlyMemory<byte>? content)
    {
        if (integration.Action.Output is not { } output)
            return JsonObject.Empty;
        var members = Sorted(FromStructure(output, body));
        if (content is { } bytes && output.Payload is { } name && output.Find(name) is { } payload)
        {
            var isJson = integration.Optimized is { HasJsonBody: true };
            members = members.With(integration.NameOf(payload), isJson && FromJson(bytes.Span) is { } json ? json : FromBytes(bytes.ToArray()));
        }

        return members;
    }

    /// <summary>An object with its members in alphabetical order.</summary>
    public static JsonObject Sorted(JsonObject members) =>
        JsonObject.Of([.. members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => (member.Key, member.Value))]);

    private JsonObject ToStructure(ServiceShape shape, JsonObject given, ServiceMember? apart)
    {
        var members = new JsonObject.Builder(given.Count);
        foreach (var (name, value) in given)
        {
            if (value is not JsonNull && integration.MemberOf(shape, name) is { } member && member != apart)
                members.Set(member.Name, ToValue(member.Shape, value));
        }

        return members.ToObject();
    }

    private JsonValue ToValue(ServiceShape shape, JsonValue value)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Structure when !shape.IsDocument && value is JsonObject members:
                return ToStructure(shape, members, null);
            case ShapeKind.List when value is JsonArray items:
                return JsonArray.Of(items.Select(item => ToValue(shape.Item, item)));
            case ShapeKind.Map when value is JsonObject entries:
                var map = new JsonObject.Builder(entries.Count);
                foreach (var (key, entry) in entries)
                    map.Set(key, ToValue(shape.Item, entry));
                return map.ToObject();
            case ShapeKind.String when value is not (JsonString or JsonNull):
                return JsonValue.From(JsonWriter.Compact(value));
            case ShapeKind.Blob when value is not JsonNull:
                return JsonValue.From(Convert.ToBase64String(Bytes(value)));
            case ShapeKind.Timestamp when IsOptimized && value is JsonNumber milliseconds:
                return ApiTime.Of(DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds.Double));
            case ShapeKind.Integer or ShapeKind.Long or ShapeKind.Float or ShapeKind.Double
                when value is JsonString text && JsonReader.TryParse(text.Value, out var number) && number is JsonNumber:
                return number;
            default:
                return value;
        }
    }

    private byte[] Bytes(JsonValue value)
    {
        if (!IsOptimized)
            return Encoding.UTF8.GetBytes(JsonWriter.Compact(value));
        if (value is not JsonString text)
            return Encoding.UTF8.GetBytes(JsonWriter.Compact(value));
        var bytes = new byte[text.Value.Length];
        return Convert.TryFromBase64String(text.Value, bytes, out var length) ? bytes[..length] : Encoding.UTF8.GetBytes(text.Value);
    }

    private JsonObject FromStructure(ServiceShape shape, JsonObject members)
    {
        var output = new JsonObject.Builder(members.Count);
        if (integration.Optimized is { Service.ListsAreNeverAbsent: true })
        {
            foreach (var list in shape.Members.Where(member => member.Shape.Kind == ShapeKind.List))
                output.Set(integration.NameOf(list), JsonArray.Empty);
        }

        foreach (var (name, value) in members)
        {
            // Members that the model does not have are new: they are told by the names they came with.
            if (shape.Find(name) is { } member)
                output.Set(integration.NameOf(member), FromValue(member.Shape, value));
            else
                output.Set(MemberNames.Optimized(name), value);
        }

        return IsOptimized ? Sorted(output.ToObject()) : output.ToObject();
    }

    private JsonValue FromValue(ServiceShape shape, JsonValue value)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Structure when !shape.IsDocument && value is JsonObject members:
                return FromStructure(shape, members);
            case ShapeKind.List when value is JsonArray items:
                return JsonArray.Of(items.Select(item => FromValue(shape.Item, item)));
            case ShapeKind.Map when value is JsonObject entries:
                var map = new JsonObject.Builder(entries.Count);
                foreach (var (key, entry) in entries)
                    map.Set(key, FromValue(shape.Item, entry));
                return map.ToObject();
            case ShapeKind.Timestamp when IsOptimized && value is JsonString text && ApiTime.Read(text.Value) is { } time:
                return JsonValue.From(time.ToUnixTimeMilliseconds());
            case ShapeKind.Blob when !IsOptimized && value is JsonString base64:
                return FromBase64(base64);
            default:
                return value;
        }
    }

    private static string Text(JsonValue value) => value is JsonString text ? text.Value : JsonWriter.Compact(value);

    private static JsonValue? FromJson(ReadOnlySpan<byte> bytes) => JsonReader.TryParse(Encoding.UTF8.GetString(bytes), out var json) ? json : null;

    private static JsonValue FromBase64(JsonString base64)
    {
        var bytes = new byte[base64.Value.Length];
        return Convert.TryFromBase64String(base64.Value, bytes, out var length) ? Text(bytes[..length]) : base64;
    }

    private JsonValue FromBytes(byte[] bytes) => IsOptimized ? JsonValue.From(Convert.ToBase64String(bytes)) : Text(bytes);

    /// <summary>Bytes as text; those that are none stay in base64, so that nothing is lost.</summary>
    private static JsonValue Text(byte[] bytes)
    {
        try
        {
            return JsonValue.From(StrictUtf8.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            return JsonValue.From(Convert.ToBase64String(bytes));
        }
    }
}
