using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Tests.Template;

public sealed class ParameterTests : IDisposable
{
    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_parameter_has_its_default()
    {
        Assert.Equal("30", _folder.Variable("!Ref P", "Parameters: { P: { Type: Number, Default: 30 } }").Value);
    }

    [Fact]
    public void A_given_value_wins_over_the_default()
    {
        _folder.Parameters["P"] = "given";
        Assert.Equal("given", _folder.Variable("!Ref P", "Parameters: { P: { Type: String, Default: own } }").Value);
    }

    [Fact]
    public void A_list_is_parted_at_its_commas()
    {
        Assert.Equal("a+b", _folder.Variable("!Join ['+', !Ref P]", "Parameters: { P: { Type: CommaDelimitedList, Default: 'a, b' } }").Value);
    }

    [Fact]
    public void A_number_is_text_wherever_it_is_referred_to()
    {
        Assert.Equal("\"007\"", _folder.Value("!Ref P", "Parameters: { P: { Type: String, Default: 007 } }")!.Text);
    }

    [Fact]
    public void A_parameter_without_a_value_names_the_option_that_gives_one()
    {
        var (value, diagnostics) = _folder.Variable("!Ref P", "Parameters: { P: { Type: String } }");
        Assert.Null(value);
        var diagnostic = Assert.Single(diagnostics);
        Assert.Equal("The variable 'V' of 'F' is not set: The parameter 'P' has no default and was given no value.", diagnostic.Message);
        Assert.Equal("Give it with --parameter P=VALUE.", diagnostic.Remedy);
    }

    [Fact]
    public void A_parameter_without_a_value_that_nothing_here_needs_is_a_warning()
    {
        var diagnostic = Assert.Single(_folder.Variable("a", "Parameters: { P: { Type: String } }").Diagnostics);
        Assert.Equal((TemplateSeverity.Warning, null), (diagnostic.Severity, diagnostic.Resource));
    }

    [Fact]
    public void A_parameter_from_ssm_that_nothing_here_needs_is_passed_over()
    {
        Assert.Empty(_folder.Variable("a", "Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /cdk/version } }").Diagnostics);
    }

    [Fact]
    public void A_parameter_that_a_state_machine_needs_stands_in_its_way()
    {
        var model = _folder.Read(
            """
            Parameters: { Name: { Type: String } }
            Resources:
              M: { Type: AWS::StepFunctions::StateMachine, Properties: { DefinitionString: !Sub '{"Comment":"${Name}"}' } }
              N: { Type: AWS::StepFunctions::StateMachine, Properties: { DefinitionString: '{}' } }
            """);
        Assert.Equal("M", Assert.Single(model.ErrorsFor(model.FindStateMachine("M"))).Resource);
        Assert.Empty(model.ErrorsFor(model.FindStateMachine("N")));
    }

    [Fact]
    public void A_given_value_for_no_parameter_is_an_error_that_lists_what_there_is()
    {
        _folder.Parameters["Pa"] = "1";
        var diagnostic = Assert.Single(_folder.Variable("a", "Parameters: { Page: { Type: String, Default: x }, Other: { Type: String, Default: x } }").Diagnostics);
        Assert.Equal(TemplateSeverity.Error, diagnostic.Severity);
        Assert.Equal("The template's parameters: Page, Other.", diagnostic.Remedy);

        _folder.Parameters.Clear();
        _folder.Parameters["Pages"] = "1";
        diagnostic = Assert.Single(_folder.Variable("a", "Parameters: { Page: { Type: String, Default: x } }").Diagnostics);
        Assert.StartsWith("Did you mean 'Page'?", diagnostic.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Type: String, AllowedValues: [a, b]", "c", "The parameter 'P' does not allow 'c': it takes one of a, b.")]
    [InlineData("Type: String, AllowedPattern: '[a-z]+'", "a1", "The parameter 'P' does not allow 'a1': it must match [a-z]+.")]
    [InlineData("Type: String, MinLength: 3", "ab", "The parameter 'P' does not allow 'ab': it takes at least 3 characters.")]
    [InlineData("Type: String, MaxLength: 3", "abcd", "The parameter 'P' does not allow 'abcd': it takes at most 3 characters.")]
    [InlineData("Type: Number, MinValue: 3", "2", "The parameter 'P' does not allow '2': it takes at least 3.")]
    [InlineData("Type: Number, MaxValue: 3", "3.5", "The parameter 'P' does not allow '3.5': it takes at most 3.")]
    [InlineData("Type: Number", "many", "The parameter 'P' does not allow 'many': it takes a number.")]
    [InlineData("Type: String, NoEcho: true, MinLength: 9", "secret", "The parameter 'P' does not allow its value: it takes at least 9 characters.")]
    public void A_value_that_the_parameter_does_not_allow_is_an_error(string declaration, string value, string message)
    {
        _folder.Parameters["P"] = value;
        var diagnostic = Assert.Single(_folder.Variable("a", $"Parameters: {{ P: {{ {declaration} }} }}").Diagnostics);
        Assert.Equal((message, TemplateSeverity.Error), (diagnostic.Message, diagnostic.Severity));
    }

    [Theory]
    [InlineData("Type: String, AllowedValues: [1, true]", "true")]
    [InlineData("Type: Number, AllowedValues: [1, 2]", "2")]
    [InlineData("Type: Number, MinValue: 1, MaxValue: 3", "3")]
    [InlineData("Type: CommaDelimitedList, AllowedValues: [a, b]", "b,a")]
    [InlineData("Type: String, AllowedPattern: '^$|x'", "")]
    public void A_value_that_the_parameter_allows_passes(string declaration, string value)
    {
        _folder.Parameters["P"] = value;
        Assert.Empty(_folder.Variable("a", $"Parameters: {{ P: {{ {declaration} }} }}").Diagnostics);
    }

    [Fact]
    public void The_template_s_own_words_about_a_constraint_are_passed_on()
    {
        _folder.Parameters["P"] = "x";
        var diagnostic = Assert.Single(_folder.Variable("a", "Parameters: { P: { Type: Number, ConstraintDescription: a count of days } }").Diagnostics);
        Assert.Equal("a count of days. Give another with --parameter P=VALUE.", diagnostic.Remedy);
    }
}
