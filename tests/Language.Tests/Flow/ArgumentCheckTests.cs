using Stateside.Language.Flow;
using Stateside.Language.Shapes;

namespace Stateside.Language.Tests.Flow;

public sealed class ArgumentCheckTests
{
    private static readonly Shape Accepts = Order(isCertain: false);
    private static readonly Shape Expects = Order(isCertain: true);

    [Fact]
    public void What_work_takes_for_granted_and_is_never_sent_is_not_expected() => AssertFound(
        Shape.Object(("Id", Shape.Text)),
        (ShapeProblemKind.NotExpected, "pay expects lines, which it is never sent"));

    [Fact]
    public void What_fails_is_not_told_again_as_not_expected() => AssertFound(
        Shape.Object(("id", Shape.Number), ("lines", Shape.Null)),
        (ShapeProblemKind.WrongType, "pay is sent as id number where it takes text or null"),
        (ShapeProblemKind.NotExpected, "pay is sent as lines null where it expects [ anything, … ]"));

    [Fact]
    public void Names_are_taken_in_either_case_where_the_work_takes_them_so() => AssertFound(Shape.Object(("ID", Shape.Text), ("LINES", Shape.AnyList)));

    [Fact]
    public void What_may_not_be_there_is_not_certain_to_be_of_the_wrong_type() => AssertFound(
        Shape.Object(("id", Shape.Number.OrNothing()), ("lines", Shape.AnyList)),
        (ShapeProblemKind.NotExpected, "pay is sent as id number where it takes text or null"));

    private static void AssertFound(Shape given, params (ShapeProblemKind Kind, string Message)[] expected)
    {
        var found = new List<(ShapeProblemKind, string)>();
        var task = new TaskShapes("pay", Accepts, Shape.Anything) { Expects = Expects, IgnoresCase = true };

        ArgumentCheck.Check(task, given, new ShapeScope { Report = problem => found.Add((problem.Kind, problem.Message)) });

        Assert.Equal(expected, found);
    }

    private static Shape Order(bool isCertain)
    {
        var orNull = isCertain ? Shape.Never : Shape.Null;
        return Shape.Of(new ObjectShape(
            [
                new("id", new ShapeMember(Shape.Text.Join(orNull), isCertain)),
                new("lines", new ShapeMember(Shape.AnyList.Join(orNull), isCertain)),
            ],
            Shape.Anything));
    }
}
