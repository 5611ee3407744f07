using Stateside.Language.Conditions;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Shapes;

namespace Stateside.Language.Tests.Shapes;

/// <summary>What shapes, and what looks at them, take however much is written.</summary>
public sealed class ShapeTests
{
    [Fact]
    public void What_holds_a_value_twice_over_and_over_has_no_end_of_parts()
    {
        var shape = Shape.Text;
        for (var i = 0; i < 200; i++)
            shape = Shape.Object(("a", shape), ("b", shape), ("c", Shape.ListOf(shape)));

        Assert.InRange(shape.Parts, 1, Shape.MostParts);
        Assert.InRange(shape.Join(Shape.Object(("d", shape))).Parts, 1, Shape.MostParts);
    }

    [Fact]
    public void Conditions_inside_one_another_are_asked_once_each()
    {
        ComparisonOperator.TryGet("IsNumeric", out var isNumeric);
        Condition condition = new ComparisonCondition(JsonPath.Parse("$.a"), isNumeric!, JsonValue.True);
        for (var i = 0; i < 60; i++)
            condition = i % 2 == 0 ? new OrCondition([condition]) : new AndCondition([condition]);

        var (yes, no) = condition.Answers(new ShapeScope { Input = Shape.Object(("a", Shape.Number.Join(Shape.Text))) });

        Assert.Equal("""{ "a": number }""", yes!.Input.ToString());
        Assert.Equal("""{ "a": text }""", no!.Input.ToString());
    }

    [Fact]
    public void A_path_that_goes_down_over_and_over_may_find_anything() => Assert.Equal(
        "[ anything, … ] or nothing",
        JsonPath.Parse("$" + string.Concat(Enumerable.Repeat("..a", 60))).ShapeOf(new ShapeScope { Input = Shape.Object(("a", Shape.Text)) }).ToString());
}
