using Stateside.Language.Json;

namespace Stateside.Language.Paths;

/// <summary>A path that can name only one node, so it can be written to.</summary>
public sealed class ReferencePath
{
    private ReferencePath(string text) => Text = text;

    /// <summary>The path <c>$</c>.</summary>
    public static ReferencePath Root { get; } = new("$");

    /// <summary>The path as it is written.</summary>
    public string Text { get; }

    /// <summary>A copy of a value with another put at this path.</summary>
    /// <param name="target">The value to put it into.</param>
    /// <param name="result">The value to put.</param>
    /// <returns>The copy.</returns>
    /// <exception cref="StatesException">States.ResultPathMatchFailure: the path cannot be applied to the target.</exception>
    public JsonValue Write(JsonValue target, JsonValue result) => Text.Length == 1 ? result : target;
}
