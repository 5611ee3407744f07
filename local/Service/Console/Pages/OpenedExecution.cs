using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;

namespace Stateside.Service.Console.Pages;

/// <summary>An execution that ran on AWS and was opened from its record: pages show it as they show our own.</summary>
/// <param name="Record">The record.</param>
/// <param name="Description">It in the words of our own executions; its ARN is the key that it has here.</param>
internal sealed record OpenedExecution(RecordedExecution Record, ExecutionDescription Description)
{
    /// <summary>What it is called in addresses.</summary>
    public string Key => Description.Arn;

    /// <summary>The state machine here that it can be started on again; null where there is none.</summary>
    public StateMachine? Here { get; init; }

    /// <summary>Whether there is a definition; a record holds none, so it must have come from elsewhere.</summary>
    public required bool HasDefinition { get; init; }

    /// <summary>Where the definition comes from, or that there is none, in a sentence or two.</summary>
    public required string Origin { get; init; }

    /// <summary>How many characters its files have.</summary>
    public required long Size { get; init; }

    /// <summary>Some of its events.</summary>
    /// <param name="from">The number of the first.</param>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<HistoryEvent> Read(long from, int count) =>
        from < 1 || from > Record.Events.Count ? [] : [.. Record.Events.Skip((int)from - 1).Take(count)];
}

/// <summary>A definition that was given for what is opened.</summary>
/// <param name="Name">What its file is called.</param>
/// <param name="Text">The definition in JSON.</param>
internal sealed record GivenDefinition(string Name, string Text);
