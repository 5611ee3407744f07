using Microsoft.Extensions.Primitives;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console;

/// <summary>
/// Sees that a change was asked for by a page of the console. Who stands before the whole service has checked the host and, where a
/// browser names it, the origin; here a change must come from our own origin, and with a header that no form and no other site can
/// send without being asked first, which they are never allowed to.
/// </summary>
internal static class RequestOrigin
{
    public const string Header = "X-Stateside-Console";

    /// <summary>Returns if the request may be answered.</summary>
    /// <exception cref="ConsoleException">It may not.</exception>
    public static void Check(HttpRequest request)
    {
        // Browsers say where a request begins. What was typed or bookmarked begins nowhere, and a link from elsewhere may lead to a page.
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var isNavigation = request.Headers["Sec-Fetch-Mode"] == "navigate" && HttpMethods.IsGet(request.Method);
        if (site is not ("" or "same-origin" or "none") && !isNavigation)
            throw ConsoleException.Refused("A page of another site may not use the console.");
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return;
        if (request.Headers.Origin is { Count: > 0 } origin && !IsOwn(origin, request))
            throw ConsoleException.Refused("A page of another origin may not change anything here.");
        if (request.Headers[Header] != "1")
            throw ConsoleException.Refused($"A change needs the header {Header}: 1, as the pages of the console send it.");
        if (!request.HasJsonContentType())
            throw ConsoleException.Refused("A change is asked for in JSON.");
    }

    private static bool IsOwn(StringValues origin, HttpRequest request) =>
        origin.Count == 1 && origin.ToString().Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
