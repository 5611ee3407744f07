using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>
/// Reads comma-separated values as a Map's reader does: each row becomes an object of texts, a field that is missing is empty, one that
/// has no header is dropped. See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html.
/// </summary>
internal static class CsvItems
{
    /// <summary>The rows.</summary>
    /// <param name="text">The text.</param>
    /// <param name="delimiter">What stands between fields.</param>
    /// <param name="headers">The names of the fields; null takes them from the first row.</param>
    /// <returns>The items.</returns>
    public static IEnumerable<JsonObject> Read(string text, char delimiter, IReadOnlyList<string>? headers)
    {
        foreach (var row in Rows(text, delimiter))
        {
            if (headers is null)
            {
                headers = row;
                continue;
            }

            var item = new JsonObject.Builder(headers.Count);
            for (var i = 0; i < headers.Count; i++)
                item.Set(headers[i], JsonValue.From(i < row.Count ? row[i] : ""));
            yield return item.ToObject();
        }
    }

    /// <summary>The fields of each row; empty lines are none. See https://www.rfc-editor.org/rfc/rfc4180.</summary>
    /// <param name="text">The text.</param>
    /// <param name="delimiter">What stands between fields.</param>
    /// <returns>The rows.</returns>
    public static IEnumerable<List<string>> Rows(string text, char delimiter)
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
