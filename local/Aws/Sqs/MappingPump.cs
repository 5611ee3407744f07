using System.Text;
using Stateside.Aws.Services;
using Stateside.Engine;
using Stateside.Engine.Store.Data;
using Stateside.Engine.Tasks;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Aws.Sqs;

/// <summary>
/// Gives a queue's messages to a function. What it is done with is deleted; what it failed with is there again when the visibility
/// timeout is over, as often as the queue's redrive policy says. Virtual time stands while the function works.
/// </summary>
internal sealed class MappingPump : IAsyncDisposable
{
    /// <summary>What an event may be long, with room for what stands around the bodies.</summary>
    private const int MostBytes = 5 * 1024 * 1024;

    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(1);

    private readonly EventSourceMapping _mapping;
    private readonly SqsStore _store;
    private readonly StoreFile _file;
    private readonly QueueWaits _waits;
    private readonly LocalService _service;
    private readonly TimeProvider _realTime;
    private readonly TimeSpan _visibility;
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _run;
    private int _loops;
    private int _unread;

    /// <summary>A pump that works until it is stopped.</summary>
    public MappingPump(
        EventSourceMapping mapping, QueueSettings queue, SqsStore store, StoreFile file, QueueWaits waits, LocalService service)
    {
        _mapping = mapping;
        Queue = queue;
        _store = store;
        _file = file;
        _waits = waits;
        _service = service;
        _realTime = service.Options.HandlerTime ?? service.Options.Time;
        _visibility = TimeSpan.FromSeconds(Math.Max(1, queue.VisibilityTimeout));
        _places = new SemaphoreSlim(mapping.MostInvocations);
        waits.Enter();
        _run = Task.Run(RunAsync);
    }

    /// <summary>The queue as it was when the pump began.</summary>
    public QueueSettings Queue { get; }

    /// <summary>The function as lines name it.</summary>
    private string Function => FunctionReference.Parse(_mapping.Function)?.Name ?? _mapping.Function;

    /// <summary>Takes no more messages.</summary>
    public void Stop() => _end.Cancel();

    /// <summary>Takes no more messages, and leaves those alone that the function has.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _run;
        for (var i = 0; i < _mapping.MostInvocations; i++)
            await _places.WaitAsync();
        _places.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            var filters = _mapping.Filters();
            while (true)
            {
                await _places.WaitAsync(_end.Token);
                try
                {
                    var batch = await GatherAsync();
                    _unread = 0;
                    _waits.Enter();
                    _ = DeliverAsync(batch, filters);
                }
                catch (Exception e)
                {
                    _places.Release();
                    if (e is not DataNotSavedException)
                        throw;

                    // Another process keeps the file, or the disk is full: it may be better soon.
                    if (Interlocked.Exchange(ref _unread, 1) == 0)
                        _service.Options.Trouble($"The messages of queue {Queue.Name} cannot be read, so that {Function} waits for them: {e.Message}");
                    await Task.Delay(Recovery, _realTime, _end.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        catch (Exception e)
        {
            _service.Options.Trouble($"Stateside has a defect, and gives {Function} no more messages of queue {Queue.Name}: {e}");
        }
        finally
        {
            _waits.Leave();
        }
    }

    /// <summary>Waits for messages, and of a mapping with a window until there are as many as it wants or the window is over.</summary>
    private async Task<List<StoredMessage>> GatherAsync()
    {
        var batch = new List<StoredMessage>();
        DateTimeOffset? end = null;
        while (true)
        {
            var wait = _waits.Begin(Queue.Name);
            var (more, any, free) = Receive(wait, _mapping.BatchSize - batch.Count, MostBytes - batch.Sum(message => message.Size));
            batch.AddRange(more);
            var now = _service.Options.Time.GetUtcNow();
            if (batch.Count > 0)
                end ??= now + TimeSpan.FromSeconds(_mapping.WindowSeconds);
            if (batch.Count >= _mapping.BatchSize || end <= now || batch.Sum(message => message.Size) >= MostBytes)
            {
                _waits.End(wait);
                return batch;
            }

            if (more.Count > 0)
            {
                _waits.End(wait);
                continue;
            }

            await _waits.WaitAsync(wait, Earlier(any, end), Earlier(free, end), _end.Token);
        }
    }

    /// <summary>What there is now and, where that is nothing, when there will be something; see <see cref="SqsStore.NextVisible"/>.</summary>
    private (IReadOnlyList<StoredMessage> Messages, DateTimeOffset? Any, DateTimeOffset? Free) Receive(QueueWait wait, int count, int bytes)
    {
        try
        {
            if (_file.IsUntouched)
                return ([], null, null);
            var messages = _store.Receive(new ReceiveRequest(Queue, count) { VisibilityTimeout = (int)_visibility.TotalSeconds, MostBytes = bytes });
            var (any, free) = messages.Count > 0 ? (null, null) : _store.NextVisible(Queue.Name);
            return (messages, any, free);
        }
        catch
        {
            _waits.End(wait);
            throw;
        }
    }

    private async Task DeliverAsync(List<StoredMessage> batch, IReadOnlyList<JsonObject> filters)
    {
        try
        {
            var wanted = batch.FindAll(message => EventSourceMapping.IsWanted(filters, message));
            if (wanted.Count < batch.Count)
                _store.Delete(Queue, batch.Except(wanted).ToList());
            wanted = Stop(wanted);
            if (wanted.Count > 0)
                await InvokeAsync(wanted);
        }
        catch (Exception e) when (e is OperationCanceledException or DataNotSavedException)
        {
            // The messages are there again when their visibility timeout is over.
        }
        catch (Exception e)
        {
            _service.Options.Trouble($"Stateside has a defect: {e}");
        }
        finally
        {
            _places.Release();
            _waits.Leave();
        }
    }

    /// <summary>Gives up what came of too many invocations of the function itself, as Lambda does; gives what is left.</summary>
    private List<StoredMessage> Stop(List<StoredMessage> messages)
    {
        var looping = _mapping.AllowsLoops ? [] : messages.FindAll(message => Lineage.Count(message.Facts.Lineage, _mapping.Function) >= Lineage.Most);
        if (looping.Count == 0)
            return messages;
        var target = _store.GiveUp(Queue, looping);
        if (Interlocked.Exchange(ref _loops, 1) == 0)
        {
            _service.Options.Trouble(Lineage.Stopped(
                _mapping.Function, $"queue {Queue.Name}", target is null ? "such messages are dropped" : $"such messages go to queue {target}"));
        }

        return messages.FindAll(message => !looping.Contains(message));
    }

    private async Task InvokeAsync(List<StoredMessage> messages)
    {
        var seed = Chance.Derive(_service.Options.Seed, $"mapping:{Queue.Name}:{messages[0].Receives}", messages[0].Number);
        var request = new FunctionRequest(_mapping.Function, QueueEvent.Write(Queue, messages), new Chance(seed).NextId().ToString())
        {
            Lineage = Lineage.After(messages.MaxBy(message => Lineage.Count(message.Facts.Lineage, _mapping.Function))!.Facts.Lineage, _mapping.Function),
        };
        FunctionResponse response;

        // A function that is built first, or whose timeout is longer than the queue's, still has its messages for itself.
        await using (_realTime.CreateTimer(_ => Keep(messages), null, _visibility / 2, _visibility / 2))
            response = await _service.Functions.InvokeAsync(request, _end.Token).AsTask().WaitAsync(_end.Token);
        var failed = QueueEvent.Failed(messages, response, _mapping.ReportsFailures);
        if (response is FunctionResponse.Refused { Error: var error })
            _service.Options.Trouble($"The messages of queue {Queue.Name} cannot be given to {_mapping.Function}: {error.Message}");
        else if (failed.Any(message => message.Receives == 1))
            Tell(failed, (FunctionResponse.Answered)response);
        _store.Delete(Queue, messages.Except(failed).ToList());
        if (failed.Count > 0)
            _store.Release(Queue, failed, _visibility);
    }

    /// <summary>Tells of messages that the function failed with for the first time; the function's log has all that it wrote.</summary>
    private void Tell(IReadOnlyList<StoredMessage> failed, FunctionResponse.Answered response)
    {
        var messages = failed.Count == 1 ? "a message" : $"{failed.Count} messages";
        var why = response.FunctionError is null ? "it names them in batchItemFailures, or its answer is none that Lambda understands"
            : JsonReader.TryParse(Encoding.UTF8.GetString(response.Payload.Span), out var payload) && payload is JsonObject error
                ? string.Join(": ", new[] { error.Text("errorType"), error.Text("errorMessage") }.OfType<string>())
                : response.FunctionError;
        _service.Options.Trouble($"{Function} failed with {messages} of queue {Queue.Name}, to be given again after {_visibility.TotalSeconds} s: {why}");
    }

    private void Keep(List<StoredMessage> messages)
    {
        try
        {
            _store.Keep(messages, _visibility);
        }
        catch (DataNotSavedException)
        {
            // Another process keeps the file: there is time for one more.
        }
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
