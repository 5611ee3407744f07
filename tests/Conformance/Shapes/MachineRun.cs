using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Conformance.Shapes;

/// <summary>An execution that ran on the engine's step alone: time jumps, tasks are answered at once.</summary>
/// <param name="Events">Its history.</param>
/// <param name="Output">Its output; null unless it succeeded.</param>
/// <param name="Error">The error it ended with; null for none.</param>
internal sealed record MachineRun(IReadOnlyList<HistoryEvent> Events, JsonValue? Output, string? Error)
{
    /// <summary>One that goes round and round is left after so many events: what it had until then is as good.</summary>
    private const int MostEvents = 1_500;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly StepFacts Facts = new() { Region = "us-east-1", ActivityExists = _ => true };

    /// <summary>Why an execution was left before its end; null where it ended.</summary>
    public string? Defect { get; init; }

    /// <summary>Runs a machine.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="input">The input.</param>
    /// <param name="perform">Answers a task: the state and how often tasks of that state were asked before.</param>
    public static MachineRun Of(Definition definition, JsonValue input, Func<string, int, (JsonValue? Result, TaskFailure? Failure)> perform)
    {
        var execution = new RunningExecution
        {
            Arn = "arn:aws:states:us-east-1:123456789012:execution:M:e",
            Name = "e",
            StateMachine = new StateMachine
            {
                Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:M",
                Name = "M",
                RoleArn = "arn:aws:iam::123456789012:role/r",
                Type = StateMachineType.Standard,
                DefinitionText = "",
                Definition = definition,
                RevisionId = "r",
            },
            Definition = definition,
            Input = input,
            StartDate = Start,
            Seed = 1,
        };
        var events = new List<HistoryEvent>();
        var asked = new Dictionary<string, int>(StringComparer.Ordinal);
        var news = new Queue<Message>();
        var now = Start;
        string? defect = null;
        IReadOnlyList<Message> messages = [StartMessage.Instance];
        while (true)
        {
            var turn = new Step(execution, Facts, Moment.At(now)).Run(messages);
            events.AddRange(turn.Events?.Events ?? []);
            defect ??= turn.Defect?.ToString();
            foreach (var task in turn.Effects.OfType<StartTaskEffect>())
            {
                var times = asked[task.StateName] = asked.GetValueOrDefault(task.StateName) + 1;
                var (result, failure) = perform(task.StateName, times);
                if (task.Resource.Kind == ResourceKind.Activity)
                    news.Enqueue(new TaskStartedMessage(task.Task, "w"));
                else if (task.Resource.Pattern != IntegrationPattern.RequestResponse)
                    news.Enqueue(new TaskSubmittedMessage(task.Task, JsonObject.Empty));
                news.Enqueue(failure is null ? new TaskSucceededMessage(task.Task, result!) : new TaskFailedMessage(task.Task, failure));
            }

            if (execution.Status != ExecutionStatus.Running || events.Count > MostEvents)
                break;
            if (turn.HasMore)
            {
                messages = [ContinueMessage.Instance];
            }
            else if (news.TryDequeue(out var message))
            {
                messages = [message];
            }
            else if (Step.NextDue(execution, Facts) is var due && (due.Steady is null || due.Wall < due.Steady ? due.Wall : due.Steady) is { } next)
            {
                now = next > now ? next : now;
                messages = [TimerMessage.Instance];
            }
            else
            {
                defect ??= "It waits for nothing.";
                break;
            }
        }

        return new MachineRun(events, execution.Status == ExecutionStatus.Succeeded ? execution.Output : null, execution.Error) { Defect = defect };
    }
}
