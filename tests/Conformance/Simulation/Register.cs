namespace Stateside.Conformance.Simulation;

/// <summary>A value that one client at a time changes: what it may be after changes that were acknowledged, refused or never answered.</summary>
/// <param name="name">What it is.</param>
/// <param name="value">What it is at first.</param>
internal sealed class Register(string name, string? value)
{
    private readonly HashSet<string?> _possible = [value];

    /// <summary>Whether a change is under way.</summary>
    public bool IsChanging { get; private set; }

    /// <summary>A change begins.</summary>
    public void Begin(string value)
    {
        IsChanging = true;
        _possible.Add(value);
    }

    /// <summary>A change is acknowledged.</summary>
    public void Acknowledge(string value)
    {
        IsChanging = false;
        _possible.Clear();
        _possible.Add(value);
    }

    /// <summary>A change was refused, or nobody will ever answer it: it may have been made.</summary>
    public void GiveUp() => IsChanging = false;

    /// <summary>Somebody is told what it is.</summary>
    public void Read(string? value, Ledger ledger)
    {
        if (!_possible.Contains(value))
            ledger.Break($"what was acknowledged or told stays: {name} is {value ?? "nothing"}, and may be {string.Join(" or ", _possible.Select(one => one ?? "nothing"))}");

        // While it changes it may be one or the other until the change is acknowledged.
        if (!IsChanging)
            Acknowledge(value!);
    }
}
