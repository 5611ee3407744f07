using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Template;

public sealed class DefinitionSourceTests : IDisposable
{
    private const string File = "{\n  \"StartAt\": \"A\",\n  \"States\": {\"A\": {\"Type\": \"Task\",\n    \"Resource\": \"${fn}\", \"End\": true}}\n}\n";
    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("AWS::Serverless::StateMachine", "Definition: { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: sub/d.asl.json } } }")]
    [InlineData("AWS::Serverless::StateMachine", "DefinitionUri: sub/d.asl.json")]
    [InlineData("AWS::StepFunctions::StateMachine", "DefinitionS3Location: sub/d.asl.json")]
    [InlineData("AWS::StepFunctions::StateMachine", "Definition: { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: sub/d.asl.json } } }")]
    public void A_definition_in_a_json_file_keeps_its_layout(string type, string property)
    {
        var path = _folder.Write("sub/d.asl.json", File);
        var definition = Definition(type, $"{property}, DefinitionSubstitutions: {{ fn: !Sub 'f-${{AWS::Region}}' }}");
        Assert.Equal(File.Replace("${fn}", "f-us-east-1", StringComparison.Ordinal), definition.Text);
        Assert.True(definition.LinesMatch);
        Assert.Equal(new TemplatePlace(path, 4, 5), definition.Locate("/States/A/Resource"));
        Assert.Equal(new TemplatePlace(path, 4, 20), definition.Locate(4, 20));
    }

    [Fact]
    public void A_definition_in_a_yaml_file_becomes_json_and_leads_back_to_the_yaml()
    {
        var path = _folder.Write("d.asl.yaml", "StartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: ${fn}\n    TimeoutSeconds: 5\n    Retry:\n      - ErrorEquals: [X]\n        MaxAttempts: 2\n    End: true\n");
        var definition = Definition("AWS::Serverless::StateMachine", "DefinitionUri: d.asl.yaml, DefinitionSubstitutions: { fn: f }");
        Assert.Equal(
            """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"f","TimeoutSeconds":5,"Retry":[{"ErrorEquals":["X"],"MaxAttempts":2}],"End":true}}}""",
            JsonWriter.Compact(JsonReader.Parse(definition.Text)));
        Assert.False(definition.LinesMatch);
        Assert.Equal(new TemplatePlace(path, 9, 9), definition.Locate("/States/A/Retry[0]/MaxAttempts"));
        var lines = definition.Text.Split('\n');
        var line = Array.FindIndex(lines, text => text.Contains("TimeoutSeconds", StringComparison.Ordinal));
        Assert.Equal(new TemplatePlace(path, 6, 5), definition.Locate(line + 1, lines[line].IndexOf('"', StringComparison.Ordinal) + 1));
    }

    [Theory]
    [InlineData("AWS::Serverless::StateMachine", "DefinitionUri: d.asl.json", """{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":${Pause},"End":true}}}""")]
    [InlineData("AWS::StepFunctions::StateMachine", "DefinitionS3Location: d.asl.json", """{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":${Pause},"End":true}}}""")]
    [InlineData("AWS::Serverless::StateMachine", "DefinitionUri: d.asl.json", "StartAt: A\nStates:\n  A:\n    Type: Wait\n    Seconds: ${Pause}\n    End: true\n")]
    [InlineData("AWS::Serverless::StateMachine", "DefinitionUri: d.asl.json", "StartAt: A\nStates:\n  A: {Type: Wait, Seconds: ${Pause}, End: true}\n")]
    public void Values_go_into_the_text_of_a_file_before_it_is_read(string type, string property, string text)
    {
        _folder.Write("d.asl.json", text);

        var definition = Definition(type, $"{property}, DefinitionSubstitutions: {{ Pause: 5 }}");

        Assert.Equal("""{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":5,"End":true}}}""", JsonWriter.Compact(JsonReader.Parse(definition.Text)));
    }

    [Fact]
    public void Values_go_into_the_text_of_a_definition_string_before_it_is_read()
    {
        var definition = Definition(
            "AWS::StepFunctions::StateMachine",
            """DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":${Pause},"End":true}}}', DefinitionSubstitutions: { Pause: 5 }""");

        Assert.Equal("""{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":5,"End":true}}}""", definition.Text);
    }

    [Fact]
    public void An_included_file_is_read_before_values_go_in()
    {
        _folder.Write("d.asl.json", """{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":${Pause},"End":true}}}""");

        Assert.ThrowsAny<Exception>(() => Definition(
            "AWS::Serverless::StateMachine",
            "Definition: { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: d.asl.json } } }, DefinitionSubstitutions: { Pause: 5 }"));
    }

    [Fact]
    public void Sam_turns_an_intrinsic_function_in_a_definition_into_a_string()
    {
        var definition = Definition(
            "AWS::Serverless::StateMachine",
            "Definition: { StartAt: A, States: { A: { Type: Wait, Seconds: !Ref N, Comment: !Sub '${AWS::Region}', L: [!Ref AWS::Partition] } } }",
            "Parameters: { N: { Type: Number, Default: 5 } }");
        Assert.Equal("""{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":"5","Comment":"us-east-1","L":["aws"]}}}""", JsonWriter.Compact(JsonReader.Parse(definition.Text)));
    }

    [Fact]
    public void Intrinsic_functions_in_an_included_file_are_worked_out_too()
    {
        var path = _folder.Write("d.json", "{\n  \"A\": {\n    \"Ref\": \"AWS::Region\"},\n  \"B\": 1}");
        var definition = Definition("AWS::Serverless::StateMachine", "Definition: { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: d.json } } }");
        Assert.Equal("""{"A":"us-east-1","B":1}""", JsonWriter.Compact(JsonReader.Parse(definition.Text)));
        Assert.Equal(new TemplatePlace(path, 4, 3), definition.Locate("/B"));
    }

    [Fact]
    public void An_include_within_a_definition_and_beside_other_keys_is_merged()
    {
        _folder.Write("states.json", """{"A": {"Type": "Pass", "End": true}}""");
        var definition = Definition(
            "AWS::Serverless::StateMachine",
            "Definition: { StartAt: A, States: { B: { Type: Succeed }, 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: states.json } } } }");
        Assert.Equal(
            """{"StartAt":"A","States":{"B":{"Type":"Succeed"},"A":{"Type":"Pass","End":true}}}""", JsonWriter.Compact(JsonReader.Parse(definition.Text)));
    }

    [Fact]
    public void The_file_of_a_definition_uri_is_no_template_so_nothing_in_it_is_worked_out()
    {
        _folder.Write("d.json", """{"A": {"Ref": "AWS::Region"}}""");
        Assert.Equal("""{"A": {"Ref": "AWS::Region"}}""", Definition("AWS::Serverless::StateMachine", "DefinitionUri: d.json").Text);
    }

    [Theory]
    [InlineData("!Sub '{\"a\":\"${AWS::Region}\",\"b\":\"${!kept}\"}'", "{\"a\":\"us-east-1\",\"b\":\"K\"}")]
    [InlineData("!Join [\"\\n\", ['{', '\"a\": ${n}', '}']]", "{\n\"a\": 3\n}")]
    public void A_definition_string_is_worked_out_and_then_substituted_as_text(string expression, string expected)
    {
        Assert.Equal(expected, Definition("AWS::StepFunctions::StateMachine", $"DefinitionString: {expression}, DefinitionSubstitutions: {{ n: 3, kept: K }}").Text);
    }

    [Fact]
    public void A_block_of_yaml_leads_back_to_its_lines()
    {
        var model = _folder.Read(
            """
            Resources:
              M:
                Type: AWS::StepFunctions::StateMachine
                Properties:
                  DefinitionString: !Sub |
                    {
                      "StartAt": "${AWS::Region}",
                      "States": {}
                    }
            """);
        var definition = Assert.Single(model.StateMachines).Definition!;
        Assert.Equal("{\n  \"StartAt\": \"us-east-1\",\n  \"States\": {}\n}", definition.Text.TrimEnd());
        Assert.Equal((8, 11), (definition.Locate("/States").Line, definition.Locate("/States").Column));
        Assert.Equal((7, 11), (definition.Locate(2, 3).Line, definition.Locate(2, 3).Column));
    }

    [Fact]
    public void A_substitution_may_hold_another_and_stand_in_a_key()
    {
        var definition = Definition("AWS::Serverless::StateMachine", "Definition: { 'x${a}': '${a}${unset' }, DefinitionSubstitutions: { a: '1${b}', b: true }");
        Assert.Equal("""{"x1true":"1true${unset"}""", JsonWriter.Compact(JsonReader.Parse(definition.Text)));
        Assert.Equal(definition.File, definition.Locate("/x1true").File);
    }

    [Fact]
    public void Substitutions_that_need_each_other_are_an_error()
    {
        Assert.Equal(
            "The DefinitionSubstitutions of 'M' name each other in a circle: a -> b -> a.",
            Error("Definition: { a: '${a}' }, DefinitionSubstitutions: { a: '${b}', b: '${a}' }").Message);
    }

    [Fact]
    public void A_value_that_breaks_the_json_is_an_error_at_its_place()
    {
        var path = _folder.Write("d.json", "{\n  \"a\": \"${v}\"\n}");
        var error = Error("DefinitionUri: d.json, DefinitionSubstitutions: { v: 'x\"y' }");
        Assert.Equal(new TemplatePlace(path, 2, 11), error.Place);
        Assert.StartsWith("The definition of 'M' is not JSON once its values are in: 'y' is invalid after a value.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_json_is_an_error_at_its_place()
    {
        var path = _folder.Write("d.json", "{\n  \"a\": ${v}\n}");
        Assert.Equal(new TemplatePlace(path, 2, 8), Error("DefinitionUri: d.json").Place);
    }

    [Fact]
    public void A_placeholder_without_a_value_is_a_warning_with_two_remedies()
    {
        var path = _folder.Write("d.json", "{\n  \"a\": \"${Tabel}\"\n}");
        var model = Model("AWS::Serverless::StateMachine", "DefinitionUri: d.json, DefinitionSubstitutions: { Table: t }", "");
        var warning = Assert.Single(model.Diagnostics);
        Assert.Equal((new TemplatePlace(path, 2, 9), TemplateSeverity.Warning), (warning.Place, warning.Severity));
        Assert.StartsWith("Did you mean 'Table'?", warning.Remedy, StringComparison.Ordinal);
        Assert.EndsWith("or with --set Tabel=VALUE.", warning.Remedy, StringComparison.Ordinal);

        _folder.Settings["Tabel"] = "x";
        Assert.Equal("{\n  \"a\": \"x\"\n}", Definition("AWS::Serverless::StateMachine", "DefinitionUri: d.json").Text);
    }

    [Fact]
    public void A_map_with_the_only_key_condition_fails_the_deployment()
    {
        Assert.StartsWith("SAM takes a map whose only key is Condition", Error("Definition: { Choices: [{ Condition: '{% true %}' }] }").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_definition_in_a_bucket_needs_the_local_file_that_stands_for_it()
    {
        Assert.Equal("Name the local file that stands for it with --set s3://b/k=PATH.", Error("DefinitionUri: { Bucket: b, Key: k }").Remedy);

        _folder.Settings["s3://b/k"] = _folder.Write("d.json", "{}");
        Assert.Equal("{}", Definition("AWS::Serverless::StateMachine", "DefinitionUri: { Bucket: b, Key: k }").Text);
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_error_that_names_it()
    {
        var error = Error("DefinitionUri: absent.json");
        Assert.Contains($"The file '{Path.Combine(_folder.Root, "absent.json")}' cannot be read: There is no such file.", error.Message, StringComparison.Ordinal);
    }

    private DefinitionSource Definition(string type, string properties, string sections = "")
    {
        var model = Model(type, properties, sections);
        Assert.Empty(model.Diagnostics);
        return Assert.Single(model.StateMachines).Definition!;
    }

    private TemplateDiagnostic Error(string properties)
    {
        var model = Model("AWS::Serverless::StateMachine", properties, "");
        var machine = Assert.Single(model.StateMachines);
        return Assert.Single(model.ErrorsFor(machine));
    }

    private TemplateModel Model(string type, string properties, string sections) =>
        _folder.Read($"{sections}\nResources:\n  M: {{ Type: {type}, Properties: {{ {properties} }} }}\n");
}
