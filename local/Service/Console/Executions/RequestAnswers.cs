using System.Text;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>Ways to answer that only these pages need.</summary>
internal static class RequestAnswers
{
    /// <summary>Where the service is reached, as the reader's browser reached it.</summary>
    public static string Endpoint(this ConsoleRequest request) => $"{request.Http.Request.Scheme}://{request.Http.Request.Host}";

    /// <summary>Answers with a text that browsers show as text, whatever is in it.</summary>
    public static async Task TextAsync(this ConsoleRequest request, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var response = request.Http.Response;
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "no-store";
        await response.BodyWriter.WriteAsync(bytes, request.Aborted);
    }
}
