using System.CommandLine;
using System.Globalization;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Options;

/// <summary>
/// An option of a command, and the environment variables that may give it too: the command line wins, then the first variable. Both are
/// read by the same rule, and what cannot be read is a mistake of the user's that names the option or the variable.
/// </summary>
/// <typeparam name="T">What the text means.</typeparam>
internal sealed class CommandOption<T>(Option option, Func<ParseResult, T> read)
{
    /// <summary>The option, to be added to a command.</summary>
    public Option Option { get; } = option;

    /// <summary>Whether the command line itself has it.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetResult(Option) is { Implicit: false };

    /// <summary>What was given, or what holds where nothing was.</summary>
    public T Value(ParseResult parsed) => read(parsed);
}

/// <summary>The kinds of options.</summary>
internal static class CommandOption
{
    /// <summary>What a command's help says of the variables that its options name.</summary>
    public const string VariablesHelp = "Each option that names an environment variable may be given by it; the command line wins.";

    /// <summary>An option with a value.</summary>
    /// <param name="name">The option, such as --port.</param>
    /// <param name="help">How its value is shown, such as N.</param>
    /// <param name="description">What it does; the variables are added.</param>
    /// <param name="read">Reads the text; a <see cref="FormatException"/> says what it must be.</param>
    /// <param name="otherwise">What holds where nothing was given.</param>
    /// <param name="alias">The short form.</param>
    /// <param name="variables">The environment variables, first wins.</param>
    public static CommandOption<T> Of<T>(
        string name, string help, string description, Func<string, T> read, T otherwise, string? alias = null, params string[] variables) =>
        Of(name, help, description, read, otherwise, alias, [.. variables.Select(variable => (variable, read))]);

    /// <summary>An option whose variables are written in ways of their own.</summary>
    public static CommandOption<T> Of<T>(
        string name, string help, string description, Func<string, T> read, T otherwise, string? alias, (string Name, Func<string, T> Read)[] variables)
    {
        var option = new Option<string?>(name, alias is null ? [] : [alias])
        {
            Description = Description(description, variables.Select(variable => variable.Name)),
            HelpName = help,
        };
        return new(option, parsed =>
        {
            if (parsed.GetValue(option) is { } text)
                return text.Length > 0 ? Read(read, text, $"{name} {text}: ") : throw new UserException($"{name}: its value is empty.");
            foreach (var (variable, readVariable) in variables)
            {
                if (EnvironmentText(variable) is { } value)
                    return ReadVariable(variable, value, readVariable);
            }

            return otherwise;
        });
    }

    /// <summary>An option that takes a text as it stands.</summary>
    public static CommandOption<string?> Text(string name, string help, string description, string? alias = null, params string[] variables) =>
        Of(name, help, description, text => text, null, alias, variables);

    /// <summary>
    /// An option that takes the path of a file or folder. It is taken from the folder that the command was started in: once handlers run,
    /// the current folder is theirs.
    /// </summary>
    public static CommandOption<string?> Path(string name, string help, string description, string? alias = null, params string[] variables)
    {
        var folder = Directory.GetCurrentDirectory();
        return Of(name, help, description, text => System.IO.Path.GetFullPath(text, folder), null, alias, variables);
    }

    /// <summary>An option that takes one of some words.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">What it does; what holds where nothing was given is added, and the variable.</param>
    /// <param name="words">The words and what they mean; the first holds where nothing was given.</param>
    /// <param name="help">How the value is shown; null for the words themselves.</param>
    /// <param name="variables">The environment variables, first wins.</param>
    public static CommandOption<T> OneOf<T>(
        string name, string description, (string Word, T Value)[] words, string? help = null, params string[] variables)
    {
        var names = words.Select(word => word.Word).ToArray();
        var option = Of(
            name, help ?? string.Join('|', names), $"{description}; {names[0]} unless given.",
            text => Array.IndexOf(names, text) is >= 0 and var at ? words[at].Value : throw new FormatException($"this must be one of {string.Join(", ", names)}."),
            words[0].Value, null, variables);
        option.Option.CompletionSources.Add(names);
        return option;
    }

    /// <summary>An option that is there or is not.</summary>
    public static CommandOption<bool> Flag(string name, string description, string? alias = null, string? variable = null)
    {
        var option = new Option<bool>(name, alias is null ? [] : [alias])
        {
            Description = Description(description, variable is null ? [] : [$"{variable}=true"]),
        };
        return new(option, parsed => parsed.GetResult(option) is { Implicit: false }
            ? parsed.GetValue(option)
            : variable is not null && Variable(variable, Truth));
    }

    /// <summary>An option that gives a name a value, as often as it likes; so do variables with a prefix.</summary>
    public static CommandOption<Dictionary<string, string>> Pairs(string name, string description, string prefix, string? alias = null)
    {
        var option = new Option<string[]>(name, alias is null ? [] : [alias])
        {
            Description = Description($"{description} May be repeated.", [$"{prefix}NAME"]),
            HelpName = "NAME=VALUE",
        };
        return new(option, parsed =>
        {
            var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            {
                if (variable is { Key: string key, Value: string value } && key.Length > prefix.Length && key.StartsWith(prefix, StringComparison.Ordinal))
                    pairs[key[prefix.Length..]] = value;
            }

            foreach (var text in parsed.GetValue(option) ?? [])
            {
                if (text.Split('=', 2) is not [{ Length: > 0 } key, var value])
                    throw new UserException($"{name} {text}: this must be NAME=VALUE.");
                pairs[key] = value;
            }

            return pairs;
        });
    }

    /// <summary>An option that takes a text, as often as it likes.</summary>
    public static CommandOption<IReadOnlyList<string>> Several(string name, string help, string description, Func<string, string> read)
    {
        var option = new Option<string[]>(name) { Description = Description($"{description} May be repeated.", []), HelpName = help };
        return new(option, parsed => [.. (parsed.GetValue(option) ?? []).Select(text => Read(read, text, $"{name} {text}: "))]);
    }

    /// <summary>The file that a command reads.</summary>
    public static CommandOption<string?> Input(string description) => Text("--input", "FILE", description, "-i");

    /// <summary>The file that a command writes to.</summary>
    public static CommandOption<string?> Output(string description) => Path("--output", "FILE", description, "-o");

    /// <summary>What an environment variable says that no option stands for; the default where it says nothing.</summary>
    public static T? Variable<T>(string name, Func<string, T> read) => EnvironmentText(name) is { } text ? ReadVariable(name, text, read) : default;

    /// <summary>An http or https URL.</summary>
    public static Uri? Url(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        ? url
        : throw new FormatException("this must be a URL such as http://127.0.0.1:3001.");

    /// <summary>A whole number within bounds.</summary>
    public static Func<string, int> Number(string what, int least, int most) => text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"this must be {what} from {least} to {most}.");

    private static string Description(string description, IEnumerable<string> variables) =>
        string.Join(", ", variables) is { Length: > 0 } names ? $"{description} Also {names}." : description;

    private static string? EnvironmentText(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text : null;

    private static T ReadVariable<T>(string name, string text, Func<string, T> read) => Read(read, text, $"The environment variable {name} is '{text}': ");

    private static T Read<T>(Func<string, T> read, string text, string place)
    {
        try
        {
            return read(text);
        }
        catch (FormatException e)
        {
            throw new UserException(place + e.Message);
        }
    }

    private static bool Truth(string text) => text.ToLowerInvariant() switch
    {
        "1" or "true" or "yes" or "on" => true,
        "0" or "false" or "no" or "off" => false,
        _ => throw new FormatException("this must be true or false."),
    };
}
