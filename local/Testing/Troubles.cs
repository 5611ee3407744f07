using System.Runtime.ExceptionServices;

namespace Stateside.Testing;

/// <summary>
/// What went wrong with a test's executions beyond their own failures: what nobody answers, code of the test in stubs, defects of ours.
/// Each is told once, wherever in the tree of executions it happened: a tolerance, a catcher or a retrier must not hide it.
/// </summary>
internal sealed class Troubles
{
    private readonly Lock _lock = new();
    private readonly List<(string Arn, Exception Exception)> _untold = [];
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>How many there have been.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    /// <summary>Whether the test has begun an execution.</summary>
    public bool HasBegun
    {
        get
        {
            lock (_lock)
                return _begun.Count > 0;
        }
    }

    /// <summary>Whether the test itself began an execution; else another execution did, or a handler.</summary>
    public bool IsBegun(string arn)
    {
        lock (_lock)
            return _begun.Contains(arn);
    }

    /// <summary>The test began an execution.</summary>
    public void Begin(string arn)
    {
        lock (_lock)
            _begun.Add(arn);
    }

    public void Add(string arn, Exception exception)
    {
        lock (_lock)
        {
            _untold.Add((arn, exception));
            _count++;
        }
    }

    /// <summary>Throws those of an execution and of what others began: its children, and executions that it started.</summary>
    public void Throw(string arn) => Throw(trouble => trouble == arn || !_begun.Contains(trouble));

    /// <summary>Throws all that were not told yet.</summary>
    public void ThrowAll() => Throw(_ => true);

    private void Throw(Predicate<string> isMeant)
    {
        List<Exception> told;
        lock (_lock)
        {
            told = [.. _untold.Where(trouble => isMeant(trouble.Arn)).Select(trouble => trouble.Exception)];
            _untold.RemoveAll(trouble => isMeant(trouble.Arn));
        }

        if (told.FirstOrDefault(exception => exception is not WorkflowAssertionException) is { } first)
        {
            if (first is WorkflowTestSkippedException)
                ExceptionDispatchInfo.Throw(first);
            throw new WorkflowAssertionException($"A defect of Stateside, please report it: {first}");
        }

        // A retrier asks again and again, and each of many children too.
        var messages = told.Select(exception => exception.Message).Distinct(StringComparer.Ordinal).ToList();
        if (messages.Count == 1)
            ExceptionDispatchInfo.Throw(told[0]);
        if (messages.Count > 1)
            throw new WorkflowAssertionException(string.Join("\n", messages));
    }
}
