using Stateside.Language.Definitions;
using Stateside.Language.Shapes;

namespace Stateside.Language.Flow;

/// <summary>What a machine's data is made of, as far as it is known before anything runs.</summary>
/// <param name="Input">What the machine is started with.</param>
/// <param name="TaskOf">What a task takes and gives where it is sent such arguments; null for anything.</param>
internal sealed record FlowSources(Shape Input, Func<TaskState, Shape, TaskShapes?> TaskOf)
{
    /// <summary>Where nothing is known.</summary>
    public static FlowSources Unknown { get; } = new(Shape.Anything, (_, _) => null);
}

/// <summary>What the worker of a task takes and gives.</summary>
/// <param name="Name">Who it is, as a finding names it: <c>InvoiceOrder.Handle(Order)</c>, <c>dynamodb:putItem</c>.</param>
/// <param name="Accepts">What it can be sent; sent anything else it is certain to fail. Null for anything.</param>
/// <param name="Gives">What it gives where it does not fail.</param>
internal sealed record TaskShapes(string Name, Shape? Accepts, Shape Gives)
{
    /// <summary>
    /// What it says of itself that it is sent, where that is more than what makes it fail: a member that it takes for granted, such as one
    /// that C# says is never null. Null where it says no more.
    /// </summary>
    public Shape? Expects { get; init; }

    /// <summary>Whether the names of members are taken in upper and lower case alike.</summary>
    public bool IgnoresCase { get; init; }
}
