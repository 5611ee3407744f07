using System.CommandLine.Parsing;
using System.Globalization;

namespace Stateside.Service.Cli;

/// <summary>Reads option values that have a form.</summary>
internal static class Parsers
{
    /// <summary>An http or https URL.</summary>
    public static Uri? Url(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;
        result.AddError($"{text}: this must be a URL such as http://127.0.0.1:3001.");
        return null;
    }

    /// <summary>A whole number.</summary>
    public static int Number(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} {text}: this must be a whole number.");
        return 0;
    }

    /// <summary>Refuses a mistyped option, which would else be taken for an argument.</summary>
    public static void NoOption(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: ['-', _, ..] option }, ..])
            result.AddError($"There is no option '{option}'.");
    }

    /// <summary>The URL that an environment variable holds; null when it is not set.</summary>
    public static Uri? UrlOf(string variable)
    {
        var text = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(text))
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new UserException($"The environment variable {variable} is '{text}': it must be a URL such as http://127.0.0.1:3001.");
    }
}
