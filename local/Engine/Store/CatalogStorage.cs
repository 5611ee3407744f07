namespace Stateside.Engine.Store;

/// <summary>
/// Where the catalog keeps what it holds. Each thing is one small JSON text under a kind and a key, such as a state machine, one of its
/// revisions or an activity.
/// </summary>
internal interface ICatalogStorage
{
    /// <summary>
    /// Keeps a thing in place of what was there. Calls come one after another, in the order of the changes; what a call changes is kept
    /// once its task is done.
    /// </summary>
    /// <param name="kind">What kind of thing it is.</param>
    /// <param name="key">The thing's key, unique within its kind.</param>
    /// <param name="json">Its JSON, UTF-8; null takes it away.</param>
    /// <param name="cancellationToken">Ends the wait, not the change.</param>
    ValueTask SaveAsync(string kind, string key, ReadOnlyMemory<byte>? json, CancellationToken cancellationToken);

    /// <summary>All things that are kept, in any order.</summary>
    IEnumerable<CatalogEntry> Load();
}

/// <summary>A thing that a storage keeps.</summary>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="Key">Its key.</param>
/// <param name="Json">Its JSON, UTF-8.</param>
internal readonly record struct CatalogEntry(string Kind, string Key, ReadOnlyMemory<byte> Json);
