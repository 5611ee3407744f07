using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>
/// Reads comma-separated values as a Map's reader does: each row becomes an object of texts, a field that is missing is empty, one that
/// has no header is dropped. See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html.
/// </summary>
internal static class CsvItems
{
    /// <summary>The rows.</summary>
    /// <param name="text">The text.</param>
    /// <param name="configuration">The ReaderConfig, which says what stands between fields and what they are called.</param>
    /// <exception cref="MapItemsException">Two fields are called the same.</exception>
    public static IEnumerable<JsonObject> Read(string text, JsonObject configuration)
    {
        using var rows = Rows(text, Delimiter(configuration)).GetEnumerator();
        string[] headers;
        if (ReaderItems.Text(configuration, "CSVHeaderLocation") == "GIVEN")
            headers = [.. (configuration["CSVHeaders"] as JsonArray ?? JsonArray.Empty).Select(header => (header as JsonString)?.Value ?? header.Text)];
        else if (rows.MoveNext())
            headers = [.. rows.Current];
        else
            yield break;
        if (headers.Distinct(StringComparer.Ordinal).Count() != headers.Length)
            throw new MapItemsException("CSV headers cannot contain duplicates.");
        var order = InJavaOrder(headers);
        while (rows.MoveNext())
        {
            var item = new JsonObject.Builder(headers.Length);
            foreach (var i in order)
                item.Set(headers[i], JsonValue.From(i < rows.Current.Count ? rows.Current[i] : ""));
            yield return item.ToObject();
        }
    }

    private static char Delimiter(JsonObject configuration) => ReaderItems.Text(configuration, "CSVDelimiter") switch
    {
        "PIPE" => '|',
        "SEMICOLON" => ';',
        "SPACE" => ' ',
        "TAB" => '\t',
        _ => ',',
    };

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

    /// <summary>The fields of each row; empty lines are none. See https://www.rfc-editor.org/rfc/rfc4180.</summary>
    private static IEnumerable<List<string>> Rows(string text, char delimiter)
    {
        var row = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (isQuoted)
            {
                // Two quotation marks are one; a single one ends what is quoted.
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                    field.Append(text[++i]);
                else if (c == '"')
                    isQuoted = false;
                else
                    field.Append(c);
            }
            else if (c == '"' && field.Length == 0)
            {
                isQuoted = true;
            }
            else if (c == delimiter)
            {
                EndField();
            }
            else if (c is '\n' or '\r')
            {
                if (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                    i++;
                if (row.Count == 0 && field.Length == 0)
                    continue;
                EndField();
                yield return row;
                row = [];
            }
            else
            {
                field.Append(c);
            }
        }

        if (row.Count > 0 || field.Length > 0)
        {
            EndField();
            yield return row;
        }

        void EndField()
        {
            row.Add(field.ToString());
            field.Clear();
        }
    }
}
