using System.Globalization;

namespace Stateside.Engine.Functions;

/// <summary>
/// A Lambda execution environment: one load context, the handler's object made once in it, static state that lives on between
/// invocations, and one invocation at a time. See https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html.
/// </summary>
/// <remarks>
/// .NET cannot stop a thread. An environment that timed out is left to itself: nobody calls it again and its context unloads once
/// the handler comes to an end, if it does.
/// </remarks>
internal sealed class HandlerEnvironment
{
    // A handler that keeps its thread for longer gets one of its own the next time, so that it does not starve the thread pool.
    private static readonly TimeSpan LongFirstPart = TimeSpan.FromMilliseconds(20);
    private const int KeptOutput = 1 << 20;

    private readonly Action<HandlerEnvironment, bool> _leave;
    private readonly ITimer _timer;
    private HandlerLoadContext? _loadContext;
    private Invocation? _current;
    private volatile bool _isTimerSet;
    private bool _keepsThread;

    private HandlerEnvironment(
        FunctionConfiguration function, TimeProvider time, FunctionHostOptions options, HandlerLoadContext loadContext, HandlerCall call,
        string firstRequestId, Action<HandlerEnvironment, bool> leave)
    {
        Function = function;
        Time = time;
        Call = call;
        Options = options;
        _loadContext = loadContext;
        _leave = leave;
        LogStreamName = time.GetUtcNow().ToString("yyyy'/'MM'/'dd", CultureInfo.InvariantCulture)
            + "/[$LATEST]" + firstRequestId.Replace("-", "", StringComparison.Ordinal);
        _timer = time.CreateTimer(
            static state => ((HandlerEnvironment)state!).CheckTime(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public FunctionConfiguration Function { get; }

    public TimeProvider Time { get; }

    public FunctionHostOptions Options { get; }

    public HandlerCall Call { get; }

    public string LogStreamName { get; }

    public MemoryStream Output { get; private set; } = new();

    /// <summary>Loads the handler and makes its object, which on Lambda is the init phase and does not count against the timeout.</summary>
    /// <param name="function">The function.</param>
    /// <param name="folder">The folder of built output to load from.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">The host's options.</param>
    /// <param name="firstRequestId">The request this environment is made for.</param>
    /// <param name="leave">Hears that an invocation has ended, and whether the environment is still sound.</param>
    /// <returns>The environment.</returns>
    public static HandlerEnvironment Load(
        FunctionConfiguration function, string folder, TimeProvider time, FunctionHostOptions options, string firstRequestId,
        Action<HandlerEnvironment, bool> leave)
    {
        var name = HandlerName.Parse(function);
        var path = Path.Combine(folder, name.Assembly + ".dll");
        if (!File.Exists(path))
        {
            throw new FunctionException(
                FunctionException.Validation,
                $"Could not find the specified handler assembly with the file name '{name.Assembly}, Culture=neutral, PublicKeyToken=null'. "
                + $"The assembly should be located in the root of your uploaded .zip file. Function {function.Name} names it in its "
                + $"Handler property, '{function.Handler}', but {folder} holds no {name.Assembly}.dll.");
        }

        ConsoleCapture.Install();
        var context = new HandlerLoadContext(function.Name, path);
        try
        {
            using (context.EnterContextualReflection())
            {
                var method = HandlerMethod.Find(name, context.LoadFromAssemblyPath(path));
                LambdaLoggerActions.Install(method.Core);
                var call = HandlerCallEmitter.Emit(method);
                call.Serializer = method.Serializer;
                call.Target = method.NewTarget();
                return new HandlerEnvironment(function, time, options, context, call, firstRequestId, leave);
            }
        }
        catch (Exception exception)
        {
            context.Unload();
            if (exception is BadImageFormatException)
            {
                throw new FunctionException(
                    FunctionException.Validation,
                    $"Unable to load assembly '{name.Assembly}'. {path} is not a .NET assembly that this machine can load; build the "
                    + $"function {function.Name} again.");
            }

            throw;
        }
    }

    /// <summary>Starts an invocation. The environment must be free.</summary>
    public Task<InvocationResult> Run(ReadOnlyMemory<byte> payload, InvocationOptions options, InvocationLog log)
    {
        var invocation = new Invocation(this, payload, options, log);
        Interlocked.Exchange(ref _current, invocation);

        // The timer is not reset at every invocation: when it fires it looks how far the one that runs then has come.
        if (!_isTimerSet)
            SetTimer(Function.Timeout);
        if (_keepsThread)
            new Thread(invocation.Execute) { IsBackground = true, Name = "Handler " + Function.Name }.UnsafeStart();
        else
            ThreadPool.UnsafeQueueUserWorkItem(invocation, preferLocal: true);
        return invocation.Result;
    }

    /// <summary>Tells how long the handler kept its thread before it first waited.</summary>
    public void NoteFirstPart(TimeSpan elapsed) => _keepsThread = elapsed > LongFirstPart;

    /// <summary>Frees the environment after an invocation.</summary>
    public void Leave(bool isSound)
    {
        Volatile.Write(ref _current, null);
        if (Output.Capacity > KeptOutput)
            Output = new MemoryStream();
        _leave(this, isSound);
    }

    /// <summary>Lets the load context go; it unloads when nothing of the handler's runs any more.</summary>
    public void Unload()
    {
        _timer.Dispose();
        Interlocked.Exchange(ref _loadContext, null)?.Unload();
    }

    private void SetTimer(TimeSpan due)
    {
        _isTimerSet = true;
        _timer.Change(due < TimeSpan.Zero ? TimeSpan.Zero : due, Timeout.InfiniteTimeSpan);
    }

    private void CheckTime()
    {
        // A full fence here and in Run: either this sees the new invocation or that sees that the timer is not set.
        _isTimerSet = false;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _current) is not { } invocation)
            return;
        var remaining = Function.Timeout - invocation.Elapsed;
        if (Options.TimeoutsStandStill)
            SetTimer(Function.Timeout);
        else if (remaining > TimeSpan.Zero)
            SetTimer(remaining);
        else
            invocation.TimeOut();
    }
}
