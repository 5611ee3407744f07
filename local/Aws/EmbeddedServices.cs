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
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;

namespace Stateside.Aws;

/// <summary>The services of AWS that live in this process: each for what a template declares of it.</summary>
internal sealed class EmbeddedServices : IEmbeddedServices
{
    private const string FileName = "stores.db";

    private readonly StoreFile _file;
    private readonly DueWork _work;
    private readonly AsyncInvocations _invocations;
    private readonly Dictionary<string, IEmbeddedService> _services;

    /// <summary>Services that have nothing declared yet.</summary>
    /// <param name="folder">Where their file is or will be; null to keep nothing.</param>
    /// <param name="service">Whose they are: they live in its time, and invoke its functions.</param>
    public EmbeddedServices(string? folder, LocalService service)
    {
        var (time, location) = (service.Options.Time, service.Options.Location);
        _file = new StoreFile(folder is null ? null : Path.Combine(folder, FileName));
        _work = new DueWork(service);
        _invocations = new AsyncInvocations(service, _work);
        Tables = new DynamoDbStore(_file, time, location);
        Buckets = new S3Store(_file, time, location);
        Queues = new SqsStore(_file, time, service.Options.Seed);
        IEmbeddedService[] services =
        [
            new DynamoDbService(Tables, time),
            new S3Service(Buckets, time),
            new SqsService(Queues, _file, service),
            new SnsService(_file, Queues, _invocations, _work, service),
            new LambdaService(service, _invocations),
            new SecretsManagerService(new SecretStore(_file, time, service.Options.Seed), time),
            new SsmService(new ParameterStore(_file, time), time),
            new StsService(service),
        ];
        _services = services.ToDictionary(service => service.Service, StringComparer.Ordinal);
    }

    /// <summary>The tables, for those who look into them past the API.</summary>
    public DynamoDbStore Tables { get; }

    /// <summary>The buckets, likewise.</summary>
    public S3Store Buckets { get; }

    /// <summary>The queues, likewise.</summary>
    public SqsStore Queues { get; }

    /// <summary>Whether a service lives here.</summary>
    /// <param name="service">The service as resources spell it.</param>
    public bool Serves(string service) => _services.ContainsKey(service);

    public IEnumerable<string> Declared => _services.Values.Where(service => service.HasAny).Select(service => service.Service);

    public bool Holds(ServiceCall call) => _services.TryGetValue(call.Service, out var service) && service.Holds(call);

    public async ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await _services[call.Service].SendAsync(call, cancellationToken);
        }
        catch (StoreRefusal refusal)
        {
            return new ServiceResponse.Refused(refusal.ToError(call.RequestId));
        }
    }

    public string? DeclaredAs(string service) => _services.GetValueOrDefault(service)?.Declares;

    public void Declare(TemplateModel template)
    {
        _invocations.Declare(template);
        foreach (var service in _services.Values)
            service.Declare(template);
    }

    public async ValueTask DisposeAsync()
    {
        _work.Dispose();
        foreach (var service in _services.Values.OfType<IAsyncDisposable>())
            await service.DisposeAsync();
        foreach (var service in _services.Values.OfType<IDisposable>())
            service.Dispose();
        _file.Dispose();
    }
}
