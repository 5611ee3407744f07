using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>One line of progress in a story: the whole run, a branch or an iteration, with what happened on it in order.</summary>
/// <param name="parent">The line around it; null of the whole run.</param>
/// <param name="title">Which branch or iteration; empty of the whole run.</param>
internal sealed class StoryLine(StoryLine? parent, string title)
{
    public StoryLine? Parent { get; } = parent;

    public string Title { get; } = title;

    public List<StoryEntry> Entries { get; } = [];

    /// <summary>The name of the state it is in or was in last; null before the first.</summary>
    public string? State { get; private set; }

    /// <summary>Whether that state is a Parallel or a Map.</summary>
    public bool IsGroup { get; private set; }

    /// <summary>Whether that state is over.</summary>
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

    public void Enter(string state, string type, JsonValue? input)
    {
        State = state;
        IsGroup = type is "Parallel" or "Map";
        IsOver = false;
        HasFailed = false;
        Attempts = 0;
        Input = input;
        Payload = null;
        Known = input;
        Inner.Clear();
    }

    /// <summary>The nearest line, this or one around it, of which something holds; this one where it holds of none.</summary>
    public StoryLine Nearest(Func<StoryLine, bool> isIt)
    {
        for (var line = this; line is not null; line = line.Parent)
        {
            if (isIt(line))
                return line;
        }

        return this;
    }

    /// <summary>Adds what happened in the present state.</summary>
    public void Add(DateTimeOffset time, string text, JsonValue? value = null) => Entries.Add(new StoryEntry(time, 1, text) { Value = value });

    /// <summary>Adds a line that began in the present state.</summary>
    public StoryLine Begin(DateTimeOffset time, string title, JsonValue? known)
    {
        var inner = new StoryLine(this, title) { Known = known };
        Inner.Add(inner);
        Entries.Add(new StoryEntry(time, 1, title) { Inner = inner });
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

    /// <summary>The line that began with it; null for none.</summary>
    public StoryLine? Inner { get; init; }
}
