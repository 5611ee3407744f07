namespace Stateside.Engine.Store;

/// <summary>What is kept of one thing is not as it was written, while all else can be read: an execution, a map run, a machine.</summary>
internal sealed class RecordDamagedException : Exception
{
    private const string Damaged = "is damaged (";

    /// <summary>Says that something cannot be read.</summary>
    /// <param name="subject">What it is kept of, as a rule its ARN.</param>
    /// <param name="what">What is wrong, as part of a sentence.</param>
    /// <param name="inner">What was thrown below.</param>
    public RecordDamagedException(string subject, string what, Exception? inner = null)
        : base($"What is kept of {subject} {Damaged}{what}). It was left as it is and set aside; all else works.", inner)
    {
        Subject = subject;
    }

    /// <summary>What it is kept of.</summary>
    public string Subject { get; }

    /// <summary>Takes whatever came of reading something for what it is.</summary>
    /// <param name="subject">What it is kept of.</param>
    /// <param name="e">What was thrown.</param>
    /// <returns>Null where that says nothing about the record: the file could not be read just now.</returns>
    public static RecordDamagedException? Of(string subject, Exception e) => e switch
    {
        RecordDamagedException known => known,
        Microsoft.Data.Sqlite.SqliteException or IOException or ObjectDisposedException or OperationCanceledException or OutOfMemoryException => null,
        _ => new RecordDamagedException(subject, What(e), e),
    };

    private static string What(Exception e)
    {
        var from = e.Message.IndexOf(Damaged, StringComparison.Ordinal) + Damaged.Length;
        return from > Damaged.Length && e.Message.LastIndexOf("). ", StringComparison.Ordinal) is var to && to > from
            ? e.Message[from..to]
            : $"{e.GetType().Name}: {e.Message.TrimEnd('.')}";
    }
}
