using Stateside.Engine.Functions;
using Stateside.Engine.Template;

namespace Stateside.Testing;

/// <summary>
/// A test's turn at the environment variables of its functions. The environment belongs to the process, so this is the one thing here
/// that does too: tests whose functions give one variable different values take turns, all others run side by side. The variables are set
/// as long as a test wants them, and are then what they were before.
/// </summary>
internal sealed class EnvironmentTurn : IDisposable
{
    private static readonly Lock Taking = new();
    private static readonly Dictionary<string, Claim> Claims = new(
        OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    private static TaskCompletionSource _changed = NewSignal();

    private readonly Dictionary<string, string?> _variables = new(StringComparer.Ordinal);
    private readonly List<Claim> _claims = [];
    private bool _isTaken;

    /// <summary>A turn that is not taken yet.</summary>
    /// <param name="functions">The functions. What two of them want differently is their host's affair.</param>
    /// <param name="region">The region, which Lambda always tells, whatever the process was started with.</param>
    /// <param name="surroundings">What every function finds beside its own variables; null takes one away.</param>
    public EnvironmentTurn(IReadOnlyCollection<TemplateFunction> functions, string region, IReadOnlyDictionary<string, string?> surroundings)
    {
        if (functions.Count == 0)
            return;
        foreach (var (name, value) in surroundings)
            _variables[name] = value;
        foreach (var name in FunctionConfiguration.RegionNames)
            _variables[name] = region;
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
            if (_claims.Count == 0)
                return;
            foreach (var claim in _claims)
            {
                if (--claim.Holders > 0)
                    continue;
                Claims.Remove(claim.Name);
                Environment.SetEnvironmentVariable(claim.Name, claim.Before);
            }

            // No test has functions now, so that the process says of none that it is the one.
            if (Claims.Count == 0)
                CurrentFunction.Leave();
            _claims.Clear();
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
            if (_variables.Any(variable => Claims.TryGetValue(variable.Key, out var claim) && claim.Value != variable.Value))
                return false;
            _isTaken = true;
            foreach (var (name, value) in _variables)
                Hold(name, value);
            return true;
        }
    }

    private void Hold(string name, string? value)
    {
        if (!Claims.TryGetValue(name, out var claim))
        {
            Claims[name] = claim = new Claim(name, value, Environment.GetEnvironmentVariable(name));
            Environment.SetEnvironmentVariable(name, value);
        }

        claim.Holders++;
        _claims.Add(claim);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Claim(string name, string? value, string? before)
    {
        public string Name { get; } = name;

        public string? Value { get; } = value;

        public string? Before { get; } = before;

        public int Holders { get; set; }
    }
}
