using Stateside.Language.Json;

namespace Stateside.Service.Console.Pages;

/// <summary>Looks JSON over while it is written, by the rules by which it is read when it counts.</summary>
internal static class JsonCheck
{
    private sealed record Draft(string Text);

    public static IEnumerable<ConsoleRoute> Routes => [ConsoleRoute.Post("json", CheckAsync)];

    private static async Task CheckAsync(ConsoleRequest request)
    {
        var draft = await request.BodyAsync<Draft>();
        try
        {
            // Numbers keep the digits that they were written with, which a script's own JSON does not.
            await request.JsonAsync(new { formatted = JsonWriter.Indented(JsonReader.Parse(draft.Text)) });
        }
        catch (JsonSyntaxException e)
        {
            await request.JsonAsync(new { problem = new { e.Line, e.Column, message = e.Problem } });
        }
    }
}
