using Amazon.Runtime;
using Stateside.Aws;
using Stateside.Aws.Endpoint;
using Stateside.Engine;
using Stateside.Engine.Functions;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Engine.Template;
using Stateside.Language.Services;

namespace Stateside.Conformance.Stores;

/// <summary>The embedded services with what a template declares: asked as tasks ask them, or over HTTP at an address.</summary>
internal sealed class OurSide : IAsyncDisposable
{
    private readonly LocalService _service;
    private readonly LoopbackAddress? _address;
    private readonly JumpingTime _time = new();

    /// <param name="template">The template.</param>
    /// <param name="folder">Where they keep what they are given.</param>
    /// <param name="isHttp">Whether they are asked over HTTP.</param>
    public OurSide(TemplateModel template, string folder, bool isHttp)
    {
        _service = new LocalService(new LocalServiceOptions
        {
            Time = _time,
            HandlerTime = TimeProvider.System,
            Embedded = service => new EmbeddedServices(folder, service),
            Functions = new FunctionHostOptions { StateDirectory = folder, Build = false },
        });
        _service.LoadAsync(template).AsTask().GetAwaiter().GetResult();
        if (isHttp)
        {
            _address = new LoopbackAddress();
            _address.Serve((socket, token) => AwsEndpoint.ServeAsync(socket, _service, Report, token), Report);
        }

        Client = _address is null ? _service.Embedded! : ClientOf(_address.Url);
    }

    public IServiceClient Client { get; }

    /// <summary>Lets time go on for what lives in the time of executions.</summary>
    public void Pass(TimeSpan time) => _time.Ahead += time;

    /// <summary>Our client of AWS's services, which tasks use, at an endpoint.</summary>
    public static IServiceClient ClientOf(Uri endpoint) => new ServiceClient(
        new ServiceEndpoints(endpoint, allowAws: false, AwsLocation.Default, _ => null),
        new ServiceHttp(),
        new RequestSigner(TimeProvider.System, AwsLocation.Default.Region, _ => new BasicAWSCredentials("test", "test")));

    public async ValueTask DisposeAsync()
    {
        if (_address is not null)
            await _address.DisposeAsync();
        await _service.DisposeAsync();
    }

    private static void Report(Exception defect) => Console.WriteLine($"defect: {defect}");

    private sealed class JumpingTime : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }
}
