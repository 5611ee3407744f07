using Stateside.Language.Json;

namespace Stateside.Aws.Tests;

/// <summary>JSON in tests, which is written with single quotation marks.</summary>
internal static class LooseJson
{
    public static JsonObject Read(string text) => (JsonObject)JsonReader.Parse(text.Replace('\'', '"'));
}
