using Stateside.Engine.Execution.Turns;

namespace Stateside.Engine.Execution.Running;

/// <summary>What a turn that is saved lets out.</summary>
public sealed partial class ExecutionEngine
{
    /// <summary>Lets what a saved turn has to say out: events to observers, effects to the world, the next due time to the timer.</summary>
    /// <param name="actor">The execution.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="isEnd">Whether the execution ended in it.</param>
    internal void Release(ExecutionActor actor, Turn turn, bool isEnd)
    {
        if (turn.Defect is not null)
            ReportDefect(actor.Execution.Arn, turn.Defect);

        // What one of these throws keeps nothing from the others, and whoever waits for the turn hears that it is saved.
        if (turn.Events is not null)
            Attempt(actor, () => TurnSaved?.Invoke(actor.Execution.Arn, turn.Events.Events));
        if (turn.Transitions is { Count: > 0 })
            TellTransitions(actor, turn.Transitions);
        foreach (var effect in turn.Effects)
            Attempt(actor, () => Perform(actor, effect));
        Attempt(actor, static (engine, actor) => engine.SetDue(actor, Step.NextDue(actor.Execution, engine.Facts)));
        if (turn.IsRedriven)
            Attempt(actor, static (engine, actor) => engine.Readmit(actor));
        if (isEnd)
            Attempt(actor, static (engine, actor) => engine.Ended(actor));
        if (Changed is not null && (turn.Events is not null || isEnd))
            Tell(actor, isEnd);
    }

    private void Tell(ExecutionActor actor, bool isEnd)
    {
        var execution = actor.Execution;
        var change = new ExecutionChange(execution.Arn, execution.StateMachine.Arn, execution.Parent?.MapRunArn, execution.Parent?.Execution.Arn, isEnd);
        Attempt(actor, () => Changed?.Invoke(change));
    }

    /// <summary>Apart, so that what this keeps for the call is kept only where somebody asked.</summary>
    private void TellTransitions(ExecutionActor actor, IReadOnlyList<Transition> transitions) =>
        Attempt(actor, () => _options.TransitionsTaken!(actor.Execution.StateMachine, transitions));

    /// <summary>Does what needs to be kept from nothing else, and keeps nothing for the call.</summary>
    private void Attempt(ExecutionActor actor, Action<ExecutionEngine, ExecutionActor> action)
    {
        try
        {
            action(this, actor);
        }
        catch (Exception e)
        {
            ReportDefect(actor.Execution.Arn, e);
        }
    }

    internal void Attempt(ExecutionActor actor, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            ReportDefect(actor.Execution.Arn, e);
        }
    }

    private void Perform(ExecutionActor actor, Effect effect)
    {
        switch (effect)
        {
            case StartTaskEffect start:
                _tasks.Start(actor, start);
                break;
            case CancelTaskEffect cancel:
                _tasks.Cancel(actor, cancel);
                break;
            case RunMapEffect run:
                _mapRuns.Run(actor, run);
                break;
            case UpdateMapRunEffect update:
                _mapRuns.Update(update);
                break;
            case FinishMapRunEffect finish:
                _mapRuns.Finish(finish);
                break;
            case StopMapRunEffect stop:
                _mapRuns.Stop(stop);
                break;
            case ReportEndEffect:
                _mapRuns.ChildEnded(actor);
                break;
        }
    }

    internal void ReportDefect(string arn, Exception e)
    {
        try
        {
            Defect?.Invoke(arn, e);
        }
        catch (Exception)
        {
            // Whoever listens for defects has one: nobody is left to tell, and the process must not end of it.
        }
    }
}
