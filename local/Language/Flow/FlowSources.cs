using Stateside.Language.Definitions;
using Stateside.Language.Shapes;

namespace Stateside.Language.Flow;

/// <summary>Where what is known of a machine's data comes from.</summary>
internal sealed record FlowSources
{
    /// <summary>Nothing is known.</summary>
    public static FlowSources None { get; } = new();

    /// <summary>What the machine is started with.</summary>
    public Shape Input { get; init; } = Shape.Anything;

    /// <summary>What a Task's work accepts and gives, from the state and what it is sent; null where that is not known.</summary>
    public Func<TaskState, Shape, TaskShapes?> TaskOf { get; init; } = (_, _) => null;
}

/// <summary>What is known of what a Task's work accepts and gives.</summary>
/// <param name="Name">Who does it, as a message names it, such as <c>the function InvoiceOrder</c>.</param>
/// <param name="Accepts">What it must be sent: the members that are certain are those it needs; null where it takes anything.</param>
/// <param name="Gives">The result.</param>
internal sealed record TaskShapes(string Name, Shape? Accepts, Shape Gives)
{
    /// <summary>
    /// What it says of itself that it is sent, where that is more than what makes it fail: a member that it takes for granted, such as one
    /// that C# says is never null. Null where it says no more.
    /// </summary>
    public Shape? Expects { get; init; }

    /// <summary>Whether it takes the names of members in upper and lower case alike.</summary>
    public bool IgnoresCase { get; init; }
}
