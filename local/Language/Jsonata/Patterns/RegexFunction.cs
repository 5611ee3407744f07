using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Patterns;

/// <summary>A regular expression as a function: of a string it gives the first match and, within it, a function for the next one.</summary>
internal sealed class RegexFunction(RegexLiteral regex, int position) : Callable
{
    public override int Arity => 2;

    /// <summary>Counts what looking for the next match takes, which may be all that is left of the text.</summary>
    public void Charge(string text, Run run)
    {
        if (regex.Backtracks)
            run.ExpectLong();
        else if (text.Length > 1024)
            run.Touch(text.Length >> 6);
    }

    public override JsonValue? Invoke(JsonValue?[] arguments, JsonValue? context, Run run)
    {
        var text = arguments.Length > 0 && arguments[0] is JsonString s ? s.Value : JavaScriptText.Of(arguments.Length > 0 ? arguments[0] : null, run) ?? "undefined";
        var start = arguments.Length > 1 && arguments[1] is JsonNumber { Double: > 0 } from ? (int)Math.Min(from.Double, int.MaxValue) : 0;
        Charge(text, run);
        return Describe(text, Find(text, start), run);
    }

    public Match? Find(string text, int start) => regex.Match(text, start) is { Success: true } match ? match : null;

    /// <summary>The match after one, which must get on.</summary>
    public Match? Next(string text, Match match)
    {
        var end = match.Index + match.Length;
        if (end >= text.Length || Find(text, end) is not { } next)
            return null;
        return next.Length > 0 ? next : throw new JsonataException("D1004") { Position = position, Value = new JsonString(regex.Source) };
    }

    /// <summary>What the groups of a match captured; undefined for one that took no part.</summary>
    public JsonataArray Groups(Match match)
    {
        var groups = new JsonataArray(regex.GroupCount);
        for (var i = 1; i <= regex.GroupCount; i++)
            groups.Add(match.Groups[i].Success ? new JsonString(match.Groups[i].Value) : null);
        return groups;
    }

    private JsonObject? Describe(string text, Match? match, Run run)
    {
        if (match is null)
            return null;
        run.HasInnerValues = true;
        return JsonObject.Of(
            ("match", new JsonString(match.Value)),
            ("start", JsonNumber.Of(match.Index)),
            ("end", JsonNumber.Of(match.Index + match.Length)),
            ("groups", Groups(match)),
            ("next", new NextMatch(this, text, match)));
    }

    private sealed class NextMatch(RegexFunction regex, string text, Match match) : Callable
    {
        public override int Arity => 0;

        public override JsonValue? Invoke(JsonValue?[] arguments, JsonValue? context, Run run)
        {
            regex.Charge(text, run);
            return regex.Describe(text, regex.Next(text, match), run);
        }
    }
}
