using System.Text.RegularExpressions;
using Stateside.Language.Json;
using Stateside.Language.Jsonata.Patterns;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>The matches in a string, one after the other: of a regular expression or of a function written to act as one.</summary>
internal struct Matcher
{
    private readonly string _text;
    private readonly RegexFunction? _regex;
    private readonly Run _run;
    private Match? _match;
    private JsonObject? _found;

    public Matcher(Callable function, string text, Run run)
    {
        _text = text;
        _run = run;
        _regex = function as RegexFunction;
        if (_regex is not null)
        {
            _regex.Charge(text, run);
            _match = _regex.Find(text, 0);
        }
        else
        {
            _found = Check(function.Invoke([new JsonString(text)], JsonValue.Null, run));
        }
    }

    /// <summary>Whether there is a match to look at.</summary>
    public readonly bool HasMatch => _match is not null || _found is not null;

    public readonly string Value => _match?.Value ?? (_found!["match"] as JsonString)?.Value ?? "undefined";

    public readonly int Start => _match?.Index ?? Place(_found!["start"]);

    public readonly int End => _match is { } match ? match.Index + match.Length : Place(_found!["end"]);

    public readonly JsonValue Groups => _match is { } match ? _regex!.Groups(match) : _found!["groups"] ?? JsonArray.Empty;

    /// <summary>The match as the object that a replacing function is given.</summary>
    public readonly JsonValue Description => _match is { } match
        ? JsonObject.Of(
            ("match", new JsonString(match.Value)),
            ("start", JsonNumber.Of(match.Index)),
            ("end", JsonNumber.Of(match.Index + match.Length)),
            ("groups", Groups))
        : _found!;

    public void MoveNext()
    {
        _run.Step();
        if (_match is not null)
        {
            _regex!.Charge(_text, _run);
            _match = _regex!.Next(_text, _match);
        }
        else
        {
            _found = _found!["next"] is Callable next ? Check(next.Invoke([], JsonValue.Null, _run)) : throw new JsonataException("T1010");
        }
    }

    private readonly int Place(JsonValue? value) =>
        value is JsonNumber { Double: >= 0 } number ? (int)Math.Min(number.Double, _text.Length) : 0;

    private static JsonObject? Check(JsonValue? found)
    {
        found = Values.Settle(found);
        if (found is null)
            return null;
        return found is JsonObject match
            && (match["start"] is JsonNumber || match["end"] is JsonNumber || Values.IsArray(match["groups"]) || match["next"] is Callable)
                ? match
                : throw new JsonataException("T1010");
    }
}
