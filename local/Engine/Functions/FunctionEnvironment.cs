namespace Stateside.Engine.Functions;

/// <summary>
/// A Lambda execution environment, in this process or one of its own: made once, then one invocation at a time until it is let go.
/// See https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html.
/// </summary>
internal abstract class FunctionEnvironment
{
    /// <summary>When it last fell idle, as a timestamp of the pool's clock.</summary>
    public long IdleSince { get; set; }

    /// <summary>Whether another invocation may be given to it.</summary>
    public virtual bool IsAlive => true;

    /// <summary>Ends when nothing of it is left that would have to be waited for.</summary>
    public virtual Task Ended => Task.CompletedTask;

    /// <summary>Runs the handler once. The environment must be free. Whatever goes wrong is in the result.</summary>
    public abstract Task<InvocationResult> RunAsync(ReadOnlyMemory<byte> payload, InvocationOptions options, InvocationLog log);

    /// <summary>Ends what runs in it, because something of the handler's threw where nobody can catch it.</summary>
    public virtual void Break() => Unload();

    /// <summary>Lets go of it, whether or not something still runs in it.</summary>
    public abstract void Unload();
}
