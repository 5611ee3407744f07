using System.Text.Json;

namespace Clients;

/// <summary>Handlers that need no package: streams in and out are Lambda's own.</summary>
public sealed class Handlers
{
    public Stream Greet(Stream input)
    {
        var name = JsonDocument.Parse(input).RootElement.TryGetProperty("name", out var given) ? given.GetString() : "nobody";
        return Json(new { greeting = $"Hello {name}" });
    }

    public Stream Shout(Stream input) =>
        Json(new { shout = JsonDocument.Parse(input).RootElement.GetProperty("greeting").GetString()!.ToUpperInvariant() });

    private static MemoryStream Json(object value) => new(JsonSerializer.SerializeToUtf8Bytes(value));
}
