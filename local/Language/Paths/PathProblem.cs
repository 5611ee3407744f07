namespace Stateside.Language.Paths;

/// <summary>Says why a path leads nowhere. There is one only when somebody asks: it goes along with the walk.</summary>
internal sealed class PathProblem
{
    /// <summary>The way to where the walk is: <c>$['a'][0]</c>.</summary>
    public string Trail { get; set; } = "$";

    /// <summary>Whether a text that the walk has come to is printed without quotation marks.</summary>
    public bool IsPlain { get; set; }

    /// <summary>The last failure; the one that ended the walk, if it ended so.</summary>
    public string Text { get; set; } = "";
}
