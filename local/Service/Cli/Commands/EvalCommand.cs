using System.CommandLine;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;
using Stateside.Service.Cli.Options;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside eval</c>: one JSONata expression over one document.</summary>
internal sealed class EvalCommand(CommandHost host)
{
    private const int Width = 78;
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    private readonly Argument<string> _expression = new("expression")
    {
        Description = "The expression, with or without {% and %}.",
    };

    private readonly CommandOption<string?> _input = CommandOption.Input("A file with the document, or - for standard input: $states.input, and $ at the top.");

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command("eval", "Evaluate a JSONata expression as a state would: its result on standard output, or the error and its place.")
        {
            _expression, _input.Option,
        };
        command.SetAction((parsed, _) => host.GuardAsync(() => Task.FromResult(Run(parsed))));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var source = Bare(parsed.GetValue(_expression)!);
        var input = _input.Value(parsed) is { } path ? InputFiles.ReadJson(path) : JsonObject.Empty;
        try
        {
            var result = JsonataExpression.Parse(source).Evaluate(new JsonataEnvironment
            {
                Input = input,
                Variables = name => name == "states" ? JsonObject.Of(("input", input)) : null,
                Chance = new Chance(host.Seed),
                Now = host.Time.GetUtcNow(),
                Clock = host.Time,
                TimeLimit = TimeLimit,
            });
            if (result is null)
            {
                host.Error.WriteLine("The expression returned nothing (undefined). In a state machine this is an error.");
                return ExitCodes.Failed;
            }

            host.WriteOutput(null, JsonWriter.Indented(result));
            return ExitCodes.Success;
        }
        catch (JsonataException e)
        {
            host.Error.WriteLine($"{e.Code}: {e.Message}");
            ShowPlace(source, e.Position);
            return ExitCodes.Failed;
        }
    }

    private static string Bare(string expression)
    {
        var text = expression.Trim();
        var (begins, ends) = (text.StartsWith("{%", StringComparison.Ordinal), text.EndsWith("%}", StringComparison.Ordinal));
        if (begins != ends || text.Length < (begins ? 4 : 1))
            throw new UserException($"'{text}': an expression that is not empty must stand here, between {{% and %}} or without both.");
        return begins ? text[2..^2].Trim() : expression;
    }

    /// <summary>Shows the line that the position is in, cut to a window around it, and a caret under the place.</summary>
    private void ShowPlace(string source, int position)
    {
        if (position < 0)
            return;

        // A position tells where the parser stood, right behind the token that was wrong.
        var at = Math.Clamp(position - 1, 0, Math.Max(0, source.Length - 1));
        var start = source.LastIndexOf('\n', Math.Max(0, at - 1)) + 1;
        var end = source.IndexOf('\n', at) is var found && found < 0 ? source.Length : found;
        var line = source[start..Math.Max(start, end)].Replace('\t', ' ');
        var column = Math.Max(0, at - start);
        var from = Math.Max(0, column - (Width / 2));
        var shown = line.Length > from ? line[from..Math.Min(line.Length, from + Width)] : "";
        host.Error.WriteLine($"  {shown}");
        host.Error.WriteLine($"  {new string(' ', column - from)}^");
    }
}
