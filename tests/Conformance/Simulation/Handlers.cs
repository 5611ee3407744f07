using Stateside.Engine.Execution;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Conformance.Simulation;

/// <summary>A token that somebody outside has.</summary>
/// <param name="Token">The token.</param>
/// <param name="ExecutionArn">The execution that waits for it.</param>
internal sealed record HeldToken(string Token, string ExecutionArn)
{
    /// <summary>Whether an answer to it was acknowledged.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Whether nothing more is to be done with it.</summary>
    public bool IsDone { get; set; }
}

/// <summary>
/// The code outside that performs tasks: it succeeds, fails, hangs, takes its time, or hands the token to somebody who answers later,
/// twice or never.
/// </summary>
internal sealed class Handlers(Dice dice, Ledger ledger, Trace trace)
{
    private readonly List<Call> _calls = [];
    private int _serial;

    /// <summary>Whether it is called on the thread that moves the execution.</summary>
    public bool IsPrompt { get; init; }

    /// <summary>Whether everything succeeds at once from now on.</summary>
    public bool IsGood { get; set; }

    /// <summary>The tokens it was given to hand on.</summary>
    public List<HeldToken> Tokens { get; } = [];

    /// <summary>How many calls hung, failed or were answered too late.</summary>
    public int Faults { get; private set; }

    /// <summary>How many calls are under way.</summary>
    public int UnderWay => _calls.Count;

    /// <summary>Who performs a resource; null leaves it to the service.</summary>
    public ITaskHandler? Of(ServiceLife life, TaskResource resource) => resource is { Kind: ResourceKind.LambdaFunction } or { Service: "lambda" } ? new Handler(this, life) : null;

    /// <summary>Ends a call that is under way.</summary>
    public void EndOne()
    {
        var call = _calls[dice.Below(_calls.Count)];
        _calls.Remove(call);
        var outcome = Outcome(call.Request);
        trace.Add($"call {call.Serial} ends with {Text(outcome)}{(call.Life.IsOver ? ", too late" : "")}");
        if (call.Life.IsOver)
            Faults++;
        call.Completion.TrySetResult(outcome);
    }

    private ValueTask<TaskOutcome> StartAsync(ServiceLife life, TaskRequest request, CancellationToken cancellationToken)
    {
        var serial = ++_serial;
        if (life.IsOver)
            return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Waiting(null));
        trace.Add($"call {serial} of {request.StateName} in {Ledger.Short(request.Execution.Arn)}");
        ledger.Called(life, request);
        if (request.Resource.Pattern == IntegrationPattern.WaitForTaskToken && !Tokens.Exists(held => held.Token == request.Token))
            Tokens.Add(new HeldToken(request.Token, request.Execution.Arn));
        var choice = IsGood ? 0 : dice.Below(10);
        if (choice < 5)
        {
            var outcome = Outcome(request);
            trace.Add($"call {serial} gives {Text(outcome)} at once");
            return ValueTask.FromResult(outcome);
        }

        if (choice == 5)
        {
            Faults++;
            var after = TimeSpan.FromSeconds(dice.Between(1, 20));
            var outcome = Outcome(request);
            trace.Add($"call {serial} gives {Text(outcome)} after {after.TotalSeconds} s");
            return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Delayed(outcome, after));
        }

        var call = new Call(serial, life, request);
        _calls.Add(call);
        if (choice == 9)
            Faults++;
        cancellationToken.Register(() =>
        {
            // One in two hears that nobody waits any more.
            if (serial % 2 == 0 && _calls.Remove(call))
                call.Completion.TrySetCanceled(cancellationToken);
        });
        return new ValueTask<TaskOutcome>(call.Completion.Task);
    }

    private TaskOutcome Outcome(TaskRequest request)
    {
        if (!IsGood && dice.OneIn(5))
        {
            Faults++;
            return new TaskOutcome.Failed(new TaskFailure(dice.Of(["Broken", "States.TaskFailed", "Busy"]), $"call {_serial}"));
        }

        var result = ledger.Given(request.Execution.Arn);
        return new TaskOutcome.Completed(JsonObject.Of(("given", JsonValue.From(result))));
    }

    private static string Text(TaskOutcome outcome) => outcome switch
    {
        TaskOutcome.Completed completed => completed.Output.Text,
        TaskOutcome.Failed failed => failed.Failure.Error ?? "a failure",
        _ => "nothing",
    };

    private sealed class Handler(Handlers handlers, ServiceLife life) : ITaskHandler
    {
        public bool IsPrompt => handlers.IsPrompt;

        public ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken) => handlers.StartAsync(life, request, cancellationToken);
    }

    private sealed class Call(int serial, ServiceLife life, TaskRequest request)
    {
        public int Serial => serial;

        public ServiceLife Life => life;

        public TaskRequest Request => request;

        public TaskCompletionSource<TaskOutcome> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
