using System.Globalization;
using Stateside.Language.Json;

namespace Stateside.Language.Evaluation;

/// <summary>The item of a Map's iteration, as the context object shows it.</summary>
/// <param name="Index">Which of the items it is, from 0.</param>
/// <param name="Value">What it is.</param>
/// <param name="Key">Of an object's members that are iterated over: the name; null elsewhere.</param>
/// <param name="Source">Where it comes from; null in an inline Map, of which AWS does not tell it.</param>
internal readonly record struct ContextItem(int Index, JsonValue Value, string? Key, string? Source)
{
    /// <summary>The object.</summary>
    public JsonObject ToJson()
    {
        var item = new JsonObject.Builder(4).Set("Index", JsonValue.From(Index));
        if (Key is not null)
            item.Set("Key", JsonValue.From(Key));
        item.Set("Value", Value);
        if (Source is not null)
            item.Set("Source", JsonValue.From(Source));
        return item.ToObject();
    }
}

/// <summary>
/// Makes the context object: facts about execution, state, task and map item that a definition reads as <c>$$</c> or
/// <c>$states.context</c>. See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html.
/// </summary>
internal sealed record ContextObject
{
    /// <summary>The execution's ARN.</summary>
    public required string ExecutionArn { get; init; }

    /// <summary>The execution's input.</summary>
    public required JsonValue ExecutionInput { get; init; }

    /// <summary>The execution's name.</summary>
    public required string ExecutionName { get; init; }

    /// <summary>When the execution started.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>The role; null of a state that is tested without one.</summary>
    public required string? RoleArn { get; init; }

    /// <summary>How often the execution was redriven; null of an Express one, which cannot be.</summary>
    public int? RedriveCount { get; init; }

    /// <summary>When it was last redriven.</summary>
    public DateTimeOffset? RedriveTime { get; init; }

    /// <summary>The state machine's ARN.</summary>
    public required string StateMachineArn { get; init; }

    /// <summary>The state machine's name.</summary>
    public required string StateMachineName { get; init; }

    /// <summary>The state.</summary>
    public required string StateName { get; init; }

    /// <summary>When the state was entered.</summary>
    public required DateTimeOffset EnteredTime { get; init; }

    /// <summary>How often the state's work was tried again; null of a state that has no Retry.</summary>
    public int? RetryCount { get; init; }

    /// <summary>The token of a task that waits for a callback; null elsewhere.</summary>
    public string? TaskToken { get; init; }

    /// <summary>The item of the innermost Map's iteration; null outside of one and in what a distributed Map starts.</summary>
    public ContextItem? MapItem { get; init; }

    /// <summary>The object.</summary>
    public JsonObject ToJson()
    {
        var execution = new JsonObject.Builder(7)
            .Set("Id", JsonValue.From(ExecutionArn))
            .Set("Input", ExecutionInput)
            .Set("StartTime", Time(StartTime))
            .Set("Name", JsonValue.From(ExecutionName))
            .Set("RoleArn", JsonValue.From(RoleArn));
        if (RedriveCount is { } redrives)
            execution.Set("RedriveCount", JsonValue.From(redrives));
        if (RedriveTime is { } redriven)
            execution.Set("RedriveTime", Time(redriven));
        var state = new JsonObject.Builder(3).Set("Name", JsonValue.From(StateName)).Set("EnteredTime", Time(EnteredTime));
        if (RetryCount is { } retries)
            state.Set("RetryCount", JsonValue.From(retries));
        var context = new JsonObject.Builder(5)
            .Set("Execution", execution.ToObject())
            .Set("StateMachine", JsonObject.Of(("Id", JsonValue.From(StateMachineArn)), ("Name", JsonValue.From(StateMachineName))))
            .Set("State", state.ToObject());
        if (TaskToken is not null)
            context.Set("Task", JsonObject.Of(("Token", JsonValue.From(TaskToken))));
        if (MapItem is { } item)
            context.Set("Map", JsonObject.Of(("Item", item.ToJson())));
        return context.ToObject();
    }

    /// <summary>A time as the context object shows it, which is as Java's Instant prints it: without a fraction of zero.</summary>
    /// <returns>Such as 2026-01-31T09:30:00.123Z or 2026-01-31T09:30:00Z.</returns>
    private static JsonValue Time(DateTimeOffset time) => JsonValue.From(time.UtcDateTime.ToString(
        time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
