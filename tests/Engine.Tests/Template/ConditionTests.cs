namespace Stateside.Engine.Tests.Template;

public sealed class ConditionTests : IDisposable
{
    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("!Equals [!Ref AWS::Region, us-east-1]", "yes")]
    [InlineData("!Equals ['true', true]", "yes")]
    [InlineData("!Equals [a, A]", "no")]
    [InlineData("!Not [!Equals [a, a]]", "no")]
    [InlineData("!And [!Equals [a, a], !Equals [b, c]]", "no")]
    [InlineData("!Or [!Equals [a, a], !Equals [b, c]]", "yes")]
    [InlineData("!Not [!Condition Other]", "yes")]
    [InlineData("!And [{ Condition: Other }, { Condition: Other }]", "no")]
    public void A_condition_decides(string condition, string expected)
    {
        var (value, diagnostics) = _folder.Variable("!If [C, yes, no]", $"Conditions:\n  C: {condition}\n  Other: !Equals [a, b]\n");
        Assert.Equal(expected, value is "true" ? "yes" : value is "false" ? "no" : value);
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void Conditions_that_need_each_other_are_an_error_that_shows_the_circle()
    {
        var (_, diagnostics) = _folder.Variable("!If [A, x, y]", "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\n");
        var error = Assert.Single(diagnostics);
        Assert.Equal("The condition 'A' depends on itself: A -> B -> A.", error.Message);
        Assert.Equal((3, 12), (error.Place.Line, error.Place.Column));
    }

    [Fact]
    public void A_condition_that_is_none_is_an_error()
    {
        var (_, diagnostics) = _folder.Variable("!If [A, x, y]", "Conditions:\n  A: maybe\n");
        Assert.StartsWith("A condition is one of", Assert.Single(diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resource_whose_condition_does_not_hold_is_not_there()
    {
        var model = _folder.Read("Conditions: { Never: !Equals [a, b] }\nResources:\n  Q: { Type: AWS::SQS::Queue, Condition: Never }\n  T: { Type: AWS::SNS::Topic }\n");
        Assert.Equal(["T"], model.Resources.Select(resource => resource.LogicalId));
    }

    [Fact]
    public void A_reference_to_a_resource_that_is_not_created_is_an_error()
    {
        var (_, diagnostics) = _folder.Variable("!Ref Q", "Conditions: { Never: !Equals [a, b] }", "  Q: { Type: AWS::SQS::Queue, Condition: Never }");
        Assert.Equal("'Q' is not created, because its condition does not hold.", Assert.Single(diagnostics).Message);
    }

    [Fact]
    public void A_reference_in_the_arm_that_is_not_taken_does_not_matter()
    {
        var (value, diagnostics) = _folder.Variable(
            "!If [Never, !Ref Q, none]", "Conditions: { Never: !Equals [a, b] }", "  Q: { Type: AWS::SQS::Queue, Condition: Never }");
        Assert.Equal("none", value);
        Assert.Empty(diagnostics);
    }
}
