using Stateside.Language.Definitions;
using Stateside.Language.Paths;
using Stateside.Language.Validation;
using Stateside.Language.Validation.Lint;

namespace Stateside.Language.Tests.Validation;

public class DiagnosticTests
{
    private const string Machine =
        """
        {
          "StartAt": "A",
          "States": {
            "A": {
              "Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:f",
              "Retry": [{"ErrorEquals": ["X"], "MaxAttempts": 0, "IntervalSeconds": 5}],
              "Parameters": {"x": "$.y"},
              "Tiemout": 5,
              "Next": "Nowhere"
            }
          }
        }
        """;

    [Fact]
    public void A_finding_points_at_the_line_and_column_of_the_field_even_when_its_location_is_the_state()
    {
        var error = DefinitionParser.Parse(Machine.ReplaceLineEndings("\n")).Diagnostics.First(found => found.Severity == Severity.Error);

        Assert.Equal(("/States/A", 8, 7), (error.Location, error.Line, error.Column));
    }

    [Fact]
    public void Errors_are_joined_as_the_service_joins_them_and_warnings_left_out()
    {
        var parsed = DefinitionParser.Parse(
            """{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B","Result":{"x":"$.y"}},"C":{"Type":"Pass","Next":"A"}}}""");

        Assert.Equal(
            "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next, "
                + "MISSING_END_STATE: Workflow has no terminal state at null'",
            parsed.InvalidDefinitionMessage);
        Assert.Contains(parsed.Diagnostics, found => found.Severity == Severity.Warning);
        Assert.Null(parsed.Definition);
    }

    [Fact]
    public void A_wrong_path_is_told_with_what_exactly_is_wrong_with_it()
    {
        var error = Assert.Single(DefinitionParser.Parse(
            """{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"deep":{"x.$":"$.a["}},"End":true}}}""").Diagnostics);

        Assert.Equal("/States/A/Parameters/deep", error.Location);
        Assert.False(string.IsNullOrEmpty(error.Remedy));
    }

    [Fact]
    public void Lint_comes_in_the_order_of_the_text_with_line_column_and_remedy()
    {
        var lint = DefinitionLinter.Lint(DefinitionParser.Parse(Machine.ReplaceLineEndings("\n")));

        Assert.Equal(
            [(4, 5, LintCodes.MissingTimeout), (6, 40, LintCodes.RetrierWithoutEffect)],
            lint.Select(found => (found.Line, found.Column, found.Code)));
        Assert.All(lint, found => Assert.NotNull(found.Remedy));
    }

    [Fact]
    public void A_long_text_is_quoted_by_its_beginning()
    {
        var text = "{\"a\": \"" + new string('x', 600) + "\",}";

        var error = Assert.Single(DefinitionParser.Parse(text).Diagnostics);

        Assert.EndsWith($"[Source: (String)\"{text[..500]}\"[truncated {text.Length - 500} chars]; line: 1, column: {text.Length + 1}]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_by_itself_may_lead_anywhere()
    {
        var parsed = DefinitionParser.ParseState("""{"Type":"Pass","Next":"Elsewhere"}""", "Here");

        Assert.Equal("Elsewhere", parsed.Definition!["Here"].Next);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Substitutions_of_a_template_are_taken_only_when_a_file_is_looked_over(bool allowed)
    {
        var parsed = DefinitionParser.Parse(
            """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"${FunctionArn}","End":true}}}""",
            new DefinitionOptions { AllowSubstitutions = allowed });

        Assert.Equal(allowed, parsed.IsValid);
    }

    [Fact]
    public void Defaults_are_filled_in()
    {
        var task = Assert.IsType<TaskState>(DefinitionParser.ParseState(
            """{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Retry":[{"ErrorEquals":["X"]}],"End":true}""", "T").Definition!["T"]);

        Assert.Equal("$", task.InputPath!.Text);
        Assert.Same(ReferencePath.Root, task.ResultPath);
        Assert.Equal((1d, 3L, 2d, null, false), (task.Retry[0].IntervalSeconds, task.Retry[0].MaxAttempts, task.Retry[0].BackoffRate, task.Retry[0].MaxDelaySeconds, task.Retry[0].FullJitter));
        Assert.Null(task.TimeoutSeconds);
    }

    [Fact]
    public void Null_paths_are_kept_apart_from_absent_ones()
    {
        var pass = Assert.IsType<PassState>(DefinitionParser.ParseState(
            """{"Type":"Pass","InputPath":null,"ResultPath":null,"OutputPath":null,"End":true}""", "P").Definition!["P"]);

        Assert.Null(pass.InputPath);
        Assert.Null(pass.ResultPath);
        Assert.Null(pass.OutputPath);
    }

    [Fact]
    public void Fields_are_called_by_the_name_they_were_written_with()
    {
        var task = Assert.IsType<TaskState>(DefinitionParser.ParseState(
            """{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","TimeoutSecondsPath":"$.t","HeartbeatSeconds":3,"End":true}""", "T").Definition!["T"]);

        Assert.Equal(("TimeoutSecondsPath", "HeartbeatSeconds"), (task.TimeoutSeconds!.Name, task.HeartbeatSeconds!.Name));
        Assert.Null(task.TimeoutSeconds.Constant);
        Assert.Equal("3", task.HeartbeatSeconds.Constant!.Text);
    }
}
