using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>The items that a test of a Map gives in place of those that its reader finds.</summary>
internal static class ReaderItems
{
    /// <summary>Reads the items of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="configuration">The ReaderConfig.</param>
    /// <param name="most">How many items to take.</param>
    /// <exception cref="MapItemsException">The text holds no items.</exception>
    public static JsonArray Read(string text, JsonObject configuration, long most)
    {
        // What is in memory is read without waiting.
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var items = ItemReading.ReadAsync(content, new ReaderSettings(configuration), CancellationToken.None);
        return First(most, items.ToBlockingEnumerable());
    }

    /// <summary>As many items as may be taken.</summary>
    public static JsonArray First(long most, IEnumerable<JsonValue> items) => JsonArray.Of(items.Take((int)Math.Min(most, int.MaxValue)));

    /// <summary>Whether a text can hold items of such a kind.</summary>
    public static bool Reads(JsonObject configuration) =>
        new ReaderSettings(configuration) is { ManifestType: null, InputType: "JSON" or "JSONL" or "CSV" };

    /// <summary>The JSON pointer to the items within what is read; null when all of it is items.</summary>
    public static string? PointerOf(JsonObject configuration) => new ReaderSettings(configuration).ItemsPointer;
}
