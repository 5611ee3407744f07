using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Execution;

/// <summary>What an engine without a file does at once, without an await in the test.</summary>
internal static class AtOnce
{
    public static (ExecutionDescription Execution, bool Started) Start(this ExecutionEngine engine, StartRequest request) => Done(engine.StartAsync(request));

    public static TokenResult CompleteTask(this ExecutionEngine engine, string token, JsonValue? output, TaskFailure? failure = null) =>
        Done(engine.CompleteTaskAsync(token, output, failure));

    public static TokenResult Heartbeat(this ExecutionEngine engine, string token) => Done(engine.HeartbeatAsync(token));

    public static T Done<T>(ValueTask<T> work)
    {
        Assert.True(work.IsCompleted);
        return work.GetAwaiter().GetResult();
    }
}
