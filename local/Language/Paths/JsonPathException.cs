namespace Stateside.Language.Paths;

/// <summary>A text that is not a path, with the place where it stops being one.</summary>
/// <param name="problem">What is wrong there, one sentence.</param>
/// <param name="position">The index of the character, from 0.</param>
public sealed class JsonPathException(string problem, int position) : FormatException($"{problem} (at character {position + 1})")
{
    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; } = problem;

    /// <summary>The index of the character, from 0.</summary>
    public int Position { get; } = position;
}
