using BenchmarkDotNet.Attributes;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;

namespace Stateside.Bench;

/// <summary>One transition: a Pass state entered and left, its two events made. Nothing is saved and no thread is changed.</summary>
[MemoryDiagnoser]
public class TransitionBenchmarks
{
    private readonly StateMachine _plain = HotPathInput.Chain(HotPathInput.ChainLength);
    private readonly StateMachine _path = HotPathInput.Chain(
        HotPathInput.ChainLength, """, "Parameters": {"n.$": "States.MathAdd($.n, 1)", "order.$": "$.order"} """);

    private readonly StateMachine _jsonata = HotPathInput.Chain(
        HotPathInput.ChainLength, """, "Output": "{% $merge([$states.input, {'n': $states.input.n + 1}]) %}" """, "\"QueryLanguage\": \"JSONata\", ");

    private readonly HistorySegment _events = HotPathInput.Run(HotPathInput.Execution(HotPathInput.Chain(HotPathInput.ChainLength))).Events!;
    private readonly RecordWriter _writer = new();
    private byte[]? _record;

    /// <summary>A Pass state without fields.</summary>
    [Benchmark(OperationsPerInvoke = HotPathInput.ChainLength)]
    public object Plain() => HotPathInput.Run(HotPathInput.Execution(_plain));

    /// <summary>A Pass state with a template of two paths, one in an intrinsic function.</summary>
    [Benchmark(OperationsPerInvoke = HotPathInput.ChainLength)]
    public object WithPaths() => HotPathInput.Run(HotPathInput.Execution(_path));

    /// <summary>A Pass state with a JSONata output.</summary>
    [Benchmark(OperationsPerInvoke = HotPathInput.ChainLength)]
    public object WithJsonata() => HotPathInput.Run(HotPathInput.Execution(_jsonata));

    /// <summary>One event written into a record of the data file.</summary>
    [Benchmark(OperationsPerInvoke = HotPathInput.ChainEvents)]
    public byte[] EventIntoRecord()
    {
        HistoryRecords.Write(_writer, _events);
        return _writer.Take();
    }

    /// <summary>One event read back from a record of the data file.</summary>
    [Benchmark(OperationsPerInvoke = HotPathInput.ChainEvents)]
    public object EventFromRecord() => HistoryRecords.Read(new RecordReader(_record ??= EventIntoRecord()), 1);
}
