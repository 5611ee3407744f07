using Stateside.Language.Json;

namespace Stateside.Language.Paths;

/// <summary>A compiled JSONPath.</summary>
public sealed class JsonPath
{
    private JsonPath(string text) => Text = text;

    /// <summary>The path <c>$</c>.</summary>
    public static JsonPath Root { get; } = new("$");

    /// <summary>The path as it is written.</summary>
    public string Text { get; }

    /// <summary>Looks the path up.</summary>
    /// <param name="context">Where.</param>
    /// <param name="value">The value it names.</param>
    /// <returns>Whether it names a value.</returns>
    public bool TryEvaluate(EvaluationContext context, out JsonValue value)
    {
        value = Text.Length == 1 ? context.Input : JsonValue.Null;
        return Text.Length == 1;
    }
}
