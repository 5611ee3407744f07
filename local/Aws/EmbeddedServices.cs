using Stateside.Aws.DynamoDb;
using Stateside.Aws.Lambda;
using Stateside.Aws.S3;
using Stateside.Aws.Secrets;
using Stateside.Aws.Services;
using Stateside.Aws.Sns;
using Stateside.Aws.Sqs;
using Stateside.Aws.Ssm;
using Stateside.Aws.Sts;
using Stateside.Engine;
using Stateside.Engine.Store.Data;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;

namespace Stateside.Aws;

/// <summary>
/// The services of AWS that live in this process: each for what a template declares of it. A service is made when somebody first asks for
/// it, since a run and most tests need few of them.
/// </summary>
internal sealed class EmbeddedServices : IEmbeddedServices
{
    private const string FileName = "stores.db";

    private static readonly string[] Names = ["dynamodb", "s3", "sqs", "sns", "lambda", "secretsmanager", "ssm", "sts"];

    private readonly Lock _lock = new();
    private readonly LocalService _service;
    private readonly StoreFile _file;
    private readonly DueWork _work;
    private readonly AsyncInvocations _invocations;
    private readonly IEmbeddedService?[] _services = new IEmbeddedService?[Names.Length];
    private TemplateModel? _template;

    /// <summary>Services that have nothing declared yet.</summary>
    /// <param name="folder">Where their file is or will be; null to keep nothing.</param>
    /// <param name="service">Whose they are: they live in its time, and invoke its functions.</param>
    public EmbeddedServices(string? folder, LocalService service)
    {
        _service = service;
        _file = new StoreFile(folder is null ? null : Path.Combine(folder, FileName));
        _work = new DueWork(service);
        _invocations = new AsyncInvocations(service, _work);
    }

    /// <summary>The tables, for those who look into them past the API.</summary>
    public DynamoDbStore Tables => ((DynamoDbService)Find("dynamodb")!).Store;

    /// <summary>The buckets, likewise.</summary>
    public S3Store Buckets => ((S3Service)Find("s3")!).Store;

    /// <summary>The queues, likewise.</summary>
    public SqsStore Queues => ((SqsService)Find("sqs")!).Store;

    /// <summary>Whether a bucket is declared.</summary>
    public bool HasBucket(string name) => Buckets.Has(name);

    /// <summary>Whether a service lives here.</summary>
    /// <param name="service">The service as resources spell it.</param>
    public static bool Serves(string service) => Array.IndexOf(Names, service) >= 0;

    public IEnumerable<string> Declared => Names.Where(name => Concerns(name) && Find(name)!.HasAny);

    public bool Holds(ServiceCall call) => Find(call.Service) is { } service && service.Holds(call);

    public IEnumerable<EmbeddedAddress> Addresses(TemplateModel template, Uri here) => SqsService.Addresses(template, here);

    public async ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await Find(call.Service)!.SendAsync(call, cancellationToken);
        }
        catch (StoreRefusal refusal)
        {
            return new ServiceResponse.Refused(refusal.ToError(call.RequestId));
        }
        catch (DataNotSavedException e)
        {
            // Every service may say so: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html.
            return new ServiceResponse.Refused(new ServiceError("ServiceUnavailable", e.Message, 503, call.RequestId));
        }
    }

    public string? DeclaredAs(string service) => TypesOf(service) is [var first, ..] ? first : null;

    public void Declare(TemplateModel template)
    {
        lock (_lock)
        {
            _template = template;
            _invocations.Declare(template);
            foreach (var service in _services)
                service?.Declare(template);
        }

        // These do something by themselves, and tell of what they cannot do.
        foreach (var name in new[] { "sqs", "sns" })
        {
            if (Concerns(name) || FunctionEvent.Read(template).Any())
                _ = Find(name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _work.Dispose();
        foreach (var service in _services.OfType<IAsyncDisposable>())
            await service.DisposeAsync();
        foreach (var service in _services.OfType<IDisposable>())
            service.Dispose();
        _file.Dispose();
    }

    /// <summary>What a template declares of a service, beside what functions' events make of it; the first is the usual one.</summary>
    private static string[] TypesOf(string service) => service switch
    {
        "dynamodb" => DynamoDbService.Types,
        "s3" => S3Service.Types,
        "sqs" => SqsService.Types,
        "sns" => TopicDeclarations.Types,
        "lambda" => LambdaService.Types,
        "secretsmanager" => SecretsManagerService.Types,
        "ssm" => SsmService.Types,
        _ => [],
    };

    private bool Concerns(string service) =>
        TypesOf(service) is { Length: > 0 } types && _template is { } template && template.Resources.Any(resource => types.Contains(resource.Type));

    private IEmbeddedService? Find(string service) =>
        Array.IndexOf(Names, service) is >= 0 and var place ? Volatile.Read(ref _services[place]) ?? Make(place) : null;

    private IEmbeddedService Make(int place)
    {
        lock (_lock)
        {
            if (_services[place] is { } made)
                return made;
            var service = New(Names[place]);
            if (_template is not null)
                service.Declare(_template);
            Volatile.Write(ref _services[place], service);
            return service;
        }
    }

    private IEmbeddedService New(string service)
    {
        var options = _service.Options;
        return service switch
        {
            "dynamodb" => new DynamoDbService(new DynamoDbStore(_file, options.Time, options.Location), options.Time),
            "s3" => new S3Service(new S3Store(_file, options.Time, options.Location), options.Time),
            "sqs" => new SqsService(new SqsStore(_file, options.Time, options.Seed), _file, _service),
            "sns" => new SnsService(_file, Queues, _invocations, _work, _service),
            "lambda" => new LambdaService(_service, _invocations),
            "secretsmanager" => new SecretsManagerService(new SecretStore(_file, options.Time, options.Seed), options.Time),
            "ssm" => new SsmService(new ParameterStore(_file, options.Time), options.Time),
            _ => new StsService(_service),
        };
    }
}
