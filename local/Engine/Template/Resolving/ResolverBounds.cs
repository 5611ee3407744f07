using System.Runtime.CompilerServices;
using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Template.Resolving;

/// <summary>
/// What working out a template's values may come to. A template of 1 MB has some 100,000 values; a small one whose includes, references
/// and substitutions multiply each other means more than any machine holds.
/// </summary>
internal sealed class ResolverBounds
{
    /// <summary>How long a text may be: more than any that AWS takes in a template.</summary>
    public const int LongestText = 4 * 1024 * 1024;

    private const int MostSteps = 2_000_000;
    private const int CharactersAStep = 16;
    private int _steps;

    /// <summary>Counts a value that is worked out, and sees that there is room for what it leads to.</summary>
    /// <exception cref="TemplateException">It is too many, or too deep.</exception>
    public void Step(TemplatePlace place)
    {
        Count(1, place);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new TemplateException(place, "Values lead to values too deep here to be worked out.");
    }

    /// <summary>Counts the length of a text that is made.</summary>
    /// <exception cref="TemplateException">It is too long, or all of them are.</exception>
    public void Text(long length, TemplatePlace place)
    {
        Fits(length, place);
        Count((int)length / CharactersAStep, place);
    }

    /// <summary>Sees that a text may be as long as it has become.</summary>
    /// <exception cref="TemplateException">It is too long.</exception>
    public static void Fits(long length, TemplatePlace place)
    {
        if (length > LongestText)
            throw new TemplateException(place, $"This comes to a text of more than {LongestText} characters.");
    }

    /// <summary>Counts values that are made of others.</summary>
    /// <exception cref="TemplateException">They are too many.</exception>
    public void Count(int values, TemplatePlace place)
    {
        _steps += values;
        if (_steps > MostSteps)
            throw new TemplateException(place, $"The template comes to more than {MostSteps} values: what it includes, refers to or puts together multiplies itself.");
    }

    /// <summary>Begins anew: what follows is of another request.</summary>
    public void Renew() => _steps = 0;
}
