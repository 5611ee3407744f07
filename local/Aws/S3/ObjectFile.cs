using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.S3;

/// <summary>The objects of buckets in the file. To be used within a transaction of it.</summary>
internal sealed class ObjectFile(StoreFile file)
{
    private const string Columns = "SELECT key, etag, modified, size, facts FROM objects WHERE bucket = $bucket";

    /// <summary>What is known of an object; null when there is none.</summary>
    public StoredObject? Find(string bucket, string key) =>
        file.Query($"{Columns} AND key = $key", Read, ("$bucket", bucket), ("$key", Bytes(key))).FirstOrDefault();

    /// <summary>How many objects a bucket has, and how many bytes in all.</summary>
    public (long Objects, long Bytes) Count(string bucket) => file.Query(
        "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM objects WHERE bucket = $bucket", row => (row.GetInt64(0), row.GetInt64(1)), ("$bucket", bucket)).Single();

    /// <summary>The content of an object that is there.</summary>
    public byte[] Content(string bucket, string key) => file.Query(
        "SELECT content FROM objects WHERE bucket = $bucket AND key = $key", row => row.GetFieldValue<byte[]>(0), ("$bucket", bucket), ("$key", Bytes(key))).Single();

    public void Put(string bucket, StoredObject stored, byte[] content) => file.Execute(
        """
        INSERT INTO objects VALUES ($bucket, $key, $modified, $etag, $size, $facts, $content)
        ON CONFLICT DO UPDATE SET modified = excluded.modified, etag = excluded.etag, size = excluded.size, facts = excluded.facts, content = excluded.content
        """,
        ("$bucket", bucket), ("$key", Bytes(stored.Key)), ("$modified", stored.Modified.ToString("O", CultureInfo.InvariantCulture)),
        ("$etag", stored.ETag), ("$size", stored.Size), ("$facts", stored.Facts.Text), ("$content", content));

    public void Delete(string bucket, string key) =>
        file.Execute("DELETE FROM objects WHERE bucket = $bucket AND key = $key", ("$bucket", bucket), ("$key", Bytes(key)));

    /// <summary>The objects of a bucket after a key, by the bytes of their keys.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="from">The first key.</param>
    /// <param name="isIncluded">Whether the first key itself counts.</param>
    public IEnumerable<StoredObject> From(string bucket, string from, bool isIncluded) => file.Query(
        $"{Columns} AND key {(isIncluded ? ">=" : ">")} $from ORDER BY key", Read, ("$bucket", bucket), ("$from", Bytes(from)));

    private static byte[] Bytes(string key) => Encoding.UTF8.GetBytes(key);

    private static StoredObject Read(SqliteDataReader row) => new(
        Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)),
        row.GetString(1),
        DateTimeOffset.Parse(row.GetString(2), CultureInfo.InvariantCulture),
        row.GetInt64(3),
        (JsonObject)JsonReader.Parse(row.GetString(4)));
}
