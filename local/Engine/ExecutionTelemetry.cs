using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;

namespace Stateside.Engine;

/// <summary>
/// Tells OpenTelemetry, or whoever else listens to .NET's activities and meters under <see cref="Name"/>, of executions: counts and
/// durations as turns are saved; spans of an execution, its states and its tasks once it has ended, from its history. So neither a
/// restart nor virtual time confuses them, and without a listener it need not be made at all.
/// </summary>
internal sealed class ExecutionTelemetry : IAsyncDisposable
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "Stateside";

    private const string MachineTag = "aws.step_functions.state_machine.name";

    private readonly ExecutionEngine _engine;
    private readonly ActivitySource _source = new(Name);
    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _started;
    private readonly Counter<long> _transitions;
    private readonly Histogram<double> _duration;
    private readonly Dictionary<ExecutionStatus, Counter<long>> _ends;
    private readonly Channel<string> _ended = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _spans;

    /// <summary>Begins to observe.</summary>
    public ExecutionTelemetry(ExecutionEngine engine)
    {
        _engine = engine;
        _started = Counter("started", "Executions started");
        _ends = new Dictionary<ExecutionStatus, Counter<long>>
        {
            [ExecutionStatus.Succeeded] = Counter("succeeded", "Executions that succeeded"),
            [ExecutionStatus.Failed] = Counter("failed", "Executions that failed"),
            [ExecutionStatus.TimedOut] = Counter("timed_out", "Executions that ran too long"),
            [ExecutionStatus.Aborted] = Counter("aborted", "Executions that were stopped"),
        };
        _transitions = _meter.CreateCounter<long>("stateside.state_transitions", "{transition}", "States entered");
        _duration = _meter.CreateHistogram<double>("stateside.execution.duration", "s", "How long executions took from start to end");
        _engine.TurnSaved += Take;
        _spans = Task.Run(EmitAsync);
    }

    /// <summary>Ends when the spans of all that has ended are told.</summary>
    public async ValueTask DisposeAsync()
    {
        _engine.TurnSaved -= Take;
        _ended.Writer.TryComplete();
        await _spans.ConfigureAwait(false);
        _source.Dispose();
        _meter.Dispose();
    }

    /// <summary>The caller's activity as a trace header names it; the default for none.</summary>
    internal static ActivityContext Caller(string? traceHeader)
    {
        var fields = (traceHeader ?? "").Split(';').Select(field => field.Trim().Split('=', 2)).Where(field => field.Length == 2)
            .DistinctBy(field => field[0]).ToDictionary(field => field[0], field => field[1], StringComparer.Ordinal);
        if (!fields.TryGetValue("Root", out var root) || !fields.TryGetValue("Parent", out var parent))
            return default;
        var trace = root.StartsWith("1-", StringComparison.Ordinal) ? root[2..].Replace("-", "", StringComparison.Ordinal) : root;
        return ActivityContext.TryParse($"00-{trace}-{parent}-{(fields.GetValueOrDefault("Sampled") == "0" ? "00" : "01")}", null, isRemote: true, out var context)
            ? context
            : default;
    }

    private Counter<long> Counter(string what, string description) =>
        _meter.CreateCounter<long>($"stateside.executions.{what}", "{execution}", description);

    private void Take(string arn, IReadOnlyList<HistoryEvent> events)
    {
        var machine = new KeyValuePair<string, object?>(MachineTag, MachineOf(arn));
        var entered = 0;
        foreach (var e in events)
        {
            if (e is { Subject: EventSubject.Execution, Says: EventSays.Started })
                _started.Add(1, machine);
            else if (e.Says == EventSays.Entered)
                entered++;
        }

        if (entered > 0)
            _transitions.Add(entered, machine);
        var last = events[^1];
        if (last.Kind is not { EndsExecution: true, End: { } end })
            return;
        _ends[end].Add(1, machine);
        if (_duration.Enabled && _engine.Describe(arn) is { } execution)
            _duration.Record((last.Timestamp - execution.StartDate).TotalSeconds, machine);
        if (_source.HasListeners())
            _ended.Writer.TryWrite(arn);
    }

    private async Task EmitAsync()
    {
        await foreach (var arn in _ended.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_engine.Describe(arn) is not { } execution || _engine.ReadHistory(arn) is not { } history)
                continue;
            try
            {
                ExecutionSpans.Emit(_source, execution, history.Events, Caller(execution.TraceHeader));
            }
            catch (Exception e)
            {
                _engine.ReportDefect(arn, e);
            }
        }
    }

    // arn:aws:states:REGION:ACCOUNT:execution:MACHINE[/LABEL]:NAME
    private static string MachineOf(string arn) => arn.Split(':') is { Length: > 6 } parts ? parts[6] : arn;
}
