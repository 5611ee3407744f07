using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Patterns;

/// <summary>
/// A regular expression with JavaScript's meaning. It runs in linear time where .NET can do so without a change of meaning; a pattern
/// with look-arounds or back references runs by backtracking under a time limit.
/// </summary>
internal sealed class RegexLiteral
{
    /// <summary>How long one match of a backtracking pattern may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly string _source;
    private readonly string _flags;
    private readonly Regex _regex;

    private RegexLiteral(string source, string flags, Regex regex, int groups)
    {
        _source = source;
        _flags = flags;
        _regex = regex;
        GroupCount = groups;
        Backtracks = !regex.Options.HasFlag(RegexOptions.NonBacktracking);
    }

    /// <summary>Whether a match may take long even of a short text.</summary>
    public bool Backtracks { get; }

    /// <summary>How many groups the pattern captures.</summary>
    public int GroupCount { get; }

    public string Source => _source;

    public static RegexLiteral Of(string pattern, string flags, int position)
    {
        var options = RegexOptions.CultureInvariant;
        if (flags.Contains('i', StringComparison.Ordinal))
            options |= RegexOptions.IgnoreCase;
        try
        {
            var translated = RegexTranslator.Translate(pattern, flags.Contains('m', StringComparison.Ordinal));
            return new RegexLiteral(pattern, flags, Compile(translated, options), translated.GroupCount);
        }
        catch (ArgumentException e)
        {
            throw new JsonataException("S0303") { Position = position, Token = pattern, Value = new JsonString(e.Message) };
        }
    }

    /// <summary>The first match at or after a position.</summary>
    public Match Match(string text, int start)
    {
        try
        {
            return start > text.Length ? System.Text.RegularExpressions.Match.Empty : _regex.Match(text, start);
        }
        catch (RegexMatchTimeoutException)
        {
            throw JsonataException.Guard($"The regular expression /{_source}/ took more than {Patience.TotalMilliseconds} milliseconds to match.");
        }
    }

    public override string ToString() => $"/{_source}/{_flags}";

    private static Regex Compile(TranslatedRegex translated, RegexOptions options)
    {
        if (!translated.NeedsBacktracking)
        {
            try
            {
                return new Regex(translated.Pattern, options | RegexOptions.NonBacktracking);
            }
            catch (NotSupportedException)
            {
                // Too many states, as of a{1000}{1000}.
            }
        }

        return new Regex(translated.Pattern, options, Patience);
    }
}
