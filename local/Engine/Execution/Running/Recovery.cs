using Stateside.Engine.Execution.Saving;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Definitions;

namespace Stateside.Engine.Execution.Running;

/// <summary>
/// Brings executions back from the data file: all that run when a service starts, and single ones that are to be redriven. What they
/// wait for is set up again; a request that was under way is sent once more.
/// </summary>
internal sealed class Recovery(ExecutionEngine engine, ExecutionArchive archive, RunningTasks tasks, MapRuns mapRuns)
{
    /// <summary>Brings every execution back that had not ended. None goes on yet, and each can be stopped.</summary>
    public RestoredExecutions Restore()
    {
        var restored = archive.Store.Queries.Running().Select(row => TryRecall(row)).OfType<ExecutionActor>().ToList();
        var numbers = restored.Select(actor => actor.Execution.Number).ToHashSet();
        engine.UnderWay?.Restored(numbers.Contains);

        // First all that looks at executions, then all that lets them move: from then on their own turns change them. Virtual time stands
        // still until all move: what the first ones do may be over before the last one begins.
        engine.Enter();
        foreach (var actor in restored)
            Attempt(actor.Execution.Arn, () => Prepare(actor, engine.UnderWay?.IsHeld(actor.Execution.Number) == true));
        var running = restored.FindAll(actor => !actor.IsHeld);
        return new RestoredExecutions(running.Count, [.. restored.Where(actor => actor.IsHeld).Select(actor => actor.Execution.Arn)], () =>
        {
            foreach (var actor in running)
                engine.GoOn(actor);
            engine.Leave();
        });
    }

    /// <summary>Sets up what lets an execution go on.</summary>
    private void Prepare(ExecutionActor actor, bool isHeld)
    {
        var moves = new List<Action>();
        FindMoves(actor, moves);
        var due = Step.NextDue(actor.Execution, engine.Facts);
        actor.Wait(
            () =>
            {
                engine.SetDue(actor, due);
                moves.ForEach(move => move());
            },
            isHeld);
    }

    private ExecutionActor? TryRecall(ExecutionRow row)
    {
        ExecutionActor? actor = null;
        Attempt(row.Arn, () => actor = Recall(row));
        return actor;
    }

    /// <summary>Does what reads an execution; where that is not as it was written, it is set aside, and the others go on.</summary>
    private void Attempt(string arn, Action read)
    {
        try
        {
            read();
        }
        catch (RecordDamagedException e)
        {
            engine.SetAside(arn, e);
        }
    }

    /// <summary>Brings an execution back as it was saved; null when it cannot be.</summary>
    public ExecutionActor? Recall(ExecutionRow row)
    {
        if (archive.Load(row, arn => engine.FindActor(arn)?.Execution) is not var (execution, recorder))
            return null;
        return engine.Adopt(new ExecutionActor(engine, execution, recorder));
    }

    /// <summary>Adds what lets an execution go on; nothing of it is done here.</summary>
    private void FindMoves(ExecutionActor actor, List<Action> moves)
    {
        var e = actor.Execution;
        if (e.Root is null)
        {
            // An Express execution, or one whose first turn never came.
            moves.Add(() => actor.Post(StartMessage.Instance));
            return;
        }

        if (e.Parent is { } parent && !IsAwaited(parent))
        {
            moves.Add(() => actor.Post(new StopMessage(null, null)));
            return;
        }

        // The runs of an earlier format get a record before any of their children ends, whose own row belongs to that.
        if (e.MapRuns?.Exists(run => run.IsChanged) == true)
            moves.Insert(0, () => actor.PostHere(ContinueMessage.Instance));

        foreach (var frame in e.Frames().OrderBy(frame => frame.Id))
        {
            switch (frame.Phase)
            {
                case FramePhase.Entering or FramePhase.Retrying or FramePhase.Returning:
                    e.Ready.Enqueue(frame);
                    break;
                case FramePhase.Working when frame.Task is { } task:
                    var effect = new StartTaskEffect(
                        task.Key, ((TaskState)frame.State).Resource, task.Payload, task.Token, frame.State.Name, task.CredentialsRoleArn, task.Timeout)
                    {
                        Frame = frame,
                        Submitted = task.Submitted,
                        IsWithWorker = task.Started,
                        IsAnswered = task.Early is not null,

                        // A later attempt may not take what an earlier one left for its own.
                        SentBefore = frame.RetryCount > 0 ? null : frame.EnteredTime < e.RedriveDate ? e.RedriveDate : frame.EnteredTime,
                    };
                    tasks.Know(actor, effect);
                    moves.Add(() => tasks.Resume(actor, effect));
                    break;
                case FramePhase.Gathering when frame is { State: MapState, Group: { Run: null } group }
                    && group.Next < group.Results.Length && group.Running.Count < group.Concurrency:
                    // What an iteration is given was yet to be evaluated.
                    group.GoesOnFrom = frame.LastEventId;
                    e.Ready.Enqueue(frame);
                    break;
                case FramePhase.Gathering when frame is { Group: { Run: not null } group, State: MapState map }:
                    var run = new Step(e, engine.Facts, engine.Moment).RunOf(frame, map, group) with { IsBegun = true };
                    moves.Add(mapRuns.Resume(actor, run));
                    break;
            }
        }

        if (e.Ready.Count > 0)
            moves.Add(() => actor.Post(ContinueMessage.Instance));
    }

    /// <summary>Whether a map run still waits for a child of it: the effect that was to stop the child may never have left.</summary>
    private static bool IsAwaited(ParentLink parent) =>
        parent.Execution.Status == ExecutionStatus.Running && parent.Execution.FindFrame(parent.FrameId)?.Group?.Run?.Arn == parent.MapRunArn;
}
