using System.Collections.Frozen;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// Services of AWS's query protocol at their endpoints: forms go out, XML comes back.
/// See https://smithy.io/2.0/aws/protocols/aws-query-protocol.html.
/// </summary>
internal sealed class QueryClient(ServiceEndpoints endpoints, ServiceHttp http, RequestSigner signer) : IServiceClient
{
    private static readonly FrozenDictionary<string, QueryService> Services = new Dictionary<string, QueryService>(StringComparer.Ordinal)
    {
        ["sns"] = new("2010-03-31")
        {
            NamedMaps = ["MessageAttributes"],
            Booleans = ["isOptedOut", "IsInSandbox", "SenderFault"],
        },
        ["sts"] = new("2011-06-15") { Numbers = ["PackedPolicySize"] },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What the services differ in.</summary>
    private sealed record QueryService(string Version)
    {
        /// <summary>Maps whose entries say Name and Value; in all others it is key and value.</summary>
        public string[] NamedMaps { get; init; } = [];

        /// <summary>Members of answers that are true or false.</summary>
        public string[] Booleans { get; init; } = [];

        /// <summary>Members of answers that are numbers.</summary>
        public string[] Numbers { get; init; } = [];
    }

    /// <summary>Members of requests whose keys are the user's own.</summary>
    private static readonly FrozenSet<string> Maps = FrozenSet.Create(StringComparer.Ordinal, "MessageAttributes", "Attributes", "attributes");

    /// <summary>Whether a service speaks the query protocol.</summary>
    /// <param name="service">The service as resources call it.</param>
    public static bool Speaks(string service) => Services.ContainsKey(service);

    public async ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        var service = Services[call.Service];
        var (endpoint, problem) = endpoints.Of(call.Service, call.Service.ToUpperInvariant(), call.Service);
        if (problem is not null)
            return new ServiceResponse.Refused(problem);
        var form = new List<KeyValuePair<string, string>> { new("Action", call.Action), new("Version", service.Version) };
        foreach (var (name, value) in call.Parameters)
            Write(form, service, name, name, value);
        var body = Encoding.UTF8.GetBytes(string.Join('&', form.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}")));
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded; charset=utf-8") } },
        };
        await signer.SignAsync(request, body, call.Service, cancellationToken).ConfigureAwait(false);
        var (answer, content, error) = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (error is not null)
            return new ServiceResponse.Refused(error);
        using (answer)
        {
            var root = S3Xml.Parse(content);
            var requestId = root?.Descendants().FirstOrDefault(element => element.Name.LocalName == "RequestId")?.Value
                ?? ServiceHttp.Header(answer!, "x-amzn-RequestId") ?? call.RequestId;
            if (!answer!.IsSuccessStatusCode)
                return new ServiceResponse.Refused(ReadError((int)answer.StatusCode, root, Encoding.UTF8.GetString(content), requestId));
            var result = root?.Elements().FirstOrDefault(element => element.Name.LocalName == $"{call.Action}Result");
            var members = result is null ? JsonObject.Empty : Members(service, result);
            return new ServiceResponse.Answered((int)answer.StatusCode, ServiceHttp.Headers(answer), members, requestId);
        }
    }

    private static void Write(List<KeyValuePair<string, string>> form, QueryService service, string path, string name, JsonValue value)
    {
        switch (value)
        {
            case JsonObject map when Maps.Contains(name):
                var (key, its) = service.NamedMaps.Contains(name) ? ("Name", "Value") : ("key", "value");
                var number = 0;
                foreach (var (entry, entryValue) in map)
                {
                    var at = $"{path}.entry.{++number}";
                    form.Add(new($"{at}.{key}", entry));
                    Write(form, service, $"{at}.{its}", its, entryValue);
                }

                break;
            case JsonObject members:
                foreach (var (member, memberValue) in members)
                    Write(form, service, $"{path}.{member}", member, memberValue);
                break;
            case JsonArray { Count: 0 }:
                form.Add(new(path, ""));
                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                    Write(form, service, $"{path}.member.{(i + 1).ToString(CultureInfo.InvariantCulture)}", name, items[i]);
                break;
            case JsonNull:
                break;
            default:
                form.Add(new(path, value is JsonString text ? text.Value : JsonWriter.Compact(value)));
                break;
        }
    }

    private static JsonObject Members(QueryService service, XElement element)
    {
        var members = new JsonObject.Builder();
        foreach (var child in element.Elements())
            members.Set(child.Name.LocalName, Read(service, child));
        return members.ToObject();
    }

    private static JsonValue Read(QueryService service, XElement element)
    {
        var name = element.Name.LocalName;
        if (!element.HasElements)
        {
            if (service.Booleans.Contains(name))
                return JsonValue.From(element.Value == "true");
            return service.Numbers.Contains(name) ? JsonNumber.Parse(element.Value) : JsonValue.From(element.Value);
        }

        var children = element.Elements().ToArray();
        if (Array.TrueForAll(children, child => child.Name.LocalName == "member"))
            return JsonArray.Of(children.Select(child => Read(service, child)));
        if (!Array.TrueForAll(children, child => child.Name.LocalName == "entry"))
            return Members(service, element);
        var map = new JsonObject.Builder(children.Length);
        foreach (var entry in children)
        {
            var parts = entry.Elements().ToArray();
            if (parts.Length == 2)
                map.Set(parts[0].Value, Read(service, parts[1]));
        }

        return map.ToObject();
    }

    private static ServiceError ReadError(int status, XElement? root, string body, string requestId)
    {
        string? Of(string name) => root?.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
        var code = Of("Code") ?? status.ToString(CultureInfo.InvariantCulture);
        return new ServiceError(code, Of("Message") ?? (root is null && body.Length > 0 ? body : $"HTTP status {status}"), status, requestId);
    }
}
