using Stateside.Engine.History;

namespace Stateside.Testing.Tests;

public sealed class DeterminismTests
{
    private const string Fan = """
        {
          "StartAt": "Fan",
          "States": {
            "Fan": {
              "Type": "Parallel",
              "Branches": [
                {"StartAt": "Quick", "States": {"Quick": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:quick", "Next": "Nap"}, "Nap": {"Type": "Wait", "Seconds": 5, "End": true}}},
                {"StartAt": "Slow", "States": {"Slow": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:slow", "End": true,
                  "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 60, "MaxAttempts": 5, "JitterStrategy": "FULL"}]}}},
                {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemsPath": "$.items", "End": true, "ItemProcessor": {"StartAt": "Item", "States": {"Item":
                  {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:item", "End": true}}}}}}
              ],
              "Next": "Roll"
            },
            "Roll": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()", "number.$": "States.MathRandom(0, 1000000)"}, "End": true}
          }
        }
        """;

    [Fact]
    public async Task Thousands_of_executions_side_by_side_write_the_same_histories_again()
    {
        var first = await RunAsync(seed: 7);
        var second = await RunAsync(seed: 7);

        Assert.Equal(2000, first.Count);
        for (var i = 0; i < first.Count; i++)
            Assert.Equal(first[i], second[i]);
        Assert.Equal(2000, first.Distinct().Count());
    }

    [Fact]
    public async Task Another_seed_gives_other_chances()
    {
        var first = await RunAsync(seed: 7, count: 3);
        var second = await RunAsync(seed: 8, count: 3);

        Assert.NotEqual(first, second);
    }

    private static async Task<List<string>> RunAsync(ulong seed, int count = 2000)
    {
        await using var test = WorkflowTest.FromDefinition(Fan, new WorkflowTestOptions { Seed = seed, Patience = TimeSpan.FromMinutes(5) });
        test.Task("Quick").Returns(1);
        test.Task("Slow").Answers(call => call.Execution.Input.Text.Contains('7', StringComparison.Ordinal) && call.Attempt < 3 ? throw new TaskFailedException("Busy") : 2);
        test.Task("Item").Answers(call => call.Payload);
        var runs = await test.RunAllAsync(Enumerable.Range(0, count).Select(i => new { items = new[] { i, i + 1, i + 2 } }));
        return [.. runs.Select(run => string.Join('\n', run.ShouldSucceed().History.Select(Text)))];
    }

    /// <summary>All that an event says, its time too.</summary>
    private static string Text(HistoryEvent e) =>
        $"{e.Id} {e.PreviousEventId} {e.Timestamp:O} {e.Type} {string.Join(' ', e.Details?.Fields.Select(field => $"{field.Name}={field.Value}") ?? [])}";
}
