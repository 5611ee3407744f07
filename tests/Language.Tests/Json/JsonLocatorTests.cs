using Stateside.Language.Json;

namespace Stateside.Language.Tests.Json;

/// <summary>Where in a text a place is, and which place a position is in.</summary>
public sealed class JsonLocatorTests
{
    private const string Text = "{\n  \"ä\": {\"b\": [1, {\"c\": 2}]},\n  \"d\": 3\n}\n";

    [Theory]
    [InlineData(1, 1, "/")]
    [InlineData(2, 3, "/ä")]
    [InlineData(2, 9, "/ä/b")]
    [InlineData(2, 15, "/ä/b[0]")]
    [InlineData(2, 19, "/ä/b[1]/c")]
    [InlineData(2, 99, "/ä/b[1]/c")]
    [InlineData(3, 3, "/d")]
    [InlineData(99, 99, "/d")]
    [InlineData(-1, -1, "/")]
    public void A_position_is_in_the_innermost_place_that_begins_before_it(int line, int column, string place) =>
        Assert.Equal(place, new JsonLocator(Text).PlaceAt(new TextPosition(line, column)).ToString());

    [Theory]
    [InlineData("/ä/b[1]/c")]
    [InlineData("/d")]
    public void The_position_of_a_place_is_in_it(string place)
    {
        var locator = new JsonLocator(Text);
        var found = place == "/d" ? JsonPlace.Root.Member("d") : JsonPlace.Root.Member("ä").Member("b").Item(1).Member("c");

        Assert.True(locator.PlaceAt(locator.Locate(found)).Is(found));
    }

    [Fact]
    public void A_text_that_is_no_JSON_has_the_root_alone() =>
        Assert.Equal("/", new JsonLocator("{\"a\": ").PlaceAt(new TextPosition(1, 4)).ToString());
}
