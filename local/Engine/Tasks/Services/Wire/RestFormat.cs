using System.Text;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>
/// Requests of AWS's REST protocols, whose members stand in the path, the query, the headers and the body.
/// See https://smithy.io/2.0/spec/http-bindings.html.
/// </summary>
internal static class RestFormat
{
    /// <summary>A request.</summary>
    /// <exception cref="UnsendableRequestException">A member of the path is missing.</exception>
    public static WireRequest Write(ServiceAction action, JsonObject members, ReadOnlyMemory<byte>? content)
    {
        var headers = new List<KeyValuePair<string, string>>();
        if (action.Input is not { } input)
            return new WireRequest(action.Method, action.Uri, headers, default);
        List<string>? query = null;
        var inBody = new JsonObject.Builder();
        foreach (var (name, value) in members)
        {
            if (value is JsonNull || input.Find(name) is not { } member)
                continue;
            switch (member.Place)
            {
                case MemberPlace.Query:
                    if (value is not JsonObject { Count: 0 })
                        AddToQuery(query ??= [], member, value);
                    break;
                case MemberPlace.Body:
                    inBody.Set(name, value);
                    break;
                default:
                    AddHeaders(headers, member, value);
                    break;
            }
        }

        var body = Body(action.Service.Protocol, input, inBody.ToObject(), content, action.Root ?? input.Root ?? input.Name, action.RootNamespace);
        if (action.Service.Protocol == ServiceProtocol.RestJson && body.Length > 0 && !IsText(PayloadOf(input))
            && !headers.Exists(header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
            headers.Add(new("Content-Type", "application/json"));
        return new WireRequest(action.Method, Target(action, input, members, query), headers, body);
    }

    /// <summary>The member that is the whole body; null when the body has members.</summary>
    public static ServiceMember? PayloadOf(ServiceShape shape) => shape.Payload is { } payload ? shape.Find(payload) : null;

    /// <summary>Adds the headers that a member is; none where it stands elsewhere.</summary>
    public static void AddHeaders(List<KeyValuePair<string, string>> headers, ServiceMember member, JsonValue value)
    {
        if (member.Place == MemberPlace.Header && value is not JsonArray { Count: 0 })
            headers.Add(new(member.WireName ?? member.Name, HeaderText(member, value)));
        if (member.Place != MemberPlace.Headers)
            return;
        foreach (var (key, entry) in value as JsonObject ?? JsonObject.Empty)
            headers.Add(new(member.WireName + key, WireText.Of(member.Shape.Item, entry, "rfc822")));
    }

    /// <summary>Why no request may have the headers that its members are; null where it may.</summary>
    public static string? HeaderProblem(ServiceAction action, JsonObject members)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in members)
        {
            if (value is not JsonNull && action.Input?.Find(name) is { } member)
                AddHeaders(headers, member, value);
        }

        return headers.Select(header => RequestHeaders.Problem(header.Key, header.Value)).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>A body.</summary>
    /// <param name="protocol">JSON or XML.</param>
    /// <param name="shape">The request or the answer.</param>
    /// <param name="members">Those of its members that stand in the body.</param>
    /// <param name="content">What the body is, where a member of bytes is all of it.</param>
    /// <param name="root">The root in XML, where the body has members.</param>
    /// <param name="space">The root's name space.</param>
    /// <exception cref="UnsendableRequestException">A member cannot be a body.</exception>
    public static ReadOnlyMemory<byte> Body(
        ServiceProtocol protocol, ServiceShape shape, JsonObject members, ReadOnlyMemory<byte>? content, string root, ShapeNamespace? space)
    {
        var isJson = protocol == ServiceProtocol.RestJson;
        switch (PayloadOf(shape))
        {
            case { Shape.Kind: ShapeKind.Blob }:
                return content ?? default;
            case { Shape.Kind: ShapeKind.String } text:
                return Encoding.UTF8.GetBytes(members.Text(text.Name) ?? "");
            case { } payload when members[payload.Name] is { } value:
                return isJson ? JsonBody.Write(payload.Shape, value) : XmlBody.Write(
                    payload.WireName ?? payload.Shape.Root ?? payload.Name, payload.Namespace, payload.Shape,
                    value as JsonObject ?? throw new UnsendableRequestException($"Parameter '{payload.Name}' must be an object"));
            case null when members.Count > 0:
                return isJson ? JsonBody.Write(shape, members) : XmlBody.Write(root, space, shape, members);
            case var payload:
                // Where there could be something, an empty object says that there is nothing.
                var mayHave = payload is not null || shape.Members.Any(member => member.Place == MemberPlace.Body);
                return isJson && mayHave ? "{}"u8.ToArray() : default;
        }
    }

    private static bool IsText(ServiceMember? payload) => payload is { Shape.Kind: ShapeKind.Blob or ShapeKind.String };

    private static string HeaderText(ServiceMember member, JsonValue value)
    {
        if (member.IsJsonText)
            return Convert.ToBase64String(Encoding.UTF8.GetBytes(value is JsonString text ? text.Value : JsonWriter.Compact(value)));
        if (value is not JsonArray items || member.Shape.Kind != ShapeKind.List)
            return WireText.Of(member.Shape, value, member.TimeFormat ?? member.Shape.TimeFormat ?? "rfc822");
        var shape = member.Shape.Item;
        return string.Join(',', items.Where(item => item is not JsonNull)
            .Select(item => WireText.Of(shape, item, shape.TimeFormat ?? "rfc822"))
            .Select(item => shape.Kind == ShapeKind.String && item.AsSpan().ContainsAny('"', ',')
                ? $"\"{item.Replace("\"", "\\\"", StringComparison.Ordinal)}\""
                : item));
    }

    private static void AddToQuery(List<string> query, ServiceMember member, JsonValue value)
    {
        var name = member.WireName ?? member.Name;
        switch (value)
        {
            case JsonObject entries when member.Shape.Kind == ShapeKind.Map:
                foreach (var (key, entry) in entries)
                {
                    foreach (var its in entry as JsonArray ?? JsonArray.Of(entry))
                        query.Add(Pair(key, QueryText(null, member.Shape.Item, its)));
                }

                break;
            case JsonArray items when member.Shape.Kind == ShapeKind.List:
                query.AddRange(items.Select(item => Pair(name, QueryText(null, member.Shape.Item, item))));
                break;
            default:
                query.Add(Pair(name, QueryText(member, member.Shape, value)));
                break;
        }
    }

    private static string Pair(string name, string value) => $"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}";

    private static string QueryText(ServiceMember? member, ServiceShape shape, JsonValue value) =>
        WireText.Of(shape, value, member?.TimeFormat ?? shape.TimeFormat ?? "iso8601");

    /// <summary>The path with its members, which keep their slashes where the model says so, and the query.</summary>
    private static string Target(ServiceAction action, ServiceShape input, JsonObject members, List<string>? query)
    {
        var target = new StringBuilder();
        var rest = action.Uri.AsSpan();
        while (rest.IndexOf('{') is var open && open >= 0)
        {
            var close = rest.IndexOf('}');
            var label = rest[(open + 1)..close].TrimEnd('+').ToString();
            var isGreedy = rest[close - 1] == '+';
            var text = LabelText(input, label, members);
            target.Append(rest[..open])
                .Append(isGreedy ? string.Join('/', text.Split('/').Select(Uri.EscapeDataString)) : Uri.EscapeDataString(text));
            rest = rest[(close + 1)..];
        }

        target.Append(rest);
        if (query is not null)
            target.Append(action.Uri.Contains('?', StringComparison.Ordinal) ? '&' : '?').AppendJoin('&', query);
        return target.ToString();
    }

    private static string LabelText(ServiceShape input, string label, JsonObject members)
    {
        foreach (var member in input.Members)
        {
            if (member.Place == MemberPlace.Path && (member.WireName ?? member.Name) == label)
            {
                var text = members[member.Name] is { } value and not JsonNull ? QueryText(member, member.Shape, value) : "";
                return text.Length > 0 ? text : throw new UnsendableRequestException($"Parameter '{member.Name}' must not be null");
            }
        }

        throw new InvalidOperationException($"The path has no member {label}.");
    }
}
