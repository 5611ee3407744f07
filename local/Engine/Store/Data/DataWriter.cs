using Microsoft.Data.Sqlite;

namespace Stateside.Engine.Store.Data;

/// <summary>Facts that are saved together.</summary>
internal interface IDataWrite
{
    /// <summary>About how many bytes they come to; 0 of what is always small.</summary>
    int Length => 0;

    /// <summary>Writes them; on the writer's thread, within its transaction.</summary>
    void Write(DataTables tables);

    /// <summary>They are saved. Must return at once.</summary>
    void Saved();

    /// <summary>They cannot be saved now.</summary>
    /// <param name="e">Why.</param>
    /// <param name="isPassing">
    /// Whether that passes, as a full disk does. Else it is a defect of ours, which fails again and again: they are let go of, and whoever
    /// they are of says so.
    /// </param>
    /// <returns>Whether to let go of them; else they are tried again until they are saved.</returns>
    bool Failed(Exception e, bool isPassing);
}

/// <summary>
/// Writes to the data file, one commit at a time. What has come in since the last commit makes the next one, so that many executions
/// share the cost of a commit and none waits for more than one that is under way: of what is long a commit takes so much as is written in
/// a moment, behind what is short. A thread of its own writes, but while there is little to do whoever brings a write makes its commit
/// himself: waking another thread takes longer than that.
/// </summary>
internal sealed class DataWriter : IDisposable
{
    /// <summary>After which what could not be saved is tried again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const int MostAtOnce = 2048;

    /// <summary>From which a write is long.</summary>
    private const int Long = 16 << 10;

    /// <summary>So many bytes of what is short, as many of what is long, and what goes beyond with the last of them, make a commit.</summary>
    private const int MostBytesAtOnce = 2 << 20;

    private readonly Lock _lock = new();

    /// <summary>Whoever holds it writes.</summary>
    private readonly Lock _writing = new();

    private readonly SemaphoreSlim _work = new(0);
    private readonly DataFile _file;
    private readonly DataTables _tables;
    private readonly Thread? _thread;
    private readonly CommitDecisions? _decisions;
    private readonly Action<Exception> _report;
    private readonly Queue<IDataWrite> _waiting = new();
    private readonly Queue<IDataWrite> _waitingLong = new();
    private List<IDataWrite> _unsaved = [];
    private bool _isEnding;
    private bool _isReported;
    private bool _isCalm = true;

    /// <summary>A writer for a file, which it owns from now on.</summary>
    /// <param name="file">The file.</param>
    /// <param name="report">Is told of trouble when it begins.</param>
    /// <param name="decisions">What decides in place of a thread; null for a thread.</param>
    public DataWriter(DataFile file, Action<Exception> report, CommitDecisions? decisions = null)
    {
        _decisions = decisions;
        _file = file;
        _report = report;
        _tables = new DataTables(file.Writing);
        if (decisions is not null)
            return;
        _thread = new Thread(Run) { IsBackground = true, Name = "Stateside data" };
        _thread.Start();
    }

    /// <summary>Why nothing can be saved at present; null when all is well.</summary>
    public Exception? Trouble { get; private set; }

    /// <summary>How many wait to be saved.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count + _waitingLong.Count;
        }
    }

    /// <summary>Whether a failure is one of the disk or of the file, which passes; else it is a defect of ours.</summary>
    public static bool IsPassing(Exception e) => e is SqliteException or DataFileException;

    /// <summary>Saves facts; in the order of the calls among those that are short, and among those that are long.</summary>
    public void Enqueue(IDataWrite write)
    {
        if (IsFirst(write))
            _work.Release();
    }

    /// <summary>Saves facts, on this thread where that is quicker.</summary>
    /// <returns>Whether they are saved, and <see cref="IDataWrite.Saved"/> is not called for it; else that is still to come.</returns>
    public bool TrySave(IDataWrite write)
    {
        if (!IsFirst(write))
            return false;
        if (Volatile.Read(ref _isCalm) && _decisions?.AtOnce() != false && _writing.TryEnter())
        {
            try
            {
                // What could not be saved before is the thread's to try again, and first.
                if (_unsaved.Count == 0 && !Volatile.Read(ref _isEnding))
                {
                    var isSaved = SaveWaiting([], write);

                    // Of more than one commit takes nobody else has been told.
                    if (Waiting > 0)
                        _work.Release();
                    return isSaved;
                }
            }
            finally
            {
                _writing.Exit();
            }
        }

        _work.Release();
        return false;
    }

    /// <summary>Saves what waits, then closes the file.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isEnding, true);
        _work.Release();
        if (_thread is null)
            Run();
        else
            _thread.Join();
        lock (_writing)
        {
            _tables.Dispose();
            _file.Dispose();
        }

        _work.Dispose();
    }

    /// <summary>Puts a write in line.</summary>
    /// <returns>Whether nothing stood there, and nobody has yet been told to write.</returns>
    private bool IsFirst(IDataWrite write)
    {
        lock (_lock)
        {
            (write.Length < Long ? _waiting : _waitingLong).Enqueue(write);
            return _waiting.Count + _waitingLong.Count == 1;
        }
    }

    /// <summary>Does once what the thread does again and again, where there is none.</summary>
    /// <param name="isSecondOver">Whether it is time to try again what could not be saved.</param>
    /// <returns>Whether there was anything to do.</returns>
    internal bool WriteOnce(bool isSecondOver)
    {
        var isTold = _work.Wait(0);
        if (!isTold && (!isSecondOver || Trouble is null))
            return false;
        WriteWaiting(isTold);
        return true;
    }

    private void Run()
    {
        // What could not be saved is tried again after a while; where nothing waits, the next that comes is.
        while (WriteWaiting(_work.Wait(Trouble is not null ? Patience : Timeout.InfiniteTimeSpan)))
        {
        }
    }

    /// <summary>Writes what could not be written before, and what waits.</summary>
    /// <param name="isTold">Whether somebody said that something waits.</param>
    /// <returns>Whether there may be more to come.</returns>
    private bool WriteWaiting(bool isTold)
    {
        lock (_writing)
        {
            if (!isTold && _unsaved.Count == 0)
                Trouble = null;
            var group = _unsaved;
            _unsaved = [];
            do
            {
                SaveWaiting(group, null);
                group.Clear();
            }
            while (Waiting > 0 && _unsaved.Count == 0);

            // What still cannot be saved when the service ends is lost, and nobody was told of it.
            return !Volatile.Read(ref _isEnding) || (Waiting > 0 && _unsaved.Count == 0);
        }
    }

    /// <summary>Saves a group and what waits.</summary>
    /// <param name="group">The group.</param>
    /// <param name="own">What is not told that it is saved.</param>
    /// <returns>Whether that was saved.</returns>
    private bool SaveWaiting(List<IDataWrite> group, IDataWrite? own)
    {
        lock (_lock)
        {
            for (var length = 0; group.Count < MostAtOnce && length < MostBytesAtOnce && _waiting.TryDequeue(out var write); length += write.Length)
                group.Add(write);
            for (var length = 0; length < MostBytesAtOnce && _waitingLong.TryDequeue(out var write); length += write.Length)
                group.Add(write);
        }

        Volatile.Write(ref _isCalm, group.Count <= 1);
        return group.Count > 0 && Save(group, own);
    }

    private bool Save(List<IDataWrite> group, IDataWrite? own)
    {
        var isOwnSaved = false;
        if (TryCommit(group) is not { } e)
        {
            Trouble = null;
            _isReported = false;
            foreach (var write in group)
                Tell(write, own, ref isOwnSaved);
            return isOwnSaved;
        }

        // One at a time, so that what can be saved is, and the rest waits or is given up.
        foreach (var write in group)
        {
            if ((_unsaved.Count > 0 ? e : TryCommit([write])) is not { } failure)
            {
                Tell(write, own, ref isOwnSaved);
                continue;
            }

            e = failure;
            var isPassing = IsPassing(failure);
            if (isPassing)
            {
                if (!_isReported)
                    _report(failure);
                _isReported = true;
                Trouble = failure;
            }

            if (!Fail(write, failure, isPassing) && isPassing)
                _unsaved.Add(write);
        }

        // The thread may be asleep for as long as nobody tells it, and is to try again; and trouble of which nothing is left to try is
        // over for it after a while, else nothing new would ever begin.
        if (own is not null && Trouble is not null)
            _work.Release();
        return isOwnSaved;
    }

    private Exception? TryCommit(IReadOnlyList<IDataWrite> group)
    {
        try
        {
            _file.CheckPlace();
            _tables.Begin();
            foreach (var write in group)
                write.Write(_tables);
            if (_decisions?.Failure(group) is { } failure)
                throw failure;
            _tables.Commit();
            return null;
        }
        catch (Exception e)
        {
            _tables.Abandon();
            return e;
        }
    }

    /// <summary>Says that a write failed. What that throws ends no thread.</summary>
    /// <returns>Whether to let go of it.</returns>
    private bool Fail(IDataWrite write, Exception failure, bool isPassing)
    {
        try
        {
            return write.Failed(failure, isPassing);
        }
        catch (Exception e)
        {
            _report(e);
            return true;
        }
    }

    private void Tell(IDataWrite write, IDataWrite? own, ref bool isOwnSaved)
    {
        if (write == own)
        {
            isOwnSaved = true;
            return;
        }

        try
        {
            write.Saved();
        }
        catch (Exception e)
        {
            _report(e);
        }
    }
}
