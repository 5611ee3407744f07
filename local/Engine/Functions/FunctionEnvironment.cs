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

    /// <summary>Runs the handler once. The environment must be free. Whatever goes wrong is in the result.</summary>
    public abstract Task<InvocationResult> RunAsync(ReadOnlyMemory<byte> payload, InvocationOptions options, InvocationLog log);

    /// <summary>Lets go of it, whether or not something still runs in it.</summary>
    public abstract void Unload();
}
