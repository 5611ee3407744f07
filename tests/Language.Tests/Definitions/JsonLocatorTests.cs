using Stateside.Language.Json;

namespace Stateside.Language.Tests.Definitions;

public class JsonLocatorTests
{
    private const string Text = """
        {
          "ä": [1, {"b":
            2}],
          "c": null
        }
        """;

    [Fact]
    public void A_member_stands_where_its_key_does() =>
        Assert.Equal(new TextPosition(2, 3), new JsonLocator(Text.ReplaceLineEndings("\n")).Locate(JsonPlace.Root.Member("ä")));

    [Fact]
    public void An_item_stands_where_its_value_does() =>
        Assert.Equal(new TextPosition(2, 12), new JsonLocator(Text.ReplaceLineEndings("\n")).Locate(JsonPlace.Root.Member("ä").Item(1)));

    [Fact]
    public void Carriage_returns_do_not_shift_lines() =>
        Assert.Equal(new TextPosition(4, 3), new JsonLocator(Text.ReplaceLineEndings("\r\n")).Locate(JsonPlace.Root.Member("c")));

    [Fact]
    public void A_place_that_is_not_there_is_the_nearest_around_it() =>
        Assert.Equal(
            new TextPosition(2, 12),
            new JsonLocator(Text.ReplaceLineEndings("\n")).Locate(JsonPlace.Root.Member("ä").Item(1).Member("z").Item(7)));

    [Fact]
    public void A_text_that_is_no_json_has_only_its_beginning() =>
        Assert.Equal(new TextPosition(1, 1), new JsonLocator("{\"a\": ").Locate(JsonPlace.Root.Member("a")));

    [Theory]
    [InlineData(0, 8)]
    [InlineData(1, 9)]
    [InlineData(2, 11)]
    [InlineData(3, 17)]
    [InlineData(5, 19)]
    [InlineData(6, 20)]
    [InlineData(9, 20)]
    public void A_character_of_a_text_stands_where_it_is_written(int offset, int column) =>
        Assert.Equal(
            new TextPosition(1, column), new JsonLocator("""{"a": "ä\n\u00e4😀z"}""").Locate(JsonPlace.Root.Member("a"), offset));

    [Fact]
    public void Of_what_is_no_text_a_character_stands_where_the_value_does() =>
        Assert.Equal(new TextPosition(1, 2), new JsonLocator("""{"a": {}}""").Locate(JsonPlace.Root.Member("a"), 3));

    [Theory]
    [InlineData("/")]
    [InlineData("/States/Choose it/Choices[2]/Next")]
    public void A_place_prints_as_the_service_writes_it(string expected)
    {
        var place = expected == "/"
            ? JsonPlace.Root
            : JsonPlace.Root.Member("States").Member("Choose it").Member("Choices").Item(2).Member("Next");

        Assert.Equal(expected, place.ToString());
    }
}
