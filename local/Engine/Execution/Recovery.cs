using Stateside.Engine.Store.Data;

namespace Stateside.Engine.Execution;

/// <summary>
/// Brings executions back from the data file: all that run when a service starts, and single ones that are to be redriven. What they
/// wait for is set up again; a request that was under way is sent once more.
/// </summary>
internal sealed class Recovery(ExecutionEngine engine, ExecutionArchive archive, RunningTasks tasks)
{
    /// <summary>Lets every execution that had not ended go on.</summary>
    /// <returns>How many there are.</returns>
    public int Restore()
    {
        var restored = archive.Store.Queries.Running().Select(row => Recall(row)).OfType<ExecutionActor>().ToList();
        foreach (var actor in restored)
            GoOn(actor);
        return restored.Count;
    }

    /// <summary>Brings an execution back as it was saved; null when it cannot be.</summary>
    public ExecutionActor? Recall(ExecutionRow row)
    {
        if (archive.Load(row, arn => engine.FindActor(arn)?.Execution) is not var (execution, recorder))
            return null;
        return engine.Adopt(new ExecutionActor(engine, execution, recorder));
    }

    private void GoOn(ExecutionActor actor)
    {
        var e = actor.Execution;
        if (e.Root is null)
        {
            // An Express execution, or one whose first turn never came.
            actor.Post(StartMessage.Instance);
            return;
        }

        if (e.Parent is { } parent && parent.Execution.Status != ExecutionStatus.Running)
        {
            actor.Post(new StopMessage(null, null));
            return;
        }

        foreach (var frame in e.Frames().OrderBy(frame => frame.Id).ToList())
        {
            switch (frame.Phase)
            {
                case FramePhase.Entering or FramePhase.Retrying or FramePhase.Returning:
                    e.Ready.Enqueue(frame);
                    break;
                case FramePhase.Working when frame is { Task: { } task, State: Language.TaskState state }:
                    tasks.Start(actor, new StartTaskEffect(
                        task.Key, state.Resource, task.Payload, task.Token, state.Name, task.CredentialsRoleArn, task.Timeout)
                    {
                        Submitted = task.Submitted,
                        IsWithWorker = task.Started,
                    });
                    break;
                case FramePhase.Working when frame is { Task: { } task }:
                    tasks.Start(actor, new StartTaskEffect(task.Key, Step.ResourceOf(frame), task.Payload, task.Token, frame.State.Name, null, null));
                    break;
                case FramePhase.Gathering when frame.Group is { MapRunArn: not null } group:
                    Reattach(actor, frame, group);
                    break;
            }
        }

        if (e.Ready.Count > 0)
            actor.Post(ContinueMessage.Instance);
        engine.SetDue(actor);
    }

    /// <summary>Hears of children that ended unheard, and begins those that never began.</summary>
    private void Reattach(ExecutionActor actor, Frame frame, FrameGroup group)
    {
        var children = archive.Store.Queries.Children(group.MapRunArn!);
        var missing = new List<int>();
        for (var index = 0; index < group.Next; index++)
        {
            if (group.Results[index] is not null)
                continue;
            if (!children.TryGetValue(index, out var row))
            {
                missing.Add(index);
            }
            else if (row.Status != (int)ExecutionStatus.Running)
            {
                var child = archive.Find(row.Arn)!;
                actor.Post(new ChildEndedMessage(frame.Id, group.Generation, index, child.Output, child.Error, child.Cause));
            }
        }

        if (missing.Count > 0)
            actor.Post(new MissingChildrenMessage(frame.Id, missing));
    }
}
