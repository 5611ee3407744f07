using System.Runtime.CompilerServices;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>
/// Each row of a CSV file as an object of texts: a field that is missing is empty, one that has no header is dropped.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html.
/// </summary>
internal static class CsvDecoder
{
    /// <summary>The longest headers that AWS reads, in bytes.</summary>
    private const int MostHeaderBytes = 10 * 1024;

    private static readonly JsonString Missing = new("");

    /// <summary>The rows.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="delimiter">What stands between fields.</param>
    /// <param name="headers">What the fields are called; null where the first row says it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MapItemsException">
    /// Two fields are called the same, the headers or a row are too long, or the file is damaged.
    /// </exception>
    public static async IAsyncEnumerable<JsonValue> ReadAsync(
        Stream stream, char delimiter, string[]? headers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var window = new ByteWindow(stream);
        await window.PassByteOrderMarkAsync(cancellationToken).ConfigureAwait(false);
        var rows = new CsvRows(window, delimiter);
        Columns? columns = headers is null ? null : new Columns(headers, headers.Sum(Encoding.UTF8.GetByteCount));
        while (true)
        {
            if (rows.MoveNext())
            {
                if (columns is null)
                    columns = new Columns([.. Enumerable.Range(0, rows.Count).Select(i => rows[i])], rows.Bytes);
                else
                    yield return columns.Item(rows);
            }
            else if (window.IsFinal)
            {
                yield break;
            }
            else
            {
                await window.FillAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What the fields of the rows are called, and where each stands in the items.</summary>
    private sealed class Columns
    {
        private readonly JsonObject.Shape _shape;
        private readonly int[] _places;

        public Columns(string[] headers, int bytes)
        {
            if (bytes > MostHeaderBytes)
                throw new MapItemsException($"The CSV headers are longer than {MostHeaderBytes / 1024} KB.");
            if (new HashSet<string>(headers, StringComparer.Ordinal).Count != headers.Length)
                throw new MapItemsException("CSV headers cannot contain duplicates.");
            var order = InJavaOrder(headers);
            _shape = new JsonObject.Shape([.. order.Select(column => headers[column])]);
            _places = new int[headers.Length];
            for (var i = 0; i < order.Length; i++)
                _places[order[i]] = i;
        }

        public JsonObject Item(CsvRows row)
        {
            var values = new JsonValue[_places.Length];
            for (var i = 0; i < _places.Length; i++)
                values[_places[i]] = i < row.Count ? new JsonString(row[i]) : Missing;
            return _shape.Of(values);
        }

        /// <summary>AWS keeps a row in a HashMap of Java, whose order shows in the items.</summary>
        private static int[] InJavaOrder(string[] headers)
        {
            var buckets = 16;
            while (headers.Length > buckets * 3 / 4)
                buckets *= 2;
            return [.. Enumerable.Range(0, headers.Length).OrderBy(i =>
            {
                var hash = headers[i].Aggregate(0u, (sum, c) => unchecked((sum * 31) + c));
                return (hash ^ (hash >> 16)) & (buckets - 1);
            })];
        }
    }
}
