using Stateside.Language.Json;

namespace Stateside.Engine.Functions.InProcess;

/// <summary>
/// What a handler sees of its invocation. A type derived from this one and from the handler's own ILambdaContext is emitted for
/// each environment (<see cref="HandlerCallEmitter"/>): members here answer the interface's members of the same name and type,
/// whatever its version, and <see cref="Member"/> answers those whose types only the handler's context knows.
/// </summary>
internal class InvocationContext : IEmittedBase
{
    private Invocation _invocation = null!;
    private object? _logger;
    private object? _clientContext;
    private object? _identity;

    public virtual string AwsRequestId => _invocation.Options.RequestId;

    public virtual string FunctionName => _invocation.Environment.Function.Name;

    public virtual string FunctionVersion => "$LATEST";

    public virtual string InvokedFunctionArn => _invocation.Options.InvokedArn ?? _invocation.Environment.Function.Arn;

    public virtual string LogGroupName => "/aws/lambda/" + FunctionName;

    public virtual string LogStreamName => _invocation.Environment.LogStreamName;

    public virtual int MemoryLimitInMB => _invocation.Environment.Function.MemorySize;

    public virtual TimeSpan RemainingTime => _invocation.RemainingTime;

    public virtual string TraceId => _invocation.Options.TraceId ?? "";

    public virtual string? TenantId => null;

    public void Bind(Invocation invocation) => _invocation = invocation;

    public virtual object? Member(string name)
    {
        var call = _invocation.Environment.Call;
        switch (name)
        {
            case "Logger":
                if (_logger is null)
                {
                    var logger = call.NewLogger();
                    logger.Bind(_invocation.Log);
                    _logger = logger;
                }

                return _logger;
            case "ClientContext":
                return _clientContext ??= NewClientContext(call);
            case "Identity":
                return _identity ??= call.NewIdentity();
            case "Serializer":
                return call.Serializer;
            default:
                return null;
        }
    }

    private ClientContext NewClientContext(HandlerCall call)
    {
        var context = call.NewClientContext();
        if (_invocation.Options.ClientContext is { } text)
            context.Read(text, call);
        return context;
    }
}

/// <summary>What emitted types answer an interface's members with where no member of the base has the name and type.</summary>
internal interface IEmittedBase
{
    /// <summary>The value of a property by name; null where there is none.</summary>
    object? Member(string name);
}

/// <summary>The base of the emitted ILambdaLogger; members of later versions have default implementations that end here.</summary>
internal class InvocationLogger : IEmittedBase
{
    private InvocationLog _log = null!;

    public void Bind(InvocationLog log) => _log = log;

    public virtual void Log(string message) => _log.Write(message);

    public virtual void LogLine(string message) => _log.WriteLine("Information", message);

    public virtual void Log(string level, string message) => _log.WriteLine(level, message);

    public virtual void Log(string level, string message, params object[] args) => _log.WriteLine(level, message, null, args);

    public virtual void Log(string level, Exception exception, string message, params object[] args) =>
        _log.WriteLine(level, message, exception, args);

    public virtual object? Member(string name) => null;
}

/// <summary>The base of the emitted IClientContext; like Lambda's, present but empty where the caller gave none.</summary>
internal class ClientContext : IEmittedBase
{
    private object? _client;

    public virtual IDictionary<string, string>? Environment { get; private set; }

    public virtual IDictionary<string, string>? Custom { get; private set; }

    public virtual object? Member(string name) => name == "Client" ? _client : null;

    public void Read(string text, HandlerCall call)
    {
        if (JsonReader.Parse(text) is not JsonObject context)
            return;
        Environment = Texts(context, "env");
        Custom = Texts(context, "custom");
        if (Texts(context, "client") is { } client)
        {
            var application = call.NewClientApplication();
            application.Read(client);
            _client = application;
        }
    }

    private static Dictionary<string, string>? Texts(JsonObject context, string name) =>
        context[name] is JsonObject texts
            ? texts.ToDictionary(member => member.Key, member => member.Value is JsonString text ? text.Value : member.Value.Text)
            : null;
}

/// <summary>The base of the emitted IClientApplication.</summary>
internal class ClientApplication : IEmittedBase
{
    private Dictionary<string, string> _texts = [];

    public virtual string? AppPackageName => _texts.GetValueOrDefault("app_package_name");

    public virtual string? AppTitle => _texts.GetValueOrDefault("app_title");

    public virtual string? AppVersionCode => _texts.GetValueOrDefault("app_version_code");

    public virtual string? AppVersionName => _texts.GetValueOrDefault("app_version_name");

    public virtual string? InstallationId => _texts.GetValueOrDefault("installation_id");

    public virtual object? Member(string name) => null;

    public void Read(Dictionary<string, string> texts) => _texts = texts;
}

/// <summary>The base of the emitted ICognitoIdentity, which Step Functions never fills.</summary>
internal class CallerIdentity : IEmittedBase
{
    public virtual string? IdentityId => null;

    public virtual string? IdentityPoolId => null;

    public virtual object? Member(string name) => null;
}
