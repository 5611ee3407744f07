using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata;

/// <summary>
/// An expression that does not parse, or whose evaluation failed. Codes and messages are those of the reference implementation
/// (https://github.com/jsonata-js/jsonata); U1001 means that a guard stopped the evaluation.
/// </summary>
public sealed class JsonataException : Exception
{
    private readonly string? _message;

    internal JsonataException(string code, string? message = null)
    {
        Code = code;
        _message = message;
    }

    /// <summary>The code, such as T2001.</summary>
    public string Code { get; }

    /// <summary>The offset in the expression at which the token in question ends, or -1 where there is no such place.</summary>
    public int Position { get; internal set; } = -1;

    /// <summary>The token in question: an operator, a name, a function's name; null where there is none.</summary>
    public string? Token { get; internal set; }

    /// <summary>The value in question; null where there is none.</summary>
    public JsonValue? Value { get; internal init; }

    /// <summary>Whether the evaluation itself went well but gave a function, which is no JSON value.</summary>
    public bool ResultIsFunction { get; internal init; }

    /// <summary>Whether the service falls over the evaluation by a fault of its own.</summary>
    internal bool IsInternal { get; private init; }

    /// <summary>The sentence, without the code.</summary>
    public override string Message => _message ?? ErrorTexts.Fill(this);

    /// <summary>The second value in question, for a message that names two.</summary>
    internal JsonValue? Value2 { get; init; }

    /// <summary>The argument in question, from 1.</summary>
    internal int Index { get; init; }

    /// <summary>The kind of item an array argument is to hold, or the function that was given a bad URL.</summary>
    internal string? Detail { get; init; }

    /// <summary>Notes the place and token unless they are known. Written as an exception filter: it never catches.</summary>
    internal bool At(int position, string? token)
    {
        if (Position < 0)
            Position = position;
        Token ??= token;
        return false;
    }

    /// <summary>Notes the place of a call, which counts more than the place inside the function called.</summary>
    internal bool InCall(int position, string? token)
    {
        Token ??= token;
        if (position >= 0)
            Position = position;
        return false;
    }

    /// <summary>Notes an operator and its place, whatever was known before.</summary>
    internal bool AtOperator(int position, string token)
    {
        Position = position;
        Token = token;
        return false;
    }

    internal static JsonataException Guard(string message) => new("U1001", message);

    /// <summary>The service's own fault: all it says of it is an id.</summary>
    internal static JsonataException Internal() => new("U1001", "internal error") { IsInternal = true };

    internal static JsonataException TooDeep() =>
        Guard("Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive");

    internal static JsonataException OutOfMemory() => Guard("Expression evaluation memory limit exceeded: Check for excessive memory usage");

    internal static string Quoted(JsonValue? value)
    {
        if (value is null)
            return "undefined";
        var text = new StringBuilder();
        try
        {
            new Stateside.Language.Jsonata.JavaScriptText(null, text, 0).Append(value);
        }
        catch (Exception e) when (e is JsonataException or InsufficientExecutionStackException)
        {
            return "null";
        }

        return text.ToString();
    }
}
