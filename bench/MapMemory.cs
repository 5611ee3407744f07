using System.Globalization;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Items;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Bench;

internal static class MapMemory
{
    private const string Text = """
        {"StartAt":"Each","States":{"Each":{"Type":"Map","End":true,"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSON"},"Parameters":{"Bucket":"b","Key":"k"}},
        "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"Pass","States":{"Pass":{"Type":"Pass","End":true}}},
        "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"rows","Prefix":"results"}}}}}
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> words)
    {
        var count = int.Parse(words[0], CultureInfo.InvariantCulture);
        var durable = words[1] == "durable";
        var writes = words[2] == "writes";
        var folder = Directory.CreateTempSubdirectory("stateside-bench-").FullName;
        var data = durable ? DataStore.Open(folder) : null;
        var parts = 0L;
        var storage = new ObjectStorage((action, parameters, content, _) =>
        {
            parts += content?.Length ?? 0;
            return new((JsonObject.Of(("UploadId", JsonValue.From("u")), ("ETag", JsonValue.From("e"))), default));
        });
        await using var engine = new ExecutionEngine(new EngineOptions { Time = TimeProvider.System, HandlerOf = resource => new Handler(count, writes, storage), Data = data });
        var machine = new StateMachine
        {
            Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:rows", Name = "rows", RoleArn = "arn:aws:iam::123456789012:role/any", DefinitionText = Text,
            Definition = DefinitionParser.Parse(Text).Definition!, RevisionId = "1",
        };
        var begin = System.Diagnostics.Stopwatch.StartNew();
        var (started, _) = await engine.StartAsync(new StartRequest(machine, JsonObject.Empty));
        var end = engine.WhenEndedAsync(started.Arn);
        while (await Task.WhenAny(end, Task.Delay(1000)) != end)
        {
            var info = GC.GetGCMemoryInfo(GCKind.Any);
            var gens = string.Join(' ', info.GenerationInfo.ToArray().Select(g => $"{g.SizeAfterBytes >> 20}({g.FragmentationAfterBytes >> 20})"));
            var run = engine.MapRunsOf(started.Arn)[0].Counts.Executions;
            Console.WriteLine($"{begin.Elapsed.TotalSeconds:0} s heap {GC.GetTotalMemory(false) >> 20} gens {gens} committed {info.TotalCommittedBytes >> 20} ws {Environment.WorkingSet >> 20} gen2 {GC.CollectionCount(2)} over {run.Over} running {run.Running}" + (words.Count > 3 ? $" live {GC.GetTotalMemory(true) >> 20}" : ""));
        }

        Console.WriteLine($"{(await end).Status} {begin.Elapsed.TotalSeconds:0.0} s, {parts >> 20} MB, peak {System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 >> 20}");
        return 0;
    }

    private sealed class Handler(int count, bool writes, ObjectStorage storage) : ITaskHandler
    {
        public ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken) => request.Resource.Action == "putObject"
            ? new(new TaskOutcome.Writing(writes ? MapResults.Of(new(request.Resource, null, JsonObject.Empty), JsonObject.Of(("Bucket", JsonValue.From("b"))), "a:b:c:d:e:mapRun:rows/x:id", storage, _ => null) : MapResults.Given(JsonValue.Null)))
            : new(new TaskOutcome.Reading(Items()));

        private async IAsyncEnumerable<MapItem> Items()
        {
            await Task.CompletedTask;
            for (var i = 0; i < count; i++)
                yield return new MapItem(JsonObject.Of(("id", JsonValue.From(i.ToString(CultureInfo.InvariantCulture))), ("name", JsonValue.From($"customer {i % 977}")), ("city", JsonValue.From("Lisbon")), ("amount", JsonValue.From($"{i % 500}.50")), ("currency", JsonValue.From("EUR"))), "s3://b/k");
        }
    }
}
