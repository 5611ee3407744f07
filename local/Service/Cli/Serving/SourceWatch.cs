namespace Stateside.Service.Cli.Serving;

/// <summary>
/// Watches the files that a served template stands on. Editors and builds write in bursts, so a change is told once it has been quiet for
/// a moment, with all that changed by then; while one change is dealt with, the next waits.
/// </summary>
internal sealed class SourceWatch : IDisposable
{
    /// <summary>What builds, version control and Stateside itself write, below a folder with code.</summary>
    private static readonly string[] Ignored = ["obj", "node_modules", "TestResults"];

    private readonly Lock _lock = new();
    private readonly TimeSpan _settle;
    private readonly Func<IReadOnlyCollection<string>, Task> _changed;
    private readonly Action<string> _cannot;
    private readonly Func<string, string, bool> _isOwn;
    private readonly ITimer _timer;
    private readonly Dictionary<(string Folder, bool Whole), FileSystemWatcher> _watchers = [];
    private HashSet<string> _files = [];
    private HashSet<string> _pending = [];
    private bool _busy;
    private bool _disposed;

    /// <summary>A watch on nothing yet.</summary>
    /// <param name="time">The real clock.</param>
    /// <param name="settle">How long it must be quiet.</param>
    /// <param name="changed">Deals with the paths that changed.</param>
    /// <param name="cannot">Hears what cannot be watched.</param>
    /// <param name="isOwn">Whether a path in a watched folder is one that Stateside itself writes, which changes nothing.</param>
    public SourceWatch(
        TimeProvider time, TimeSpan settle, Func<IReadOnlyCollection<string>, Task> changed, Action<string> cannot, Func<string, string, bool> isOwn)
    {
        _isOwn = isOwn;
        _settle = settle;
        _changed = changed;
        _cannot = cannot;
        _timer = time.CreateTimer(_ => _ = TellAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Watches these in place of what was watched before.</summary>
    /// <param name="files">Files, whether they are there or not.</param>
    /// <param name="folders">Folders with all that is below.</param>
    public void Watch(IEnumerable<string> files, IEnumerable<string> folders)
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _files = [.. files.Select(Path.GetFullPath)];
            var wanted = _files.Select(file => (Folder: Path.GetDirectoryName(file)!, Whole: false))
                .Concat(folders.Select(folder => (Folder: Path.GetFullPath(folder), Whole: true))).Distinct().ToList();
            foreach (var gone in _watchers.Keys.Except(wanted).ToList())
            {
                _watchers[gone].Dispose();
                _watchers.Remove(gone);
            }

            foreach (var (folder, whole) in wanted.Where(place => !_watchers.ContainsKey(place) && Directory.Exists(place.Folder)))
                Add(folder, whole);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var watcher in _watchers.Values)
                watcher.Dispose();
            _watchers.Clear();
        }

        _timer.Dispose();
    }

    private void Add(string folder, bool whole)
    {
        try
        {
            var watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = whole,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.CreationTime,
            };
            void Take(string path)
            {
                if (whole ? IsSource(Path.GetRelativePath(folder, path)) && !_isOwn(path, folder) : IsFile(path))
                    Note(path);
            }

            watcher.Changed += (_, e) => Take(e.FullPath);
            watcher.Created += (_, e) => Take(e.FullPath);
            watcher.Deleted += (_, e) => Take(e.FullPath);
            watcher.Renamed += (_, e) =>
            {
                Take(e.OldFullPath);
                Take(e.FullPath);
            };

            // More happened than it could hold: anything may have changed.
            watcher.Error += (_, _) => Note(whole ? Path.Combine(folder, "?") : _files.First());
            watcher.EnableRaisingEvents = true;
            _watchers.Add((folder, whole), watcher);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _cannot($"{folder} cannot be watched, so a change there is seen at the next start: {e.Message}");
        }
    }

    private bool IsFile(string path)
    {
        lock (_lock)
            return _files.Contains(path);
    }

    private static bool IsSource(string relative)
    {
        var parts = relative.Split('/', '\\');
        var name = parts[^1];
        return !parts.Any(part => part.StartsWith('.') || Ignored.Contains(part, StringComparer.OrdinalIgnoreCase))
            && !name.EndsWith('~') && Path.GetExtension(name) is not (".user" or ".swp" or ".tmp");
    }

    private void Note(string path)
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _pending.Add(path);
            if (!_busy)
                _timer.Change(_settle, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task TellAsync()
    {
        HashSet<string> paths;
        lock (_lock)
        {
            if (_busy || _disposed || _pending.Count == 0)
                return;
            _busy = true;
            (paths, _pending) = (_pending, []);
        }

        try
        {
            await _changed(paths);
        }
        finally
        {
            lock (_lock)
            {
                _busy = false;
                if (_pending.Count > 0 && !_disposed)
                    _timer.Change(_settle, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
