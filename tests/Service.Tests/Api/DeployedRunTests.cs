using Stateside.Testing;

namespace Stateside.Service.Tests.Api;

/// <summary>The same test against a deployed machine: here this service plays AWS.</summary>
public sealed class DeployedRunTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Definition = """
        {"StartAt": "Check", "States": {
          "Check": {"Type": "Choice", "Choices": [{"Variable": "$.total", "NumericGreaterThan": 100, "Next": "Dear"}], "Default": "Cheap"},
          "Dear": {"Type": "Pass", "Assign": {"seen.$": "$.total"}, "Next": "Refuse"},
          "Refuse": {"Type": "Fail", "Error": "TooDear", "Cause": "It is."},
          "Cheap": {"Type": "Pass", "Result": {"ok": true}, "End": true}}}
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_expectations_hold_here_and_there(bool isDeployed)
    {
        var folder = Directory.CreateTempSubdirectory("stateside-deployed-");
        try
        {
            var file = Path.Combine(folder.FullName, "check.asl.json");
            await File.WriteAllTextAsync(file, Definition, TestContext.Current.CancellationToken);
            await using var test = WorkflowTest.FromFile(file, isDeployed ? await DeployAsync() : null);

            (await test.RunAsync(new { total = 5 })).ShouldFollow("Check", "Cheap").ShouldGive(new { ok = true });
            (await test.RunAsync(new { total = 500 }, name: "dear")).ShouldFollow("Check", "Dear", "Refuse").ShouldFail("TooDear", "It is.").ShouldAssign("seen", 500);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<WorkflowTestOptions> DeployAsync()
    {
        var created = await server.CallAsync("CreateStateMachine", new { name = "deployed-check", definition = Definition, roleArn = "arn:aws:iam::123456789012:role/check" });
        return new WorkflowTestOptions { DeployedArn = created.GetProperty("stateMachineArn").GetString(), DeployedEndpoint = server.Address };
    }
}
