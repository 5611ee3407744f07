using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>One line of progress in a story: the whole run, a branch or an iteration, with what happened on it in order.</summary>
/// <param name="parent">The line around it; null of the whole run.</param>
/// <param name="title">Which branch or iteration; empty of the whole run.</param>
internal sealed class StoryLine(StoryLine? parent, string title)
{
    private List<StoryEntry> _entries = [];
    private bool _isBroken;

    public string Title { get; } = title;

    /// <summary>What happened on it; after a redrive what happened since.</summary>
    public IReadOnlyList<StoryEntry> Entries => _entries;

    /// <summary>Whether the state that it is in, or was in last, is over.</summary>
    public bool IsOver { get; set; }

    /// <summary>Whether that state's work failed since it was last begun.</summary>
    public bool HasFailed { get; set; }

    /// <summary>How often that state's work was begun.</summary>
    public int Attempts { get; set; }

    /// <summary>That state's input.</summary>
    public JsonValue? Input { get; private set; }

    /// <summary>What was sent last for that state.</summary>
    public JsonValue? Payload { get; set; }

    /// <summary>The value that the reader has before his eyes: what comes next has it unless it says otherwise.</summary>
    public JsonValue? Known { get; set; }

    /// <summary>The branches or iterations of that state under way.</summary>
    public List<StoryLine> Inner { get; } = [];

    public void Enter(JsonValue? input)
    {
        IsOver = false;
        HasFailed = false;
        Attempts = 0;
        Input = input;
        Payload = null;
        Known = input;
        Inner.Clear();
    }

    /// <summary>Its present state goes on after a redrive: what comes is told after that.</summary>
    public void GoOn()
    {
        IsOver = HasFailed = false;
        _isBroken = parent is not null;
    }

    /// <summary>Adds what happened.</summary>
    public void Add(StoryEntry entry)
    {
        if (_isBroken)
        {
            _isBroken = false;
            _entries = [];
            parent!.Add(new StoryEntry(entry.Time, 1, Title) { Inner = _entries });
        }

        _entries.Add(entry);
    }

    /// <summary>Adds what happened in the present state.</summary>
    public void Add(DateTimeOffset time, string text, JsonValue? value = null) => Add(new StoryEntry(time, 1, text) { Value = value });

    /// <summary>Adds a line that began in the present state.</summary>
    public StoryLine Begin(DateTimeOffset time, string title, JsonValue? known)
    {
        var inner = new StoryLine(this, title) { Known = known };
        Inner.Add(inner);
        Add(new StoryEntry(time, 1, title) { Inner = inner._entries });
        return inner;
    }
}

/// <summary>One thing that happened.</summary>
/// <param name="Time">When.</param>
/// <param name="Indent">How deep it stands on its line.</param>
/// <param name="Text">What.</param>
internal sealed record StoryEntry(DateTimeOffset Time, int Indent, string Text)
{
    /// <summary>The value that belongs to it; null for none.</summary>
    public JsonValue? Value { get; init; }

    /// <summary>What happened on the line that began with it, or went on; null for none.</summary>
    public IReadOnlyList<StoryEntry>? Inner { get; init; }
}
