using System.Text;
using Spectre.Console;
using Stateside.Engine.Store.Data;
using Stateside.Engine.Template.Parsing;

namespace Stateside.Service.Cli.Terminal;

/// <summary>What the commands are given of the world: time, chance, the two streams. Nothing else in the program touches the console.</summary>
internal sealed class CommandHost(TimeProvider time, ulong seed, TextWriter output, TextWriter error, bool ownsProcess = false)
{
    private int _defects;

    public TimeProvider Time { get; } = time;

    public ulong Seed { get; } = seed;

    public TextWriter Output { get; } = output;

    public TextWriter Error { get; } = error;

    /// <summary>Whether the process is there for the command alone; tests run many in one.</summary>
    public bool OwnsProcess { get; } = ownsProcess;

    /// <summary>A console on standard error, so that standard output is data alone.</summary>
    public IAnsiConsole ErrorConsole()
    {
        var redirected = System.Console.IsErrorRedirected || !ReferenceEquals(Error, System.Console.Error);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Error),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });

        // Lines that nobody looks at in a window are not to be folded.
        if (redirected)
            console.Profile.Width = 10_000;
        return console;
    }

    /// <summary>Makes sure before the work that its output can be written, and makes the folder it goes to.</summary>
    public static void CheckOutput(string path)
    {
        var isNew = !File.Exists(path);
        Writing(path, () =>
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
            File.Open(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            if (isNew)
                File.Delete(path);
            return true;
        });
    }

    /// <summary>Does something with a file of the user's for writing; where that fails, it is a mistake of theirs.</summary>
    public static T Writing<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path}: cannot be written: {e.Message} Name another file.");
        }
    }

    /// <summary>Writes what a command gives: to a file, or to standard output.</summary>
    public void WriteOutput(string? path, string text)
    {
        if (path is null)
        {
            Output.WriteLine(text);
            return;
        }

        Writing(path, () =>
        {
            File.WriteAllText(path, text + "\n", new UTF8Encoding(false));
            return true;
        });
    }

    /// <summary>Tells of a defect of ours, with its trace.</summary>
    public void ReportDefect(string where, Exception e)
    {
        Interlocked.Increment(ref _defects);
        Error.WriteLine(
            $"This is a defect of Stateside ({Plain.Line(where)}). Please report it with the lines below.{Environment.NewLine}{Plain.Lines(e.ToString(), "")}");
    }

    /// <summary>Runs a command: a user's mistake is one line, a defect of ours shows its trace.</summary>
    public async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            var code = await run();
            return Volatile.Read(ref _defects) > 0 ? ExitCodes.Defect : code;
        }
        catch (Exception e) when (e is UserException or TemplateException or DataFileException)
        {
            Error.WriteLine($"stateside: {Plain.Lines(e.Message, "  ")}");
            return ExitCodes.Usage;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Canceled;
        }
        catch (Exception e)
        {
            ReportDefect("command line", e);
            return ExitCodes.Defect;
        }
    }
}
