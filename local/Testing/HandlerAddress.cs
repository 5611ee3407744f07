using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Stateside.Aws.Api.Access;
using Stateside.Aws.Endpoint;
using Stateside.Engine;
using Stateside.Engine.Functions;
using Stateside.Engine.Tasks.Services;

namespace Stateside.Testing;

/// <summary>
/// The one address where the handlers of all tests in this process find AWS's services: it stands in environment variables, and those
/// belong to the process. A request tells by its mark whose test it comes from. Nothing is served before the first handler calls.
/// </summary>
internal static class HandlerAddress
{
    private static readonly ConcurrentDictionary<string, Lazy<AwsEndpoint>> Services = new(StringComparer.Ordinal);
    private static readonly Lazy<LoopbackAddress> Address = new(Open);
    private static long _marks;

    /// <summary>The address.</summary>
    public static Uri Url => Address.Value.Url;

    /// <summary>The variables that tell it to handlers.</summary>
    public static Dictionary<string, string?> Surroundings(WorkflowTestOptions options) =>
        HandlerSurroundings.Of(Url, new ServiceEndpoints(options.ServiceEndpoint, allowAws: false, options.Location, own: Url), []);

    /// <summary>A mark that no other test of this process has.</summary>
    public static string NewMark() => Interlocked.Increment(ref _marks).ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Answers the handlers of a test from now on.</summary>
    public static void Add(string mark, LocalService service, Action<Exception> reportDefect) =>
        Services[mark] = new Lazy<AwsEndpoint>(() => new AwsEndpoint(service, reportDefect));

    /// <summary>Answers them no longer.</summary>
    public static void Remove(string mark) => Services.TryRemove(mark, out _);

    private static LoopbackAddress Open()
    {
        var address = new LoopbackAddress();
        address.Serve(ServeAsync, Console.Error.WriteLine);
        return address;
    }

    private static Task<IAsyncDisposable> ServeAsync(ListeningSocket socket, CancellationToken cancellationToken)
    {
        var guard = new AccessGuard(null, AccessRefusal.WriteAsync);
        return AwsServer.StartAsync(socket, http => guard.HandleAsync(http, HandleAsync), cancellationToken);
    }

    private static async Task HandleAsync(HttpContext http)
    {
        if (Find(http.Request) is { } endpoint)
        {
            await endpoint.HandleAsync(http).ConfigureAwait(false);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status501NotImplemented;
        http.Response.ContentType = "application/x-amz-json-1.0";
        await http.Response.WriteAsync(
            """{"__type":"NotImplemented","message":"Several tests run, and this request does not tell whose handler sent it: it has neither the traceparent of its invocation nor the X-Amzn-Trace-Id. Call with the AWS SDK or HttpClient from within the invocation."}""",
            http.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The test that a request comes from; where only one runs, that one.</summary>
    private static AwsEndpoint? Find(HttpRequest request)
    {
        if (request.Headers.TraceParent.ToString().Split('-') is [_, var trace, ..] && Services.TryGetValue(trace, out var traced))
            return traced.Value;
        foreach (var part in request.Headers["X-Amzn-Trace-Id"].ToString().Split(';'))
        {
            if (part.Split('=') is [InvocationOptions.MarkName, var mark] && Services.TryGetValue(mark, out var marked))
                return marked.Value;
        }

        return Services.Count == 1 ? Services.Values.FirstOrDefault()?.Value : null;
    }
}
