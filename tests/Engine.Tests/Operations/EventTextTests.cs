using System.Text;
using System.Text.Json;
using Stateside.Engine.Operations;

namespace Stateside.Engine.Tests.Operations;

public sealed class EventTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("\"quoted\" \\ and / \b\t\n\f\r \u0000\u001f\u007f")]
    [InlineData("Grüße, 你好 🚀 \u2028 end")]
    public void A_string_reads_as_it_was(string value)
    {
        using var text = new EventText();

        Assert.Equal(value, JsonSerializer.Deserialize<string>(text.Quoted(value).Written));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"quoted\" \\ and / \b\t\n\f\r \u0000\u001f\u007f Grüße, 你好 🚀 \u2028 end")]
    public void A_string_in_UTF_8_reads_as_it_was(string value)
    {
        using var text = new EventText();

        Assert.Equal(value, JsonSerializer.Deserialize<string>(text.Quoted(Encoding.UTF8.GetBytes(value)).Written));
    }

    [Fact]
    public void A_long_string_of_all_kinds_of_characters_reads_as_it_was()
    {
        var random = new Random(5);
        var value = new StringBuilder();
        while (value.Length < 100_000)
            value.Append(random.Next(10) == 0 ? char.ConvertFromUtf32(random.Next(0x10000, 0x10FFFF)) : ((char)random.Next(0, 0xD800)).ToString());
        using var text = new EventText();

        Assert.Equal(value.ToString(), JsonSerializer.Deserialize<string>(text.Quoted(value.ToString()).Written));
    }

    [Fact]
    public void A_lone_surrogate_is_written_as_what_stands_for_no_character()
    {
        using var text = new EventText();

        Assert.Equal("a\uFFFDb", JsonSerializer.Deserialize<string>(text.Quoted("a\uD800b").Written));
    }

    [Theory]
    [InlineData(1023)]
    [InlineData(1024)]
    public void Where_a_lone_surrogate_stands_makes_no_difference(int before)
    {
        using var text = new EventText();
        var head = new string('a', before);

        Assert.Equal($"{head}\uFFFDb\uFFFD", JsonSerializer.Deserialize<string>(text.Quoted($"{head}\uD800b\uD800").Written));
    }

    [Theory]
    [InlineData(0, "0.000")]
    [InlineData(1_795_358_267_007, "1795358267.007")]
    [InlineData(1_795_358_267_540, "1795358267.540")]
    public void A_time_is_seconds_with_milliseconds(long milliseconds, string expected)
    {
        using var text = new EventText();

        Assert.Equal(expected, Encoding.UTF8.GetString(text.Time(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)).Written));
    }
}
