using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Stateside.Engine;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Hosting;
using Stateside.Engine.History;
using Stateside.Engine.Operations;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;

namespace Stateside.Conformance.Simulation;

/// <summary>What an operation gave.</summary>
/// <param name="Error">The error's code; null when there is none.</param>
/// <param name="Response">The response; null of an error.</param>
internal sealed record Answer(string? Error, JsonObject? Response);

/// <summary>What a life of the service asks its surroundings.</summary>
internal interface ISurroundings
{
    /// <summary>A life touches what is around it: it may die here.</summary>
    void Touched(ServiceLife life, string how);

    /// <summary>Whether the commit of these writes fails.</summary>
    Exception? CommitFails(IReadOnlyList<IDataWrite> writes);

    /// <summary>Whether whoever brings a write commits it.</summary>
    bool CommitsAtOnce();

    /// <summary>Observers hear of events that are saved.</summary>
    void Told(string arn, IReadOnlyList<HistoryEvent> events);

    /// <summary>Something is wrong that never may be.</summary>
    void Broken(string what);
}

/// <summary>
/// The service from its start to its end: a whole local service on its data file. When it is killed its file is copied as it is at that
/// moment, and the next life has the copy: whatever of the old one still moves moves nothing that anybody sees.
/// </summary>
internal sealed class ServiceLife : IDisposable
{
    private static readonly FunctionHostOptions NoFunctions = new() { StateDirectory = Path.GetTempPath(), IsDebuggerAttached = () => false };

    /// <summary>No function is hosted: whoever performs tasks stands before it.</summary>
    private static readonly FunctionHost NoHost = new(new SimulatedTime(new SimulatedClock(), () => { }), NoFunctions);

    private readonly ISurroundings _around;
    private readonly string _folder;
    private readonly List<(IThreadPoolWorkItem Item, int Since)> _ready = [];
    private readonly DataStore _store;
    private readonly Func<int> _step;
    private ExecutionActor? _atOnce;
    private ExecutionActor? _gone;

    public ServiceLife(string folder, SimulatedClock clock, Handlers handlers, ISurroundings around, Dice dice, Func<int> step)
    {
        (_folder, _around, _step) = (folder, around, step);
        Time = new SimulatedTime(clock, () => Touch("asks for the time"));
        _store = DataStore.Open(folder, new CommitDecisions
        {
            AtOnce = () => !IsOver && around.CommitsAtOnce(),
            Failure = writes => IsOver ? new SqliteException("the service is dead", 13) : around.CommitFails(writes),
        });
        _store.OnTrouble(e =>
        {
            if (!IsOver && e is not SqliteException { SqliteErrorCode: 13 })
                around.Broken($"the writer reports {e}");
        });
        Service = new LocalService(new LocalServiceOptions
        {
            Time = Time,
            HandlerTime = Time,
            Seed = 7,
            Data = _store,
            KeptExecutions = dice.Of([2, 10, 1000]),
            Queue = Queue,
            Functions = NoFunctions,
            SharedHost = NoHost,
            WrapTasks = find => resource => handlers.Of(this, resource) ?? find(resource),
        });
        Service.Engine.TurnSaved += (arn, events) =>
        {
            if (!IsOver)
                around.Told(arn, events);
            Touch("tells of a turn");
        };
        Service.Engine.Defect += (arn, e) =>
        {
            if (!IsOver)
                around.Broken($"a defect in {arn}: {e}");
        };
    }

    public LocalService Service { get; }

    public SimulatedTime Time { get; }

    /// <summary>Whether it is dead.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The folder that the next life begins with.</summary>
    public string? Left { get; private set; }

    /// <summary>How many executions wait for a thread.</summary>
    public int Ready => _ready.Count;

    /// <summary>Whether the file has an execution.</summary>
    public bool IsSaved(string arn) => _store.Queries.Find(arn) is not null;

    public static string Data(string folder) => Path.Combine(folder, "stateside.db");

    /// <summary>Whether something could not be saved.</summary>
    public bool HasTrouble => _store.Trouble is not null;

    /// <summary>Whether something waits to be saved.</summary>
    public bool HasWrites => _store.Writer.Waiting > 0 || HasTrouble;

    /// <summary>Lets one execution move that waits for a thread.</summary>
    /// <param name="dice">Says which.</param>
    /// <param name="patience">Whoever has waited for so many steps goes first.</param>
    /// <returns>Which one it was.</returns>
    public string MoveOne(Dice dice, int patience)
    {
        var at = _ready[0].Since + patience < _step() ? 0 : dice.Below(_ready.Count);
        var (item, _) = _ready[at];
        _ready.RemoveAt(at);
        item.Execute();
        return item is ExecutionActor actor ? Ledger.Short(actor.Execution.Arn) : "something";
    }

    /// <summary>Has the writer write once.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public bool Write(bool isSecondOver) => _store.Writer.WriteOnce(isSecondOver);

    /// <summary>Lets an execution go on whose turn is written and not committed.</summary>
    public void GoOnEarly(IDataWrite write)
    {
        _atOnce = (ExecutionActor)write;
        write.Saved();

        // It hears once more when the commit is made, and needs that no longer.
        _gone = (ExecutionActor)write;
    }

    /// <summary>The service is killed.</summary>
    /// <param name="next">The folder to leave what is saved in.</param>
    public void Die(string next)
    {
        IsOver = true;
        Directory.CreateDirectory(next);
        foreach (var end in (string[])["", "-wal"])
        {
            if (File.Exists(Data(_folder) + end))
                File.Copy(Data(_folder) + end, Data(next) + end);
        }

        Left = next;
    }

    /// <summary>The service ends in good order; it has nothing to do.</summary>
    public async Task EndAsync()
    {
        IsOver = true;
        await Service.DisposeAsync().ConfigureAwait(false);
        Left = _folder;
    }

    /// <summary>Calls an operation.</summary>
    /// <returns>What it gave; null when the service died meanwhile.</returns>
    public async Task<Answer?> CallAsync(string operation, JsonObject request)
    {
        var answer = await AnswerAsync(operation, request).ConfigureAwait(false);
        return IsOver ? null : answer;
    }

    private async Task<Answer> AnswerAsync(string operation, JsonObject request)
    {
        var to = new ArrayBufferWriter<byte>();
        try
        {
            await using var writer = new Utf8JsonWriter(to, Operation.WriterOptions);
            await Service.Operations.Find(operation)!.RunAsync(Encoding.UTF8.GetBytes(request.ToJsonString()), writer, null, default).ConfigureAwait(false);
        }
        catch (ApiException e)
        {
            return new Answer(e.Code, null);
        }
        catch (Exception e)
        {
            if (!IsOver)
                _around.Broken($"{operation} {request.ToJsonString()} throws {e}");
            return new Answer("InternalFailure", null);
        }

        return new Answer(null, (JsonObject)JsonNode.Parse(to.WrittenSpan)!);
    }

    /// <summary>Nobody needs it any more.</summary>
    public void Abandon() => IsOver = true;

    /// <summary>Closes what it had open, when nothing of it moves any more.</summary>
    public void Dispose()
    {
        IsOver = true;
        if (Left == _folder)
            return;
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Touch(string how)
    {
        if (!IsOver)
            _around.Touched(this, how);
    }

    private void Queue(IThreadPoolWorkItem item)
    {
        if (IsOver)
            return;
        if (ReferenceEquals(item, _atOnce))
        {
            _atOnce = null;
            item.Execute();
            return;
        }

        if (ReferenceEquals(item, _gone))
        {
            _gone = null;
            return;
        }

        _ready.Add((item, _step()));
    }
}
