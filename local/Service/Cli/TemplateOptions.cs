using System.CommandLine;
using Stateside.Engine.Template;

namespace Stateside.Service.Cli;

/// <summary>The options that say which template to read, and with what values.</summary>
internal sealed class TemplateOptions
{
    private const string TemplateVariable = "STATESIDE_TEMPLATE";
    private const string ConfigVariable = "STATESIDE_CONFIG_ENV";
    private const string ParameterPrefix = "STATESIDE_PARAMETER_";
    private const string SetPrefix = "STATESIDE_SET_";

    private readonly Option<string?> _template = new("--template", "-t")
    {
        Description = $"The SAM or CloudFormation template, or its folder. Without it: the one in this folder. Also {TemplateVariable}.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _parameter = new("--parameter", "-p")
    {
        Description = "A value for a parameter of the template; wins over samconfig.toml. May be repeated. Also STATESIDE_PARAMETER_NAME.",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "A value for something that only a deployment knows, such as an imported value. May be repeated. Also STATESIDE_SET_NAME.",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _environment = new("--config-env")
    {
        Description = $"The environment of samconfig.toml whose parameter_overrides count. Also {ConfigVariable}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Variable(ConfigVariable) ?? "default",
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
        if (TemplatePath(parsed) is null && !TemplateFile.Names.Any(File.Exists))
            return null;
        return Read(parsed);
    }

    /// <summary>Reads the template that the options name.</summary>
    public TemplateModel Read(ParseResult parsed)
    {
        var environment = parsed.GetValue(_environment) ?? "default";
        var path = TemplateFile.Find(TemplatePath(parsed) ?? Directory.GetCurrentDirectory(), environment);
        return TemplateReader.Read(new TemplateRequest(path)
        {
            Parameters = Pairs("--parameter", parsed.GetValue(_parameter)!, ParameterPrefix),
            Settings = Pairs("--set", parsed.GetValue(_set)!, SetPrefix),
            ConfigEnvironment = environment,
        });
    }

    /// <summary>The state machines of the template that the options name, for a shell to complete; none when it cannot be read.</summary>
    public IEnumerable<string> MachineNames(ParseResult parsed)
    {
        try
        {
            return [.. Read(parsed).StateMachines.Select(machine => machine.LogicalId)];
        }
        catch (Exception e) when (e is TemplateException or UserException)
        {
            return [];
        }
    }

    private string? TemplatePath(ParseResult parsed) => parsed.GetValue(_template) ?? Variable(TemplateVariable);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static Dictionary<string, string> Pairs(string option, string[] texts, string prefix)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable is { Key: string name, Value: string value } && name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal))
                pairs[name[prefix.Length..]] = value;
        }

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
