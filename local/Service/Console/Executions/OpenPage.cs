using Stateside.Engine.History;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>Opens the records of AWS that a reader drops on a page or chooses.</summary>
internal sealed class OpenPage(ConsoleServices services)
{
    private const int MostFiles = 1_000;
    private const int MostName = 255;

    // A file may be large, and is held several times while it is read.
    private static readonly SemaphoreSlim One = new(1);

    public IEnumerable<ConsoleRoute> Routes => [ConsoleRoute.Post("opened", OpenAsync)];

    private async Task OpenAsync(ConsoleRequest request)
    {
        await One.WaitAsync(request.Aborted);
        try
        {
            var files = (await request.BodyAsync<Opening>(OpenedExecutions.MostSize)).Files;
            if (files.Count is 0 or > MostFiles)
                throw ConsoleException.Invalid($"Open 1 to {MostFiles} files.");
            if (files.Any(file => file.Name.Length > MostName))
                throw ConsoleException.Invalid($"The name of a file may have {MostName} characters at most.");
            var opened = services.Opened.Open([.. files.Select(file => new RecordFile(file.Name, file.Text))]);
            await request.JsonAsync(opened is [var only]
                ? new { link = Links.Execution(only.Key), done = $"Opened {only.Record.Source}." }
                : new { link = Links.Opened, done = $"Opened {opened.Count} executions." });
        }
        catch (RecordException e)
        {
            throw ConsoleException.Invalid(e.Message);
        }
        finally
        {
            One.Release();
        }
    }

    private sealed record Opening(IReadOnlyList<OpenedFile> Files);

    private sealed record OpenedFile(string Name, string Text);
}
