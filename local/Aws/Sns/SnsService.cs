using Stateside.Aws.Lambda;
using Stateside.Aws.Services;
using Stateside.Aws.Sqs;
using Stateside.Engine;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Evaluation;

namespace Stateside.Aws.Sns;

/// <summary>SNS for the topics that a template declares, with its subscriptions of queues, functions and HTTP endpoints.</summary>
internal sealed class SnsService : IEmbeddedService, IDisposable
{
    /// <summary>How long SNS's answer to a publish is, but for a sequence number and the lines around it.</summary>
    private const int AnswerLength = 294;
    private const int SequenceLength = 58;

    private readonly TopicStore _store;
    private readonly AsyncInvocations _functions;
    private readonly HttpDelivery _http;
    private readonly LocalService _service;

    /// <summary>Topics whose messages go to queues in the same file, to functions, and over HTTP.</summary>
    public SnsService(StoreFile file, SqsStore queues, AsyncInvocations functions, DueWork work, LocalService service)
    {
        _functions = functions;
        _service = service;
        _http = new HttpDelivery(service, work);
        _store = new TopicStore(file, queues, service.Options.Time, service.Options.Seed) { Send = Send, Trouble = service.Options.Trouble };
        _http.Failed = _store.GiveUp;
    }

    public bool HasAny => _store.HasAny;

    public bool Holds(ServiceCall call) => _store.Holds(call.Action, call.Parameters);

    public void Declare(TemplateModel template) =>
        _store.Declare(TopicDeclarations.Topics(template), TopicDeclarations.Subscriptions(template, _service.Options.Trouble));

    public ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        var body = _store.Execute(call.Action, call.Parameters, call.RequestId, call.Lineage);
        var length = AnswerLength + (body.ContainsKey("SequenceNumber") ? SequenceLength : 0);
        var headers = SdkMetadata.QueryHeaders(call.RequestId, length, _service.Options.Time.GetUtcNow());
        return ValueTask.FromResult<ServiceResponse>(new ServiceResponse.Answered(200, headers, body, call.RequestId));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What goes to mail, phones and the like goes nowhere.</summary>
    private void Send(Notification notification)
    {
        var subscription = notification.Subscription;
        if (subscription.Protocol is "http" or "https")
            _http.Begin(notification);
        else if (subscription.Protocol == "lambda")
            _functions.Begin(new FunctionRequest(subscription.Endpoint, notification.Event(), RequestIdOf(notification)) { Lineage = notification.Message.Lineage });
    }

    private static string RequestIdOf(Notification notification) =>
        new Chance(Chance.Derive(0, $"{notification.Id} {notification.Subscription.Arn}")).NextId().ToString();
}
