using System.Globalization;
using System.Text;
using Stateside.Engine.Execution;

namespace Stateside.Service.Console.Pages;

/// <summary>
/// A page's live connection: server-sent events for as long as it is open. News of executions wake it; it then asks its page to send
/// what is new. Sending waits for the reader, so a slow one is behind and never a burden.
/// See https://html.spec.whatwg.org/multipage/server-sent-events.html.
/// </summary>
internal sealed class LiveStream
{
    private const int MaxStreams = 200;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly ConsoleRequest _request;

    private LiveStream(ConsoleRequest request) => _request = request;

    /// <summary>Serves a stream until the reader goes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="concerns">Which changes matter; called on the thread that moves the execution, so it only compares.</param>
    /// <param name="pace">The least time between two updates.</param>
    /// <param name="updateAsync">Sends what is new: called once at the beginning, and then after changes.</param>
    /// <param name="look">How often to update even without news, for what changes otherwise; null for never.</param>
    public static async Task ServeAsync(
        ConsoleRequest request, Func<ExecutionChange, bool> concerns, TimeSpan pace, Func<LiveStream, Task> updateAsync, TimeSpan? look = null)
    {
        var services = request.Services;
        if (services.Changes.Count >= MaxStreams)
            throw new ConsoleException(StatusCodes.Status503ServiceUnavailable, "Too many live pages", "Close some and load this one again.");
        var response = request.Http.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        using var watch = services.Changes.Begin(concerns);
        var stream = new LiveStream(request);

        // The reader comes back soon after a connection broke.
        await stream.WriteAsync("retry: 1000\n\n");
        await updateAsync(stream);
        while (true)
        {
            await Task.Delay(pace, services.Time, request.Aborted);
            if (await watch.NextAsync(look ?? Heartbeat, services.Time, request.Aborted) || look is not null)
                await updateAsync(stream);
            else
                await stream.WriteAsync(":\n\n");
        }
    }

    /// <summary>Sends an event.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="data">What it carries, as JSON.</param>
    /// <param name="id">What the reader names when it comes back (Last-Event-ID); null for nothing.</param>
    public Task SendAsync<T>(string name, T data, long? id = null) =>
        WriteAsync($"{(id is { } number ? string.Create(CultureInfo.InvariantCulture, $"id: {number}\n") : "")}event: {name}\ndata: {ConsoleRequest.JsonText(data)}\n\n");

    private async Task WriteAsync(string text) =>
        await _request.Http.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text), _request.Aborted);
}
