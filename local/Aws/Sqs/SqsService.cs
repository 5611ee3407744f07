using Stateside.Aws.Services;
using Stateside.Engine;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Aws.Sqs;

/// <summary>
/// SQS for the queues that a template declares, and the event source mappings that give their messages to functions. Queues live in the
/// time of executions; how long a client waits for a message is real time, since clients live in it.
/// </summary>
internal sealed class SqsService : IEmbeddedService, IAsyncDisposable
{
    /// <summary>When so many wait already, a receiver gets what there is.</summary>
    private const int MostPolls = 1_000;

    private readonly SqsStore _store;
    private readonly StoreFile _file;
    private readonly QueueWaits _waits;
    private readonly LocalService _service;
    private readonly TimeProvider _realTime;
    private Dictionary<EventSourceMapping, MappingPump> _pumps = [];
    private readonly List<MappingPump> _stopped = [];
    private int _polls;

    /// <summary>Queues in a file.</summary>
    /// <param name="store">The queues.</param>
    /// <param name="file">The file.</param>
    /// <param name="service">Whose template declares the queues, and whose functions are given messages.</param>
    public SqsService(SqsStore store, StoreFile file, LocalService service)
    {
        _file = file;
        _service = service;
        _realTime = service.Options.HandlerTime ?? service.Options.Time;
        _store = store;
        _waits = new QueueWaits(service, file);
        _store.Changed += _waits.Wake;
    }

    /// <summary>The types of what a template declares of it.</summary>
    public static readonly string[] Types = ["AWS::SQS::Queue", "AWS::Lambda::EventSourceMapping"];

    public SqsStore Store => _store;

    public bool HasAny => _store.Queues.Count > 0;

    public bool Holds(ServiceCall call) => call.Parameters["QueueUrl"] is JsonString url ? _store.Find(url.Value) is not null
        : call.Parameters["QueueName"] is JsonString name ? _store.Find(name.Value) is not null
        : call.Action == "ListQueues" && _store.Queues.Count > 0;

    /// <summary>The addresses of a template's queues; see <see cref="IEmbeddedServices.Addresses"/>.</summary>
    public static IEnumerable<EmbeddedAddress> Addresses(TemplateModel template, Uri here) =>
        QueueSettings.Read(template).Select(queue => new EmbeddedAddress("sqs", queue.Url, queue.UrlAt(here)));

    public void Declare(TemplateModel template)
    {
        var made = FunctionEvent.Read(template).Select(its => its.MadeQueue).OfType<string>();
        _store.Declare(QueueSettings.Read(template).Concat(made.Select(arn => QueueSettings.OfArn(arn, _service.Options.Location.UrlSuffix))));
        var before = _pumps;
        var now = new Dictionary<EventSourceMapping, MappingPump>();
        foreach (var mapping in EventSourceMapping.Read(template).Where(mapping => !now.ContainsKey(mapping)))
        {
            if (_store.Find(mapping.Queue) is not { } queue)
            {
                var name = mapping.Queue[(mapping.Queue.LastIndexOf(':') + 1)..];
                _service.Options.Trouble(
                    $"No messages are given to {mapping.Function}: the template declares no queue '{name}'. Declare it (AWS::SQS::Queue).");
                continue;
            }

            now[mapping] = before.GetValueOrDefault(mapping) is { } pump && pump.Queue == queue
                ? pump
                : new MappingPump(mapping, queue, _store, _file, _waits, _service);
        }

        _pumps = now;
        foreach (var pump in before.Values.Except(now.Values))
        {
            pump.Stop();
            _stopped.Add(pump);
        }
    }

    public async ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        var body = call.Action == "ReceiveMessage"
            ? await ReceiveAsync(ReceiveRequest.Read(_store.QueueOf(call.Parameters), call.Parameters), cancellationToken)
            : _store.Execute(call.Action, call.Parameters, call.Here, call.Lineage);
        return new ServiceResponse.Answered(
            200, SdkMetadata.JsonHeaders(call.RequestId, body.CompactLength, _service.Options.Time.GetUtcNow()), body, call.RequestId);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pump in _pumps.Values.Concat(_stopped))
            await pump.DisposeAsync();
        _waits.Dispose();
    }

    private async ValueTask<JsonObject> ReceiveAsync(ReceiveRequest request, CancellationToken cancellationToken)
    {
        var messages = _store.Receive(request);
        if (messages.Count > 0 || request.WaitTimeSeconds == 0)
            return request.Answer(messages);
        try
        {
            if (Interlocked.Increment(ref _polls) <= MostPolls)
                messages = await PollAsync(request, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _polls);
        }

        return request.Answer(messages);
    }

    private async ValueTask<IReadOnlyList<StoredMessage>> PollAsync(ReceiveRequest request, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(request.WaitTimeSeconds), _realTime);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        _waits.Enter();
        try
        {
            while (true)
            {
                var wait = _waits.Begin(request.Queue.Name);
                IReadOnlyList<StoredMessage> messages;
                DateTimeOffset? any, free;
                try
                {
                    messages = _store.Receive(request);
                    (any, free) = messages.Count > 0 ? (null, null) : _store.NextVisible(request.Queue.Name);
                }
                catch
                {
                    _waits.End(wait);
                    throw;
                }

                if (messages.Count > 0)
                {
                    _waits.End(wait);
                    return messages;
                }

                await _waits.WaitAsync(wait, any, free, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [];
        }
        finally
        {
            _waits.Leave();
        }
    }
}
