using System.Globalization;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks;

/// <summary>An answer as it came.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The headers in their order.</param>
/// <param name="Body">The body: all of it, or its beginning.</param>
internal sealed record WireAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    /// <summary>What comes behind the body; null where that is whole.</summary>
    public ContentRest? Rest { get; init; }

    /// <summary>Whether the service did what was asked. A redirect tells that it did not.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>A header's value; null where there is none of that name.</summary>
    public string? Header(string name)
    {
        foreach (var (its, value) in Headers)
        {
            if (string.Equals(its, name, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        return null;
    }

    /// <summary>The error of an answer that refuses in JSON.</summary>
    /// <param name="requestId">The id of the request; null for none.</param>
    /// <param name="unnamed">What an error of some status is called where the answer does not say; null calls it by the status.</param>
    public ServiceError JsonError(string? requestId, Func<int, string?>? unnamed = null)
    {
        var text = Encoding.UTF8.GetString(Body);
        var members = JsonReader.TryParse(text, out var json) ? json as JsonObject : null;
        var code = Header("x-amzn-ErrorType") ?? members?.Text("__type") ?? members?.Text("code") ?? members?.Text("Code")
            ?? unnamed?.Invoke(Status) ?? Status.ToString(CultureInfo.InvariantCulture);
        var message = members?.Text("message") ?? members?.Text("Message") ?? members?.Text("errorMessage")
            ?? members?.Text("error_description") ?? (members is null && text.Length > 0 ? text : $"HTTP status {Status}");
        return new ServiceError(ServiceHttp.PlainCode(code), message, Status, requestId)
        {
            // Services that spoke the query protocol once tell the codes of that time too.
            QueryCode = Header("x-amzn-query-error")?.Split(';')[0],
        };
    }
}
