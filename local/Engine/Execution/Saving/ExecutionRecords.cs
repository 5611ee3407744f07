using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Saving;

/// <summary>What is kept of an execution, as records of the data file.</summary>
internal static class ExecutionRecords
{
    /// <summary>What does not change.</summary>
    public static void WriteFacts(RecordWriter writer, RunningExecution e)
    {
        writer.Text(e.Name);
        writer.Text(e.StateMachine.Arn);
        writer.Text(e.StateMachine.RevisionId);
        writer.Flag(e.IsExpress);
        writer.Number((long)e.Seed);
        writer.Text(e.TraceHeader);
        writer.Text(e.TestCase);
        writer.Value(e.Input);
        writer.Flag(e.Parent is not null);
        if (e.Parent is not { } parent)
            return;
        writer.Text(parent.Execution.Arn);
        writer.Number(parent.FrameId);
        writer.Number(parent.Index);
        writer.Text(parent.MapRunArn);
        writer.Text(parent.MapName);
        writer.Value(JsonValue.From(parent.Items));
    }

    public static ExecutionFacts ReadFacts(RecordReader reader)
    {
        var facts = new ExecutionFacts(
            reader.Text()!, reader.Text()!, reader.Text()!, reader.Flag(), (ulong)reader.Number(), reader.Text(), reader.Text(), reader.Value()!);
        if (!reader.Flag())
            return facts;
        var parent = new ParentFacts(reader.Text()!, reader.Int(), reader.Int(), reader.Text()!, reader.Text()!, 1);

        // A child's item stood here once, before AWS was seen to show it none; then nothing.
        var items = reader.Value();
        return facts with { Parent = items is JsonNumber { IsInt64: true } number ? parent with { Items = (int)number.Int64 } : parent };
    }

    /// <summary>What moves on with every turn.</summary>
    public static void WriteProgress(RecordWriter writer, RunningExecution e, TimeSpan wallAhead)
    {
        writer.Number(e.LastFrameId);
        writer.Number(e.LastEventId);
        writer.Number(e.VariableBytes);
        writer.Time(Dated(e.Deadline, wallAhead));
        writer.Time(e.RedriveDate);
        writer.Text(e.RedriveToken);
        writer.Number(e.Parent?.Generation ?? 0);
    }

    public static void ReadProgress(RecordReader reader, RunningExecution e)
    {
        e.LastFrameId = reader.Int();
        e.LastEventId = reader.Number();
        e.VariableBytes = reader.Number();
        e.Deadline = reader.Time();
        e.RedriveDate = reader.Time();
        e.RedriveToken = reader.Text();
        var generation = reader.Int();
        if (e.Parent is { } parent)
            e.Parent = parent with { Generation = generation };
    }

    /// <summary>How it ended.</summary>
    public static void WriteOutcome(RecordWriter writer, RunningExecution e)
    {
        writer.Value(e.Output);
        writer.Text(e.Error);
        writer.Text(e.Cause);
        writer.Number(e.LastEventId);
        writer.Time(e.RedriveDate);
        writer.Text(e.RedriveToken);
    }

    public static ExecutionOutcome ReadOutcome(RecordReader reader) =>
        new(reader.Value(), reader.Text(), reader.Text(), reader.Number(), reader.Time(), reader.Text());

    public static void WriteFrame(RecordWriter writer, Frame frame, TimeSpan wallAhead)
    {
        writer.Number(frame.Parent?.Id ?? 0);
        writer.Number(frame.Index);
        writer.Text(frame.State.Name);
        writer.Number((int)frame.Phase);
        writer.Flag(frame.IsYetToEnter);
        writer.Value(frame.Input);
        writer.Value(frame.Item);
        writer.Value(frame.Variables.Own);
        writer.Number(frame.LastEventId);
        writer.Number(frame.EnteredEventId);
        writer.Number(-frame.BeforeSucceededEventId);
        writer.Time(frame.EnteredTime);
        writer.Number(frame.RetryCount);
        writer.Number(frame.RetriesUsed?.Length ?? 0);
        foreach (var used in frame.RetriesUsed ?? [])
            writer.Number(used);
        writer.Time(frame.IsUntilDate ? frame.Due : Dated(frame.Due, wallAhead));
        writer.Number(frame.Attempts);
        writer.Value(frame.Result);
        writer.Flag(frame.Failure is not null);
        if (frame.Failure is { } failure)
        {
            writer.Text(failure.Error);
            writer.Text(failure.Cause);
            writer.Text(failure.Alias);
        }

        writer.Flag(frame.Task is not null);
        if (frame.Task is { } task)
            WriteTask(writer, task, wallAhead);
        writer.Number((int)KindOf(frame));
        if ((frame.Group ?? frame.Remains) is { Run: { } run } distributed)
        {
            writer.Value(distributed.Input);
            writer.Text(run.Arn);
            writer.Number(distributed.Generation);
        }
        else if ((frame.Group ?? frame.Remains) is { } group)
        {
            WriteGroup(writer, group);
        }
    }

    /// <summary>A frame; its parent must have been read before.</summary>
    public static Frame ReadFrame(RecordReader reader, int id, RunningExecution e)
    {
        var parentId = reader.Int();
        var parent = parentId == 0 ? null : e.FindFrame(parentId) ?? throw new DataDamagedException($"frame {parentId} of {e.Arn} is missing");
        var index = reader.Int();
        var definition = parent?.State switch
        {
            null => e.Definition,
            ParallelState parallel => parallel.Branches[index],
            MapState map => map.ItemProcessor,
            _ => throw new DataDamagedException($"frame {id} of {e.Arn} has no place in the definition"),
        };
        var state = definition[reader.Text()!];
        var phase = (FramePhase)reader.Number();
        var isYetToEnter = reader.Flag();
        var frame = new Frame
        {
            Id = id,
            Parent = parent,
            Index = index,
            Definition = definition,
            State = state,
            Input = reader.Value()!,
            Item = reader.Value(),
            Variables = new VariableScope((JsonObject)reader.Value()!, parent?.Variables),
        };
        frame.Phase = phase;
        frame.IsYetToEnter = isYetToEnter;
        frame.LastEventId = reader.Number();
        frame.EnteredEventId = reader.Number();

        // A positive number, the event before the state was entered, stood here before that was no more needed.
        frame.BeforeSucceededEventId = -Math.Min(0, reader.Number());
        frame.EnteredTime = reader.Time()!.Value;
        frame.RetryCount = reader.Int();
        var retriers = reader.Count();
        frame.RetriesUsed = retriers == 0 ? null : new int[retriers];
        for (var i = 0; i < retriers; i++)
            frame.RetriesUsed![i] = reader.Int();
        frame.Due = reader.Time();
        frame.Attempts = reader.Int();
        frame.Result = reader.Value();
        frame.Failure = reader.Flag() ? new FrameFailure(reader.Text(), reader.Text(), reader.Text()) : null;
        frame.Task = reader.Flag() ? ReadTask(reader, id) : null;

        // Deadlines of an activity's task that no worker had taken were kept before they came to count from then on.
        if (frame is { Task: { Started: false } waiting, State: TaskState { Resource.Kind: ResourceKind.Activity } })
            (waiting.TimeoutDue, waiting.HeartbeatDue) = (null, null);
        var kind = (GroupKind)reader.Number();
        if (kind is GroupKind.Gathering or GroupKind.Remaining)
            frame.Group = ReadGroup(reader, frame, e);
        else if (kind is GroupKind.Distributed or GroupKind.RemainingDistributed)
            frame.Group = ReadDistributed(reader, e);
        if (kind is GroupKind.Remaining or GroupKind.RemainingDistributed)
            (frame.Group, frame.Remains) = (null, frame.Group);
        frame.IsChanged = false;
        frame.IsSaved = true;
        frame.SavedGroup = frame.Group ?? frame.Remains;
        return frame;
    }

    private static void WriteTask(RecordWriter writer, TaskAttempt task, TimeSpan wallAhead)
    {
        writer.Number(task.Key.Attempt);
        writer.Text(task.Token);
        writer.Value(task.Payload);
        writer.Text(task.CredentialsRoleArn);
        writer.Number(task.Timeout?.Ticks ?? -1);
        writer.Time(Dated(task.TimeoutDue, wallAhead));
        writer.Number(task.Heartbeat?.Ticks ?? -1);
        writer.Time(Dated(task.HeartbeatDue, wallAhead));
        writer.Flag(task.Started);
        writer.Value(task.Submitted);
        writer.Number(task.Early switch { TaskSucceededMessage => 1, TaskFailedMessage => 2, _ => 0 });
        switch (task.Early)
        {
            case TaskSucceededMessage succeeded:
                writer.Value(succeeded.Output);
                break;
            case TaskFailedMessage failed:
                writer.Text(failed.Failure.Error);
                writer.Text(failed.Failure.Cause);
                break;
        }
    }

    /// <summary>A due time of the steady clock as a date: the next process begins with the wall clock as it goes then.</summary>
    private static DateTimeOffset? Dated(DateTimeOffset? due, TimeSpan wallAhead) =>
        due is not { } time || DateTimeOffset.MaxValue - time < wallAhead ? due : time + wallAhead;

    private static TaskAttempt ReadTask(RecordReader reader, int frameId)
    {
        var task = new TaskAttempt
        {
            Key = new TaskKey(frameId, reader.Int()),
            Token = reader.Text()!,
            Payload = reader.Value()!,
            CredentialsRoleArn = reader.Text(),
            Timeout = Duration(reader),
            TimeoutDue = reader.Time(),
            Heartbeat = Duration(reader),
            HeartbeatDue = reader.Time(),
            Started = reader.Flag(),
            Submitted = reader.Value(),
        };
        task.Early = reader.Number() switch
        {
            1 => new TaskSucceededMessage(task.Key, reader.Value()!) { IsByToken = true },
            2 => new TaskFailedMessage(task.Key, new TaskFailure(reader.Text(), reader.Text())) { IsByToken = true },
            _ => null,
        };
        return task;
    }

    private static TimeSpan? Duration(RecordReader reader) => reader.Number() is var ticks and >= 0 ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>A group without its results, which have rows of their own.</summary>
    private static void WriteGroup(RecordWriter writer, FrameGroup group)
    {
        writer.Value(group.Input);
        writer.Value(group.Items);
        writer.Number(group.Results.Length);
        writer.Number(group.Concurrency);
        writer.Number(group.ToleratedFailures);
        writer.Text(null);
        writer.Number(group.Generation);
        writer.Number(0);
        writer.Number(group.Next);
        writer.Number(group.Failed);
        writer.Number(group.Succeeded);
        writer.Number(0);
    }

    private static FrameGroup ReadGroup(RecordReader reader, Frame frame, RunningExecution e)
    {
        var (input, items, results, concurrency, tolerated) = (reader.Value()!, reader.Value(), reader.Int(), reader.Int(), reader.Int());
        var (mapRunArn, generation, redrives) = (reader.Text(), reader.Int(), reader.Int());
        var (next, failed, succeeded, _) = (reader.Int(), reader.Int(), reader.Int(), reader.Int());
        if (mapRunArn is not null)
            return OldRun(frame, e, input, items, concurrency, tolerated, mapRunArn, generation, redrives);
        return new FrameGroup
        {
            Input = input,
            Items = items,
            Results = new JsonValue?[results],
            Concurrency = concurrency,
            ToleratedFailures = tolerated,
            Generation = generation,
            Next = next,
            Failed = failed,
            Succeeded = succeeded,
        };
    }

    private static FrameGroup ReadDistributed(RecordReader reader, RunningExecution e)
    {
        var (input, arn, generation) = (reader.Value()!, reader.Text()!, reader.Int());
        return new FrameGroup
        {
            Input = input,
            Results = [],
            Concurrency = 0,
            Run = e.MapRuns?.Find(run => run.Arn == arn) ?? throw new DataDamagedException($"map run {arn} is missing"),
            Generation = generation,
        };
    }

    /// <summary>
    /// The map run of a frame as it was kept before runs had records of their own: with all that had been read, and, while the reader or the
    /// writer was asked, with what it was asked.
    /// </summary>
    private static FrameGroup OldRun(
        Frame frame, RunningExecution e, JsonValue input, JsonValue? items, int concurrency, int tolerated, string arn, int generation, int redrives)
    {
        var map = (MapState)frame.State;
        var asked = (frame.Task?.Payload as JsonObject)?["Parameters"] as JsonObject;

        // It has a record since it was first read here; the frame's is as it was until the frame changes.
        var known = e.MapRuns?.Find(other => other.Arn == arn);
        var run = known ?? new MapRunState
        {
            Arn = arn,
            MapName = map.Name,
            IsExpress = map.ItemProcessor.Processor!.Express,
            Items = items,
            Reading = items is null ? asked ?? JsonObject.Empty : null,
            MaxConcurrency = concurrency,
            Tolerance = new Tolerance(tolerated, null),
            StartDate = frame.EnteredTime,
            RedriveCount = redrives,
        };
        if (known is null && e.Status != ExecutionStatus.Running)
            run.Become(e.Status == ExecutionStatus.Failed ? ExecutionStatus.Failed : ExecutionStatus.Aborted, e.StopDate ?? frame.EnteredTime);
        if (known is null)
            (e.MapRuns ??= []).Add(run);
        if (frame.Task is not null)
            (frame.Task, frame.Phase) = (null, FramePhase.Gathering);
        return new FrameGroup { Input = input, Results = [], Concurrency = 0, Run = run, Generation = generation };
    }

    private static GroupKind KindOf(Frame frame) => (frame.Group, frame.Remains) switch
    {
        (null, null) => GroupKind.None,
        ({ Run: not null }, _) => GroupKind.Distributed,
        (not null, _) => GroupKind.Gathering,
        (_, { Run: not null }) => GroupKind.RemainingDistributed,
        _ => GroupKind.Remaining,
    };

    /// <summary>What a frame's record has of branches, iterations or children.</summary>
    private enum GroupKind
    {
        None,
        Gathering,
        Remaining,
        Distributed,
        RemainingDistributed,
    }
}

/// <summary>What does not change about an execution.</summary>
internal sealed record ExecutionFacts(
    string Name, string MachineArn, string RevisionId, bool IsExpress, ulong Seed, string? TraceHeader, string? TestCase, JsonValue Input)
{
    /// <summary>Of a map run's child: whose.</summary>
    public ParentFacts? Parent { get; init; }
}

/// <summary>Whose child an execution is.</summary>
internal sealed record ParentFacts(string ExecutionArn, int FrameId, int Index, string MapRunArn, string MapName, int Items);

/// <summary>How an execution ended.</summary>
internal sealed record ExecutionOutcome(
    JsonValue? Output, string? Error, string? Cause, long LastEventId, DateTimeOffset? RedriveDate, string? RedriveToken);
