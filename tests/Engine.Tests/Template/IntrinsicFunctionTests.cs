using Stateside.Engine.Template.Parsing;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Template;

public sealed class IntrinsicFunctionTests : IDisposable
{
    private const string Mappings = "Mappings:\n  Sizes:\n    us-east-1: { Small: 1, Big: 10 }\n";
    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("!Sub 'a-${AWS::Region}-b'", "\"a-us-east-1-b\"")]
    [InlineData("!Sub '${!Kept} ${AWS::AccountId}'", "\"${Kept} 123456789012\"")]
    [InlineData("!Sub ['${x}/${AWS::Partition}', { x: !Ref AWS::StackName }]", "\"stateside/aws\"")]
    [InlineData("!Sub 'x${AWS::NoValue}y'", "\"xy\"")]
    [InlineData("!Sub 'no end ${Here'", "\"no end ${Here\"")]
    [InlineData("!Join ['-', [a, 1, true]]", "\"a-1-true\"")]
    [InlineData("!Join [',', !Split ['|', 'a|b']]", "\"a,b\"")]
    [InlineData("!Join ['', []]", "\"\"")]
    [InlineData("!Select [1, [a, b, c]]", "\"b\"")]
    [InlineData("!Select ['0', !Split ['/', 'x/y']]", "\"x\"")]
    [InlineData("!Split [',', 'a,,b']", "[\"a\",\"\",\"b\"]")]
    [InlineData("!FindInMap [Sizes, !Ref AWS::Region, Big]", "10")]
    [InlineData("!FindInMap [Sizes, eu-west-1, Big, { DefaultValue: 5 }]", "5")]
    [InlineData("!Base64 hello", "\"aGVsbG8=\"")]
    [InlineData("!Base64 { 'Fn::Sub': 'é' }", "\"w6k=\"")]
    [InlineData("{ 'Fn::Length': [1, 2, 3] }", "3")]
    [InlineData("{ 'Fn::ToJsonString': { b: 1, a: [!Ref AWS::Region] } }", "\"{\\\"b\\\":1,\\\"a\\\":[\\\"us-east-1\\\"]}\"")]
    [InlineData("!GetAZs ''", "[\"us-east-1a\",\"us-east-1b\",\"us-east-1c\"]")]
    [InlineData("!Ref AWS::URLSuffix", "\"amazonaws.com\"")]
    [InlineData("!Ref AWS::NotificationARNs", "[]")]
    [InlineData("[a, !Ref AWS::NoValue, b]", "[\"a\",\"b\"]")]
    [InlineData("{ kept: 1, gone: !Ref AWS::NoValue }", "{\"kept\":1}")]
    [InlineData("!Transform { Name: 'AWS::Include', Parameters: { Location: part.yaml } }", "{\"in\":\"us-east-1\"}")]
    [InlineData("{ 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: part.yaml } }, beside: 2 }", "{\"beside\":2,\"in\":\"us-east-1\"}")]
    public void An_intrinsic_function_gives_what_a_deployment_gives(string expression, string expected)
    {
        _folder.Write("part.yaml", "in: { Ref: AWS::Region }");
        Assert.Equal(expected, JsonWriter.Compact(_folder.Value(expression, Mappings)!));
    }

    [Theory]
    [InlineData("!Select [3, [a]]", "Fn::Select has no value at index '3': the list has 1.")]
    [InlineData("!Join [a]", "Fn::Join takes a list of a delimiter and a list of values.")]
    [InlineData("!Join ['', [[a]]]", null)]
    [InlineData("!Join ['', [{ a: 1 }]]", "A value of Fn::Join must be a string, but it is a map.")]
    [InlineData("!FindInMap [Sizes, eu-west-1, Big]", "Fn::FindInMap finds no 'eu-west-1' in Mappings.Sizes.")]
    [InlineData("!Sub '${$.path}'", "Fn::Sub does not allow '${$.path}': names have letters, digits, '_', '.' and ':'.")]
    [InlineData("!Sub [a]", "Fn::Sub takes a string, or a list of a string and a map.")]
    [InlineData("!Ref [a]", "Ref takes the name of a parameter or resource, but this is a list.")]
    [InlineData("!Ref Absent", "There is no parameter or resource 'Absent'.")]
    [InlineData("!GetAtt Absent.Arn", "There is no parameter or resource 'Absent'.")]
    [InlineData("!GetAtt Q", "Fn::GetAtt takes a logical id and an attribute.")]
    [InlineData("!If [Absent, a, b]", "There is no condition 'Absent'.")]
    [InlineData("!Split [a, [b]]", "The second argument of Fn::Split must be a string, but it is a list.")]
    public void A_call_that_makes_no_sense_is_an_error(string expression, string? message)
    {
        var (_, diagnostics) = _folder.Variable(expression, Mappings);
        if (message is null)
            Assert.Empty(diagnostics);
        else
            Assert.Equal((message, TemplateSeverity.Error, "F"), Single(diagnostics));
    }

    [Fact]
    public void A_text_that_misses_a_piece_is_no_text_at_all()
    {
        var (value, diagnostics) = _folder.Variable("!Join ['-', [a, !ImportValue other]]");
        Assert.Null(value);
        Assert.Equal("Give it with --set other=VALUE.", Assert.Single(diagnostics).Remedy);
    }

    [Fact]
    public void A_finding_names_line_and_column_of_the_argument()
    {
        var diagnostic = Assert.Single(_folder.Variable("!Ref Absent").Diagnostics);
        Assert.Equal((9, 14), (diagnostic.Place.Line, diagnostic.Place.Column));
        Assert.Equal(Path.Combine(_folder.Root, "template.yaml"), diagnostic.Place.File);
    }

    [Theory]
    [InlineData("!ImportValue shared-table", "shared-table")]
    [InlineData("'{{resolve:ssm:/a/b:1}}'", "resolve:ssm:/a/b:1")]
    [InlineData("!Sub '{{resolve:secretsmanager:${AWS::Region}:SecretString}}'", "resolve:secretsmanager:us-east-1:SecretString")]
    [InlineData("!Ref Pool", "Pool")]
    [InlineData("!GetAtt Pool.Arn", "Pool.Arn")]
    [InlineData("!Sub '${Pool.ProviderName}'", "Pool.ProviderName")]
    [InlineData("!Ref FromStore", "FromStore")]
    public void What_only_a_deployment_knows_is_named_with_the_setting_that_gives_it(string expression, string setting)
    {
        const string Parameter = "Parameters:\n  FromStore: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /some/key }";
        const string Pool = "  Pool: { Type: AWS::Cognito::UserPool }";
        var (value, diagnostics) = _folder.Variable(expression, Parameter, Pool);
        Assert.Null(value);
        var unknown = Assert.Single(diagnostics, d => d.Resource == "F");
        Assert.Equal(TemplateSeverity.Warning, unknown.Severity);
        Assert.Contains($"--set {setting}=VALUE", unknown.Remedy, StringComparison.Ordinal);

        _folder.Settings[setting] = "given";
        (value, diagnostics) = _folder.Variable(expression, Parameter, Pool);
        Assert.Equal("given", value);
        Assert.DoesNotContain(diagnostics, d => d.Resource == "F");
    }

    [Fact]
    public void A_setting_that_nothing_asks_for_is_said_to_be_idle()
    {
        _folder.Settings["Nobody"] = "1";
        Assert.StartsWith("--set Nobody: nothing", Assert.Single(_folder.Variable("a").Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_included_but_not_there_is_named()
    {
        var (_, diagnostics) = _folder.Variable("!Transform { Name: 'AWS::Include', Parameters: { Location: absent.yaml } }");
        Assert.Contains("absent.yaml' cannot be read: There is no such file.", Assert.Single(diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_macro_than_include_is_not_run()
    {
        var (_, diagnostics) = _folder.Variable("!Transform { Name: MyMacro, Parameters: {} }");
        Assert.Equal("The variable 'V' of 'F' is not set: The macro 'MyMacro' runs only in a deployment.", Assert.Single(diagnostics).Message);
    }

    private static (string Message, TemplateSeverity Severity, string? Resource) Single(IReadOnlyList<TemplateDiagnostic> diagnostics)
    {
        var one = Assert.Single(diagnostics);
        return (one.Message, one.Severity, one.Resource);
    }
}
