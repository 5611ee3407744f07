using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Evaluation;

/// <summary>What is known of the context object before anything runs; its values are made by <see cref="ContextObject"/>.</summary>
/// <param name="ExecutionInput">What the execution is started with; of a distributed Map's children, what an iteration is given.</param>
/// <param name="Item">The item of the innermost Map's iteration, as <see cref="ItemOf"/> makes it; null outside of one.</param>
internal sealed record ContextShape(Shape ExecutionInput, Shape? Item)
{
    private static readonly Shape StateMachine = Shape.Object(("Id", Shape.Text), ("Name", Shape.Text));
    private static readonly Shape Task = Shape.Object(("Token", Shape.Text));

    /// <summary>An iteration's item.</summary>
    /// <param name="value">What it is.</param>
    /// <param name="key">Its name where an object's members are iterated over; nothing elsewhere.</param>
    /// <param name="isDistributed">Whether the context object tells where it comes from.</param>
    public static Shape ItemOf(Shape value, Shape key, bool isDistributed) => Shape.Object(
        ("Index", Shape.Number), ("Key", key), ("Value", value), ("Source", isDistributed ? Shape.Text : Shape.Nothing));

    /// <summary>The object that a state sees.</summary>
    /// <param name="state">The state's name.</param>
    /// <param name="mayRetry">Whether the state may have a Retry.</param>
    /// <param name="hasToken">Whether there is a task's token; null where that is not known.</param>
    public Shape In(string state, bool mayRetry, bool? hasToken) => Shape.Object(
        ("Execution", Shape.Object(
            ("Id", Shape.Text),
            ("Input", ExecutionInput),
            ("StartTime", Shape.Text),
            ("Name", Shape.Text),
            ("RoleArn", Shape.Text.Join(Shape.Null)),
            ("RedriveCount", Shape.Number.OrNothing()),
            ("RedriveTime", Shape.Text.OrNothing()))),
        ("StateMachine", StateMachine),
        ("State", Shape.Object(
            ("Name", Shape.Constant(JsonValue.From(state))),
            ("EnteredTime", Shape.Text),
            ("RetryCount", mayRetry ? Shape.Number.OrNothing() : Shape.Nothing))),
        ("Task", hasToken switch { true => Task, false => Shape.Nothing, _ => Task.OrNothing() }),
        ("Map", Item is null ? Shape.Nothing : Shape.Object(("Item", Item))));
}
