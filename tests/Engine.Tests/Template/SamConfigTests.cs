using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;

namespace Stateside.Engine.Tests.Template;

public sealed class SamConfigTests : IDisposable
{
    private const string Parameters = "Parameters: { A: { Type: String, Default: own }, B: { Type: String, Default: own } }";
    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("parameter_overrides = \"A=one B=two\"")]
    [InlineData("parameter_overrides = \"A=\\\"one\\\" B=\\\"two\\\"\"")]
    [InlineData("parameter_overrides = ['A=one', \"B=two\"]")]
    [InlineData("parameter_overrides = [\n  \"A=one\", # the first\n  \"B=two\",\n]")]
    [InlineData("parameter_overrides = \"ParameterKey=A,ParameterValue=one ParameterKey=B,ParameterValue=two\"")]
    [InlineData("parameter_overrides = [\"ParameterKey=A,ParameterValue=one\", \"ParameterKey=B,ParameterValue=two\"]")]
    [InlineData("parameter_overrides = { A = \"one\", B = 'two' }")]
    [InlineData("parameter_overrides = '''A=one\nB=two'''")]
    public void Parameter_overrides_are_read_in_each_form(string line)
    {
        _folder.Write("samconfig.toml", $"version = 0.1\n\n[default.deploy.parameters]\ncapabilities = \"CAPABILITY_IAM\"\nconfirm_changeset = true\n{line}\n");
        Assert.Equal("one two", _folder.Variable("!Sub '${A} ${B}'", Parameters).Value);
    }

    [Fact]
    public void A_value_between_quotation_marks_may_hold_blanks()
    {
        _folder.Write("samconfig.toml", "[default.deploy.parameters]\nparameter_overrides = 'A=\"one and two\" B=x=y'\n");
        Assert.Equal("one and two|x=y", _folder.Variable("!Sub '${A}|${B}'", Parameters).Value);
    }

    [Fact]
    public void What_holds_for_all_commands_holds_where_deploy_says_nothing()
    {
        _folder.Write("samconfig.toml", "[default.global.parameters]\nstack_name = \"mine\"\nparameter_overrides = \"A=g\"\n[default.deploy.parameters]\nresolve_s3 = true\n");
        Assert.Equal("mine g", _folder.Variable("!Sub '${AWS::StackName} ${A}'", Parameters).Value);
    }

    [Fact]
    public void A_given_parameter_wins_over_samconfig()
    {
        _folder.Write("samconfig.toml", "[default.deploy.parameters]\nparameter_overrides = \"A=config\"\n");
        _folder.Parameters["A"] = "given";
        Assert.Equal("given", _folder.Variable("!Ref A", Parameters).Value);
    }

    [Fact]
    public void Another_environment_has_values_of_its_own()
    {
        _folder.Write("samconfig.toml", "[default.deploy.parameters]\nparameter_overrides = \"A=d\"\n[prod.deploy.parameters]\nparameter_overrides = \"A=p\"\n");
        var path = _folder.Write("t.yaml", $"{Parameters}\nResources:\n  T: {{ Type: Custom::T, Properties: {{ V: !Ref A }} }}\n");
        var model = TemplateReader.Read(new TemplateRequest(path) { ConfigEnvironment = "prod" });
        Assert.Equal("{\"V\":\"p\"}", model.Resources[0].Properties.Text);
        Assert.Contains(
            TemplateReader.Read(new TemplateRequest(path) { ConfigEnvironment = "absent" }).Diagnostics,
            d => d.Message == "There is no environment 'absent' in this file.");
    }

    [Fact]
    public void Samconfig_may_be_yaml()
    {
        _folder.Write("samconfig.yaml", "version: 0.1\ndefault:\n  deploy:\n    parameters:\n      parameter_overrides:\n        - A=one\n        - B=two\n");
        Assert.Equal("one two", _folder.Variable("!Sub '${A} ${B}'", Parameters).Value);
    }

    [Fact]
    public void An_override_of_no_parameter_is_a_warning()
    {
        _folder.Write("samconfig.toml", "[default.deploy.parameters]\nparameter_overrides = \"C=1\"\n");
        var diagnostic = Assert.Single(_folder.Variable("a", Parameters).Diagnostics);
        Assert.Equal((TemplateSeverity.Warning, Path.Combine(_folder.Root, "samconfig.toml")), (diagnostic.Severity, diagnostic.Place.File));
    }

    [Theory]
    [InlineData("[default\n", 1, 9)]
    [InlineData("a = 1\nb\n", 2, 2)]
    [InlineData("a = \"x\n", 1, 7)]
    [InlineData("a = [1 2\n", 1, 8)]
    [InlineData("a = 1\na = 2\n", 2, 1)]
    [InlineData("a.b = 1\na = 2\n", 2, 1)]
    [InlineData("[default.deploy.parameters]\n[default.deploy.parameters]\n", 2, 1)]
    [InlineData("a = 1\n[a.b]\n", 2, 2)]
    [InlineData("a = 01\n", 1, 5)]
    [InlineData("a = yes\n", 1, 5)]
    [InlineData("a = \"\\q\"\n", 1, 7)]
    [InlineData("a = 'x' y\n", 1, 9)]
    [InlineData("a =\n", 1, 4)]
    public void Samconfig_that_is_no_toml_is_refused_with_the_place(string text, int line, int column)
    {
        var file = _folder.Write("samconfig.toml", text);
        var e = Assert.Throws<TemplateException>(() => _folder.Variable("a"));
        Assert.Equal(new TemplatePlace(file, line, column), e.Place);
    }

    [Fact]
    public void What_is_wrong_with_samconfig_is_told_on_one_line()
    {
        var file = _folder.Write("samconfig.toml", "[default\n");
        var e = Assert.Throws<TemplateException>(() => _folder.Variable("a"));
        Assert.Equal($"{file}:1:9: This is not TOML: Expected `]` but was the end of the line.", e.Message);
    }

    [Fact]
    public void A_key_that_stands_twice_is_told_without_the_line_it_stands_on()
    {
        var file = _folder.Write("samconfig.toml", "[default.deploy.parameters]\na = 1\na = \"secret\"\n");
        var e = Assert.Throws<TemplateException>(() => _folder.Variable("a"));
        Assert.Equal($"{file}:3:1: This is not TOML: The key `default.deploy.parameters.a` is already defined at (2,1).", e.Message);
    }

    [Fact]
    public void A_config_file_that_is_named_must_be_there()
    {
        var path = _folder.Write("t.yaml", "Resources: {}\n");
        var e = Assert.Throws<TemplateException>(() => TemplateReader.Read(new TemplateRequest(path) { ConfigFile = Path.Combine(_folder.Root, "x.toml") }));
        Assert.EndsWith("x.toml: There is no such file.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"\\u00e9\\t\\\"\"", "é\t\"")]
    [InlineData("'\\n'", "\\n")]
    [InlineData("\"\"\"\nx \\\n   y\"\"\"", "x y")]
    [InlineData("\"\"\"\r\nx\"\"\"", "x")]
    [InlineData("'''\nx\ny'''''", "x\ny''")]
    [InlineData("0x1F", "0x1F")]
    [InlineData("1.10", "1.10")]
    [InlineData("1_000", "1_000")]
    [InlineData("true", "true")]
    [InlineData("1979-05-27", "1979-05-27")]
    [InlineData("1979-05-27T07:32:00Z", "1979-05-27T07:32:00Z")]
    [InlineData("[\"x\", 'y']", "x,y")]
    public void A_value_of_toml_is_its_text(string toml, string text)
    {
        _folder.Write("samconfig.toml", $"[default.deploy.parameters.parameter_overrides]\nA = {toml}\n");
        Assert.Equal(text, _folder.Variable("!Ref A", Parameters).Value);
    }

    [Theory]
    [InlineData("default.deploy.parameters.parameter_overrides.A = 'one'\n\"default\" . deploy.'parameters'.parameter_overrides.B = 'two'")]
    [InlineData("[default.deploy.parameters]\nparameter_overrides.A = 'one'\nparameter_overrides.B = 'two'")]
    [InlineData("default = { deploy.parameters = { parameter_overrides = { A = 'one', # the first\n B = 'two', } } }")]
    [InlineData("[default.deploy.parameters.parameter_overrides]\nA = 'one'\nB = 'two'\n[default]\n[other]\n[default.build.parameters]\nparameter_overrides = 'A=build'")]
    [InlineData("[[tool]]\nname = 'x'\n[tool.deploy]\n[default.deploy.parameters]\nparameter_overrides = 'A=one B=two'\n[[tool]]\nname = 'y'")]
    [InlineData("\uFEFF[default.deploy.parameters] # mine\r\nparameter_overrides = 'A=one B=two'\r\n")]
    public void Tables_of_toml_may_be_written_in_each_form(string toml)
    {
        _folder.Write("samconfig.toml", toml);
        Assert.Equal("one two", _folder.Variable("!Sub '${A} ${B}'", Parameters).Value);
    }
}
