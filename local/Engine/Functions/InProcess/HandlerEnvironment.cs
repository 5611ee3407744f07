using Stateside.Engine.Functions.Processes;

namespace Stateside.Engine.Functions.InProcess;

/// <summary>
/// An environment in this process: one load context, the handler's object made once in it, static state that lives on between
/// invocations.
/// </summary>
/// <remarks>
/// .NET cannot stop a thread. An environment that timed out is left to itself: nobody calls it again and its context unloads once
/// the handler comes to an end, if it does.
/// </remarks>
internal sealed class HandlerEnvironment : FunctionEnvironment
{
    // A handler that keeps its thread for longer gets one of its own the next time, so that it does not starve the thread pool.
    private static readonly TimeSpan LongFirstPart = TimeSpan.FromMilliseconds(20);
    private const int KeptOutput = 1 << 20;

    private readonly EnvironmentPool? _pool;
    private readonly FunctionIdentity _identity;
    private readonly ITimer _timer;
    private HandlerLoadContext? _loadContext;
    private Invocation? _current;
    private volatile bool _isTimerSet;
    private bool _keepsThread;
    private volatile bool _isBroken;

    private HandlerEnvironment(
        FunctionConfiguration function, TimeProvider time, FunctionHostOptions options, HandlerLoadContext? loadContext, HandlerCall call,
        FunctionIdentity identity, EnvironmentPool? pool)
    {
        Function = function;
        Time = time;
        Call = call;
        Options = options;
        _loadContext = loadContext;
        _pool = pool;
        _identity = identity;
        _timer = time.CreateTimer(
            static state => ((HandlerEnvironment)state!).CheckTime(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public FunctionConfiguration Function { get; }

    public TimeProvider Time { get; }

    public FunctionHostOptions Options { get; }

    public HandlerCall Call { get; }

    public string LogStreamName => _identity.LogStream;

    public MemoryStream Output { get; private set; } = new();

    /// <summary>Loads the handler and makes its object, which on Lambda is the init phase and does not count against the timeout.</summary>
    /// <param name="function">The function.</param>
    /// <param name="folder">The folder of built output to load from.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">The host's options.</param>
    /// <param name="logStreamName">The name of its log stream.</param>
    /// <param name="pool">The pool that it belongs to; null for the one environment of a handler process.</param>
    public static HandlerEnvironment Load(
        FunctionConfiguration function, string folder, TimeProvider time, FunctionHostOptions options, string logStreamName,
        EnvironmentPool? pool)
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

        // A handler process runs on the newest there is, so there is no other place for it.
        if (pool is null && ProcessRuntimes.NewerFramework(function, folder) is { } newer)
        {
            throw new FunctionException(
                FunctionException.Validation,
                $"Function {function.Name} was built for .NET {newer.ToString(2)}, but the newest that Stateside can run on here is "
                + $"{Environment.Version.ToString(2)}. Install that .NET, or build the function for an older one.");
        }

        ConsoleCapture.Install();
        var context = new HandlerLoadContext(function.Name, path);
        var identity = new FunctionIdentity(function, folder, logStreamName, options.OwnsProcess);
        try
        {
            using (pool is null ? null : CurrentFunction.Load(identity))
            using (context.EnterContextualReflection())
            {
                var method = HandlerMethod.Find(name, context.LoadFromAssemblyPath(path));
                LambdaLoggerActions.Install(method.Core);
                var call = HandlerCallEmitter.Emit(method);
                call.Serializer = method.Serializer;
                call.Target = method.NewTarget();
                return new HandlerEnvironment(function, time, options, context, call, identity, pool);
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

    /// <summary>An environment around a handler that is made ready already, in the context of whoever made it.</summary>
    /// <param name="function">The function that it stands for.</param>
    /// <param name="call">The handler.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">How it works.</param>
    /// <param name="logStreamName">The name of its log stream.</param>
    public static HandlerEnvironment Of(
        FunctionConfiguration function, HandlerCall call, TimeProvider time, FunctionHostOptions options, string logStreamName) =>
        new(function, time, options, null, call, new FunctionIdentity(function, "", logStreamName, OwnsProcess: false), null);

    public override bool IsAlive => !_isBroken;

    public override Task<InvocationResult> RunAsync(ReadOnlyMemory<byte> payload, InvocationOptions options, InvocationLog log)
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

    /// <summary>Lets the process say which function it runs. A process of the handler's own was told before.</summary>
    /// <param name="request">The invocation.</param>
    public void Show(InvocationOptions request)
    {
        if (_pool is null)
            return;
        CurrentFunction.Enter(_identity);

        // Where several services share the process, it would tell one's requests to be another's.
        if (request.Mark is null)
            System.Environment.SetEnvironmentVariable(LambdaVariables.Trace, request.TraceId);
    }

    /// <summary>Tells how long the handler kept its thread before it first waited.</summary>
    public void NoteFirstPart(TimeSpan elapsed) => _keepsThread = elapsed > LongFirstPart;

    /// <summary>Frees the environment after an invocation.</summary>
    public void Leave(bool isSound)
    {
        Volatile.Write(ref _current, null);
        if (Output.Capacity > KeptOutput)
            Output = new MemoryStream();
        _pool?.Leave(this, isSound && !_isBroken);
    }

    /// <summary>Ends what runs as Lambda does when the runtime's process ends.</summary>
    public override void Break()
    {
        _isBroken = true;
        Volatile.Read(ref _current)?.Exit();
        _pool?.Drop(this);
    }

    /// <summary>Lets the load context go; it unloads when nothing of the handler's runs any more.</summary>
    public override void Unload()
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
