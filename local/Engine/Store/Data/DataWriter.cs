using Microsoft.Data.Sqlite;

namespace Stateside.Engine.Store.Data;

/// <summary>Facts that are saved together.</summary>
internal interface IDataWrite
{
    /// <summary>Writes them; on the writer's thread, within its transaction.</summary>
    void Write(DataTables tables);

    /// <summary>They are saved. Must return at once.</summary>
    void Saved();

    /// <summary>They cannot be saved now.</summary>
    /// <returns>Whether to let go of them; else they are tried again until they are saved.</returns>
    bool Failed(Exception e);
}

/// <summary>
/// The one thread that writes to the data file. What has come in since the last commit makes the next one, so that many executions
/// share the cost of a commit and none waits for more than one that is under way.
/// </summary>
internal sealed class DataWriter : IDisposable
{
    private const int MostAtOnce = 2048;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly DataFile _file;
    private readonly DataTables _tables;
    private readonly Thread _thread;
    private readonly Action<Exception> _report;
    private Queue<IDataWrite> _waiting = new();
    private List<IDataWrite> _unsaved = [];
    private bool _isEnding;
    private bool _isReported;

    /// <summary>A writer for a file, which it owns from now on.</summary>
    public DataWriter(DataFile file, Action<Exception> report)
    {
        _file = file;
        _report = report;
        _tables = new DataTables(file.Writing);
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
                return _waiting.Count;
        }
    }

    /// <summary>Saves facts; in the order of the calls.</summary>
    public void Enqueue(IDataWrite write)
    {
        lock (_lock)
        {
            _waiting.Enqueue(write);
            if (_waiting.Count > 1)
                return;
        }

        _work.Release();
    }

    /// <summary>Saves what waits, then closes the file.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isEnding, true);
        _work.Release();
        _thread.Join();
        _tables.Dispose();
        _file.Dispose();
        _work.Dispose();
    }

    private void Run()
    {
        var group = new List<IDataWrite>();
        while (true)
        {
            // What could not be saved is tried again every second; where nothing waits, the next that comes is.
            if (!_work.Wait(Trouble is not null ? 1000 : Timeout.Infinite) && _unsaved.Count == 0)
                Trouble = null;
            group.AddRange(_unsaved);
            _unsaved.Clear();
            bool isMore;
            do
            {
                lock (_lock)
                {
                    while (group.Count < MostAtOnce && _waiting.TryDequeue(out var write))
                        group.Add(write);
                    isMore = _waiting.Count > 0;
                }

                if (group.Count > 0)
                    Save(group);
                group.Clear();
            }
            while (isMore && _unsaved.Count == 0);

            // What still cannot be saved when the service ends is lost, and nobody was told of it.
            if (Volatile.Read(ref _isEnding) && (!isMore || _unsaved.Count > 0))
                return;
        }
    }

    private void Save(List<IDataWrite> group)
    {
        if (TryCommit(group) is not { } e)
        {
            Trouble = null;
            _isReported = false;
            foreach (var write in group)
                Tell(write.Saved);
            return;
        }

        // One at a time, so that what can be saved is, and the rest waits or is given up.
        foreach (var write in group)
        {
            if ((_unsaved.Count > 0 ? e : TryCommit([write])) is not { } failure)
            {
                Tell(write.Saved);
                continue;
            }

            e = failure;
            if (!_isReported)
                _report(failure);
            _isReported = true;

            // A defect of ours fails again and again; a full disk does not.
            var isPassing = failure is SqliteException or DataFileException;
            if (isPassing)
                Trouble = failure;
            if (!write.Failed(failure) && isPassing)
                _unsaved.Add(write);
        }
    }

    private Exception? TryCommit(IReadOnlyList<IDataWrite> group)
    {
        try
        {
            _tables.Begin();
            foreach (var write in group)
                write.Write(_tables);
            _tables.Commit();
            return null;
        }
        catch (Exception e)
        {
            _tables.Abandon();
            return e;
        }
    }

    private void Tell(Action saved)
    {
        try
        {
            saved();
        }
        catch (Exception e)
        {
            _report(e);
        }
    }
}
