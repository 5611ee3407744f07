using System.Text.Json;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>An execution at its end, or as far as it had come: its result, its history, and the path it took.</summary>
public sealed partial class WorkflowRun
{
    private readonly ExecutionDescription _execution;
    private readonly JsonSerializerOptions _serializer;
    private readonly Lazy<IReadOnlyList<StateVisit>> _visits;

    internal WorkflowRun(
        WorkflowTestOptions options, ExecutionDescription execution, IReadOnlyList<HistoryEvent> history, DateTimeOffset now,
        Definition? definition = null)
    {
        _execution = execution;
        Definition = definition ?? execution.StateMachine.Definition;
        _serializer = options.Serializer;
        History = history;
        Elapsed = execution.Duration(now);
        var end = execution.StopDate ?? now;
        _visits = new Lazy<IReadOnlyList<StateVisit>>(() => StateVisits.Read(Definition, history, end, _serializer));
    }

    /// <summary>How it ended, or that it runs.</summary>
    public ExecutionStatus Status => _execution.Status;

    /// <summary>The output; null unless it succeeded.</summary>
    public JsonValue? OutputJson => _execution.Output;

    /// <summary>The error name; null unless it ended without success and named one.</summary>
    public string? Error => _execution.Error;

    /// <summary>The cause; null unless it ended without success and gave one.</summary>
    public string? Cause => _execution.Cause;

    /// <summary>The input.</summary>
    public JsonValue Input => _execution.Input;

    /// <summary>How long it took, in virtual time: what a user of the deployed workflow would wait, but for the work of the tasks.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>The events of its history, as AWS writes them.</summary>
    public IReadOnlyList<HistoryEvent> History { get; }

    /// <summary>The execution's ARN, name, dates and more.</summary>
    public ExecutionDescription Execution => _execution;

    /// <summary>The definition that it ran; of a child of a map run the Map's item processor.</summary>
    public Definition Definition { get; }

    /// <summary>Its stays in states, in the order in which they began; those in branches and iterations too.</summary>
    public IReadOnlyList<StateVisit> Visits => _visits.Value;

    /// <summary>The names of the states in the order in which they were entered.</summary>
    public IReadOnlyList<string> Path => [.. Visits.Select(visit => visit.State)];

    /// <summary>The output as an object.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <returns>The object.</returns>
    /// <exception cref="WorkflowAssertionException">It did not succeed, or its output is of another shape.</exception>
    public T Output<T>()
    {
        ShouldSucceed();
        return TestJson.To<T>(OutputJson!, _serializer, "The output");
    }

    /// <summary>The input as an object.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <returns>The object.</returns>
    /// <exception cref="WorkflowAssertionException">It is of another shape.</exception>
    public T InputAs<T>() => TestJson.To<T>(Input, _serializer, "The input");

    /// <summary>The stays in a state, in order.</summary>
    /// <param name="state">The state's name.</param>
    /// <returns>The stays; none where it was not entered.</returns>
    public IReadOnlyList<StateVisit> VisitsTo(string state)
    {
        Check(state);
        return [.. Visits.Where(visit => visit.State == state)];
    }

    /// <summary>The attempts at a state's task over all its stays, in order.</summary>
    /// <param name="state">The state's name.</param>
    /// <returns>The attempts.</returns>
    public IReadOnlyList<TaskAttempt> AttemptsAt(string state) => [.. VisitsTo(state).SelectMany(visit => visit.Attempts)];
}
