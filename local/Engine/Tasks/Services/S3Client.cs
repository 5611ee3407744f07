using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using System.Xml.Linq;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// S3 at its endpoint, with the bucket in the path, which every endpoint understands.
/// See https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html.
/// </summary>
internal sealed class S3Client(ServiceEndpoints endpoints, ServiceHttp http, RequestSigner signer) : IServiceClient
{
    public async ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        var (endpoint, problem) = endpoints.Of("s3", "S3", "s3");
        if (problem is not null)
            return new ServiceResponse.Refused(problem);
        if (S3Operation.Find(call.Action) is not { } operation)
        {
            return new ServiceResponse.Refused(ServiceError.Unreachable(
                $"s3:{call.Action} is not among the actions of S3 that are known here. Give the state a mocked answer with --mocks."));
        }

        var missing = operation.In.Path.FirstOrDefault(member => call.Parameters.Text(member.Member) is not { Length: > 0 });
        if (missing.Member is { } name)
            return new ServiceResponse.Refused(ServiceError.Unreachable($"Parameter '{name}' must not be null"));
        using var request = NewRequest(endpoint!, operation, call, out var body);
        await signer.SignAsync(request, body, "s3", cancellationToken).ConfigureAwait(false);
        var (answer, content, error) = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (error is not null)
            return new ServiceResponse.Refused(error);
        using (answer)
        {
            // A redirect tells that the bucket is in another region: no success either.
            return answer!.IsSuccessStatusCode ? Read(operation, call, answer, content) : new ServiceResponse.Refused(ReadError(call, answer, content));
        }
    }

    private static HttpRequestMessage NewRequest(Uri endpoint, S3Operation operation, ServiceCall call, out byte[] body)
    {
        var parts = operation.Uri.Split('?');
        var path = parts[0];
        foreach (var (member, name) in operation.In.Path)
        {
            var value = call.Parameters.Text(member)!;
            path = path.Replace($"{{{name}}}", Uri.EscapeDataString(value), StringComparison.Ordinal)
                .Replace($"{{{name}+}}", string.Join('/', value.Split('/').Select(Uri.EscapeDataString)), StringComparison.Ordinal);
        }

        var query = parts.Skip(1).Concat(operation.In.Query
            .Where(member => call.Parameters.ContainsKey(member.Member))
            .Select(member => $"{member.Name}={Uri.EscapeDataString(S3Xml.Text(call.Parameters[member.Member]!, "text"))}"));

        // Keys may hold what addresses have a meaning for, such as "..": it stays as it is.
        var uri = new Uri(
            $"{endpoint.AbsoluteUri.TrimEnd('/')}{path}{(query.Any() ? "?" : "")}{string.Join('&', query)}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        body = call.Content?.ToArray()
            ?? (operation.In.Root is { } root && call.Parameters[root.Name] is { } document ? S3Xml.Write(root, document) : []);
        var request = new HttpRequestMessage(new HttpMethod(operation.Method), uri);
        if (operation.Method is "PUT" or "POST")
            request.Content = new ByteArrayContent(body);
        foreach (var (member, header, shape) in operation.In.Headers)
        {
            if (call.Parameters[member] is { } given)
                Add(request, header, S3Xml.Text(given, shape.Kind));
        }

        if (operation.In.Prefix is { Member: { } map } prefix && call.Parameters[map] is JsonObject entries)
        {
            foreach (var (key, entry) in entries)
                Add(request, prefix.Prefix + key, S3Xml.Text(entry, "text"));
        }

        if (operation.In.Content is not null || operation.NeedsChecksum)
        {
            // The SDK adds this checksum to whatever has none, and S3 tells it again in its answer.
            if (!request.Headers.Any(header => header.Key.StartsWith("x-amz-checksum-", StringComparison.OrdinalIgnoreCase)))
            {
                Add(request, "x-amz-sdk-checksum-algorithm", "CRC32");
                Add(request, "x-amz-checksum-crc32", Checksum(body));
            }
        }

        return request;
    }

    private static void Add(HttpRequestMessage request, string name, string value)
    {
        if (!request.Headers.TryAddWithoutValidation(name, value))
            (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
    }

    private static ServiceResponse.Answered Read(S3Operation operation, ServiceCall call, HttpResponseMessage answer, byte[] content)
    {
        var headers = ServiceHttp.Headers(answer);
        var members = new JsonObject.Builder();
        foreach (var (member, header, shape) in operation.Out.Headers)
        {
            if (headers.FirstOrDefault(given => string.Equals(given.Key, header, StringComparison.OrdinalIgnoreCase)).Value is { } value)
                members.Set(member, S3Xml.Value(value, shape.Kind));
        }

        if (operation.Out.Prefix is { Member: { } map } prefix)
        {
            members.Set(map, JsonObject.Of([.. headers
                .Where(header => header.Key.StartsWith(prefix.Prefix, StringComparison.OrdinalIgnoreCase))
                .Select(header => (header.Key[prefix.Prefix.Length..].ToLowerInvariant(), (JsonValue)JsonValue.From(header.Value)))]));
        }

        if (operation.Out.Content is null && S3Xml.Parse(content) is { } root)
            ReadBody(operation, members, root);
        return new ServiceResponse.Answered((int)answer.StatusCode, headers, members.ToObject(), RequestId(call, answer))
        {
            Content = operation.Out.Content is null ? default(ReadOnlyMemory<byte>?) : content,
        };
    }

    private static void ReadBody(S3Operation operation, JsonObject.Builder members, XElement root)
    {
        if (operation.Out.Root is { } payload)
        {
            var inner = new JsonObject.Builder();
            S3Xml.Read(inner, root, payload.Shape.Members);
            members.Set(payload.Name, inner.ToObject());
        }
        else if (!root.HasElements && operation.Out.Body is [{ Shape.Kind: "text" } only])
        {
            // GetBucketLocation answers with its only member as the root.
            members.Set(only.Name, JsonValue.From(root.Value));
        }
        else
        {
            S3Xml.Read(members, root, operation.Out.Body);
        }
    }

    private static ServiceError ReadError(ServiceCall call, HttpResponseMessage answer, byte[] content)
    {
        var status = (int)answer.StatusCode;
        var root = S3Xml.Parse(content);
        string? Of(string name) => root?.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;

        // The answer to HEAD has no body; the SDK then knows of one thing that can be missing.
        var code = Of("Code") ?? (status == 404 && answer.RequestMessage?.Method == HttpMethod.Head
            ? call.Action == "HeadBucket" ? "NoSuchBucket" : "NoSuchKey"
            : answer.StatusCode.ToString());
        return new ServiceError(code, Of("Message") ?? (root is null && content.Length > 0 ? Encoding.UTF8.GetString(content) : "null"), status, RequestId(call, answer))
        {
            ExtendedRequestId = ServiceHttp.Header(answer, "x-amz-id-2") ?? Of("HostId"),
        };
    }

    private static string RequestId(ServiceCall call, HttpResponseMessage answer) => ServiceHttp.Header(answer, "x-amz-request-id") ?? call.RequestId;

    /// <summary>The CRC-32 that AWS's SDKs send with an object and S3 keeps, in base64.</summary>
    public static string Checksum(ReadOnlySpan<byte> content)
    {
        Span<byte> sum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32.HashToUInt32(content));
        return Convert.ToBase64String(sum);
    }
}
