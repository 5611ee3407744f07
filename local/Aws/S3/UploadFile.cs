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
internal sealed class UploadFile(StoreFile file)
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
    public void Put(string id, UploadedPart part, byte[] content) => file.Execute(
        """
        INSERT INTO parts VALUES ($id, $number, $etag, $size, $modified, $content)
        ON CONFLICT DO UPDATE SET etag = excluded.etag, size = excluded.size, modified = excluded.modified, content = excluded.content
        """,
        ("$id", id), ("$number", part.Number), ("$etag", part.ETag), ("$size", part.Size), ("$modified", part.Modified), ("$content", content));

    /// <summary>The parts that have come, by their numbers.</summary>
    public IReadOnlyList<UploadedPart> Parts(string id) => [.. file.Query(
        "SELECT number, etag, size, modified FROM parts WHERE id = $id ORDER BY number",
        row => new UploadedPart(row.GetInt32(0), row.GetString(1), row.GetInt64(2), row.GetString(3)), ("$id", id))];

    /// <summary>A part's content.</summary>
    public byte[] Content(string id, int number) => file.Query(
        "SELECT content FROM parts WHERE id = $id AND number = $number", row => row.GetFieldValue<byte[]>(0), ("$id", id), ("$number", number)).Single();

    /// <summary>Forgets an upload with its parts.</summary>
    public void End(string id)
    {
        file.Execute("DELETE FROM parts WHERE id = $id", ("$id", id));
        file.Execute("DELETE FROM uploads WHERE id = $id", ("$id", id));
    }
}
