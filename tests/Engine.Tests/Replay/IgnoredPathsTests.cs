using Stateside.Engine.Replay;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Replay;

public sealed class IgnoredPathsTests
{
    [Theory]
    [InlineData("$.a", "$.a")]
    [InlineData("$['a']", "$.a")]
    [InlineData("$.a", "$.a.b[3]")]
    [InlineData("$.lines[*].id", "$.lines[7].id")]
    [InlineData("$.lines.*.id", "$.lines['a b'].id")]
    [InlineData("$.lines[0]", "$.lines[0].price")]
    [InlineData("$..id", "$.id")]
    [InlineData("$..id", "$.lines[2].of.id.part")]
    [InlineData("$['a','b'].c", "$.b.c")]
    [InlineData("$['a b']", "$['a b']")]
    public void What_differs_at_a_place_or_below_it_is_ignored_however_the_place_is_written(string ignored, string path) => Assert.Empty(Without(ignored, path));

    [Theory]
    [InlineData("$.a", "$.ab")]
    [InlineData("$.a.b", "$.a")]
    [InlineData("$.lines[*].id", "$.lines.id")]
    [InlineData("$.lines[0]", "$.lines[1]")]
    [InlineData("$..id", "$.ids")]
    public void What_differs_elsewhere_counts(string ignored, string path) => Assert.Single(Without(ignored, path));

    [Theory]
    [InlineData("$")]
    [InlineData("a")]
    [InlineData("$.")]
    [InlineData("$[")]
    [InlineData("$$.a")]
    [InlineData("$a.b")]
    [InlineData("$.a[?(@.b > 1)]")]
    public void What_names_no_place_is_refused(string path) => Assert.False(IgnoredPaths.IsPath(path));

    private static IReadOnlyList<ValueDifference> Without(string ignored, string path)
    {
        Assert.True(IgnoredPaths.IsPath(ignored));
        return new IgnoredPaths([ignored]).Without([new ValueDifference(path, JsonValue.Null, null)]);
    }
}
