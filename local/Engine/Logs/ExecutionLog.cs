using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Evaluation;

namespace Stateside.Engine.Logs;

/// <summary>
/// Delivers the events of executions whose state machine says so to its log group. Nothing here holds an execution up: events wait in
/// a queue of limited length, become lines and are written in batches elsewhere, and are dropped, and counted, when the destination
/// cannot keep up.
/// </summary>
internal sealed class ExecutionLog : IAsyncDisposable
{
    // A batch of PutLogEvents: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html.
    private const int MostEntries = 10_000;
    private const int MostBytes = 1_048_576;
    private const int BytesBesideMessage = 26;

    /// <summary>After so long the end of the service waits no more for lines to be written.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private readonly ExecutionEngine _engine;
    private readonly ILogDestination _destination;
    private readonly TimeProvider _time;
    private readonly Action<string> _report;
    private readonly ulong _seed;
    private readonly ConcurrentDictionary<(string Machine, string Group), LogStream> _streams = new();
    private readonly Channel<Waiting> _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _delivery;
    private long _dropped;
    private string? _reported;
    private (LogStream Stream, LogEntry Entry)? _leftOver;

    /// <summary>Begins to listen.</summary>
    /// <param name="engine">The engine whose executions to log.</param>
    /// <param name="destination">Where the lines go.</param>
    /// <param name="time">The real clock: log services take no lines from the future, which virtual time may have reached.</param>
    /// <param name="seed">What the names of streams derive from.</param>
    /// <param name="report">Is told, one sentence each, of lines that are lost; the same trouble is told once.</param>
    /// <param name="capacity">So many events wait at most.</param>
    public ExecutionLog(
        ExecutionEngine engine, ILogDestination destination, TimeProvider time, ulong seed, Action<string> report, int capacity = 50_000)
    {
        _engine = engine;
        _destination = destination;
        _time = time;
        _seed = seed;
        _report = report;
        _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        engine.TurnSaved += Take;
        _delivery = Task.Run(DeliverAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _engine.TurnSaved -= Take;
        if (!_queue.Writer.TryComplete())
            return;
        _stop.CancelAfter(DrainLimit);
        await _delivery.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Take(string arn, IReadOnlyList<HistoryEvent> events)
    {
        if (_engine.Describe(arn) is not { StateMachine: { Logging: { Level: not LoggingLevel.Off } logging } machine } execution)
            return;
        var stream = default(LogStream);
        var now = _time.GetUtcNow();
        foreach (var e in events)
        {
            if (!LogLine.IsLogged(logging.Level, e.Type))
                continue;
            if (stream == default && (stream = StreamOf(machine, logging)) == default)
                return;
            if (!_queue.Writer.TryWrite(new Waiting(stream, now, e, execution)))
                Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>A machine writes to one stream of its log group for as long as the service runs.</summary>
    private LogStream StreamOf(StateMachine machine, LoggingConfiguration logging)
    {
        if (logging.LogGroupArns is not [var arn, ..] || GroupOf(arn) is not { } group)
            return default;
        return _streams.GetOrAdd((machine.Name, group), _ =>
        {
            var now = _time.GetUtcNow();
            var id = (uint)new Chance(Chance.Derive(_seed, $"log:{machine.Arn}", now.Ticks)).NextBits();
            return new LogStream(group, string.Create(CultureInfo.InvariantCulture, $"states/{machine.Name}/{now:yyyy-MM-dd-HH-mm}/{id:x8}"));
        });
    }

    /// <summary>The name in a log group's ARN; null when it is none.</summary>
    public static string? GroupOf(string arn)
    {
        const string Kind = ":log-group:";
        var at = arn.IndexOf(Kind, StringComparison.Ordinal);
        var name = at < 0 ? "" : arn[(at + Kind.Length)..];
        name = name.EndsWith(":*", StringComparison.Ordinal) ? name[..^2] : name;
        return name.Length == 0 ? null : name;
    }

    private async Task DeliverAsync()
    {
        var batches = new Dictionary<LogStream, List<LogEntry>>();
        try
        {
            while (_leftOver is not null || await _queue.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
            {
                Gather(batches);
                foreach (var (stream, entries) in batches)
                    await WriteAsync(stream, entries).ConfigureAwait(false);
                batches.Clear();
                ReportDropped();
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends and has waited long enough: the rest is told below as lost.
            Interlocked.Add(ref _dropped, _queue.Reader.Count + (_leftOver is null ? 0 : 1));
        }
        catch (Exception e)
        {
            Report($"Nothing more is logged, which is a defect of Stateside: {e}", e.Message);
        }

        ReportDropped();
    }

    /// <summary>Takes what is there, as much as fits into a batch of each stream.</summary>
    private void Gather(Dictionary<LogStream, List<LogEntry>> batches)
    {
        var bytes = _leftOver is { } first ? Add(batches, first) : 0;
        _leftOver = null;
        for (var count = 1; count < MostEntries && _queue.Reader.TryRead(out var next); count++)
        {
            var entry = new LogEntry(next.Time, LogLine.Of(next.Event, next.Execution));
            if (bytes + BytesOf(entry) > MostBytes && bytes > 0)
            {
                _leftOver = (next.Stream, entry);
                return;
            }

            bytes += Add(batches, (next.Stream, entry));
        }
    }

    private static int Add(Dictionary<LogStream, List<LogEntry>> batches, (LogStream Stream, LogEntry Entry) line)
    {
        if (!batches.TryGetValue(line.Stream, out var entries))
            batches.Add(line.Stream, entries = []);
        entries.Add(line.Entry);
        return BytesOf(line.Entry);
    }

    private static int BytesOf(LogEntry entry) => System.Text.Encoding.UTF8.GetByteCount(entry.Message) + BytesBesideMessage;

    private async Task WriteAsync(LogStream stream, List<LogEntry> entries)
    {
        try
        {
            // Turns of several executions end at once: their lines may have changed places, those of one never.
            await _destination.WriteAsync(stream, [.. entries.OrderBy(entry => entry.Time)], _stop.Token).ConfigureAwait(false);
        }
        catch (LogDeliveryException e)
        {
            Report($"{entries.Count} log lines for {stream.Group} are lost: {e.Message}", e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Report($"{entries.Count} log lines for {stream.Group} are lost, which is a defect of Stateside: {e}", e.Message);
        }
    }

    private void ReportDropped()
    {
        if (Interlocked.Exchange(ref _dropped, 0) is var dropped && dropped > 0)
            Report($"{dropped} log lines are lost: their destination cannot keep up.", null);
    }

    private void Report(string sentence, string? trouble)
    {
        if (trouble is not null && trouble == _reported)
            return;
        _reported = trouble;
        _report(sentence);
    }

    /// <summary>An event that is to become a line.</summary>
    private readonly record struct Waiting(LogStream Stream, DateTimeOffset Time, HistoryEvent Event, ExecutionDescription Execution);
}
