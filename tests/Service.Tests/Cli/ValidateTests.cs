using System.Text.Json;

namespace Stateside.Service.Tests.Cli;

public sealed class ValidateTests : IDisposable
{
    private const string Right = """{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}""";
    private const string Wrong = "{\n  \"StartAt\": \"A\",\n  \"States\": {\n    \"A\": {\"Type\": \"Pass\", \"Next\": \"B\"}\n  }\n}";
    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_right_definition_is_passed_in_silence()
    {
        var result = await Project.CallAsync("validate", _project.Write("a.asl.json", Right));

        Assert.Equal((0, ""), (result.Code, result.Output));
        Assert.Equal(["1 file: 0 errors, 0 warnings."], result.ErrorLines);
    }

    [Fact]
    public async Task Findings_name_file_place_and_code_and_errors_exit_1()
    {
        var file = _project.Write("b.asl.json", Wrong);

        var result = await Project.CallAsync("validate", _project.Write("a.asl.json", Right), file);

        Assert.Equal(1, result.Code);
        Assert.Contains($"{file}(4,", result.Output, StringComparison.Ordinal);
        Assert.Contains("error MISSING_TRANSITION_TARGET: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("[/States/A/Next]", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("2 files: ", result.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_json_the_findings_are_a_list()
    {
        var file = _project.Write("b.asl.json", Wrong);

        var wrong = await Project.CallAsync("validate", "--format", "json", file);
        var right = await Project.CallAsync("validate", "--format", "json", _project.Write("a.asl.json", Right));

        Assert.Equal((1, 0), (wrong.Code, right.Code));
        var finding = JsonDocument.Parse(wrong.Output).RootElement.EnumerateArray().First(f => f.GetProperty("code").GetString() == "MISSING_TRANSITION_TARGET");
        Assert.Equal(file, finding.GetProperty("file").GetString());
        Assert.Equal(4, finding.GetProperty("line").GetInt32());
        Assert.Equal("ERROR", finding.GetProperty("severity").GetString());
        Assert.Equal("/States/A/Next", finding.GetProperty("location").GetString());
        Assert.Empty(JsonDocument.Parse(right.Output).RootElement.EnumerateArray());
    }

    [Fact]
    public async Task A_warning_alone_does_not_fail()
    {
        var result = await Project.CallAsync(
            "validate",
            _project.Write("w.asl.json", """{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": true}}}"""));

        Assert.Equal(0, result.Code);
        Assert.Contains(": warning ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_express_machine_may_not_have_is_asked_for_with_express()
    {
        var file = _project.Write(
            "e.asl.json", """{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "TimeoutSeconds": 5, "End": true}}}""");

        Assert.Equal(0, (await Project.CallAsync("validate", file)).Code);
        Assert.Equal(1, (await Project.CallAsync("validate", "--express", file)).Code);
    }

    [Fact]
    public async Task A_file_that_is_not_json_is_a_finding_and_one_that_is_not_there_a_mistake()
    {
        var broken = await Project.CallAsync("validate", _project.Write("c.asl.json", "{\"StartAt\": \"A\","));
        var missing = await Project.CallAsync("validate", _project.At("none.asl.json"));

        Assert.Equal((1, 2), (broken.Code, missing.Code));
        Assert.Contains("error INVALID_JSON_DESCRIPTION", broken.Output, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Single(missing.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_format_that_is_unknown_is_a_mistake()
    {
        var result = await Project.CallAsync("validate", "--format", "xml", _project.Write("a.asl.json", Right));

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Equal("stateside: --format xml: this must be one of text, json, sarif, github, build.", Assert.Single(result.ErrorLines));
    }

    [Fact]
    public async Task A_definition_in_yaml_is_checked_and_found_fault_with_at_its_own_lines()
    {
        var right = await Project.CallAsync("validate", _project.Write("a.asl.yaml", "StartAt: A\nStates:\n  A: {Type: Pass, End: true}\n"));
        var file = _project.Write("b.asl.yaml", "StartAt: A\nStates:\n  A:\n    Type: Pass\n    # Where to.\n    Next: B\n");

        var wrong = await Project.CallAsync("validate", file);

        Assert.Equal((0, ""), (right.Code, right.Output));
        Assert.Equal(1, wrong.Code);
        Assert.StartsWith($"{file}(6,5): error MISSING_TRANSITION_TARGET: Missing 'Next' target: B [/States/A/Next]", wrong.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("template.yaml", "Resources:\n  A: {Type: AWS::SNS::Topic}\n")]
    [InlineData("template.json", """{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}""")]
    public async Task A_template_without_a_state_machine_is_a_mistake(string name, string text)
    {
        var result = await Project.CallAsync("validate", _project.Write(name, text));

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains("This template has no state machine.", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_template_each_state_machine_is_checked_with_its_values_put_in()
    {
        var right = await Project.CallAsync("validate", _project.Template);
        var file = _project.Write("wrong.yaml", Project.Greeting.Replace("Next: Decide}", "Next: Decode}", StringComparison.Ordinal));

        var wrong = await Project.CallAsync("validate", file);

        Assert.Equal((0, ""), (right.Code, right.Output));
        Assert.Equal(1, wrong.Code);
        Assert.StartsWith($"{file}(13,46): error MISSING_TRANSITION_TARGET: Missing 'Next' target: Decode [/States/Pause/Next]", wrong.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_stands_for_its_template() =>
        Assert.Equal((0, ""), ((await Project.CallAsync("validate", Path.GetDirectoryName(_project.Template)!)) is var result ? (result.Code, result.Output) : default));

    [Fact]
    public async Task What_the_role_of_a_template_lacks_is_an_error_at_its_policies()
    {
        var file = _project.Write("role.yaml", """
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Notify:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Definition:
                    StartAt: Tell
                    States:
                      Tell: {Type: Task, Resource: arn:aws:states:::sns:publish, Parameters: {TopicArn: !Ref News, Message: m}, End: true}
                  Policies:
                    - SQSSendMessagePolicy: {QueueName: q}
              News: {Type: AWS::SNS::Topic}
            """);

        var result = await Project.CallAsync("validate", file);

        Assert.Equal(1, result.Code);
        Assert.Equal(
            $$$"""
            {{{file}}}(11,9): error ROLE_PERMISSION_MISSING: The role of 'Notify' does not allow sns:Publish on arn:aws:sns:us-east-1:123456789012:News, which 'Tell' needs (calls sns:publish). AWS refuses the call. [/States/Tell]
                Add to its policies: {"Effect":"Allow","Action":"sns:Publish","Resource":{"Ref":"News"}}

            """.ReplaceLineEndings(), result.Output);
    }

    [Fact]
    public async Task Neither_json_nor_yaml_is_a_mistake_with_its_place()
    {
        var file = _project.Write("a.asl.yaml", "StartAt: A\nStates:\n\tA: x\n");

        var result = await Project.CallAsync("validate", file);

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.StartsWith($"stateside: {file}:", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.asl.json", """{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": ${Pause}, "Next": "B"}, "B": {"Type": "Pass", "Result": "${Text} {", "End": true}}}""")]
    [InlineData("a.asl.yaml", "StartAt: A\nStates:\n  A:\n    Type: Wait\n    Seconds: ${Pause}\n    End: true\n")]
    [InlineData("b.asl.json", """{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${F}", "TimeoutSeconds": ${T}, "Retry": ${R}, "End": true}}}""")]
    [InlineData("c.asl.json", """{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": ${N}, "Next": "B"}], "Default": "B"}, "B": {"Type": "Succeed"}}}""")]
    public async Task A_value_of_any_type_may_be_a_substitution(string name, string text)
    {
        var result = await Project.CallAsync("validate", _project.Write(name, text));

        Assert.Equal((0, ""), (result.Code, result.Output));
    }

    [Fact]
    public async Task A_place_behind_a_substitution_is_that_of_the_file()
    {
        const string Text = """{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": ${Pause}, "Next": "B"}}}""";
        var file = _project.Write("a.asl.json", Text);

        var result = await Project.CallAsync("validate", file);

        Assert.StartsWith($"{file}(1,{Text.IndexOf("\"Next\"", StringComparison.Ordinal) + 1}): error MISSING", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_what_is_no_json_the_text_is_not_repeated()
    {
        var file = _project.Write("c.asl.json", "{\"StartAt\": A}");

        var result = await Project.CallAsync("validate", file);

        Assert.Equal(
            $"{file}(1,13): error INVALID_JSON_DESCRIPTION: Unrecognized token 'A': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
            result.Output.TrimEnd());
    }
}
