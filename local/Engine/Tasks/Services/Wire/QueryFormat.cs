using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>
/// AWS's query protocol and EC2's kind of it: forms go out, XML comes back.
/// See https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html.
/// </summary>
internal static class QueryFormat
{
    private static readonly KeyValuePair<string, string>[] Headers =
        [new("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")];

    /// <summary>A request.</summary>
    public static WireRequest Write(ServiceAction action, JsonObject members)
    {
        var form = new Form(action.Service.Protocol == ServiceProtocol.Ec2);
        form.Add("Action", action.Name);
        form.Add("Version", action.Service.ApiVersion);
        if (action.Input is { } input)
            form.AddMembers("", input, members);
        return new WireRequest(action.Method, "/", Headers, Encoding.UTF8.GetBytes(form.ToString()));
    }

    /// <summary>What an answer says.</summary>
    /// <exception cref="FormatException">The answer is not XML.</exception>
    public static ServiceResponse Read(ServiceAction action, WireAnswer answer, string requestId)
    {
        if (!answer.IsSuccess)
            return new ServiceResponse.Refused(ReadError(answer, requestId));
        var root = XmlBody.Parse(answer.Body);
        var members = new JsonObject.Builder();
        if (action.Output is { } output && answer.Body.Length > 0)
        {
            if (root is null)
                throw new FormatException("the answer is not XML.");
            if ((action.Wrapper is { } wrapper ? XmlBody.Child(root, wrapper) : root) is { } result)
                XmlBody.Read(members, output, result);
        }

        return new ServiceResponse.Answered(answer.Status, answer.Headers, members.ToObject(), RequestId(root, answer) ?? requestId);
    }

    /// <summary>
    /// Why a service that answers in XML refused. The error is the root, in the root, or in a list of errors in the root. What is no XML is
    /// some server's own words.
    /// </summary>
    public static ServiceError ReadError(WireAnswer answer, string requestId)
    {
        var root = XmlBody.Parse(answer.Body);
        var error = root?.DescendantsAndSelf().FirstOrDefault(element => element.Name.LocalName == "Error");
        string? Of(string name) => error is null ? null : XmlBody.Child(error, name)?.Value;
        var code = Of("Code") ?? answer.Status.ToString(CultureInfo.InvariantCulture);
        var message = Of("Message")
            ?? (root is null && answer.Body.Length > 0 ? Encoding.UTF8.GetString(answer.Body) : $"HTTP status {answer.Status}");
        return new ServiceError(code, message, answer.Status, RequestId(root, answer) ?? requestId);
    }

    private static string? RequestId(XElement? root, WireAnswer answer)
    {
        // RequestId, RequestID or requestId.
        var metadata = root is null ? null : XmlBody.Child(root, "ResponseMetadata") ?? root;
        var id = metadata?.Elements().FirstOrDefault(child => child.Name.LocalName.Equals("RequestId", StringComparison.OrdinalIgnoreCase));
        return id?.Value ?? answer.Header("x-amzn-RequestId");
    }

    /// <summary>A form on its way: names of values tell their path through the request.</summary>
    private sealed class Form(bool isEc2)
    {
        private readonly StringBuilder _text = new();

        public override string ToString() => _text.ToString();

        public void Add(string name, string value)
        {
            if (_text.Length > 0)
                _text.Append('&');
            _text.Append(Escaped(name)).Append('=').Append(Escaped(value));
        }

        public void AddMembers(string path, ServiceShape shape, JsonObject members)
        {
            foreach (var (key, value) in members)
            {
                if (shape.Find(key) is not { } member)
                    continue;
                var name = member.WireName ?? key;
                if (isEc2)
                    name = member.QueryName ?? (member.WireName is null ? key : MemberNames.Optimized(name));
                Add(path.Length == 0 ? name : $"{path}.{name}", member.IsFlat, member.TimeFormat, member.Shape, value);
            }
        }

        private void Add(string path, bool isFlat, string? timeFormat, ServiceShape shape, JsonValue value)
        {
            isFlat |= shape.IsFlat;
            switch (shape.Kind)
            {
                case var _ when value is JsonNull:
                    break;
                case ShapeKind.Structure when value is JsonObject members:
                    AddMembers(path, shape, members);
                    break;
                case ShapeKind.List when value is JsonArray { Count: 0 }:
                    if (!isEc2)
                        Add(path, "");
                    break;
                case ShapeKind.List when value is JsonArray items:
                    var list = ListPath(path, isFlat, shape);
                    for (var i = 0; i < items.Count; i++)
                        Add(string.Create(CultureInfo.InvariantCulture, $"{list}.{i + 1}"), false, null, shape.Item, items[i]);
                    break;
                case ShapeKind.Map when value is JsonObject entries:
                    var number = 0;
                    foreach (var (key, its) in entries)
                    {
                        var entry = string.Create(CultureInfo.InvariantCulture, $"{path}{(isFlat ? "" : ".entry")}.{++number}");
                        Add($"{entry}.{shape.KeyName ?? "key"}", key);
                        Add($"{entry}.{shape.ValueName ?? "value"}", false, null, shape.Item, its);
                    }

                    break;
                default:
                    Add(path, WireText.Of(shape, value, timeFormat ?? shape.TimeFormat ?? "iso8601"));
                    break;
            }
        }

        /// <summary>Where a list's items stand: in EC2's forms right under it, else under an item's name, flat ones in its place.</summary>
        private string ListPath(string path, bool isFlat, ServiceShape shape)
        {
            if (isEc2 || (isFlat && shape.ItemName is null))
                return path;
            if (!isFlat)
                return $"{path}.{shape.ItemName ?? "member"}";
            return path[..(path.LastIndexOf('.') + 1)] + shape.ItemName;
        }

        private static string Escaped(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
    }
}
