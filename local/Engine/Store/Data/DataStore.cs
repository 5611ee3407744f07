using Stateside.Language.Services;

namespace Stateside.Engine.Store.Data;

/// <summary>
/// Everything that is kept between runs of the service: one file in a folder, with a single writer that groups what it is given into
/// commits, and any number of readers, who see what is committed.
/// </summary>
public sealed class DataStore : ICatalogStorage, IDisposable
{
    private readonly List<Action<Exception>> _observers = [];

    private DataStore(DataFile file, CommitDecisions? decisions)
    {
        Path = file.Path;
        TimesOpened = file.TimesOpened;
        UnderWay = UnderWay.Open(file.Path);
        Queries = new DataQueries(file);
        Writer = new DataWriter(file, e => _observers.ForEach(observer => observer(e)), decisions);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>How often the file was opened, this time included: what derives from it was never there before.</summary>
    internal long TimesOpened { get; }

    /// <summary>Why nothing can be saved at present, such as a full disk; null when all is well.</summary>
    public Exception? Trouble => Writer.Trouble;

    internal DataWriter Writer { get; }

    /// <summary>Notes which executions are worked on; null where nothing can.</summary>
    internal UnderWay? UnderWay { get; }

    internal DataQueries Queries { get; }

    /// <summary>Opens the data file of a folder; makes both where they are not there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="location">The region and the account of all that it holds, which it keeps; null for the default.</param>
    /// <param name="durability">What saved facts survive.</param>
    /// <param name="maxPages">How many pages of 4 KiB the file may have; null for no limit.</param>
    /// <returns>The store; to be disposed, which saves what waits.</returns>
    /// <exception cref="DataFileException">
    /// It cannot be used: another process has it, a newer version wrote it, it is damaged, it was made for
    /// another region or account, the folder cannot be written.
    /// </exception>
    public static DataStore Open(
        string folder, AwsLocation? location = null, DataDurability durability = DataDurability.Process, long? maxPages = null) =>
        new(DataFile.Open(folder, location ?? AwsLocation.Default, durability, maxPages), null);

    /// <summary>Opens the data file of a folder for a simulation, which decides when it is written and what fails.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="decisions">What it decides.</param>
    internal static DataStore Open(string folder, CommitDecisions decisions) =>
        new(DataFile.Open(folder, AwsLocation.Default, DataDurability.Process), decisions);

    /// <summary>The region and the account that the data file of a folder was made for; null where nothing says so.</summary>
    /// <param name="folder">The folder.</param>
    internal static AwsLocation? LocationIn(string folder) => DataFile.LocationIn(folder);

    /// <summary>Tells of trouble with saving when it begins; to be called before the first use.</summary>
    /// <param name="observer">Is given what went wrong, on the writer's thread.</param>
    public void OnTrouble(Action<Exception> observer) => _observers.Add(observer);

    /// <inheritdoc/>
    /// <exception cref="DataNotSavedException">It cannot be saved now, and is not.</exception>
    async ValueTask ICatalogStorage.SaveAsync(IReadOnlyList<CatalogEntry> things)
    {
        if (Trouble is { } trouble)
            throw new DataNotSavedException(trouble);
        var write = new ResourceWrite(things);
        Writer.Enqueue(write);
        await write.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    IEnumerable<CatalogEntry> ICatalogStorage.Load() => Queries.Resources().Select(row => new CatalogEntry(row.Kind, row.Key, row.Record));

    /// <summary>Saves what waits and closes the file.</summary>
    public void Dispose()
    {
        UnderWay?.Dispose();
        Writer.Dispose();
        Queries.Dispose();
    }

    private sealed class ResourceWrite(IReadOnlyList<CatalogEntry> things) : IDataWrite
    {
        private readonly TaskCompletionSource _saved = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _saved.Task;

        public void Write(DataTables tables)
        {
            foreach (var (kind, key, json) in things)
            {
                if (json is { } record)
                    tables.SetResource(kind, key, record.ToArray());
                else
                    tables.DropResource(kind, key);
            }
        }

        public void Saved() => _saved.SetResult();

        public bool Failed(Exception e, bool isPassing)
        {
            _saved.SetException(isPassing ? new DataNotSavedException(e) : e);
            return true;
        }
    }
}
