namespace Stateside.Engine.Functions.InProcess;

/// <summary>
/// One handler, ready to be called without reflection. <see cref="HandlerCallEmitter"/> derives from it in the handler's own load
/// context, where the handler's types are known: read the event, call the method, write the result.
/// </summary>
internal abstract class HandlerCall
{
    /// <summary>The handler's object, made once; null for a static method.</summary>
    public object? Target;

    /// <summary>The handler's serializer, made once; null where its code names none.</summary>
    public object? Serializer;

    /// <summary>Calls the handler. Whatever it throws is thrown.</summary>
    /// <returns>What to wait for before the output is complete; null when it is.</returns>
    public abstract Task? Invoke(Stream input, InvocationContext context, Stream output);

    // Each is overridden where the handler's Amazon.Lambda.Core has the interface; a handler of streams may do without the package.
    public virtual InvocationContext NewContext() => new();

    public virtual InvocationLogger NewLogger() => new();

    public virtual ClientContext NewClientContext() => new();

    public virtual ClientApplication NewClientApplication() => new();

    public virtual CallerIdentity NewIdentity() => new();

    /// <summary>Waits for a task, and fails as Lambda does where the handler returned none.</summary>
    public static Task? Finish(Task? task) => task is { IsCompletedSuccessfully: true } ? null : task ?? WaitForNothingAsync();

    /// <summary>Copies a stream that the handler returned.</summary>
    public static void Copy(Stream result, Stream output) => result.CopyTo(output);

    // The runtime waits for what the handler returned, be it null.
    private static async Task WaitForNothingAsync() => await (Task)null!;
}

/// <summary>A handler with a result of some type.</summary>
/// <typeparam name="TResult">The type, which the handler's own context may have defined.</typeparam>
internal abstract class HandlerCall<TResult> : HandlerCall
{
    /// <summary>Waits for the result and writes it.</summary>
    public Task? Finish(Task<TResult>? task, Stream output)
    {
        if (task is not { IsCompletedSuccessfully: true })
            return FinishAsync(task!, output);
        Write(task.Result, output);
        return null;
    }

    /// <summary>Writes the result through the handler's serializer.</summary>
    public abstract void Write(TResult result, Stream output);

    private async Task FinishAsync(Task<TResult> task, Stream output) => Write(await task.ConfigureAwait(false), output);
}
