using System.CommandLine;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Options;

/// <summary>The options that say which template to read, and with what values.</summary>
internal sealed class TemplateOptions
{
    private readonly CommandOption<string?> _template = CommandOption.Text(
        "--template", "FILE", "The SAM or CloudFormation template, or its folder. Without it: the one in this folder.", "-t", "STATESIDE_TEMPLATE");

    private readonly CommandOption<Dictionary<string, string>> _parameter = CommandOption.Pairs(
        "--parameter", "A value for a parameter of the template; wins over samconfig.toml.", "STATESIDE_PARAMETER_", "-p");

    private readonly CommandOption<Dictionary<string, string>> _set = CommandOption.Pairs(
        "--set", "A value for something that only a deployment knows, such as an imported value.", "STATESIDE_SET_");

    private readonly CommandOption<string> _environment = CommandOption.Of(
        "--config-env", "NAME", "The environment of samconfig.toml whose parameter_overrides count; default unless given.", text => text, "default",
        variables: "STATESIDE_CONFIG_ENV");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_template.Option);
        command.Add(_parameter.Option);
        command.Add(_set.Option);
        command.Add(_environment.Option);
    }

    /// <summary>Reads the template that the options name, or the one in this folder; null when none is named and none is there.</summary>
    public TemplateModel? ReadIfAny(ParseResult parsed) =>
        _template.Value(parsed) is null && !TemplateFile.Names.Any(File.Exists) ? null : Read(parsed);

    /// <summary>Reads the template that the options name.</summary>
    public TemplateModel Read(ParseResult parsed)
    {
        var environment = _environment.Value(parsed);
        var path = TemplateFile.Find(_template.Value(parsed) ?? Directory.GetCurrentDirectory(), environment);
        return TemplateReader.Read(new TemplateRequest(path)
        {
            Parameters = _parameter.Value(parsed),
            Settings = _set.Value(parsed),
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
}
