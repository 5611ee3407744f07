using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Bench;

/// <summary>Machines and executions to be measured.</summary>
internal static class HotPathInput
{
    /// <summary>How many states a chain has.</summary>
    public const int ChainLength = 200;

    /// <summary>How many events an execution of a chain writes: two for each state, one at either end.</summary>
    public const int ChainEvents = (2 * ChainLength) + 2;

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly StepFacts Facts = new() { Region = "us-east-1", ActivityExists = _ => false };

    public static readonly JsonValue Input = JsonReader.Parse("""{"n": 1, "order": {"id": "A-1", "lines": [{"sku": "x", "count": 2}, {"sku": "y", "count": 3}]}}""", keepText: true);

    /// <summary>A machine of so many Pass states, each with the same fields beside its type and what comes next.</summary>
    public static StateMachine Chain(int length, string fields = "", string head = "")
    {
        var states = Enumerable.Range(0, length).Select(i =>
            $"\"S{i}\": {{\"Type\": \"Pass\"{fields}, {(i == length - 1 ? "\"End\": true" : $"\"Next\": \"S{i + 1}\"")}}}");
        var text = $"{{{head}\"StartAt\": \"S0\", \"States\": {{{string.Join(", ", states)}}}}}";
        return new StateMachine
        {
            Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:chain",
            Name = "chain",
            RoleArn = "arn:aws:iam::123456789012:role/any",
            DefinitionText = text,
            Definition = DefinitionParser.Parse(text).Definition ?? throw new InvalidOperationException(DefinitionParser.Parse(text).InvalidDefinitionMessage),
            RevisionId = "1",
        };
    }

    public static RunningExecution Execution(StateMachine machine, long number = 1)
    {
        var name = $"e-{number}";
        return new RunningExecution
        {
            Number = number,
            Arn = $"arn:aws:states:us-east-1:123456789012:execution:chain:{name}",
            Name = name,
            StateMachine = machine,
            Definition = machine.Definition,
            Input = Input,
            StartDate = Start,
            Seed = 1,
            Deadline = Start + TimeSpan.FromDays(365),
        };
    }

    /// <summary>Takes an execution from its start to its end.</summary>
    public static Turn Run(RunningExecution execution)
    {
        var turn = new Step(execution, Facts, Moment.At(Start)).Run([StartMessage.Instance]);
        return execution.Status == ExecutionStatus.Succeeded ? turn : throw new InvalidOperationException(execution.Cause);
    }
}
