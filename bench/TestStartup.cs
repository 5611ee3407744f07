using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Stateside.Testing;

namespace Stateside.Bench;

/// <summary>
/// What a test with Stateside.Testing costs beyond what it tests: each of 200 tests sets everything up, runs one execution and disposes of
/// it, after a few that warm up. Processor time and allocations are those of the whole process.
/// </summary>
internal static class TestStartup
{
    private const int Tests = 200;
    private const int WarmUp = 10;
    private const int Parallel = 5000;

    private const string Reminder = """
        {"StartAt": "Wait30Days", "States": {
          "Wait30Days": {"Type": "Wait", "Seconds": 2592000, "Next": "Remind"},
          "Remind": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": {"Message.$": "$.name"}, "End": true}}}
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var root = typeof(TestStartup).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepoRoot").Value!;
        var order = await File.ReadAllTextAsync(Path.Combine(root, "samples", "orders", "good.json"));
        Console.WriteLine("| A test of | median ms | 95th percentile ms | processor ms, mean | allocated KiB |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        await MeasureAsync("a definition, a Wait of 30 days, a stub", () => WorkflowTest.FromDefinition(Reminder), test =>
        {
            test.Task("Remind").Returns(new { MessageId = "m" });
            return test.RunAsync(new { name = "Ada" });
        });
        await MeasureAsync("order intake from its template, functions stubbed", () => WorkflowTest.FromTemplate(root, "OrderIntake"), test =>
        {
            test.Task("ValidateOrder").Throws(new FormatException("stubbed"));
            return test.RunAsync(order);
        });
        await MeasureAsync("order intake from its template, real handlers", () => WorkflowTest.FromTemplate(root, "OrderIntake"), test => test.RunAsync(order));
        await using var parallel = WorkflowTest.FromDefinition(Reminder);
        parallel.Task("Remind").Returns(new { MessageId = "m" });
        var clock = Stopwatch.StartNew();
        await parallel.RunAllAsync(Enumerable.Range(0, Parallel).Select(i => new { name = i }));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Parallel} executions of the first in one test | {clock.Elapsed.TotalMilliseconds:0} | | | |"));
        return arguments.Length;
    }

    private static async Task MeasureAsync(string what, Func<WorkflowTest> make, Func<WorkflowTest, Task<WorkflowRun>> run)
    {
        var times = new List<double>();
        var allocated = 0L;
        var processor = TimeSpan.Zero;
        for (var i = 0; i < WarmUp + Tests; i++)
        {
            if (i == WarmUp)
                (processor, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
            var clock = Stopwatch.GetTimestamp();
            await using (var test = make())
                await run(test);
            if (i >= WarmUp)
                times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        }

        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        processor = Environment.CpuUsage.TotalTime - processor;
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {what} | {times[Tests / 2]:0.00} | {times[Tests * 95 / 100]:0.00} | {processor.TotalMilliseconds / Tests:0.00} | {allocated / Tests / 1024} |"));
    }
}
