using System.Globalization;
using System.Buffers.Binary;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Saving;

/// <summary>What is kept of map runs and their Express children, as records of the data file.</summary>
internal static class MapRunRecords
{
    public static void Write(RecordWriter writer, MapRunState run, RunningExecution e)
    {
        writer.Text(e.Arn);
        writer.Text(e.StateMachine.Arn);
        writer.Text(e.StateMachine.RevisionId);
        writer.Number((long)e.Seed);
        writer.Text(e.TestCase);
        writer.Text(run.MapName);
        writer.Flag(run.IsExpress);
        writer.Value(run.Items);
        writer.Value(run.Reading);
        Write(writer, run.MaxItems);
        writer.Flag(run.Batching is not null);
        if (run.Batching is { } batching)
        {
            writer.Number(batching.MostItems);
            writer.Number(batching.MostBytes);
            writer.Value(batching.Shared);
        }

        writer.Value(run.Writing);
        writer.Number(run.MaxConcurrency);
        Write(writer, run.Tolerance.Count);
        writer.Text(run.Tolerance.Percentage?.ToString("R", CultureInfo.InvariantCulture));
        writer.Number((int)run.Status);
        writer.Time(run.StartDate);
        writer.Time(run.StopDate);
        writer.Number(run.RedriveCount);
        writer.Time(run.RedriveDate);
        writer.Flag(run.HasResults);
    }

    public static SavedMapRun Read(RecordReader reader, string arn)
    {
        var (executionArn, machineArn, revisionId, seed, testCase) = (reader.Text()!, reader.Text()!, reader.Text()!, (ulong)reader.Number(), reader.Text());
        var run = new MapRunState
        {
            Arn = arn,
            MapName = reader.Text()!,
            IsExpress = reader.Flag(),
            Items = reader.Value(),
            Reading = (JsonObject?)reader.Value(),
            MaxItems = ReadNumber(reader),
            Batching = reader.Flag() ? new Batching(reader.Number(), reader.Number(), reader.Value()) : null,
            Writing = (JsonObject?)reader.Value(),
            MaxConcurrency = reader.Int(),
            Tolerance = new Tolerance(ReadNumber(reader), reader.Text() is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null),
            Status = (ExecutionStatus)reader.Number(),
            StartDate = reader.Time()!.Value,
            StopDate = reader.Time(),
            RedriveCount = reader.Int(),
            RedriveDate = reader.Time(),
            HasResults = reader.Flag(),
        };
        run.IsChanged = false;
        return new SavedMapRun(run, executionArn, machineArn, revisionId, seed, testCase);
    }

    public static void Write(RecordWriter writer, MapRunCounts counts)
    {
        Write(writer, counts.Items);
        Write(writer, counts.Executions);
        writer.Flag(counts.IsRead);
        writer.Number(counts.Failures.Count);
        foreach (var (error, count) in counts.Failures)
        {
            writer.Text(error);
            writer.Number(count);
        }
    }

    public static MapRunCounts ReadCounts(RecordReader reader) => new(
        ReadTally(reader), ReadTally(reader), reader.Flag(), [.. Enumerable.Range(0, reader.Int()).Select(_ => new MapRunFailure(reader.Text(), reader.Number()))]);

    /// <summary>The row of an Express child that has ended.</summary>
    public static ChildRow RowOf(RunningExecution e, ParentLink parent)
    {
        var writer = new RecordWriter();
        writer.Value(e.Input);
        writer.Value(e.Output);
        writer.Text(e.Error);
        writer.Text(e.Cause);
        return new ChildRow(
            parent.Index, NumberOf(e.Name), (int)e.Status, parent.Items, parent.Generation, e.StartDate.UtcTicks, e.StopDate!.Value.UtcTicks, writer.Take());
    }

    /// <summary>The Express child of a row.</summary>
    public static ExecutionDescription Describe(SavedMapRun run, StateMachine machine, ChildRow row)
    {
        var (arn, name) = run.Run.ChildOf(run.MachineArn, run.Seed, row.Item);
        var reader = new RecordReader(row.Record);
        return new ExecutionDescription
        {
            Arn = arn,
            Number = NumberOf(row.Item),
            Name = name,
            StateMachine = machine,
            Status = (ExecutionStatus)row.Status,
            StartDate = new DateTimeOffset(row.Start, TimeSpan.Zero),
            StopDate = new DateTimeOffset(row.Stop, TimeSpan.Zero),
            Input = reader.Value()!,
            Output = reader.Value(),
            Error = reader.Text(),
            Cause = reader.Text(),
            MapRunArn = run.Run.Arn,
            ItemIndex = row.Item,
            ItemCount = row.Items,
            IsExpress = true,
            TestCase = run.TestCase,
        };
    }

    /// <summary>The number that orders the Express children of a run.</summary>
    public static long NumberOf(int item) => item + 1L;

    /// <summary>The number that a child's name makes, which is a UUID; 0 for a name that is none.</summary>
    public static long NumberOf(string name)
    {
        if (!Guid.TryParse(name, out var id))
            return 0;
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    private static void Write(RecordWriter writer, MapRunTally tally)
    {
        writer.Number(tally.Pending);
        writer.Number(tally.Running);
        writer.Number(tally.Succeeded);
        writer.Number(tally.Failed);
        writer.Number(tally.TimedOut);
        writer.Number(tally.Aborted);
    }

    private static MapRunTally ReadTally(RecordReader reader) =>
        new(reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Number());

    private static void Write(RecordWriter writer, long? number)
    {
        writer.Flag(number is not null);
        if (number is { } value)
            writer.Number(value);
    }

    private static long? ReadNumber(RecordReader reader) => reader.Flag() ? reader.Number() : null;
}

/// <summary>A map run as the file has it.</summary>
/// <param name="Run">The run.</param>
/// <param name="ExecutionArn">The execution that began it.</param>
/// <param name="MachineArn">That execution's machine.</param>
/// <param name="RevisionId">The revision it runs.</param>
/// <param name="Seed">What that execution's random numbers derive from, and the names of children.</param>
/// <param name="TestCase">The test case of a mock file that answers for its tasks; null for none.</param>
internal sealed record SavedMapRun(MapRunState Run, string ExecutionArn, string MachineArn, string RevisionId, ulong Seed, string? TestCase);

/// <summary>How a run's items and children stood at its end.</summary>
/// <param name="mapRunArn">The run.</param>
/// <param name="counts">The counts.</param>
/// <param name="saved">Called when that is saved.</param>
/// <param name="report">Told of a defect of ours for which it never is.</param>
internal sealed class MapRunEnd(string mapRunArn, MapRunCounts counts, Action saved, Action<Exception> report) : IDataWrite
{
    public void Write(DataTables tables)
    {
        var writer = new RecordWriter();
        MapRunRecords.Write(writer, counts);
        tables.SetCounts(mapRunArn, writer.Take());
    }

    public void Saved() => saved();

    public bool Failed(Exception e, bool isPassing)
    {
        if (!isPassing)
            report(e);
        return false;
    }
}
