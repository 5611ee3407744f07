using System.Globalization;
using System.Text.Json;
using Stateside.Service.Tests.Cli;

namespace Stateside.Service.Tests.Console;

/// <summary>The events of a live page.</summary>
internal sealed class LiveEvents(HttpResponseMessage response, StreamReader reader) : IAsyncDisposable
{
    public static async Task<LiveEvents> OpenAsync(Serving server, string path, long? after = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (after is not null)
            request.Headers.Add("Last-Event-ID", after.Value.ToString(CultureInfo.InvariantCulture));
        var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new LiveEvents(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>Reads until an event of a name carries what is waited for.</summary>
    public async Task<JsonElement> UntilAsync(string name, Func<JsonElement, bool> isIt)
    {
        var current = "";
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                current = line["event: ".Length..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && current == name
                && JsonDocument.Parse(line["data: ".Length..]).RootElement is var data && isIt(data))
                return data;
        }

        throw new InvalidOperationException($"The stream ended before an event '{name}' that was waited for.");
    }

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
