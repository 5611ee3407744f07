using System.CommandLine;
using Stateside.Engine.Template;

namespace Stateside.Service.Cli;

/// <summary>The options that say which template to read, and with what values.</summary>
internal sealed class TemplateOptions
{
    private readonly Option<string?> _template = new("--template", "-t")
    {
        Description = "The SAM or CloudFormation template, or its folder. Without it: the one in this folder.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _parameter = new("--parameter", "-p")
    {
        Description = "A value for a parameter of the template; wins over samconfig.toml. May be repeated.",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "A value for something that only a deployment knows, such as an imported value. May be repeated.",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _environment = new("--config-env")
    {
        Description = "The environment of samconfig.toml whose parameter_overrides count.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "default",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_template);
        command.Add(_parameter);
        command.Add(_set);
        command.Add(_environment);
    }

    /// <summary>Reads the template that the options name, or the one in this folder; null when none is named and none is there.</summary>
    public TemplateModel? ReadIfAny(ParseResult parsed)
    {
        if (parsed.GetValue(_template) is null && !TemplateFile.Names.Any(File.Exists))
            return null;
        return Read(parsed);
    }

    /// <summary>Reads the template that the options name.</summary>
    public TemplateModel Read(ParseResult parsed)
    {
        var environment = parsed.GetValue(_environment)!;
        var path = TemplateFile.Find(parsed.GetValue(_template) ?? Directory.GetCurrentDirectory(), environment);
        return TemplateReader.Read(new TemplateRequest(path)
        {
            Parameters = Pairs("--parameter", parsed.GetValue(_parameter)!),
            Settings = Pairs("--set", parsed.GetValue(_set)!),
            ConfigEnvironment = environment,
        });
    }

    private static Dictionary<string, string> Pairs(string option, string[] texts)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw new UserException($"{option} {text}: this must be NAME=VALUE.");
            pairs[text[..at]] = text[(at + 1)..];
        }

        return pairs;
    }
}
