using System.Text.Json;

namespace Hello;

/// <summary>A handler that needs no package: streams in and out are Lambda's own.</summary>
public sealed class Handlers
{
    public Stream Greet(Stream input)
    {
        var name = JsonDocument.Parse(input).RootElement.GetProperty("name").GetString();
        return new MemoryStream(JsonSerializer.SerializeToUtf8Bytes($"Hello {name}"));
    }
}
