using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Tests.Json;

public sealed class JsonValueTests
{
    [Theory]
    [InlineData("0.0")]
    [InlineData("1E3")]
    [InlineData("-0")]
    [InlineData("1.10")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("1e400")]
    public void A_number_that_was_read_prints_as_it_was_written(string token) => Assert.Equal($"[{token}]", JsonReader.Parse($"[{token}]").WithoutSourceText().Text);

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(1e21, "1e+21")]
    [InlineData(123456789012345680000d, "123456789012345680000")]
    [InlineData(1e-6, "0.000001")]
    [InlineData(1.5e-7, "1.5e-7")]
    [InlineData(-1.25e-5, "-0.0000125")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(3.0, "3")]
    [InlineData(-0.0, "0")]
    public void A_number_that_was_made_prints_as_JavaScript_prints_it(double value, string text) => Assert.Equal(text, JsonNumber.Of(value).Text);

    [Theory]
    [InlineData("1", "1.0", 0)]
    [InlineData("9007199254740993", "9007199254740992", 1)]
    [InlineData("123456789012345678901234567891", "123456789012345678901234567890", 1)]
    [InlineData("1e400", "123456789012345678901234567890", 1)]
    [InlineData("0.1", "0.10", 0)]
    [InlineData("-0", "0", 0)]
    public void Numbers_compare_by_value_and_integers_exactly(string left, string right, int expected) =>
        Assert.Equal(expected, Math.Sign(JsonNumber.Parse(left).CompareTo(JsonNumber.Parse(right))));

    [Fact]
    public void Bytes_may_begin_with_a_mark_and_a_text_may_not()
    {
        Assert.Equal("[1]", JsonReader.Parse([.. Encoding.UTF8.Preamble, .. "[1]"u8]).Text);
        Assert.Throws<JsonSyntaxException>(() => JsonReader.Parse("\uFEFF[1]"));
    }

    [Fact]
    public void A_repeated_key_keeps_its_first_place_and_its_last_value() =>
        Assert.Equal("""{"a":3,"b":2}""", JsonReader.Parse("""{"a":1,"b":2,"a":3}""").Text);

    [Fact]
    public void A_text_that_is_kept_is_echoed_byte_for_byte_and_a_value_inside_another_is_compact()
    {
        const string Text = "{ \"a\" : [ 1,\t2 ], \"e\": \"\\u00e9\" }";
        var value = JsonReader.Parse(Text, keepText: true);

        Assert.Equal(Text, value.Text);
        Assert.Equal("""[{"a":[1,2],"e":"é"}]""", JsonArray.Of(value).Text);
        Assert.Equal("""{"a":[1,2],"e":"é"}""", value.WithoutSourceText().Text);
        Assert.Equal(Encoding.UTF8.GetByteCount(Text), value.Utf8Length);
    }

    [Fact]
    public void A_value_that_holds_another_many_times_over_has_a_length_beyond_all()
    {
        JsonValue items = JsonArray.Empty;
        JsonValue members = JsonObject.Empty;
        for (var i = 0; i < 40; i++)
            (items, members) = (JsonArray.Of(items, items), JsonObject.Of(("a", members), ("b", members)));
        Assert.Equal((int.MaxValue, int.MaxValue), (items.CompactLength, members.CompactLength));
    }

    [Fact]
    public void Only_what_must_be_escaped_is() =>
        Assert.Equal("\"\\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u001F/<é\u2028😀\"", new JsonString("\"\\\b\t\n\f\r\u0001\u001f/<é\u2028😀").Text);

    [Theory]
    [InlineData("[1,2]")]
    [InlineData("""{"a":"é\n","😀":[],"n":-1.5e3}""")]
    [InlineData("\"\\u0007\"")]
    public void The_compact_length_is_the_number_of_bytes(string text)
    {
        var value = JsonReader.Parse(text);
        Assert.Equal(Encoding.UTF8.GetByteCount(value.Text), value.CompactLength);
    }

    [Theory]
    [InlineData("{\n  \"a\": 1,\n  \"b\": tru\n}", 3, 11)]
    [InlineData("[\"é\", x]", 1, 7)]
    [InlineData("", 1, 1)]
    [InlineData("1 2", 1, 3)]
    [InlineData("[1,]", 1, 4)]
    public void What_is_not_JSON_is_refused_with_its_place(string text, int line, int column)
    {
        var e = Assert.Throws<JsonSyntaxException>(() => JsonReader.Parse(text));
        Assert.Equal((line, column), (e.Line, e.Column));
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\": 1}")]
    public void Half_a_surrogate_pair_is_no_text(string text) => Assert.Contains("Unicode", Assert.Throws<JsonSyntaxException>(() => JsonReader.Parse(text)).Problem, StringComparison.Ordinal);

    [Fact]
    public void A_thousand_levels_are_read_and_more_are_refused()
    {
        static string Nested(int depth) => new string('[', depth) + new string(']', depth);
        Assert.Equal(Nested(1000), JsonReader.Parse(Nested(1000)).Text);
        Assert.Throws<JsonSyntaxException>(() => JsonReader.Parse(Nested(1001)));
    }

    [Fact]
    public void Objects_are_equal_whatever_the_order_of_their_members()
    {
        var many = string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"k{i}\":{i}"));
        var reversed = string.Join(',', Enumerable.Range(0, 40).Reverse().Select(i => $"\"k{i}\":{i}.0"));

        Assert.Equal(JsonReader.Parse($"{{{many}}}"), JsonReader.Parse($"{{{reversed}}}"));
        Assert.Equal(JsonReader.Parse($"{{{many}}}").GetHashCode(), JsonReader.Parse($"{{{reversed}}}").GetHashCode());
        Assert.NotEqual(JsonReader.Parse("[1,2]"), JsonReader.Parse("[2,1]"));
    }

    [Fact]
    public void A_builder_finds_and_replaces_members_however_many_there_are()
    {
        var builder = new JsonObject.Builder(0);
        for (var i = 0; i < 100; i++)
            builder.Set($"k{i}", JsonValue.From(i));
        builder.Set("k50", JsonValue.From("x"));
        var made = builder.ToObject();

        Assert.Equal(100, made.Count);
        Assert.Equal("x", ((JsonString)made["k50"]!).Value);
        Assert.Null(made["k100"]);
        Assert.Equal("k50", made.Keys[50]);
        Assert.Equal(101, made.With("new", JsonValue.Null).Count);
        Assert.Equal(100, made.Count);
    }
}
