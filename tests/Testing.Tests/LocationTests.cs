using Stateside.Engine.Template;

namespace Stateside.Testing.Tests;

/// <summary>What one of these tests sets in the environment, all others would see.</summary>
[CollectionDefinition(nameof(ProcessVariables), DisableParallelization = true)]
public sealed class ProcessVariables;

/// <summary>A test is where its options say, whatever the process was started with: it gives the same on every machine.</summary>
[Collection(nameof(ProcessVariables))]
public sealed class LocationTests
{
    private static readonly string[] Regions = ["AWS_REGION", "AWS_DEFAULT_REGION"];

    [Fact]
    public async Task Neither_ARNs_nor_handlers_are_told_of_the_region_and_account_that_the_environment_names()
    {
        string[] names = [.. Regions, "AWS_ACCOUNT_ID"];
        var before = names.Select(Environment.GetEnvironmentVariable).ToList();
        try
        {
            foreach (var name in names)
                Environment.SetEnvironmentVariable(name, name == "AWS_ACCOUNT_ID" ? "111122223333" : "sa-east-1");
            await using var test = WorkflowTest.FromDefinition(Definitions.Order);
            Assert.StartsWith("arn:aws:states:us-east-1:123456789012:", test.Machine.Arn, StringComparison.Ordinal);

            var function = new TemplateFunction { LogicalId = "F", Name = "F", Arn = "arn:aws:lambda:eu-north-1:123456789012:function:F", Place = new("t", 1, 1) };
            using (var turn = new EnvironmentTurn([function], "eu-north-1", new Dictionary<string, string?>()))
            {
                await turn.TakeAsync(TestContext.Current.CancellationToken);
                Assert.All(Regions, name => Assert.Equal("eu-north-1", Environment.GetEnvironmentVariable(name)));
            }

            Assert.All(Regions, name => Assert.Equal("sa-east-1", Environment.GetEnvironmentVariable(name)));
        }
        finally
        {
            foreach (var (name, value) in names.Zip(before))
                Environment.SetEnvironmentVariable(name, value);
        }
    }

    [Fact]
    public async Task Every_ARN_is_of_the_region_and_account_of_the_options_and_of_their_partition()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order, new WorkflowTestOptions { Region = "cn-north-1", AccountId = "210987654321" });

        Assert.Equal("arn:aws-cn:states:cn-north-1:210987654321:stateMachine:StateMachine", test.Machine.Arn);
        Assert.Equal("arn:aws-cn:iam::210987654321:role/StateMachineRole", test.Machine.RoleArn);
    }
}
