using Microsoft.Data.Sqlite;
using Stateside.Aws.Services;

namespace Stateside.Aws.Sqs;

/// <summary>How many messages of a queue stand how.</summary>
internal readonly record struct MessageCounts(long Visible, long InFlight, long Delayed);

/// <summary>The messages of queues in the file. To be used within a transaction of it. Times are milliseconds since 1970.</summary>
internal sealed class MessageFile(StoreFile file)
{
    private const string Columns = "number, id, body, facts, sent, visible, receives, first, last";

    /// <summary>Puts a message in.</summary>
    /// <returns>Its number.</returns>
    public long Add(string queue, Func<long, string> id, string body, MessageFacts facts, long sent, long visible)
    {
        var number = file.Query(
            """
            INSERT INTO messages (queue, id, body, facts, line, sent, visible, held, receives, first, last)
            VALUES ($queue, '', $body, $facts, $line, $sent, $visible, 0, 0, 0, 0) RETURNING number
            """,
            row => row.GetInt64(0),
            ("$queue", queue), ("$body", body), ("$facts", facts.Write()), ("$line", (object?)facts.GroupId ?? DBNull.Value),
            ("$sent", sent), ("$visible", visible)).Single();
        file.Execute("UPDATE messages SET id = $id WHERE number = $number", ("$id", id(number)), ("$number", number));
        return number;
    }

    /// <summary>A message of a queue; null when it is there no more.</summary>
    public StoredMessage? Find(string queue, long number) => file.Query(
        $"SELECT {Columns} FROM messages WHERE number = $number AND queue = $queue", Read,
        ("$number", number), ("$queue", queue)).ToList().FirstOrDefault();

    /// <summary>The oldest messages that can be received, after a number.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="inGroups">Whether a message waits for those of its group that came before, and for those in flight.</param>
    /// <param name="now">The time.</param>
    /// <param name="after">The number.</param>
    /// <param name="count">How many at most.</param>
    public List<StoredMessage> Receivable(string queue, bool inGroups, long now, long after, int count)
    {
        const string InGroups = """
             AND NOT EXISTS (SELECT 1 FROM messages AS other WHERE other.queue = $queue AND other.line = messages.line AND other.visible > $now
                AND (other.receives > 0 OR other.number < messages.number))
            """;
        return file.Query(
            $"""
            SELECT {Columns} FROM messages WHERE queue = $queue AND number > $after AND visible <= $now{(inGroups ? InGroups : "")}
            ORDER BY number LIMIT $count
            """,
            Read, ("$queue", queue), ("$now", now), ("$after", after), ("$count", count)).ToList();
    }

    /// <summary>The oldest messages after a number, however they stand.</summary>
    public List<StoredMessage> List(string queue, long after, int count) => file.Query(
        $"SELECT {Columns} FROM messages WHERE queue = $queue AND number > $after ORDER BY number LIMIT $count", Read,
        ("$queue", queue), ("$after", after), ("$count", count)).ToList();

    /// <summary>Counts a receive of a message, which cannot be received again before a time.</summary>
    public void Take(StoredMessage message, long now, long visible) => file.Execute(
        "UPDATE messages SET visible = $visible, held = 1, receives = $receives, first = $first, last = $now WHERE number = $number",
        ("$visible", visible), ("$receives", message.Receives + 1), ("$first", message.Receives == 0 ? now : message.FirstReceived),
        ("$now", now), ("$number", message.Number));

    /// <summary>Says when a message can be received again.</summary>
    public void SetVisible(long number, long visible) =>
        file.Execute("UPDATE messages SET visible = $visible WHERE number = $number", ("$visible", visible), ("$number", number));

    /// <summary>Says that nobody works on a message any more, and when it can be received again.</summary>
    public void Release(long number, long visible) =>
        file.Execute("UPDATE messages SET held = 0, visible = $visible WHERE number = $number", ("$visible", visible), ("$number", number));

    public void Delete(long number) => file.Execute("DELETE FROM messages WHERE number = $number", ("$number", number));

    /// <summary>Moves a message to another queue, as its newest.</summary>
    public void Move(StoredMessage message, string queue, MessageFacts facts, long sent, long now)
    {
        Delete(message.Number);
        var number = Add(queue, _ => message.Id, message.Body, facts, sent, now);
        file.Execute(
            "UPDATE messages SET receives = $receives, first = $first, last = $last WHERE number = $number",
            ("$receives", message.Receives), ("$first", message.FirstReceived), ("$last", message.LastReceived), ("$number", number));
    }

    public void Clear(string queue) => file.Execute("DELETE FROM messages WHERE queue = $queue", ("$queue", queue));

    /// <summary>Deletes what was sent before a time.</summary>
    public void DropOld(string queue, long before) =>
        file.Execute("DELETE FROM messages WHERE queue = $queue AND sent < $before", ("$queue", queue), ("$before", before));

    /// <summary>When the next message can be received that cannot yet: any, and one that nobody works on; null for none.</summary>
    public (long? Any, long? Free) NextVisible(string queue, long now) => file.Query(
        "SELECT MIN(visible), MIN(CASE WHEN held = 0 THEN visible END) FROM messages WHERE queue = $queue AND visible > $now",
        row => (row.IsDBNull(0) ? (long?)null : row.GetInt64(0), row.IsDBNull(1) ? (long?)null : row.GetInt64(1)),
        ("$queue", queue), ("$now", now)).Single();

    public MessageCounts Count(string queue, long now) => file.Query(
        """
        SELECT COUNT(CASE WHEN visible <= $now THEN 1 END), COUNT(CASE WHEN visible > $now AND receives > 0 THEN 1 END),
            COUNT(CASE WHEN visible > $now AND receives = 0 THEN 1 END)
        FROM messages WHERE queue = $queue
        """,
        row => new MessageCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), ("$queue", queue), ("$now", now)).Single();

    /// <summary>The message that an id of deduplication stands for at a time; null for none.</summary>
    public (long Number, string Id)? FindDuplicate(string queue, string scope, string id, long now) => file.Query(
        "SELECT number, message FROM deduplications WHERE queue = $queue AND scope = $scope AND id = $id AND until > $now",
        row => ((long, string)?)(row.GetInt64(0), row.GetString(1)),
        ("$queue", queue), ("$scope", scope), ("$id", id), ("$now", now)).ToList().FirstOrDefault();

    /// <summary>Keeps an id of deduplication until a time, and forgets those of the queue whose time is over.</summary>
    public void AddDuplicate(string queue, string scope, string id, long number, string message, long now, long until)
    {
        file.Execute("DELETE FROM deduplications WHERE queue = $queue AND until <= $now", ("$queue", queue), ("$now", now));
        file.Execute(
            "INSERT INTO deduplications VALUES ($queue, $scope, $id, $number, $message, $until)",
            ("$queue", queue), ("$scope", scope), ("$id", id), ("$number", number), ("$message", message), ("$until", until));
    }

    private static StoredMessage Read(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetString(2), MessageFacts.Read(row.GetString(3)))
        {
            Sent = row.GetInt64(4),
            Visible = row.GetInt64(5),
            Receives = row.GetInt32(6),
            FirstReceived = row.GetInt64(7),
            LastReceived = row.GetInt64(8),
        };
}
