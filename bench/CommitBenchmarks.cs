using BenchmarkDotNet.Attributes;
using Stateside.Engine.Execution.Saving;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;

namespace Stateside.Bench;

/// <summary>
/// One commit of so many turns, each the whole of an execution of two Pass states: run, its row and its six events made into records,
/// and written by the writer's thread to a file in the temporary folder.
/// </summary>
[MemoryDiagnoser]
public class CommitBenchmarks
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stateside-bench-").FullName;
    private readonly StateMachine _machine = HotPathInput.Chain(2);
    private readonly RecordWriter _writer = new();
    private DataStore _store = null!;
    private long _number;

    /// <summary>How many turns there are in the group.</summary>
    [Params(1, 100)]
    public int Turns { get; set; }

    /// <summary>What is saved survives the end of the process, or a power cut too.</summary>
    [Params(DataDurability.Process, DataDurability.Power)]
    public DataDurability Durability { get; set; }

    /// <summary>Opens the file.</summary>
    [GlobalSetup]
    public void Open()
    {
        _store = DataStore.Open(Path.Combine(_folder, $"{Turns}-{Durability}"), durability: Durability);
        _number = _store.Queries.LastExecution();
    }

    /// <summary>Closes and removes it.</summary>
    [GlobalCleanup]
    public void Close()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>One commit.</summary>
    [Benchmark]
    public void Commit()
    {
        using var saved = new CountdownEvent(1);
        var group = new Group([.. Enumerable.Range(0, Turns).Select(_ => MakeTurn())], saved);
        _store.Writer.Enqueue(group);
        saved.Wait();
    }

    private (ExecutionRow Row, byte[] Segment) MakeTurn()
    {
        var e = HotPathInput.Execution(_machine, ++_number);
        var turn = HotPathInput.Run(e);
        ExecutionRecords.WriteFacts(_writer, e);
        var facts = _writer.Take();
        ExecutionRecords.WriteOutcome(_writer, e);
        var outcome = _writer.Take();
        HistoryRecords.Write(_writer, turn.Events!);
        var row = new ExecutionRow(
            e.Number, e.Arn, _machine.Arn, null, (int)e.Status, 0, null, null, e.StartDate.UtcTicks, e.StartDate.UtcTicks, facts, outcome);
        return (row, _writer.Take());
    }

    private sealed class Group(List<(ExecutionRow Row, byte[] Segment)> turns, CountdownEvent saved) : IDataWrite
    {
        public void Write(DataTables tables)
        {
            foreach (var (row, segment) in turns)
            {
                tables.Add(row);
                tables.AddSegment(row.Id, 1, segment);
            }
        }

        public void Saved() => saved.Signal();

        public bool Failed(Exception e, bool isPassing) => throw e;
    }
}
