using Stateside.Engine.Template;

namespace Stateside.Testing;

/// <summary>
/// A test's turn at the environment variables of its functions. The environment belongs to the process, so this is the one thing here
/// that does too: tests whose functions give one variable different values take turns, all others run side by side.
/// </summary>
internal sealed class EnvironmentTurn : IDisposable
{
    private static readonly Lock Taking = new();
    private static readonly List<EnvironmentTurn> Taken = [];
    private static TaskCompletionSource _changed = NewSignal();

    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private bool _isTaken;

    public EnvironmentTurn(IEnumerable<TemplateFunction> functions)
    {
        foreach (var (name, value) in functions.SelectMany(function => function.Environment))
            _variables[name] = value;
    }

    /// <summary>Waits until no other test gives a variable another value, and keeps it so until the end of this one.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        while (!TryTake(out var change))
            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        lock (Taking)
        {
            if (!Taken.Remove(this))
                return;
            _changed.SetResult();
            _changed = NewSignal();
        }
    }

    private bool TryTake(out Task change)
    {
        lock (Taking)
        {
            change = _changed.Task;
            if (_isTaken)
                return true;
            if (Taken.Exists(other => _variables.Any(variable => other._variables.TryGetValue(variable.Key, out var value) && value != variable.Value)))
                return false;
            _isTaken = true;
            Taken.Add(this);
            return true;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
