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
            _project.Write("w.asl.json", """{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "End": true}}}"""));

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
        Assert.Equal("stateside: --format xml: this must be one of text, json.", Assert.Single(result.ErrorLines));
    }
}
