using System.CommandLine;
using System.Globalization;

namespace Stateside.Service.Cli;

/// <summary>An option that an environment variable may give too; the command line wins. Both are read by the same rule.</summary>
/// <typeparam name="T">What the text means.</typeparam>
internal sealed class Setting<T>
{
    private readonly Func<string, T> _read;
    private readonly (string Name, Func<string, T> Read)[] _variables;

    /// <summary>A setting.</summary>
    /// <param name="name">The option, such as --port.</param>
    /// <param name="help">How its value is shown, such as N.</param>
    /// <param name="description">What it does.</param>
    /// <param name="read">Reads the text; a <see cref="FormatException"/> says what it must be.</param>
    /// <param name="variables">The environment variables, first wins.</param>
    public Setting(string name, string help, string description, Func<string, T> read, params string[] variables)
        : this(name, help, description, read, [.. variables.Select(variable => (variable, read))])
    {
    }

    /// <summary>A setting whose variables are written in ways of their own.</summary>
    public Setting(string name, string help, string description, Func<string, T> read, (string Name, Func<string, T> Read)[] variables)
    {
        _read = read;
        _variables = variables;
        Option = new Option<string?>(name)
        {
            Description = variables.Length == 0 ? description : $"{description} Also {string.Join(", ", variables.Select(variable => variable.Name))}.",
            HelpName = help,
        };
    }

    /// <summary>Words that a shell may complete its value to.</summary>
    public string[] Words
    {
        init => Option.CompletionSources.Add(value);
    }

    /// <summary>The option, to be added to a command.</summary>
    public Option<string?> Option { get; }

    /// <summary>What was given, or the fallback.</summary>
    public T Value(ParseResult parsed, T fallback)
    {
        if (parsed.GetValue(Option) is { } text)
            return Read(_read, text, $"{Option.Name} {text}: ");
        foreach (var (name, read) in _variables)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
                return Read(read, value, $"The environment variable {name} is '{value}': ");
        }

        return fallback;
    }

    private static T Read(Func<string, T> read, string text, string place)
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
}

/// <summary>What the text of a setting can be.</summary>
internal static class SettingText
{
    /// <summary>Whatever was given.</summary>
    public static string? Any(string text) => text;

    /// <summary>An http or https URL.</summary>
    public static Uri? Url(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        ? url
        : throw new FormatException("this must be a URL such as http://127.0.0.1:3001.");

    /// <summary>A whole number within bounds.</summary>
    public static Func<string, int> Number(string what, int least, int most) => text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"this must be {what} from {least} to {most}.");

    /// <summary>One of some words.</summary>
    public static Func<string, string> OneOf(params string[] words) => text => words.Contains(text, StringComparer.Ordinal)
        ? text
        : throw new FormatException($"this must be one of {string.Join(", ", words)}.");

    /// <summary>Yes or no, as environment variables say it.</summary>
    public static bool Truth(string text) => text.ToLowerInvariant() switch
    {
        "1" or "true" or "yes" or "on" => true,
        "0" or "false" or "no" or "off" => false,
        _ => throw new FormatException("this must be true or false."),
    };
}
