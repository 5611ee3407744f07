using Microsoft.Data.Sqlite;
using Stateside.Aws.DynamoDb.Values;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb;

/// <summary>The items of tables in the file. To be used within a transaction of it.</summary>
internal sealed class ItemFile(StoreFile file)
{
    private const string Columns = "SELECT item FROM items WHERE store = $store";

    /// <summary>The item of a key, or null.</summary>
    public MapValue? Find(TableSchema table, MapValue key)
    {
        var (hash, range) = TableSchema.PlaceOf(table.Key, key);
        return file.Query($"{Columns} AND hash = $hash AND range = $range", Read, ("$store", table.StoreName), ("$hash", hash), ("$range", range)).FirstOrDefault();
    }

    /// <summary>How many items a table has.</summary>
    public long Count(TableSchema table) =>
        file.Query("SELECT COUNT(*) FROM items WHERE store = $store", row => row.GetInt64(0), ("$store", table.StoreName)).Single();

    /// <summary>Puts an item in the place of its key.</summary>
    public void Put(TableSchema table, MapValue item)
    {
        var (hash, range) = TableSchema.PlaceOf(table.Key, item);
        file.Execute(
            "INSERT INTO items VALUES ($store, $hash, $range, $item) ON CONFLICT DO UPDATE SET item = excluded.item",
            ("$store", table.StoreName), ("$hash", hash), ("$range", range), ("$item", item.Content.Text));
    }

    /// <summary>Deletes the item of a key, if there is one.</summary>
    public void Delete(TableSchema table, MapValue key)
    {
        var (hash, range) = TableSchema.PlaceOf(table.Key, key);
        file.Execute("DELETE FROM items WHERE store = $store AND hash = $hash AND range = $range", ("$store", table.StoreName), ("$hash", hash), ("$range", range));
    }

    /// <summary>The items of one partition in the order of their sort key, those after a key alone when one is given.</summary>
    public IEnumerable<MapValue> Partition(TableSchema table, byte[] hash, bool forward, MapValue? after)
    {
        var order = forward ? "" : " DESC";
        return after is null
            ? file.Query($"{Columns} AND hash = $hash ORDER BY range{order}", Read, ("$store", table.StoreName), ("$hash", hash))
            : file.Query(
                $"{Columns} AND hash = $hash AND range {(forward ? '>' : '<')} $range ORDER BY range{order}", Read,
                ("$store", table.StoreName), ("$hash", hash), ("$range", TableSchema.PlaceOf(table.Key, after).Range));
    }

    /// <summary>All items of a table in the order of their keys' bytes, those after a key alone when one is given.</summary>
    public IEnumerable<MapValue> All(TableSchema table, MapValue? after)
    {
        if (after is null)
            return file.Query($"{Columns} ORDER BY hash, range", Read, ("$store", table.StoreName));
        var (hash, range) = TableSchema.PlaceOf(table.Key, after);
        return file.Query(
            $"{Columns} AND (hash, range) > ($hash, $range) ORDER BY hash, range", Read, ("$store", table.StoreName), ("$hash", hash), ("$range", range));
    }

    private static MapValue Read(SqliteDataReader row) => AttributeReader.ReadMap((JsonObject)JsonReader.Parse(row.GetString(0)));
}
