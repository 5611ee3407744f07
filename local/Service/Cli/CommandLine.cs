using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Stateside.Service.Cli.Commands;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli;

/// <summary>The program's commands.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command that the words name.</summary>
    /// <param name="args">The words.</param>
    /// <param name="host">The world.</param>
    /// <param name="cancellationToken">Ends the command as Ctrl+C does.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, CommandHost host, CancellationToken cancellationToken = default)
    {
        var root = new RootCommand(
            """
            Stateside: AWS Step Functions on your own machine. It runs the state machines
            of a SAM or CloudFormation template with its C# handlers. In its folder:

              stateside run --input event.json   runs the state machine once
              stateside serve                    serves the API to the AWS CLI and SDKs
            """)
        {
            new RunCommand(host).Build(),
            new ServeCommand(host).Build(),
            new ReplayCommand(host).Build(),
            new OpenCommand(host).Build(),
            new ValidateCommand(host).Build(),
            new GraphCommand(host).Build(),
            new ShapesCommand(host).Build(),
            new PolicyCommand(host).Build(),
            new CoverageCommand(host).Build(),
            new EvalCommand(host).Build(),
            new CompletionCommand(host).Build(),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new OverviewHelp((HelpAction)help.Action!);
        var parsed = root.Parse(args);
        var isAside = parsed.Action is OverviewHelp || root.Directives.OfType<SuggestDirective>().Any(d => parsed.GetResult(d) is not null);
        if (parsed.Errors.Count > 0 && !isAside)
        {
            await host.Error.WriteLineAsync($"stateside: {Mistake(root, parsed)}");
            return ExitCodes.Usage;
        }

        var configuration = new InvocationConfiguration { Output = host.Output, Error = host.Error, EnableDefaultExceptionHandler = false };
        return await parsed.InvokeAsync(configuration, cancellationToken);
    }

    private static string Mistake(RootCommand root, ParseResult parsed)
    {
        var commands = string.Join(", ", root.Subcommands.Select(command => command.Name));
        if (!ReferenceEquals(parsed.CommandResult.Command, root))
        {
            // A mistyped option is first taken for an argument, which says more than what is then left over.
            var error = parsed.Errors.FirstOrDefault(error => error.SymbolResult is ArgumentResult) ?? parsed.Errors[0];
            var oneLine = string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return $"{oneLine.TrimEnd('.')}. See 'stateside {parsed.CommandResult.Command.Name} --help'.";
        }

        return parsed.UnmatchedTokens.Count > 0
            ? $"There is no {(parsed.UnmatchedTokens[0].StartsWith('-') ? "option" : "command")} '{parsed.UnmatchedTokens[0]}'. The commands: {commands}."
            : $"Give a command: {commands}. See 'stateside --help'.";
    }
}
