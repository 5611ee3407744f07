using Stateside.Engine.Replay;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Replay;

public sealed class CSharpTextTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a \"quote\" and a \\", "\"a \\\"quote\\\" and a \\\\\"")]
    [InlineData("two\r\nlines\tand", "\"two\\r\\nlines\\tand\"")]
    [InlineData("Ångström 東京 🎉", "\"Ångström 東京 🎉\"")]
    [InlineData("\u2028\u202E\0", "\"\\u2028\\u202E\\u0000\"")]
    public void A_text_is_written_so_that_it_means_the_same_and_hides_nothing(string text, string expected) =>
        Assert.Equal(expected, CSharpText.Literal(text));

    [Fact]
    public void Half_a_character_is_escaped() => Assert.Equal("\"\\uD800x\"", CSharpText.Literal("\uD800x"));

    [Theory]
    [InlineData("""{"a":1}""", "\"\"\"{\"a\": 1}\"\"\"")]
    [InlineData("""["\"\"\""]""", "\"\"\"[\"\\\"\\\"\\\"\"]\"\"\"")]
    [InlineData("""["",""]""", "\"\"\"[\"\", \"\"]\"\"\"")]
    [InlineData("""["\u2028"]""", "\"\"\"[\"\\u2028\"]\"\"\"")]
    [InlineData("\"x\"", "\"\\\"x\\\"\"")]
    [InlineData("1.50", "\"1.50\"")]
    public void A_value_is_JSON_in_a_string(string json, string expected) =>
        Assert.Equal(expected, CSharpText.Json(JsonReader.Parse(json), 8));

    [Theory]
    [InlineData("""[{"a":"{{b}} \" \\ \u0000 \u0085 東京"}]""")]
    [InlineData("""{"":{"\"":["\"\"\"\"", ""]}, "long": "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"}""")]
    public void The_text_of_a_raw_string_reads_back_as_the_value(string json)
    {
        var value = JsonReader.Parse(json);

        var literal = CSharpText.Json(value, 8);

        var quotes = literal.TakeWhile(c => c == '"').Count();
        Assert.Equal(new string('"', quotes), literal[^quotes..]);
        var inner = literal[quotes..^quotes];
        Assert.DoesNotContain(new string('"', quotes), inner, StringComparison.Ordinal);
        Assert.DoesNotContain(inner, c => c is '\u0085' or '\u2028' or '\u2029' or '\0');
        Assert.Equal(value, JsonReader.Parse(inner));
    }

    [Theory]
    [InlineData("order-536365 goes as recorded", "Order_536365_goes_as_recorded")]
    [InlineData("7 up", "_7_up")]
    [InlineData("東京", "_")]
    public void A_name_is_made_of_words(string words, string expected) => Assert.Equal(expected, CSharpText.Name(words));
}
