using System.Text.Json;

namespace Stateside.Service.Tests.Cli;

public sealed class RunTests : IDisposable
{
    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Standard_output_is_the_output_alone()
    {
        var result = await _project.RunAsync("Greeting", "--input", _project.Write("ada.json", """{"name": "Ada"}"""));

        Assert.Equal(0, result.Code);
        Assert.Equal("Hello Ada", JsonDocument.Parse(result.Output).RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Standard_error_tells_each_state_with_its_duration_and_then_the_status()
    {
        var result = await _project.RunAsync("Greeting", "--input", _project.Write("ada.json", """{"name": "Ada"}"""));

        Assert.Equal(
            ["  > Pause", "  < Pause  1 h 0 min", "  > Decide", "  < Decide  0.0 ms", "  > Greet", "  < Greet  0.0 ms", "SUCCEEDED in 1 h 0 min"],
            result.ErrorLines);
    }

    [Fact]
    public async Task A_failed_execution_shows_error_and_cause_on_standard_error_and_exits_1()
    {
        var result = await _project.RunAsync("--input", _project.Write("no.json", """{"reason": "no [time] today"}"""));

        Assert.Equal(1, result.Code);
        Assert.Empty(result.Output);
        Assert.Equal(["FAILED in 1 h 0 min", "  error: Greeting.Refused", "  cause: no [time] today"], result.ErrorLines[^3..]);
    }

    [Fact]
    public async Task What_an_input_brings_into_an_error_cannot_act_on_the_terminal()
    {
        var result = await _project.RunAsync("--input", _project.Write("no.json", """{"reason": "\u001b[2J\nSUCCEEDED"}"""));

        Assert.Equal(["  cause: \\u001B[2J", "    SUCCEEDED"], result.ErrorLines[^2..]);
    }

    [Fact]
    public async Task The_folder_of_the_output_is_made()
    {
        var result = await _project.RunAsync(
            "--input", _project.Write("ada.json", """{"name": "Ada"}"""), "--output", _project.At("new/folder/out.json"));

        Assert.Equal((0, true), (result.Code, File.Exists(_project.At("new/folder/out.json"))));
    }

    [Fact]
    public async Task Of_a_map_run_its_end_is_told_and_nothing_of_each_child()
    {
        using var project = new Project("""
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Import:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Role: arn:aws:iam::123456789012:role/import
                  Definition:
                    StartAt: Rows
                    States:
                      Rows:
                        Type: Map
                        ToleratedFailurePercentage: 100
                        ItemProcessor:
                          ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: EXPRESS}
                          StartAt: Bad
                          States: {Bad: {Type: Fail, Error: Row.Bad}}
                        End: true
            """);
        var input = project.Write("rows.json", "[1, 2, 3]");

        var told = await project.RunAsync("--input", input);
        var quiet = await project.RunAsync("--input", input, "--quiet");

        Assert.Equal(["  > Rows", "  < Rows  0.0 ms", "  = Rows  3 items, 3 failed, in 0.0 ms, failures: Row.Bad 3", "SUCCEEDED in 0.0 ms"], told.ErrorLines);
        Assert.Empty(quiet.ErrorLines);
    }

    [Fact]
    public async Task Quiet_shows_nothing_of_a_success_and_all_of_a_failure()
    {
        var success = await _project.RunAsync("--quiet", "--input", _project.Write("ada.json", """{"name": "Ada"}"""));
        var failure = await _project.RunAsync("--quiet", "--input", _project.Write("no.json", """{"reason": "no"}"""));

        Assert.Equal((0, ""), (success.Code, success.Error));
        Assert.Equal(1, failure.Code);
        Assert.Equal(["FAILED in 1 h 0 min", "  error: Greeting.Refused", "  cause: no"], failure.ErrorLines);
    }

    [Fact]
    public async Task Without_an_input_it_is_an_empty_object()
    {
        var result = await _project.RunAsync();

        Assert.Equal(1, result.Code);
        Assert.Contains(result.ErrorLines, line => line == "  error: States.Runtime");
        Assert.Contains("$.name", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_goes_to_the_file_that_is_named()
    {
        var result = await _project.RunAsync("--input", _project.Write("ada.json", """{"name": "Ada"}"""), "--output", _project.At("out.json"));

        Assert.Equal((0, ""), (result.Code, result.Output));
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(_project.At("out.json"), TestContext.Current.CancellationToken));
        Assert.Equal("Hello Ada", written.RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_parameter_wins_over_its_default()
    {
        var result = await _project.RunAsync("--parameter", "Word=Salut", "--input", _project.Write("ada.json", """{"name": "Ada"}"""));

        Assert.Contains("Salut Ada", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Order_intake_runs_with_its_real_handlers()
    {
        var template = await File.ReadAllTextAsync(Path.Combine(Project.RepoRoot, "serverless.template"), TestContext.Current.CancellationToken);
        var definition = await File.ReadAllTextAsync(
            Path.Combine(Project.RepoRoot, "statemachine", "order-intake.asl.json"), TestContext.Current.CancellationToken);
        using var project = new Project(
            template.Replace("\"functions/\"", $"\"{Project.Output("functions")}\"", StringComparison.Ordinal), "serverless.template");
        project.Write("statemachine/order-intake.asl.json", definition);

        var result = await Project.CallAsync(
            TimeProvider.System, "run", "OrderIntake", "--template", project.At("."), "--input", Path.Combine(Project.RepoRoot, "samples", "orders", "good.json"));

        Assert.True(result.Code == 0, result.Error);
        var output = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("INVOICED", output.GetProperty("outcome").GetString());
        Assert.Equal("166.94", output.GetProperty("invoice").GetProperty("total").GetRawText());
        Assert.Contains("  > InvoiceOrder", result.ErrorLines);
    }

    [Fact]
    public async Task A_project_of_another_shape_runs_by_its_template()
    {
        var template = await File.ReadAllTextAsync(
            Path.Combine(Project.RepoRoot, "tests", "handlers", "Shipping", "template.yaml"), TestContext.Current.CancellationToken);
        var code = Project.Output("tests/handlers/Shipping");
        using var project = new Project(template
            .Replace("CodeUri: .", $"CodeUri: {code}", StringComparison.Ordinal).Replace("Code: .", $"Code: {code}", StringComparison.Ordinal));

        var result = await Project.CallAsync(
            TimeProvider.System, "run", "--template", project.Template, "--input",
            project.Write("shipment.json", """{"orderId": "7", "country": "SE", "items": [{"sku": "A", "weightKg": 12}]}"""));

        Assert.True(result.Code == 0, result.Error);
        Assert.Equal("7", JsonDocument.Parse(result.Output).RootElement.GetProperty("manifest").GetProperty("orderId").GetString());
    }
}
