using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli;

/// <summary>What <c>stateside --help</c> shows: where to begin and a line per command. Each command's own help has the options.</summary>
internal sealed class OverviewHelp(HelpAction commandHelp) : SynchronousCommandLineAction
{
    private const int Width = 78;

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand root)
            return commandHelp.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(root.Description);
        output.WriteLine();
        output.WriteLine("Commands:");
        var indent = root.Subcommands.Where(command => !command.Hidden).Max(command => command.Name.Length) + 4;
        foreach (var command in root.Subcommands.Where(command => !command.Hidden))
            WriteRow(output, command.Name, FirstSentence(command.Description ?? ""), indent);
        output.WriteLine();
        output.WriteLine("'stateside COMMAND --help' shows a command's options, with examples.");
        output.WriteLine("'stateside --version' shows the version.");
        return ExitCodes.Success;
    }

    private static string FirstSentence(string text)
    {
        var line = text.ReplaceLineEndings("\n").Split('\n')[0];
        var end = line.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? line : line[..(end + 1)];
    }

    private static void WriteRow(TextWriter output, string name, string text, int indent)
    {
        var line = "  " + name.PadRight(indent - 2);
        foreach (var word in text.Split(' '))
        {
            if (line.Length + word.Length > Width)
            {
                output.WriteLine(line.TrimEnd());
                line = new string(' ', indent);
            }

            line += word + " ";
        }

        output.WriteLine(line.TrimEnd());
    }
}
