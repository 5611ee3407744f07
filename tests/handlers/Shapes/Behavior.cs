using System.Diagnostics;
using Amazon.Lambda.Core;

namespace Shapes;

public sealed class InvalidOrderException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Handlers that fail, wait, hang, talk and remember.</summary>
public sealed class Behavior
{
    private static readonly TaskCompletionSource Never = new();
    private static int _remembered;
    private static int _made;

    public Behavior() => _made++;

    public static void Throw() => throw new InvalidOrderException("lines[0].quantity: \"-6\" is not\npositive");

    public static async Task ThrowAsync()
    {
        await Task.Yield();
        await DeeperAsync();
    }

    public static void ThrowInner()
    {
        try
        {
            throw new FormatException("inner");
        }
        catch (FormatException exception)
        {
            throw new InvalidOrderException("outer", exception);
        }
    }

    public static Task ThrowAggregate() =>
        throw new AggregateException("several", new FormatException("one"), new InvalidOperationException("two"));

    public static async Task AwaitAggregate() =>
        await Task.WhenAll(Task.FromException(new FormatException("one")), Task.FromException(new FormatException("two")));

    public int[] Remember() => [++_remembered, _made];

    public static async Task<string> WaitAsync(string name, ILambdaContext context)
    {
        Console.WriteLine("before " + name);
        Console.Write("raw ");
        Console.Error.WriteLine("bad " + name);
        await Task.Delay(TimeSpan.FromMilliseconds(5));
        context.Logger.LogWarning("after " + name);
        context.Logger.LogDebug("not shown");
        context.Logger.Log("Error", "{Count} of {Total:00}", 3, 7);
        return name;
    }

    public static void Shout(int lines)
    {
        for (var i = 0; i < lines; i++)
            Console.WriteLine(i + new string('.', 1000));
    }

    public static async Task HangAsync()
    {
        await Never.Task;
    }

    public static async Task<int> RememberOrHangAsync(bool hang)
    {
        if (hang)
        {
            Console.WriteLine("hanging");
            await Never.Task;
        }

        return ++_remembered;
    }

    /// <summary>Keeps its thread until the other end of the pipe closes.</summary>
    public static string Block(string handle)
    {
        using var pipe = new System.IO.Pipes.AnonymousPipeClientStream(System.IO.Pipes.PipeDirection.In, handle);
        return "unblocked by " + pipe.ReadByte();
    }

    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name);

    /// <summary>The state of the trace that HttpClient would tell.</summary>
    public static string? TraceState()
    {
        string? told = null;
        DistributedContextPropagator.Current.Inject(Activity.Current, null, (_, name, value) => told = name == "tracestate" ? value : told);
        return told;
    }

    public static int ProcessId() => Environment.ProcessId;

    public static int ExitOrNot(int code)
    {
        if (code != 0)
            Environment.Exit(code);
        return code;
    }

    public static string ThrowOnThreadOrNot(string how)
    {
        switch (how)
        {
            case "thread":
                new Thread(() => throw new InvalidOrderException("on a thread")).Start();
                Never.Task.Wait();
                break;
            case "async void":
                ThrowLater();
                Never.Task.Wait();
                break;
        }

        return how;
    }

    public static int Overflow(int depth) => depth < 0 ? 0 : Overflow(depth + 1) + 1;

    public static int Allocate(int megabytes)
    {
        var kept = new List<nint>();
        for (var i = 0; i < megabytes; i++)
            kept.Add(Touched(1 << 20));
        return kept.Count;
    }

    public static string PartOfALine(string text)
    {
        Console.Write("not a whole line");
        return text;
    }

    public static double Remaining(ILambdaContext context) => context.RemainingTime.TotalSeconds;

    // Memory that the collector knows nothing of, so that nothing but its size ends the process.
    private static unsafe nint Touched(int bytes)
    {
        var memory = System.Runtime.InteropServices.NativeMemory.Alloc((nuint)bytes);
        new Span<byte>(memory, bytes).Fill(1);
        return (nint)memory;
    }

    private static async void ThrowLater()
    {
        await Task.Yield();
        throw new InvalidOrderException("from async void");
    }

    private static async Task DeeperAsync()
    {
        await Task.Yield();
        throw new InvalidOrderException("from far below");
    }
}

public sealed class HangingConstructor
{
    public HangingConstructor()
    {
        Console.WriteLine("constructing");
        new TaskCompletionSource().Task.Wait();
    }

    public string Never() => "";
}

public sealed class ThrowingConstructor
{
    public ThrowingConstructor() => throw new InvalidOrderException("no TAX_RATES");

    public string Never() => "";
}
