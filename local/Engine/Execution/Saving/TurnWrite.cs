using System.Runtime.CompilerServices;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Saving;

/// <summary>
/// Turns what a turn changed about an execution into records. Of each execution there is one, which knows what is saved of it already;
/// a large value is saved once and referred to from then on.
/// </summary>
internal sealed class TurnRecorder
{
    private readonly List<(int Id, byte[] Record)> _newValues = [];
    private readonly RecordWriter _writer;
    private ConditionalWeakTable<JsonValue, StrongBox<int>>? _values;
    private int _lastValue;

    /// <summary>A recorder for an execution of which nothing is saved, or that was read back.</summary>
    /// <param name="lastValue">The highest number given to a value of it; -1 for none.</param>
    /// <param name="isAdded">Whether it is in the file.</param>
    public TurnRecorder(int lastValue = -1, bool isAdded = false)
    {
        _lastValue = lastValue;
        IsAdded = isAdded;
        _writer = new RecordWriter(Refer);
    }

    /// <summary>Whether the execution is in the file.</summary>
    public bool IsAdded { get; private set; }

    /// <summary>What is to be written for a turn; null when that is nothing.</summary>
    public TurnWrite? Record(RunningExecution e, Turn turn)
    {
        if (e.IsExpress)
            return RecordExpress(e);
        if (IsAdded && turn is { Events: null, IsRedriven: false, Results.Count: 0, Left.Count: 0 } && !e.Frames().Any(frame => frame.IsChanged)
            && e.MapRuns?.Exists(run => run.IsChanged) != true)
        {
            return null;
        }

        var write = new TurnWrite(e.Number, e.StateMachine);
        if (!IsAdded)
            write.Row = Row(e);
        else if (e.Status != ExecutionStatus.Running || turn.IsRedriven)
            write.End = (e.Status, e.RedriveCount, e.StopDate, e.Status == ExecutionStatus.Running ? null : Outcome(e));
        IsAdded = true;
        if (turn.Events is { } segment)
        {
            HistoryRecords.Write(_writer, segment);
            write.Segment = (segment.FirstId, _writer.Take());
        }

        if (e.Status == ExecutionStatus.Succeeded)
        {
            write.DropsFrames = write.Row is null;
        }
        else
        {
            RecordFrames(e, turn, write);
            ExecutionRecords.WriteProgress(_writer, e, turn.WallAhead);
            write.Frames.Add((0, _writer.Take()));
        }

        RecordMapRuns(e, write);
        write.Values.AddRange(_newValues);
        _newValues.Clear();
        return write;
    }

    private void RecordMapRuns(RunningExecution e, TurnWrite write)
    {
        foreach (var run in e.MapRuns ?? [])
        {
            if (!run.IsChanged)
                continue;
            MapRunRecords.Write(_writer, run, e);
            write.MapRuns.Add((run.Arn, _writer.Take(), run.Status == ExecutionStatus.Running));
            run.IsChanged = false;
        }
    }

    /// <summary>Of an Express execution only that it was begun is kept, until it ends: after a crash it begins anew. Of a map run's child its end.</summary>
    private TurnWrite? RecordExpress(RunningExecution e)
    {
        var isOver = e.Status != ExecutionStatus.Running;
        if (IsAdded == !isOver)
            return null;
        var write = new TurnWrite(e.Number, e.StateMachine);
        if (e.Parent is { } parent)
        {
            write.Child = (parent.MapRunArn, MapRunRecords.RowOf(e, parent));
            return write;
        }

        if (isOver)
            write.Drops = true;
        else
            write.Row = Row(e);
        IsAdded = true;
        write.Values.AddRange(_newValues);
        _newValues.Clear();
        return write;
    }

    private ExecutionRow Row(RunningExecution e)
    {
        ExecutionRecords.WriteFacts(_writer, e);
        var facts = _writer.Take();
        return new ExecutionRow(
            e.Number, e.Arn, e.Parent?.MapRunArn ?? e.StateMachine.Arn, e.Parent?.Index, (int)e.Status, e.RedriveCount, e.AliasArn, e.VersionArn,
            e.StartDate.UtcTicks, e.StopDate?.UtcTicks, facts, e.Status == ExecutionStatus.Running ? null : Outcome(e));
    }

    private byte[] Outcome(RunningExecution e)
    {
        ExecutionRecords.WriteOutcome(_writer, e);
        return _writer.Take();
    }

    private void RecordFrames(RunningExecution e, Turn turn, TurnWrite write)
    {
        foreach (var frame in turn.Left)
        {
            if (frame.IsSaved)
                write.Left.Add(frame.Id);
            if (frame.SavedGroup is not null)
                write.Regrouped.Add(frame.Id);
        }

        foreach (var frame in e.Frames())
        {
            if (!frame.IsChanged)
                continue;
            ExecutionRecords.WriteFrame(_writer, frame, turn.WallAhead);
            write.Frames.Add((frame.Id, _writer.Take()));
            frame.IsChanged = false;
            frame.IsSaved = true;
            var group = frame.Group ?? frame.Remains;
            if (frame.SavedGroup != group && frame.SavedGroup is not null)
                write.Regrouped.Add(frame.Id);
            frame.SavedGroup = group;
        }

        foreach (var (frameId, index) in turn.Results)
        {
            if (e.FindFrame(frameId) is not { } frame || (frame.Group ?? frame.Remains) is not { } group || index >= group.Results.Length)
                continue;
            // Whether the iteration failed stood here, while children of map runs had results too.
            _writer.Flag(false);
            _writer.Value(group.Results[index]);
            write.Results.Add((frameId, index, _writer.Take()));
        }
    }

    private int Refer(JsonValue value)
    {
        if ((_values ??= []).TryGetValue(value, out var known))
            return known.Value;
        var id = ++_lastValue;
        _values.Add(value, new StrongBox<int>(id));
        var writer = new RecordWriter();
        writer.Value(value);
        _newValues.Add((id, writer.Take()));
        return id;
    }
}

/// <summary>What one turn changed, ready to be written.</summary>
/// <param name="execution">The execution's number.</param>
/// <param name="machine">The revision it runs, which is kept with the first of its executions.</param>
internal sealed class TurnWrite(long execution, StateMachine machine)
{
    /// <summary>The execution, when it is new.</summary>
    public ExecutionRow? Row { get; set; }

    /// <summary>How it now stands, when that has changed.</summary>
    public (ExecutionStatus Status, int Redrives, DateTimeOffset? StopDate, byte[]? Outcome)? End { get; set; }

    public (long First, byte[] Record)? Segment { get; set; }

    public List<(int Id, byte[] Record)> Frames { get; } = [];

    public List<int> Left { get; } = [];

    /// <summary>The frames whose saved results belong to a group that is no more.</summary>
    public List<int> Regrouped { get; } = [];

    public List<(int Frame, int Index, byte[] Record)> Results { get; } = [];

    public List<(int Id, byte[] Record)> Values { get; } = [];

    /// <summary>The map runs that began, changed or ended.</summary>
    public List<(string Arn, byte[] Record, bool IsUnderWay)> MapRuns { get; } = [];

    /// <summary>The Express child of a map run that has ended.</summary>
    public (string MapRunArn, ChildRow Row)? Child { get; set; }

    /// <summary>Whether no frame is needed any more.</summary>
    public bool DropsFrames { get; set; }

    /// <summary>Whether nothing of it is needed any more.</summary>
    public bool Drops { get; set; }

    /// <summary>Whether its ARN was taken.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>How many bytes the records come to.</summary>
    public int Length
    {
        get
        {
            long length = (Row?.Facts.Length ?? 0) + (Row?.Outcome?.Length ?? 0) + (End?.Outcome?.Length ?? 0) + (Segment?.Record.Length ?? 0) + (Child?.Row.Record.Length ?? 0);
            foreach (var (_, record) in Values)
                length += record.Length;
            foreach (var (_, record) in Frames)
                length += record.Length;
            foreach (var (_, _, record) in Results)
                length += record.Length;
            return (int)Math.Min(length, int.MaxValue);
        }
    }

    /// <summary>Writes it; again, where the commit it was in did not succeed.</summary>
    public void Write(DataTables tables)
    {
        IsRefused = false;
        if (Drops)
        {
            tables.Drop(execution);
            return;
        }

        if (Child is var (mapRunArn, child))
        {
            tables.SetChild(mapRunArn, child);
            return;
        }

        if (Row is { } row)
        {
            tables.Revision(machine.Arn, machine.RevisionId, () => RevisionRecords.Write(machine));
            IsRefused = !tables.Add(row);
            if (IsRefused)
                return;
        }

        foreach (var (id, record) in Values)
            tables.SetValue(execution, id, record);
        if (Segment is var (first, segment))
            tables.AddSegment(execution, first, segment);
        foreach (var frame in Regrouped)
            tables.DropResults(execution, frame);
        foreach (var frame in Left)
            tables.DropFrame(execution, frame);
        foreach (var (id, record) in Frames)
            tables.SetFrame(execution, id, record);
        foreach (var (frame, index, record) in Results)
            tables.SetResult(execution, frame, index, record);
        foreach (var (arn, record, isUnderWay) in MapRuns)
            tables.SetMapRun(execution, arn, record, isUnderWay);
        if (DropsFrames)
            tables.DropFrames(execution);
        if (End is var (status, redrives, stop, outcome))
            tables.Set(execution, (int)status, redrives, stop?.UtcTicks, outcome);
    }
}
