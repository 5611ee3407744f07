using System.Text.Json;
using Stateside.Engine.Checks;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Service.Tests.Cli;

/// <summary>What <c>validate</c> finds of the data, and how what it finds is written.</summary>
public sealed class FindingTests : IDisposable
{
    private const string Machine = """
        {"StartAt": "Make", "States": {
          "Make": {"Type": "Pass", "Result": {"total": 1, "status": "NEW"}, "Next": "Take"},
          "Take": {"Type": "Pass", "Parameters": {"sum.$": "States.Format('\t{}', $.totl)"}, "End": true}}}
        """;

    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_path_that_finds_nothing_is_an_error_where_it_is_written()
    {
        var file = _project.Write("pay.asl.json", Machine);

        var result = await Project.CallAsync("validate", file);

        Assert.Equal(1, result.Code);
        Assert.Equal(
            $"""
            {file}(3,75): error DATA_NEVER_FOUND: $ never has a member 'totl'. [/States/Take/Parameters/sum.$]
                Did you mean 'total'?

            """.ReplaceLineEndings(), result.Output);
    }

    [Fact]
    public async Task In_yaml_it_is_found_on_its_line_of_a_text_of_several()
    {
        var file = _project.Write("pay.asl.yaml", """
            StartAt: Make
            States:
              Make: {Type: Pass, Result: {total: 1}, Next: Take}
              Take:
                Type: Pass
                QueryLanguage: JSONata
                Output: >-
                  {% {
                    "sum": $states.input.totl
                  } %}
                End: true
            """);

        var result = await Project.CallAsync("validate", file);

        Assert.StartsWith($"{file}(9,30): warning DATA_PART_NEVER_FOUND: ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_template_it_is_found_among_the_values_that_are_put_in()
    {
        var file = _project.Write("wrong.yaml", Project.Greeting.Replace(
            "States.Format('${Word} {}', $.name)", "States.Format('${Word} {}', $$.Execution.Nme)", StringComparison.Ordinal));

        var result = await Project.CallAsync("validate", file);

        Assert.StartsWith(
            $"{file}(15,81): error DATA_NEVER_FOUND: $$.Execution never has a member 'Nme'. [/States/Greet/Parameters/text.$]", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_a_handler_of_the_template_does_not_give_is_told_with_the_member_that_it_has()
    {
        var file = Template("$.skuu", Project.Output("tests/handlers/Shapes"));

        var result = await Project.CallAsync("validate", file);

        Assert.Equal(1, result.Code);
        Assert.StartsWith($"{file}(13,42): error DATA_NEVER_FOUND: $ never has a member 'skuu'. [/States/Read/InputPath]", result.Output, StringComparison.Ordinal);
        Assert.Contains("    Did you mean 'sku'? (Data.Line is declared at Data.cs:", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_build_a_handler_that_is_not_built_gives_anything_and_a_note_says_so()
    {
        _project.Write("code/Shapes.csproj", """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""");

        var result = await Project.CallAsync("validate", Template("$.skuu", "code"), "--no-build");

        Assert.Equal((0, ""), (result.Code, result.Output));
        Assert.StartsWith("note: Function Line is not built", result.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal("1 file: 0 errors, 0 warnings.", result.ErrorLines[^1]);
    }

    [Fact]
    public async Task Samples_say_what_a_state_machine_is_started_with()
    {
        var file = _project.Write("read.asl.json", """{"StartAt": "Read", "States": {"Read": {"Type": "Pass", "InputPath": "$.orderid", "End": true}}}""");
        var samples = Path.GetDirectoryName(_project.Write("samples/one.json", """{"orderId": 1}"""))!;

        var without = await Project.CallAsync("validate", file);
        var with = await Project.CallAsync("validate", file, "--samples", samples);
        var none = await Project.CallAsync("validate", file, "--samples", _project.At("no.json"));
        var several = await Project.CallAsync("validate", file, file, "--samples", samples);

        Assert.Equal((0, 1, 2, 2), (without.Code, with.Code, none.Code, several.Code));
        Assert.Contains("Did you mean 'orderId'?", with.Output, StringComparison.Ordinal);
        Assert.StartsWith("stateside: --samples: ", Assert.Single(none.ErrorLines), StringComparison.Ordinal);
        Assert.StartsWith("stateside: --samples: ", Assert.Single(several.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Variable": "$.status", "StringEquals": "${Status}", "Next": "Take"}""")]
    [InlineData("""{"Variable": "$.status", "StringMatches": "${Status}*", "Next": "Take"}""")]
    [InlineData("""{"Variable": "$.other", "NumericEquals": 1, "Next": "Take"}""")]
    [InlineData("""{"Variable": "$.more", "StringEquals": "x-1", "Next": "Take"}""")]
    public async Task Nothing_is_known_of_what_a_deployment_puts_in(string rule)
    {
        var file = _project.Write("pay.asl.json", """
            {"StartAt": "Make", "States": {
              "Make": {"Type": "Pass", "Result": {"status": "NEW", "other": ${Other}, "more": "x-${More}"}, "Next": "Pick"},
              "Pick": {"Type": "Choice", "Choices": [RULE], "Default": "Take"},
              "Take": {"Type": "Succeed"}}}
            """.Replace("RULE", rule, StringComparison.Ordinal));

        Assert.Equal((0, ""), (await Project.CallAsync("validate", file)) is var result ? (result.Code, result.Output) : default);
    }

    [Fact]
    public async Task For_a_build_each_finding_is_one_line()
    {
        var file = _project.Write("pay.asl.json", Machine);

        var result = await Project.CallAsync("validate", file, "--format", "build");

        Assert.Equal(
            $"{file}(3,75): error DATA_NEVER_FOUND: $ never has a member 'totl'. Did you mean 'total'? [/States/Take/Parameters/sum.$]{Environment.NewLine}",
            result.Output);
        Assert.Equal((1, ""), (result.Code, result.Error));
    }

    [Fact]
    public async Task For_GitHub_each_finding_is_a_command()
    {
        var file = _project.Write("a,b%.asl.json", Machine);

        var result = await Project.CallAsync("validate", file, "--format", "github");

        var path = file.Replace('\\', '/').Replace("%", "%25", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal)
            .Replace(",", "%2C", StringComparison.Ordinal);
        Assert.Equal(
            $"::error file={path},line=3,col=75,title=DATA_NEVER_FOUND::$ never has a member 'totl'.%0ADid you mean 'total'?{Environment.NewLine}", result.Output);
        Assert.Equal((1, ""), (result.Code, result.Error));
    }

    [Fact]
    public async Task In_SARIF_a_finding_has_its_rule_its_level_and_its_place()
    {
        var file = Template("$.skuu", Project.Output("tests/handlers/Shapes"));

        var result = await Project.CallAsync("validate", file, "--format", "sarif");

        Assert.Equal((1, ""), (result.Code, result.Error));
        var report = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("2.1.0", report.GetProperty("version").GetString());
        var run = Assert.Single(report.GetProperty("runs").EnumerateArray());
        var driver = run.GetProperty("tool").GetProperty("driver");
        Assert.Equal("Stateside", driver.GetProperty("name").GetString());
        var found = Assert.Single(run.GetProperty("results").EnumerateArray());
        var rule = driver.GetProperty("rules")[found.GetProperty("ruleIndex").GetInt32()];
        Assert.Equal(found.GetProperty("ruleId").GetString(), rule.GetProperty("id").GetString());
        Assert.Equal("error", found.GetProperty("level").GetString());
        Assert.StartsWith("$ never has a member 'skuu'. Did you mean 'sku'? (", found.GetProperty("message").GetProperty("text").GetString(), StringComparison.Ordinal);
        var place = Assert.Single(found.GetProperty("locations").EnumerateArray()).GetProperty("physicalLocation");
        Assert.Equal(new Uri(file), new Uri(place.GetProperty("artifactLocation").GetProperty("uri").GetString()!));
        Assert.Equal((13, 42), (place.GetProperty("region").GetProperty("startLine").GetInt32(), place.GetProperty("region").GetProperty("startColumn").GetInt32()));
        var declared = Assert.Single(found.GetProperty("relatedLocations").EnumerateArray()).GetProperty("physicalLocation");
        Assert.EndsWith("/Data.cs", declared.GetProperty("artifactLocation").GetProperty("uri").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("machines/my pay.asl.json", "machines/my%20pay.asl.json", true)]
    [InlineData(@"machines\pay.asl.json", "machines/pay.asl.json", true)]
    [InlineData("/work/pay.asl.json", "file:///work/pay.asl.json", false)]
    [InlineData(@"C:\work\pay#.asl.json", "file:///C:/work/pay%23.asl.json", false)]
    public void In_SARIF_a_file_is_a_uri(string file, string uri, bool isRelative)
    {
        var finding = new Finding(file, new Diagnostic(Severity.Warning, "CODE", "Message.", null));

        var report = JsonDocument.Parse(JsonWriter.Indented(SarifReport.Of([finding], "1.0"))).RootElement;

        var artifact = report.GetProperty("runs")[0].GetProperty("results")[0].GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation");
        Assert.Equal(uri, artifact.GetProperty("uri").GetString());
        Assert.Equal(isRelative, artifact.TryGetProperty("uriBaseId", out _));
    }

    /// <summary>A machine that reads a member of what a C# handler gives.</summary>
    private string Template(string path, string code) => _project.Write("lines.yaml", $$"""
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Lines:
            Type: AWS::Serverless::StateMachine
            Properties:
              Role: arn:aws:iam::123456789012:role/lines
              DefinitionSubstitutions: {Line: !GetAtt Line.Arn}
              Definition:
                StartAt: Ask
                States:
                  # The handler's answer is read.
                  Ask: {Type: Task, Resource: "${Line}", TimeoutSeconds: 5, Next: Read}
                  Read: {Type: Pass, InputPath: "{{path}}", End: true}
          Line:
            Type: AWS::Serverless::Function
            Properties: {FunctionName: Line, Runtime: dotnet10, Handler: "Shapes::Shapes.DataHandlers::Camel", CodeUri: "{{code}}"}
        """);
}
