using System.Security.Cryptography;
using System.Text;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.S3;

/// <summary>An object on its way in parts.</summary>
/// <param name="Id">Its id, which the parts name.</param>
/// <param name="Facts">What its sender said of it when it began.</param>
internal sealed record Upload(string Id, JsonObject Facts);

/// <summary>A part that has come.</summary>
internal sealed record UploadedPart(int Number, string ETag, long Size, string Modified);

/// <summary>The uploads in parts that are under way, in the file. To be used within a transaction of it.</summary>
internal sealed class UploadFile(StoreFile file, ContentFile contents)
{
    /// <summary>Begins an upload.</summary>
    public string Begin(string bucket, string key, JsonObject facts)
    {
        file.Execute("INSERT INTO uploads (bucket, key, id, facts) VALUES ($bucket, $key, '', $facts)", ("$bucket", bucket), ("$key", key), ("$facts", facts.Text));
        var number = file.Query("SELECT last_insert_rowid()", row => row.GetInt64(0)).Single();
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{number}/{bucket}/{key}")));
        file.Execute("UPDATE uploads SET id = $id WHERE number = $number", ("$id", id), ("$number", number));
        return id;
    }

    /// <summary>An upload under way; null when there is none of that id for that object.</summary>
    public Upload? Find(string bucket, string key, string id) => file.Query(
        "SELECT facts FROM uploads WHERE id = $id AND bucket = $bucket AND key = $key",
        row => new Upload(id, (JsonObject)JsonReader.Parse(row.GetString(0))), ("$id", id), ("$bucket", bucket), ("$key", key)).FirstOrDefault();

    /// <summary>Keeps a part, in place of an earlier one of its number.</summary>
    public void Put(string id, UploadedPart part, ReadOnlySpan<byte> content)
    {
        if (ContentOf(id, part.Number) is { } earlier)
            contents.Delete(earlier);
        file.Execute(
            """
            INSERT INTO parts (id, number, etag, size, modified, content, blocks) VALUES ($id, $number, $etag, $size, $modified, x'', $blocks)
            ON CONFLICT DO UPDATE SET etag = excluded.etag, size = excluded.size, modified = excluded.modified, content = x'', blocks = excluded.blocks
            """,
            ("$id", id), ("$number", part.Number), ("$etag", part.ETag), ("$size", part.Size), ("$modified", part.Modified), ("$blocks", contents.Put(content)));
    }

    /// <summary>The parts that have come, by their numbers.</summary>
    public IReadOnlyList<UploadedPart> Parts(string id) => [.. file.Query(
        "SELECT number, etag, size, modified FROM parts WHERE id = $id ORDER BY number",
        row => new UploadedPart(row.GetInt32(0), row.GetString(1), row.GetInt64(2), row.GetString(3)), ("$id", id))];

    /// <summary>Puts parts together; none of them has its content any more.</summary>
    /// <returns>The number of the content.</returns>
    public long Join(string id, IEnumerable<UploadedPart> parts)
    {
        var whole = contents.Begin();
        var length = 0L;
        foreach (var part in parts)
        {
            if (ContentOf(id, part.Number) is { } content)
                contents.Append(whole, length, content);
            else
                contents.Add(whole, length, part.Size, BlockOf(id, part.Number));
            length += part.Size;
        }

        return whole;
    }

    /// <summary>The uploads of a bucket whose keys begin with a text, by their keys.</summary>
    public IReadOnlyList<(string Key, string Id)> Of(string bucket, string prefix) => [.. file.Query(
        "SELECT key, id FROM uploads WHERE bucket = $bucket AND substr(key, 1, length($prefix)) = $prefix ORDER BY key, number",
        row => (row.GetString(0), row.GetString(1)), ("$bucket", bucket), ("$prefix", prefix))];

    /// <summary>Forgets an upload with its parts.</summary>
    public void End(string id)
    {
        var left = file.Query("SELECT blocks FROM parts WHERE id = $id AND blocks IS NOT NULL", row => row.GetInt64(0), ("$id", id)).ToList();
        foreach (var content in left)
            contents.Delete(content);
        file.Execute("DELETE FROM parts WHERE id = $id", ("$id", id));
        file.Execute("DELETE FROM uploads WHERE id = $id", ("$id", id));
    }

    private long? ContentOf(string id, int number)
    {
        foreach (var content in file.Query(
            "SELECT blocks FROM parts WHERE id = $id AND number = $number AND blocks IS NOT NULL", row => row.GetInt64(0), ("$id", id), ("$number", number)))
            return content;
        return null;
    }

    /// <summary>A block with the content of a part that has it in its row, as an older file has it.</summary>
    private long BlockOf(string id, int number) => file.Query(
        "INSERT INTO blocks (bytes) SELECT content FROM parts WHERE id = $id AND number = $number RETURNING id", row => row.GetInt64(0),
        ("$id", id), ("$number", number)).ToList()[0];
}
