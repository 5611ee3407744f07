using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Meta;
using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>
/// The rows of a Parquet file as objects, one group of rows after another. The limits are AWS's.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html.
/// </summary>
internal static class ParquetDecoder
{
    private const int MostFooterBytes = 5 * 1024 * 1024;
    private const long MostGroupBytes = 256 * 1024 * 1024;

    /// <summary>So many values of one column are in memory at most, however little room they take in the file.</summary>
    private const long MostValues = 1 << 26;

    /// <summary>What the file ends with after its footer: the footer's length and a mark.</summary>
    private const int EndBytes = 8;

    /// <summary>The rows.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MapItemsException">It is no Parquet file, or beyond the limits.</exception>
    public static async IAsyncEnumerable<JsonValue> ReadAsync(
        StoredObject file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await CheckEndAsync(file, cancellationToken).ConfigureAwait(false);
        var options = new ParquetOptions { UseBigDecimal = true, UseDateOnlyTypeForDates = true };
        var reader = await Reading(() => ParquetReader.CreateAsync(file.ReadAnywhere(), options, false, cancellationToken)).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            Check(group.RowGroup);
            using var rows = await Reading(() => ParquetRows.ReadAsync(reader.Schema, group, cancellationToken)).ConfigureAwait(false);
            for (var row = 0L; row < group.RowCount; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return Reading(rows.Next);
            }
        }
    }

    private static async ValueTask CheckEndAsync(StoredObject file, CancellationToken cancellationToken)
    {
        var end = file.Length < EndBytes
            ? default
            : await file.FetchAsync(file.Length - EndBytes, EndBytes, cancellationToken).ConfigureAwait(false);
        if (!end.Span.EndsWith("PAR1"u8))
            throw Refused("it does not end as such a file does.");
        if (BinaryPrimitives.ReadUInt32LittleEndian(end.Span) > MostFooterBytes)
            throw Refused($"its footer is larger than {MostFooterBytes / 1024 / 1024} MB.");
    }

    private static void Check(RowGroup group)
    {
        var bytes = group.Columns.Sum(column => column.MetaData?.TotalUncompressedSize ?? 0);
        if (Math.Max(group.TotalByteSize, bytes) > MostGroupBytes)
            throw Refused($"a group of its rows is larger than {MostGroupBytes / 1024 / 1024} MB.");
        if (group.NumRows > MostValues || group.Columns.Exists(column => column.MetaData?.NumValues > MostValues))
            throw Refused($"a group of its rows has more than {MostValues} values in a column.");
    }

    private static async Task<T> Reading<T>(Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (MapItemsException or OperationCanceledException))
        {
            throw Refused(e.Message);
        }
    }

    /// <summary>A file can be damaged in many ways, of which its reader tells with exceptions of many kinds.</summary>
    private static JsonValue Reading(Func<JsonValue> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not MapItemsException)
        {
            throw Refused(e.Message);
        }
    }

    private static MapItemsException Refused(string problem) => new($"The item source cannot be read as a Parquet file: {problem}");
}
