using Microsoft.Data.Sqlite;
using Stateside.Language.Json;

namespace Stateside.Aws.Services;

/// <summary>One version of a value that has a name.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Content">The value and what belongs to it.</param>
/// <param name="Made">When it was made, in milliseconds since 1970.</param>
internal sealed record ValueVersion(long Number, JsonObject Content, long Made);

/// <summary>
/// Values with names and versions in the file, such as parameters and secrets. To be used within a transaction of it. What a template
/// declares becomes a version when it is first asked for, and another one when the template says something else, as a deployment does.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="store">Whose values they are.</param>
internal sealed class VersionFile(StoreFile file, string store)
{
    /// <summary>As many are kept of one name.</summary>
    private const int Most = 100;

    /// <summary>What was declared last; null for nothing.</summary>
    public string? Declared(string name) => file.Query(
        "SELECT declared FROM versions WHERE store = $store AND name = $name AND declared IS NOT NULL ORDER BY number DESC LIMIT 1",
        row => row.GetString(0), ("$store", store), ("$name", name)).ToList().FirstOrDefault();

    /// <summary>The versions of a name, the newest first.</summary>
    public List<ValueVersion> Of(string name) => file.Query(
        "SELECT number, content, made FROM versions WHERE store = $store AND name = $name ORDER BY number DESC", Read,
        ("$store", store), ("$name", name)).ToList();

    /// <summary>Adds a version, and forgets the oldest where there are too many.</summary>
    /// <returns>Its number.</returns>
    public long Add(string name, JsonObject content, string? declared, long now)
    {
        var number = 1 + file.Query(
            "SELECT COALESCE(MAX(number), 0) FROM versions WHERE store = $store AND name = $name", row => row.GetInt64(0),
            ("$store", store), ("$name", name)).Single();
        file.Execute(
            "INSERT INTO versions VALUES ($store, $name, $number, $content, $declared, $made)",
            ("$store", store), ("$name", name), ("$number", number), ("$content", content.Text), ("$declared", (object?)declared ?? DBNull.Value), ("$made", now));

        // What was declared last stays, or it would be declared anew.
        file.Execute(
            "DELETE FROM versions WHERE store = $store AND name = $name AND number <= $oldest AND declared IS NULL",
            ("$store", store), ("$name", name), ("$oldest", number - Most));
        return number;
    }

    /// <summary>Says something else of a version.</summary>
    public void Change(string name, long number, JsonObject content) => file.Execute(
        "UPDATE versions SET content = $content WHERE store = $store AND name = $name AND number = $number",
        ("$content", content.Text), ("$store", store), ("$name", name), ("$number", number));

    private static ValueVersion Read(SqliteDataReader row) => new(row.GetInt64(0), (JsonObject)JsonReader.Parse(row.GetString(1)), row.GetInt64(2));
}
