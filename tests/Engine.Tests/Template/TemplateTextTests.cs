using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Template;

/// <summary>JSON and YAML as texts.</summary>
public sealed class TemplateTextTests : IDisposable
{
    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("yes", "\"yes\"")]
    [InlineData("on", "\"on\"")]
    [InlineData("true", "true")]
    [InlineData("False", "false")]
    [InlineData("~", "null")]
    [InlineData("2012-10-17", "\"2012-10-17\"")]
    [InlineData("012345678901", "\"012345678901\"")]
    [InlineData("123456789012", "123456789012")]
    [InlineData("1.10", "1.10")]
    [InlineData("1e3", "1e3")]
    [InlineData("+5", "5")]
    [InlineData(".5", "0.5")]
    [InlineData("0x1F", "31")]
    [InlineData("1:30", "\"1:30\"")]
    [InlineData("'1'", "\"1\"")]
    [InlineData("!!str 1", "\"1\"")]
    [InlineData("!!int '1'", "1")]
    [InlineData("!Sub 1", "\"1\"")]
    [InlineData(".inf", "\".inf\"")]
    public void A_yaml_scalar_is_read_as_cloudformation_reads_it(string yaml, string json) => Assert.Equal(json, _folder.Value(yaml)!.Text);

    [Fact]
    public void Anchors_and_merge_keys_are_followed_and_own_keys_win()
    {
        var model = _folder.Read(
            """
            Resources:
              A: { Type: Custom::A, Properties: &base { x: 1, y: 2 } }
              B: { Type: Custom::B, Properties: { <<: *base, y: 3 } }
              C: { Type: Custom::C, Properties: { <<: [{ x: 9 }, *base], list: [*base] } }
            """);
        Assert.Equal("""{"y":3,"x":1}""", model.Resources[1].Properties.Text);
        Assert.Equal("""{"list":[{"x":1,"y":2}],"x":9,"y":2}""", model.Resources[2].Properties.Text);
    }

    [Theory]
    [InlineData("Resources: {}\n---\nResources: {}\n", 2, 1, "A second YAML document begins here; a template is one document.")]
    [InlineData("Resources:\n  A: [b\n", 3, 1, "This is not YAML")]
    [InlineData("Resources:\n  A: {% $a %}\n", 2, 7, "This is not YAML: no word begins with '%'. Put a JSONata expression in quotation marks: \"{% … %}\".")]
    [InlineData("Resources:\n  A: [%a]\n", 2, 7, "This is not YAML")]
    [InlineData("Resources:\n  A: *none\n", 2, 6, "There is no anchor '&none' before this alias.")]
    [InlineData("Resources:\n  [a]: b\n", 2, 3, "The key of a map must be a plain word.")]
    [InlineData("Resources:\n  <<: a\n", 2, 3, "A merge key ('<<') takes a map or a list of maps, but this is a string.")]
    [InlineData("Description: x\n", 1, 1, "This is not a template: it has no map named Resources.")]
    [InlineData("Resources: []\n", 1, 12, "This is not a template: it has no map named Resources.")]
    [InlineData("just text\n", 1, 1, "This is not a template: it must be a map with a Resources section.")]
    [InlineData("", 1, 1, "This is not a template: it must be a map with a Resources section.")]
    [InlineData("{\n  \"Resources\": {,}\n}", 2, 17, "',' is an invalid start of a property name.")]
    [InlineData("{\"Resources\": {}", 1, 17, "Expected depth to be zero at the end of the JSON payload.")]
    public void A_template_that_cannot_be_read_is_refused_with_the_place(string text, int line, int column, string problem)
    {
        var e = Assert.Throws<TemplateException>(() => _folder.Read(text, "serverless.template"));
        Assert.StartsWith($"{Path.Combine(_folder.Root, "serverless.template")}:{line}:{column}: {problem}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_that_is_not_there_is_refused_by_name()
    {
        var path = Path.Combine(_folder.Root, "absent.yaml");
        Assert.Equal($"{path}: There is no such file.", Assert.Throws<TemplateException>(() => TemplateReader.Read(new TemplateRequest(path))).Message);
    }

    [Fact]
    public void A_finding_in_json_counts_columns_in_characters()
    {
        var model = _folder.Read("{\"Resources\": {\n  \"F\": {\"Type\": \"AWS::SNS::Topic\", \"Properties\": {\"x\": \"ä€😀\", \"TopicName\": {\"Ref\": \"Absent\"}}}\n}}", "t.json");
        var place = Assert.Single(model.Diagnostics).Place;
        Assert.Equal((2, 85), (place.Line, place.Column));
    }

    [Theory]
    [InlineData("{\"Resources\": {\"A\": {\"Type\": \"T\"}, \"A\": {\"Type\": \"U\"}}}", 36)]
    [InlineData("Resources: {A: {Type: T}, A: {Type: U}}", 27)]
    public void Of_a_key_that_stands_twice_the_last_counts_and_a_warning_says_so(string text, int column)
    {
        var model = _folder.Read(text);
        Assert.Equal("U", Assert.Single(model.Resources).Type);
        Assert.Equal(column, Assert.Single(model.Diagnostics).Place.Column);
    }

    [Fact]
    public void A_section_that_no_template_has_is_a_warning()
    {
        var diagnostic = Assert.Single(_folder.Read("Resources: {}\nParameter: {}\n").Diagnostics);
        Assert.Equal("A template has no section 'Parameter'.", diagnostic.Message);
        Assert.StartsWith("Did you mean 'Parameters'?", diagnostic.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Resources: { A: [] }", "The resource 'A' must be a map with a Type.")]
    [InlineData("Resources: { A: { Type: T, Properties: [] } }", "The Properties of 'A' must be a map, but they are a list.")]
    [InlineData("Resources: { 'Fn::ForEach::Loop': [] }", "Fn::ForEach is not expanded here.")]
    public void A_resource_that_is_none_is_an_error(string text, string message) =>
        Assert.Equal((message, TemplateSeverity.Error), (_folder.Read(text).Diagnostics[0].Message, _folder.Read(text).Diagnostics[0].Severity));

    [Fact]
    public void A_yaml_template_that_begins_with_a_brace_is_yaml_by_its_name()
    {
        Assert.Equal("T", Assert.Single(_folder.Read("{ Resources: { A: { Type: T } } }").Resources).Type);
    }

    [Fact]
    public void Nesting_beyond_reason_is_refused()
    {
        var e = Assert.Throws<TemplateException>(() => _folder.Read($"Resources: {new string('[', 300)}{new string(']', 300)}"));
        Assert.Contains("nested more than", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_that_multiply_beyond_reason_are_refused()
    {
        var levels = string.Concat(Enumerable.Range(1, 12).Select(level => $"  l{level}: &l{level} [{string.Join(", ", Enumerable.Repeat($"*l{level - 1}", 10))}]\n"));
        var e = Assert.Throws<TemplateException>(() => _folder.Read($"Metadata:\n  l0: &l0 [a]\n{levels}Resources: {{}}\n"));
        Assert.Contains("Aliases make this more than", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_sections_may_be_included()
    {
        _folder.Write("more.json", """{"T": {"Type": "AWS::SNS::Topic"}}""");
        var model = _folder.Read("Resources:\n  Fn::Transform: { Name: AWS::Include, Parameters: { Location: more.json } }\n  Q: { Type: AWS::SQS::Queue }\n");
        Assert.Equal(["Q", "T"], model.Resources.Select(resource => resource.LogicalId));
        Assert.Empty(model.Diagnostics);
    }

    [Theory]
    [InlineData("{ Name: AWS::Include, Parameters: {} }", "AWS::Include needs the Location of a file in its Parameters.")]
    [InlineData("{ Name: AWS::Include, Parameters: { Location: !Ref P } }", "The Location of an include of whole sections must be written out.")]
    [InlineData("{ Name: AWS::Include, Parameters: { Location: \"\\0\" } }", "This is not the path of a file.")]
    [InlineData("[]", "Fn::Transform takes a map with Name and Parameters.")]
    public void An_include_that_makes_no_sense_is_an_error(string call, string message) =>
        Assert.Equal(message, Assert.Single(_folder.Read($"Resources:\n  Fn::Transform: {call}\n").Diagnostics, d => d.Resource is null && !d.Message.StartsWith("The resource", StringComparison.Ordinal)).Message);

    [Fact]
    public void Yaml_and_json_of_one_template_give_one_model()
    {
        const string Yaml = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Handler: a::b::c\n      Code: .\n      Environment: { Variables: { R: !Sub '${AWS::Region}', G: !GetAtt F2.Arn } }\n  F2: { Type: AWS::Lambda::Function, Properties: { Handler: x, Code: . } }\n";
        const string Json = """
            {"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "a::b::c", "Code": ".", "Environment": {"Variables": {
            "R": {"Fn::Sub": "${AWS::Region}"}, "G": {"Fn::GetAtt": ["F2", "Arn"]}}}}}, "F2": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "x", "Code": "."}}}}
            """;
        Assert.Equal(
            _folder.Read(Yaml).Resources.Select(resource => JsonWriter.Compact(resource.Properties)),
            _folder.Read(Json, "t.json").Resources.Select(resource => JsonWriter.Compact(resource.Properties)));
    }

    // As PyYAML reads it, which sam deploy does.
    [Theory]
    [InlineData("\"a\nb\"", "a b")]
    [InlineData("\"{\n  a\n}\"", "{ a }")]
    [InlineData("\"a \\\nb\"", "a b")]
    [InlineData("\"a\n\n   b \\\"c\\\"\n\td\"", "a\nb \"c\" d")]
    [InlineData("\"\\u00e9\\t\\x41\r\nb\"", "\u00e9\tA b")]
    [InlineData("\"\n\"", " ")]
    public void A_text_between_double_quotation_marks_may_go_on_at_any_column(string yaml, string expected)
    {
        var model = _folder.Read($"Resources:\n  A:\n    Type: T\n    Properties:\n      V: {yaml}\n      W: [\"x\ny\", !Ref Absent]\n");

        Assert.Equal(expected, ((JsonString)model.Resources[0].Properties["V"]!).Value);
        Assert.Equal("x y", ((JsonString)((JsonArray)model.Resources[0].Properties["W"]!)[0]).Value);
        var absent = Assert.Single(model.Diagnostics).Place;
        Assert.Equal((6 + yaml.Count(c => c == '\n') + 1, 5), (absent.Line, absent.Column));
    }

    [Fact]
    public void A_text_whose_quotation_mark_is_left_open_is_refused() =>
        Assert.Contains("This is not YAML", Assert.Throws<TemplateException>(() => _folder.Read("Resources:\n  A: \"b\nc\n")).Message, StringComparison.Ordinal);
}
