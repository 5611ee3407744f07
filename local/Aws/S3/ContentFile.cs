using Stateside.Aws.Services;

namespace Stateside.Aws.S3;

/// <summary>
/// Contents too long for a row of their own, in the file. To be used within a transaction of it. A content is a row of pieces, each of
/// which shows a block of bytes: what is put together of parts, or copied, has their blocks, which are neither read nor written again.
/// </summary>
internal sealed class ContentFile(StoreFile file)
{
    /// <summary>How long a block is; only those of an older file may be longer.</summary>
    public const int BlockBytes = 1024 * 1024;

    /// <summary>What is no longer than this stands in the row that tells of it.</summary>
    public const int InRowBytes = 64 * 1024;

    private byte[]? _block;

    /// <summary>Keeps a content.</summary>
    /// <returns>Its number.</returns>
    public long Put(ReadOnlySpan<byte> content)
    {
        var number = file.Next("contents");
        for (var at = 0; at < content.Length; at += BlockBytes)
        {
            // A whole block goes in from one array, since a collection looks for large ones only seldom.
            var length = Math.Min(BlockBytes, content.Length - at);
            var bytes = length < BlockBytes ? new byte[length] : _block ??= new byte[BlockBytes];
            content.Slice(at, length).CopyTo(bytes);
            var block = file.Query("INSERT INTO blocks (bytes) VALUES ($bytes) RETURNING id", row => row.GetInt64(0), ("$bytes", bytes)).ToList()[0];
            Add(number, at, length, block);
        }

        return number;
    }

    /// <summary>A content without pieces, to which parts are appended.</summary>
    /// <returns>Its number.</returns>
    public long Begin() => file.Next("contents");

    /// <summary>Moves the pieces of a part to the end of a content.</summary>
    /// <param name="content">The content.</param>
    /// <param name="length">How long it is so far.</param>
    /// <param name="part">The part, of which nothing is left.</param>
    public void Append(long content, long length, long part) => file.Execute(
        "UPDATE pieces SET content = $content, start = start + $length WHERE content = $part", ("$content", content), ("$length", length), ("$part", part));

    /// <summary>Appends a block that is there.</summary>
    public void Add(long content, long length, long size, long block) => file.Execute(
        "INSERT INTO pieces VALUES ($content, $start, $size, $block)", ("$content", content), ("$start", length), ("$size", size), ("$block", block));

    /// <summary>A content that is the same.</summary>
    /// <returns>Its number.</returns>
    public long Copy(long content)
    {
        var number = file.Next("contents");
        file.Execute("INSERT INTO pieces SELECT $number, start, size, block FROM pieces WHERE content = $content", ("$number", number), ("$content", content));
        return number;
    }

    /// <summary>The blocks of a part of a content, with where they begin in it.</summary>
    /// <param name="content">The content.</param>
    /// <param name="first">The first byte.</param>
    /// <param name="end">The byte behind the last one.</param>
    public IEnumerable<(long Start, byte[] Bytes)> Read(long content, long first, long end) => file.Query(
        """
        SELECT start, bytes FROM pieces JOIN blocks ON id = block
        WHERE content = $content AND start < $end
            AND start >= (SELECT COALESCE(MAX(start), 0) FROM pieces WHERE content = $content AND start <= $first)
        ORDER BY start
        """,
        row => (row.GetInt64(0), row.GetFieldValue<byte[]>(1)), ("$content", content), ("$first", first), ("$end", end));

    /// <summary>Forgets a content, with the blocks that no other shows.</summary>
    public void Delete(long content)
    {
        file.Execute(
            """
            DELETE FROM blocks WHERE id IN (SELECT block FROM pieces WHERE content = $content)
                AND NOT EXISTS (SELECT 1 FROM pieces WHERE block = blocks.id AND content <> $content)
            """,
            ("$content", content));
        file.Execute("DELETE FROM pieces WHERE content = $content", ("$content", content));
    }
}
