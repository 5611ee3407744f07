using System.Buffers;
using System.Collections.Frozen;
using System.Net.Http.Headers;

namespace Stateside.Engine.Tasks;

/// <summary>What was asked for can be no request.</summary>
internal sealed class UnsendableRequestException(string message) : Exception(message);

/// <summary>
/// Writes the headers of requests that leave this process. Their values come from definitions, inputs and secrets; a line break in one
/// would begin another header or another request. See https://www.rfc-editor.org/rfc/rfc9110#section-5.5.
/// </summary>
internal static class RequestHeaders
{
    /// <summary>Headers that HTTP has for contents, beside those that begin with <c>Content-</c>.</summary>
    private static readonly FrozenSet<string> OfContent =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "Allow", "Expires", "Last-Modified");

    private static readonly SearchValues<char> OfNames =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> OfNoValues =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(code => (char)code).Where(character => character != '\t'), '\u007f']);

    /// <summary>Sets a header in the place of one of its name. A header of the content is left out where there is no content.</summary>
    /// <param name="message">The request, with its content.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The value; what is not ASCII goes out in UTF-8.</param>
    /// <exception cref="UnsendableRequestException">The name is no token, or the value has a control character.</exception>
    public static void Set(HttpRequestMessage message, string name, string value)
    {
        if (Problem(name, value) is { } problem)
            throw new UnsendableRequestException(problem);
        var isOfContent = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || OfContent.Contains(name);
        var headers = isOfContent ? message.Content?.Headers : (HttpHeaders)message.Headers;
        headers?.Remove(name);
        headers?.TryAddWithoutValidation(name, value);
    }

    /// <summary>The method of a request.</summary>
    /// <exception cref="UnsendableRequestException">It is no token, so that it would be more of the request than its method.</exception>
    public static HttpMethod Method(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(OfNames)
        ? new HttpMethod(name)
        : throw new UnsendableRequestException($"'{Shown(name)}' cannot be the method of a request.");

    /// <summary>Why no request may have a header; null when it may.</summary>
    public static string? Problem(string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(OfNames))
            return $"'{Shown(name)}' cannot be the name of a header.";
        return value.AsSpan().ContainsAny(OfNoValues)
            ? $"The value of the header '{name}' has a line break or another control character."
            : null;
    }

    private static string Shown(string name) => string.Concat(name.Select(character => char.IsControl(character) ? '?' : character));
}
