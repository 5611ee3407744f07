namespace Stateside.Engine.Store;

/// <summary>
/// Where the catalog keeps what it holds. Each thing is one small JSON text under a kind and a key, such as a state machine, one of its
/// revisions or an activity.
/// </summary>
internal interface ICatalogStorage
{
    /// <summary>Keeps things in place of what was there, all of them or, when it throws, none. The next call comes when this one is over.</summary>
    /// <param name="things">The things.</param>
    ValueTask SaveAsync(IReadOnlyList<CatalogEntry> things);

    /// <summary>All things that are kept, in any order.</summary>
    IEnumerable<CatalogEntry> Load();
}

/// <summary>A thing that a storage keeps.</summary>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="Key">Its key.</param>
/// <param name="Json">Its JSON, UTF-8; null takes it away.</param>
internal readonly record struct CatalogEntry(string Kind, string Key, ReadOnlyMemory<byte>? Json);
