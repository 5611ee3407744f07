using System.Globalization;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Bench;

/// <summary>What one execution that sleeps in a Wait keeps alive: bytes on the heap after a full collection, without what was thrown away.</summary>
internal static class SleeperMemory
{
    private const string Text = """{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "TimestampPath": "$.at", "End": true}}}""";

    public static async Task<int> RunAsync(IReadOnlyList<string> words)
    {
        var count = words.Count > 0 ? int.Parse(words[0], CultureInfo.InvariantCulture) : 100_000;
        foreach (var durable in (bool[])[false, true])
        {
            var folder = Directory.CreateTempSubdirectory("stateside-bench-").FullName;
            var data = durable ? DataStore.Open(folder) : null;
            await using (var engine = new ExecutionEngine(new EngineOptions { Time = TimeProvider.System, HandlerOf = _ => null, Data = data }))
            {
                await StartAsync(engine, 0, 2000);
                var before = GC.GetTotalMemory(forceFullCollection: true);
                await StartAsync(engine, 2000, count);
                var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{(durable ? "durable" : "in memory")}: {bytes:N0} bytes alive for each of {count:N0} sleepers"));
                GC.KeepAlive(engine);
            }

            data?.Dispose();
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task StartAsync(ExecutionEngine engine, int first, int count)
    {
        var machine = new StateMachine
        {
            Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:sleeper",
            Name = "sleeper",
            RoleArn = "arn:aws:iam::123456789012:role/any",
            DefinitionText = Text,
            Definition = DefinitionParser.Parse(Text).Definition!,
            RevisionId = "1",
        };

        // As many at a time as callers would be, and each one's input as read from its request.
        foreach (var some in Enumerable.Range(first, count).Chunk(256))
        {
            await Task.WhenAll(some.Select(i => engine.StartAsync(new StartRequest(
                machine, JsonReader.Parse($"{{\"at\": \"2100-01-01T00:00:{i % 60:00}.{i % 1000:000}Z\"}}", keepText: true))
            { Name = $"sleeper-{i}" }).AsTask()));
        }
    }
}
