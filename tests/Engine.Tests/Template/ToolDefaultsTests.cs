using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Tests.Template;

/// <summary>Templates that AWS's .NET tools fill in when they deploy them, by aws-lambda-tools-defaults.json.</summary>
public sealed class ToolDefaultsTests : IDisposable
{
    private const string Definition = "{\n  \"StartAt\": \"Do\",\n  \"States\": {\"Do\": {\"Type\": \"Task\", \"Resource\": \"${F.Arn}\", \"End\": true}}\n}\n";
    private const string Template =
        """
        {"Parameters": {"Stage": {"Type": "String"}}, "Resources": {
          "F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": {"Fn::Sub": "${AWS::StackName}-${Stage}"}, "Handler": "a::b::c", "Code": {"S3Bucket": "", "S3Key": ""}}},
          "M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": {"Fn::Sub": ""}}}}}
        """;

    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\"$.Resources.M.Properties.DefinitionString.Fn::Sub=state-machine.json\"")]
    [InlineData("\"$.Resources.M.Properties.DefinitionString.Fn::Sub = state-machine.json;\"")]
    [InlineData("\"\\\"$.Resources.M.Properties.DefinitionString.Fn::Sub\\\"=\\\"state-machine.json\\\"\"")]
    [InlineData("{\"$.Resources['M'].Properties.DefinitionString['Fn::Sub']\": \"state-machine.json\"}")]
    [InlineData("[\"$.Resources.M.Properties.DefinitionString.Fn::Sub=state-machine.json\"]")]
    public void The_file_of_a_definition_is_put_in_and_worked_out(string substitutions)
    {
        var path = _folder.Write("state-machine.json", Definition);
        var model = Read(substitutions);

        var machine = Assert.Single(model.StateMachines);
        Assert.Empty(model.ErrorsFor(machine));
        Assert.Equal(Definition.Replace("${F.Arn}", model.Functions[0].Arn, StringComparison.Ordinal), machine.Definition!.Text);
        Assert.Equal((path, true), (machine.Definition.File, machine.Definition.LinesMatch));
        Assert.Equal(new TemplatePlace(path, 3, 40), machine.Definition.Locate(3, 40));
        Assert.Contains(path, model.Files);
        Assert.Equal($"{model.Functions[0].Arn}!", machine.Definition.Fill("${F.Arn}!"));
    }

    [Fact]
    public void Parameters_and_the_stack_s_name_are_taken_from_there_too()
    {
        _folder.Write("state-machine.json", Definition);

        Assert.Equal("shop-beta", Read("\"\"", """, "stack-name": "shop", "template-parameters": "Other=x;Stage=beta" """).Functions[0].Name);
    }

    [Fact]
    public void A_map_takes_what_the_file_s_json_means_and_what_is_no_file_is_put_in_itself()
    {
        _folder.Write("aws-lambda-tools-defaults.json", """{"template-substitutions": "$.Resources.T.Properties.Map=m.json;$.Resources.T.Properties.Text=none.json;$.Resources.T.Properties.List[1]=7"}""");
        _folder.Write("m.json", """{"a": {"Ref": "AWS::Region"}}""");
        var model = _folder.Read("""{"Resources": {"T": {"Type": "Custom::T", "Properties": {"Map": {}, "Text": "", "List": [1, 2]}}}}""", "serverless.template");

        Assert.Equal("""{"Map":{"a":"us-east-1"},"Text":"none.json","List":[1,7]}""", model.Resources[0].Properties.Text);
        Assert.Empty(model.Diagnostics);
    }

    [Fact]
    public void Only_the_template_that_is_named_and_only_json_is_filled_in()
    {
        _folder.Write("state-machine.json", Definition);
        const string Substitution = "\"$.Resources.M.Properties.DefinitionString.Fn::Sub=state-machine.json\"";

        Assert.Null(Read(Substitution, """, "template": "other.template" """).StateMachines[0].Definition);
        Assert.NotNull(Read(Substitution, """, "template": "serverless.template" """).StateMachines[0].Definition);
        _folder.Parameters.Clear();
        var yaml = _folder.Read("Resources: { M: { Type: AWS::StepFunctions::StateMachine, Properties: { DefinitionString: !Sub '' } } }", "t.yaml");
        Assert.Equal(
            "The DefinitionString of 'M' is empty. Write the definition there, or name its file in template-substitutions of aws-lambda-tools-defaults.json.",
            yaml.ErrorsFor(yaml.StateMachines[0]) is [var error] ? $"{error.Message} {error.Remedy}" : "");
    }

    [Theory]
    [InlineData("\"$.Resources.N.Properties.X=state-machine.json\"", "The template has no $.Resources.N.Properties.X, which template-substitutions names.")]
    [InlineData("\"$.Resources.M.Properties=broken.json\"", "'broken.json' cannot be put into the template: ")]
    public void What_cannot_be_put_in_is_a_warning(string substitutions, string message)
    {
        _folder.Write("broken.json", "{");

        Assert.Contains(Read(substitutions).Diagnostics, d => d.Severity == TemplateSeverity.Warning && d.Message.StartsWith(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("// Of Visual Studio.\n{ \"region\": \"\" }")]
    public void Defaults_that_cannot_be_read_are_a_warning(string text)
    {
        _folder.Write("aws-lambda-tools-defaults.json", text);

        Assert.Contains(_folder.Read("Resources: {}").Diagnostics, d => d.Message.StartsWith("aws-lambda-tools-defaults.json is not read: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_comma_too_many_in_the_defaults_is_told_as_that()
    {
        _folder.Write("aws-lambda-tools-defaults.json", "{\"region\": \"\",}");

        var warning = Assert.Single(_folder.Read("Resources: {}").Diagnostics);

        Assert.Equal("aws-lambda-tools-defaults.json is not read: The JSON object contains a trailing comma at the end.", warning.Message);
    }

    private TemplateModel Read(string substitutions, string more = "")
    {
        _folder.Write("aws-lambda-tools-defaults.json", $$"""{"template-substitutions": {{substitutions}}{{more}}}""");
        _folder.Parameters.TryAdd("Stage", "prod");
        if (more.Contains("template-parameters", StringComparison.Ordinal))
            _folder.Parameters.Clear();
        return _folder.Read(Template, "serverless.template");
    }
}
