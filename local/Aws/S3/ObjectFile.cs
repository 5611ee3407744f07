using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.S3;

/// <summary>
/// The objects of buckets in the file. To be used within a transaction of it. The content of a short one stands in its row, that of
/// another lies in blocks; an older file has the content of any in its row.
/// </summary>
internal sealed class ObjectFile(StoreFile file, ContentFile contents)
{
    private const string Columns = "SELECT key, etag, modified, size, facts FROM objects WHERE bucket = $bucket";

    /// <summary>What is known of an object; null when there is none.</summary>
    public StoredObject? Find(string bucket, string key) =>
        file.Query($"{Columns} AND key = $key", Read, ("$bucket", bucket), ("$key", Bytes(key))).FirstOrDefault();

    /// <summary>How many objects a bucket has, and how many bytes in all.</summary>
    public (long Objects, long Bytes) Count(string bucket) => file.Query(
        "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM objects WHERE bucket = $bucket", row => (row.GetInt64(0), row.GetInt64(1)), ("$bucket", bucket)).Single();

    /// <summary>A part of the content of an object that is there.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The object's key.</param>
    /// <param name="first">The first byte.</param>
    /// <param name="length">How many.</param>
    public byte[] Content(string bucket, string key, long first, int length)
    {
        if (length == 0)
            return [];
        if (ContentOf(bucket, key) is not { } content)
        {
            return file.Query(
                "SELECT substr(content, $first + 1, $length) FROM objects WHERE bucket = $bucket AND key = $key", row => row.GetFieldValue<byte[]>(0),
                ("$bucket", bucket), ("$key", Bytes(key)), ("$first", first), ("$length", length)).Single();
        }

        byte[]? bytes = null;
        foreach (var (start, block) in contents.Read(content, first, first + length))
        {
            if (start == first && block.Length == length)
                return block;
            bytes ??= new byte[length];
            var from = Math.Max(first, start);
            var count = (int)(Math.Min(first + length, start + block.Length) - from);
            block.AsSpan((int)(from - start), count).CopyTo(bytes.AsSpan((int)(from - first)));
        }

        return bytes ?? [];
    }

    /// <summary>The content of an object that is there, bit by bit.</summary>
    public IEnumerable<byte[]> Content(string bucket, string key) => ContentOf(bucket, key) is { } content
        ? contents.Read(content, 0, long.MaxValue).Select(block => block.Bytes)
        : file.Query("SELECT content FROM objects WHERE bucket = $bucket AND key = $key", row => row.GetFieldValue<byte[]>(0), ("$bucket", bucket), ("$key", Bytes(key)));

    /// <summary>Keeps an object, in place of an earlier one of its key.</summary>
    public void Put(string bucket, StoredObject stored, ReadOnlySpan<byte> content)
    {
        if (content.Length > ContentFile.InRowBytes)
            Put(bucket, stored, contents.Put(content));
        else
            Put(bucket, stored, content.ToArray(), null);
    }

    /// <summary>Keeps an object whose content lies in blocks.</summary>
    public void Put(string bucket, StoredObject stored, long content) => Put(bucket, stored, [], content);

    /// <summary>Keeps an object with the content of another that is there, maybe of itself.</summary>
    public void Copy(string fromBucket, string fromKey, string bucket, StoredObject stored)
    {
        if (ContentOf(fromBucket, fromKey) is { } content)
            Put(bucket, stored, contents.Copy(content));
        else
            Put(bucket, stored, Content(fromBucket, fromKey).Single());
    }

    public void Delete(string bucket, string key)
    {
        Release(bucket, key);
        file.Execute("DELETE FROM objects WHERE bucket = $bucket AND key = $key", ("$bucket", bucket), ("$key", Bytes(key)));
    }

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

    private void Put(string bucket, StoredObject stored, byte[] inRow, long? inBlocks)
    {
        Release(bucket, stored.Key);
        file.Execute(
            """
            INSERT INTO objects (bucket, key, modified, etag, size, facts, content, blocks)
            VALUES ($bucket, $key, $modified, $etag, $size, $facts, $content, $blocks)
            ON CONFLICT DO UPDATE SET modified = excluded.modified, etag = excluded.etag, size = excluded.size, facts = excluded.facts,
                content = excluded.content, blocks = excluded.blocks
            """,
            ("$bucket", bucket), ("$key", Bytes(stored.Key)), ("$modified", stored.Modified.ToString("O", CultureInfo.InvariantCulture)),
            ("$etag", stored.ETag), ("$size", stored.Size), ("$facts", stored.Facts.Text), ("$content", inRow), ("$blocks", (object?)inBlocks ?? DBNull.Value));
    }

    private void Release(string bucket, string key)
    {
        if (ContentOf(bucket, key) is { } content)
            contents.Delete(content);
    }

    /// <summary>The content of an object that lies in blocks; null of another, and where there is none.</summary>
    private long? ContentOf(string bucket, string key)
    {
        foreach (var content in file.Query(
            "SELECT blocks FROM objects WHERE bucket = $bucket AND key = $key AND blocks IS NOT NULL", row => row.GetInt64(0), ("$bucket", bucket), ("$key", Bytes(key))))
            return content;
        return null;
    }
}
