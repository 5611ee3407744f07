using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Intrinsics;

/// <summary>
/// Values as the service's functions see them: as the <c>java.util</c> maps and lists, the strings, numbers, booleans and nulls that
/// Jackson makes of JSON. Paths see JSON's own nodes.
/// </summary>
internal static class JavaValue
{
    /// <summary>What <c>String.valueOf</c> makes of a value: <c>{a=1, b=[x, null]}</c>.</summary>
    public static string Text(JsonValue value)
    {
        switch (value)
        {
            case JsonString text:
                return text.Value;
            case JsonNumber number:
                return JavaNumber.Text(number);
            case JsonArray or JsonObject:
                var builder = new StringBuilder();
                Append(builder, value);
                return builder.ToString();
            default:
                return value.Text;
        }
    }

    private static void Append(StringBuilder text, JsonValue value)
    {
        switch (value)
        {
            case JsonArray items:
                text.Append('[');
                for (var i = 0; i < items.Count; i++)
                {
                    text.Append(i > 0 ? ", " : "");
                    Append(text, items[i]);
                }

                text.Append(']');
                break;
            case JsonObject members:
                text.Append('{');
                for (var i = 0; i < members.Count; i++)
                {
                    text.Append(i > 0 ? ", " : "").Append(members.Keys[i]).Append('=');
                    Append(text, members.Values[i]);
                }

                text.Append('}');
                break;
            default:
                text.Append(Text(value));
                break;
        }
    }
}
