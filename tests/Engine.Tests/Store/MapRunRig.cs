using Stateside.Engine.Execution;
using Stateside.Engine.Items;
using Stateside.Engine.Store;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Store;

/// <summary>Where a test keeps a map run.</summary>
public enum Keeping
{
    /// <summary>In memory.</summary>
    Memory,

    /// <summary>In a data folder, in one process.</summary>
    Folder,

    /// <summary>In a data folder, and another process goes on with it.</summary>
    Restart,
}

/// <summary>A distributed Map with made-up items and a made-up bucket, whose children ask a test what to do.</summary>
internal sealed class MapRunRig : IAsyncDisposable
{
    private const string Machine = """
        {"StartAt":"M","States":{"M":{"Type":"Map",FIELDS"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"TYPE"},
        "StartAt":"Do","States":{"Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true} } },"End":true} } }
        """;

    public const string Reader = """ "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key":"k"} }, """;
    public const string Writer = """ "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b"},"WriterConfig":{"Transformation":"COMPACT","OutputType":"JSON"} }, """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Durable _durable = new();
    private readonly Keeping _keeping;
    private readonly List<string> _asked = [];
    private readonly Dictionary<string, TaskCompletionSource> _held = [];

    public MapRunRig(Keeping keeping)
    {
        _keeping = keeping;
        Process = Open();
    }

    public Durable.Process Process { get; private set; }

    public MadeUpBucket Bucket { get; } = new();

    /// <summary>Inputs whose child fails.</summary>
    public HashSet<string> Broken { get; } = [];

    /// <summary>Inputs whose child does not end.</summary>
    public HashSet<string> Held { get; } = [];

    /// <summary>The items that the reader gives.</summary>
    public Func<IAsyncEnumerable<MapItem>> Items { get; set; } = () => throw new InvalidOperationException("There is nothing to read.");

    /// <summary>Whether nothing is written until it is false again.</summary>
    public Task WhenWritable { get; set; } = Task.CompletedTask;

    public string Arn { get; private set; } = "";

    public string MapRunArn => Process.Engine.MapRunsOf(Arn)[0].Arn;

    public MapRunDescription Run => Process.Engine.DescribeMapRun(MapRunArn)!;

    public IReadOnlyList<ExecutionDescription> Children => Process.Engine.List(new ExecutionQuery(MapRunArn));

    public static string Definition(string fields, string type) =>
        Machine.Replace("FIELDS", fields, StringComparison.Ordinal).Replace("TYPE", type, StringComparison.Ordinal);

    /// <summary>What children were asked since this was last called, in the order of the texts.</summary>
    public IReadOnlyList<string> TakeAsked()
    {
        lock (_asked)
        {
            string[] asked = [.. _asked.Order(StringComparer.Ordinal)];
            _asked.Clear();
            return asked;
        }
    }

    public async Task StartAsync(string fields, string type, string input = "{}") => Arn = await Process.StartAsync(Definition(fields, type), input);

    public async Task StartMachineAsync(string definition, string input) => Arn = await Process.StartAsync(definition, input);

    public Task<ExecutionDescription> EndAsync() => Process.Engine.WhenEndedAsync(Arn).WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Lets another process go on, where the test keeps it so.</summary>
    public async Task RestartAsync(Action? between = null)
    {
        if (_keeping != Keeping.Restart)
            return;
        await Process.DisposeAsync();
        between?.Invoke();
        Process = Open();
        Process.Engine.Restore();
    }

    public async Task RedriveAsync() => Assert.Null((await Process.Engine.RedriveAsync(Arn, null)).Refusal);

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, "It did not come to that.");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until so many children run.</summary>
    public Task UntilRunningAsync(int count) => UntilAsync(() => Process.Engine.MapRunsOf(Arn).Count > 0 && Run.Counts.Executions.Running == count && AskedCount >= count);

    public int AskedCount
    {
        get
        {
            lock (_asked)
                return _asked.Count;
        }
    }

    /// <summary>The results in the files of a kind that the manifest names.</summary>
    public IReadOnlyList<string> Results(string kind)
    {
        var manifest = (JsonObject)JsonReader.Parse(Bucket.Text($"{MapRunArn.Split(':')[^1]}/manifest.json"));
        var files = (JsonArray)((JsonObject)manifest["ResultFiles"]!)[kind]!;
        return [.. files.SelectMany(file => (JsonArray)JsonReader.Parse(Bucket.Text(((JsonString)((JsonObject)file)["Key"]!).Value))).Select(result => result.Text)];
    }

    /// <summary>Items 0, 1, 2 and so on; from one on they come only when a test says so.</summary>
    public static IAsyncEnumerable<MapItem> Numbers(int count, int heldFrom = int.MaxValue, Task? until = null) => Numbers(count, heldFrom, () => until!);

    public static async IAsyncEnumerable<MapItem> Numbers(int count, int heldFrom, Func<Task> until)
    {
        for (var i = 0; i < count; i++)
        {
            if (i == heldFrom)
                await until();
            yield return new MapItem(JsonValue.From((long)i), "s3://b/k");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _durable.Dispose();
    }

    private Durable.Process Open() => _durable.Open(PerformAsync, isSaved: _keeping != Keeping.Memory);

    private async ValueTask<TaskOutcome> PerformAsync(TaskRequest request)
    {
        switch (request.Resource.Action)
        {
            case "getObject":
                return new TaskOutcome.Reading(Items());
            case "putObject":
                var asked = (JsonObject)request.Payload;
                var writer = new ResultWriter(request.Resource, null, (JsonObject)asked["WriterConfig"]!);
                var storage = new ObjectStorage(async (action, parameters, content, cancellationToken) =>
                {
                    await WhenWritable.WaitAsync(cancellationToken);
                    cancellationToken.ThrowIfCancellationRequested();
                    return await Bucket.AskAsync(action, parameters, content, cancellationToken);
                });
                return new TaskOutcome.Writing(MapResults.Of(writer, (JsonObject)asked["Parameters"]!, ((JsonString)asked["MapRunArn"]!).Value, storage, _ => null));
        }

        var input = request.Payload.Text;
        TaskCompletionSource? held = null;
        lock (_asked)
        {
            _asked.Add(input);
            if (Held.Contains(input))
                _held[input] = held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (held is not null)
            await held.Task;
        return Broken.Contains(input) ? new TaskOutcome.Failed(new TaskFailure("E", "broken")) : new TaskOutcome.Completed(request.Payload);
    }

    /// <summary>Lets a child end that was held.</summary>
    public void Release(string input)
    {
        lock (_asked)
        {
            Held.Remove(input);
            _held[input].SetResult();
        }
    }
}
