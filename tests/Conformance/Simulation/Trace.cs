using System.Globalization;

namespace Stateside.Conformance.Simulation;

/// <summary>What happened, line by line. Two runs of a seed are the same when their traces are.</summary>
/// <param name="show">Is given every line; null for none.</param>
internal sealed class Trace(Action<string>? show)
{
    private const int Kept = 40;
    private readonly Queue<string> _last = new();
    private ulong _hash = 14695981039346656037;

    /// <summary>The step that is being taken.</summary>
    public int Step { get; private set; }

    /// <summary>The last steps.</summary>
    public IReadOnlyCollection<string> Last => _last;

    /// <summary>A hash of all lines.</summary>
    public string Hash => _hash.ToString("x16", CultureInfo.InvariantCulture);

    public void Next() => Step++;

    public void Add(string what)
    {
        var line = $"{Step,6} {what}";
        foreach (var c in line)
            _hash = (_hash ^ c) * 1099511628211;
        _last.Enqueue(line);
        if (_last.Count > Kept)
            _last.Dequeue();
        show?.Invoke(line);
    }
}
