using System.Runtime.Loader;

namespace Stateside.Engine.Functions.InProcess;

/// <summary>
/// A handler whose object somebody else made, such as a test with its fakes. It is invoked as a function of this process is, by its
/// assembly's own serializer, but where it stands: nothing is built, loaded or made.
/// </summary>
internal sealed class GivenHandler
{
    private readonly HandlerCall _call;
    private readonly TimeProvider _time;
    private readonly FunctionHostOptions _options;

    /// <summary>Makes a handler ready.</summary>
    /// <param name="handler">The method on its object.</param>
    /// <param name="time">The clock of handlers.</param>
    /// <param name="options">How it works.</param>
    /// <exception cref="FunctionException">Lambda could not call it.</exception>
    public GivenHandler(Delegate handler, TimeProvider time, FunctionHostOptions options)
    {
        _time = time;
        _options = options;
        ConsoleCapture.Install();
        var method = HandlerMethod.Of(handler);
        using (AssemblyLoadContext.GetLoadContext(method.Type.Assembly)!.EnterContextualReflection())
        {
            LambdaLoggerActions.Install(method.Core);
            _call = HandlerCallEmitter.Emit(method);
        }

        _call.Serializer = method.Serializer;
        _call.Target = handler.Target;
    }

    /// <summary>Invokes it once; any number of invocations may run at a time, all on the one object.</summary>
    /// <param name="function">The function that it stands for.</param>
    /// <param name="payload">The event.</param>
    /// <param name="request">What the caller says.</param>
    public async Task<InvocationResult> InvokeAsync(FunctionConfiguration function, ReadOnlyMemory<byte> payload, InvocationOptions request)
    {
        var environment = HandlerEnvironment.Of(function, _call, _time, _options, EnvironmentPool.LogStreamName(_time, request));
        var log = new InvocationLog(_time, function, request.RequestId, _options.LogLine) { AwsAddress = _options.AwsAddress };
        try
        {
            return await environment.RunAsync(payload, request, log).ConfigureAwait(false);
        }
        finally
        {
            environment.Unload();
        }
    }
}
