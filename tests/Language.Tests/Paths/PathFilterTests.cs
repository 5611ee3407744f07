using Stateside.Language.Json;
using Stateside.Language.Paths;
using static Stateside.Language.Tests.Evaluation;

namespace Stateside.Language.Tests.Paths;

public sealed class PathFilterTests
{
    [Theory]
    [InlineData("@.s =~ /B(?=e)ert/", "[3]")]
    [InlineData("@.s =~ /(.)\\1.*/", "[4]")]
    public void A_regular_expression_may_look_around_and_back(string filter, string expected)
    {
        var context = Context("""{"items": [{"id": 3, "s": "Bert"}, {"id": 4, "s": "Aaron"}, {"id": 4, "s": "oops"}]}""");
        Assert.True(JsonPath.Parse($"$.items[?({filter})].id").TryEvaluate(context, out var value));
        Assert.Equal(expected, JsonWriter.Compact(value));
    }

    [Fact]
    public void A_number_beside_a_text_that_is_none_is_neither_equal_nor_unequal()
    {
        // The library falls over a NumberFormatException here, and no recording shows what AWS makes of it.
        foreach (var comparison in (string[])["==", "!=", "<", "<=", ">", ">="])
        {
            Assert.True(JsonPath.Parse($"$[?(@.n{comparison}'x')]").TryEvaluate(Context("""[{"n": 5}]"""), out var value));
            Assert.Equal("[]", JsonWriter.Compact(value));
        }
    }

    [Fact]
    public void An_integer_beyond_64_bits_is_compared_with_nothing()
    {
        Assert.True(JsonPath.Parse("$[?(@.n == 12345678901234567890)]").TryEvaluate(Context("""[{"n": 12345678901234567890}]"""), out var value));
        Assert.Equal("[]", JsonWriter.Compact(value));
    }
}
