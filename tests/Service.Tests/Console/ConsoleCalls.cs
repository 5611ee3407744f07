using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Stateside.Service.Tests.Cli;

namespace Stateside.Service.Tests.Console;

/// <summary>Requests as the pages of the console send them.</summary>
internal static class ConsoleCalls
{
    public const string Role = "arn:aws:iam::123456789012:role/any";

    public static string ArnOf(string machine) => $"arn:aws:states:us-east-1:123456789012:stateMachine:{machine}";

    public static string Machine(string name, string page = "") => $"/console/machines/{ArnOf(name)}{(page == "" ? "" : "/")}{page}";

    /// <summary>Loads a page that must be there.</summary>
    public static async Task<string> PageAsync(this Serving server, string path)
    {
        using var response = await server.Http.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {response.StatusCode} {text}");
        return text;
    }

    /// <summary>Asks for data.</summary>
    public static async Task<JsonElement> DataAsync(this Serving server, string path) => JsonDocument.Parse(await server.PageAsync(path)).RootElement;

    /// <summary>Asks for a change; gives the status and the answer.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Body)> ChangeAsync(this Serving server, string path, object body, Action<HttpRequestMessage>? arrange = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("X-Stateside-Console", "1");
        request.Headers.Accept.ParseAdd("application/json");
        arrange?.Invoke(request);
        using var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonDocument.Parse(text).RootElement);
    }

    /// <summary>Creates a machine over the API.</summary>
    public static Task<JsonElement> CreateAsync(this Serving server, string name, string definition, string type = "STANDARD") =>
        server.CallAsync("CreateStateMachine", new { name, definition, roleArn = Role, type });

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
