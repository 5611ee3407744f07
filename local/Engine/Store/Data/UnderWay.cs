using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace Stateside.Engine.Store.Data;

/// <summary>
/// Which executions are worked on at any moment, noted beside the data file where the note outlives the process however that ends: by a
/// kill, for want of memory, in a stack that overflows. The next process reads whose work it was that never ended; where that is the same
/// execution three times in a row it is held.
/// </summary>
/// <remarks>
/// The file is mapped, so that a note costs a few nanoseconds and no commit. What it says is of use after the end of a process only: a
/// power cut may take it, and then nobody is held.
/// </remarks>
internal sealed class UnderWay : IDisposable
{
    /// <summary>So many times in a row an execution may be worked on when the process ends; then it is held.</summary>
    public const int MostTimes = 3;

    private const long Mark = 0x31544D57_53544154;
    private const int Turns = 1024;
    private const int Tasks = 1024;
    private const int MostSuspects = 256;

    /// <summary>So many bits of a key are the number of an item.</summary>
    private const int ItemBits = 22;

    /// <summary>Marks the note of a task, whose execution may take other turns meanwhile: they say nothing of how it ends.</summary>
    private const long Task = 1L << 62;

    private const int RestoredAt = 8;
    private const int TurnsAt = 16;
    private const int TasksAt = TurnsAt + (8 * Turns);
    private const int SuspectsAt = TasksAt + (8 * Tasks);
    private const int Length = SuspectsAt + (16 * MostSuspects);

    private readonly Lock _lock = new();
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly int[] _tasks = new int[Tasks];

    /// <summary>How often each was worked on when the process ended, by its key; null while that is none.</summary>
    private volatile Dictionary<long, int>? _suspects;

    private int _lastTask;
    private volatile bool _isClosed;

    private UnderWay(MemoryMappedFile file, Dictionary<long, int> suspects)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, Length);
        _suspects = suspects.Count == 0 ? null : suspects;
    }

    /// <summary>Reads what the process noted that ended last, and begins anew.</summary>
    /// <param name="path">The data file.</param>
    /// <returns>Null where a file cannot be mapped: then nobody is ever held.</returns>
    public static UnderWay? Open(string path)
    {
        path += ".turns";
        try
        {
            var suspects = Suspects(File.Exists(path) ? File.ReadAllBytes(path) : []);

            // Whole or not at all, so that no end of a process counts twice.
            using (var begun = OwnFolder.Open(path + ".new", FileMode.Create, FileAccess.Write, FileShare.None))
                begun.Write(Written(suspects));
            File.Move(path + ".new", path, overwrite: true);
            return new UnderWay(MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, Length, MemoryMappedFileAccess.ReadWrite), suspects);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>What an execution, or an Express child of one, is noted by; 0 is noted by nothing.</summary>
    /// <param name="execution">The number of the execution that the file has.</param>
    /// <param name="item">Of an Express child the item that it works on; -1 of the execution itself.</param>
    public static long KeyOf(long execution, int item = -1) => item + 1 >= 1 << ItemBits ? 0 : (execution << ItemBits) | (uint)(item + 1);

    /// <summary>A turn begins on this thread.</summary>
    public void Begin(long key) => Note(TurnsAt + (8 * (Environment.CurrentManagedThreadId & (Turns - 1))), key);

    /// <summary>The turn on this thread is over.</summary>
    /// <param name="key">Whose it was.</param>
    /// <param name="isWhole">Whether it came to its end, rather than was broken off.</param>
    public void End(long key, bool isWhole)
    {
        Begin(0);
        if (isWhole && _suspects is not null)
            Clear(suspect => suspect == key);
    }

    /// <summary>Code of others begins in this process on behalf of an execution.</summary>
    /// <returns>What to end it by.</returns>
    public int BeginTask(long key)
    {
        // Who ends a debugger as a rule ends what it debugs.
        if (key == 0 || Debugger.IsAttached)
            return -1;
        for (var i = 0; i < 8; i++)
        {
            var place = Interlocked.Increment(ref _lastTask) & (Tasks - 1);
            if (Interlocked.CompareExchange(ref _tasks[place], 1, 0) != 0)
                continue;
            Note(TasksAt + (8 * place), key | Task);
            return place;
        }

        return -1;
    }

    /// <summary>Such code is over, and the process is not.</summary>
    public void EndTask(int place, long key)
    {
        if (place < 0)
            return;
        Note(TasksAt + (8 * place), 0);
        if (_suspects is not null)
            Clear(suspect => suspect == (key | Task));
        Volatile.Write(ref _tasks[place], 0);
    }

    /// <summary>
    /// The executions that run are brought back, and those go on that are not held. From now on it counts which of them are worked on when
    /// the process ends.
    /// </summary>
    /// <param name="isRunning">Tells of a number whether it is one of them.</param>
    public void Restored(Func<long, bool> isRunning)
    {
        Clear(suspect => !isRunning(ExecutionOf(suspect)));
        Note(RestoredAt, 1);
    }

    /// <summary>Whether any execution may be held.</summary>
    public bool HasSuspects => _suspects is not null;

    /// <summary>Whether an execution is not to go on.</summary>
    public bool IsHeld(long execution)
    {
        lock (_lock)
            return _suspects?.Any(suspect => ExecutionOf(suspect.Key) == execution && suspect.Value >= MostTimes) == true;
    }

    /// <summary>Lets an execution begin anew to be counted.</summary>
    public void LetGo(long execution) => Clear(suspect => ExecutionOf(suspect) == execution);

    public void Dispose()
    {
        _isClosed = true;
        for (var at = TurnsAt; at < SuspectsAt; at += 8)
            _view.Write(at, 0L);
        _view.Dispose();
        _file.Dispose();
    }

    private static long ExecutionOf(long key) => (key & ~Task) >> ItemBits;

    private static Dictionary<long, int> Suspects(byte[] before)
    {
        var suspects = new Dictionary<long, int>();
        if (before.Length != Length || At(0) != Mark)
            return suspects;
        var underWay = new HashSet<long>();
        for (var at = TurnsAt; at < SuspectsAt; at += 8)
            underWay.Add(At(at));
        underWay.Remove(0);
        var hadRestored = At(RestoredAt) != 0;
        for (var at = SuspectsAt; at < Length; at += 16)
        {
            // What is held stays so. Of the others only those count on that were under way this time too, where they could have been.
            if (At(at + 8) is > 0 and var times && (times >= MostTimes || !hadRestored || underWay.Contains(At(at))))
                suspects[At(at)] = (int)Math.Min(times, MostTimes);
        }

        foreach (var key in underWay)
            suspects[key] = suspects.GetValueOrDefault(key) + 1;
        return suspects.OrderByDescending(suspect => suspect.Value).Take(MostSuspects).ToDictionary();

        long At(int at) => BinaryPrimitives.ReadInt64LittleEndian(before.AsSpan(at));
    }

    private static byte[] Written(Dictionary<long, int> suspects)
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Mark);
        var at = SuspectsAt;
        foreach (var (key, times) in suspects)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), key);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at + 8), times);
            at += 16;
        }

        return bytes;
    }

    private void Clear(Predicate<long> isCleared)
    {
        lock (_lock)
        {
            if (_suspects is not { } suspects)
                return;
            foreach (var key in suspects.Keys.Where(key => isCleared(key)).ToList())
            {
                suspects.Remove(key);
                for (var at = SuspectsAt; at < Length && !_isClosed; at += 16)
                {
                    if (_view.ReadInt64(at) == key)
                        Note(at + 8, 0);
                }
            }

            if (suspects.Count == 0)
                _suspects = null;
        }
    }

    private void Note(int at, long value)
    {
        if (_isClosed)
            return;
        try
        {
            _view.Write(at, value);
        }
        catch (ObjectDisposedException)
        {
            // The service ends, and a turn that it did not wait for ends after it.
        }
    }
}
