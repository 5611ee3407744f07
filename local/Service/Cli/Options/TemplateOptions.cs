using System.CommandLine;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Services;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Options;

/// <summary>The options that say which template to read, and with what values.</summary>
internal sealed class TemplateOptions
{
    private readonly CommandOption<string?> _template = CommandOption.Path(
        "--template", "FILE", "The SAM or CloudFormation template, or its folder. Without it: the one in this folder.", "-t", "STATESIDE_TEMPLATE");

    private readonly CommandOption<Dictionary<string, string>> _parameter = CommandOption.Pairs(
        "--parameter", "A value for a parameter of the template; wins over samconfig.toml.", "STATESIDE_PARAMETER_", "-p");

    private readonly CommandOption<Dictionary<string, string>> _set = CommandOption.Pairs(
        "--set", "A value for something that only a deployment knows, such as an imported value.", "STATESIDE_SET_");

    private readonly CommandOption<string> _environment = CommandOption.Of(
        "--config-env", "NAME", "The environment of samconfig.toml whose parameter_overrides and region count; default unless given.", text => text, "default",
        variables: "STATESIDE_CONFIG_ENV");

    private readonly LocationOptions _location = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_template.Option);
        command.Add(_parameter.Option);
        command.Add(_set.Option);
        command.Add(_environment.Option);
        _location.AddTo(command);
    }

    // Once handlers run, the current folder is theirs.
    private readonly string _folder = Directory.GetCurrentDirectory();

    /// <summary>The path of the template that the options name, or of the one in this folder; null when none is named and none is there.</summary>
    public string? FindIfAny(ParseResult parsed) => _template.Value(parsed) is null && !TemplateFile.Names.Any(File.Exists) ? null : Find(parsed);

    /// <summary>The path of the template that the options name.</summary>
    public string Find(ParseResult parsed) => TemplateFile.Find(_template.Value(parsed) ?? _folder, _environment.Value(parsed));

    /// <summary>The region and the account that the options and the template's samconfig name.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">The template's path; null where there is none.</param>
    /// <param name="kept">Gives those that a data folder was made with; null for none.</param>
    public AwsLocation Location(ParseResult parsed, string? path, Func<AwsLocation?>? kept = null) =>
        _location.Read(parsed, path, _environment.Value(parsed), kept);

    /// <summary>Where a region and an account come from that the command line does not name, in sentences; nothing where it does.</summary>
    public string Origin(ParseResult parsed, string? path) => _location.Origin(parsed, path, _environment.Value(parsed));

    /// <summary>Reads a template with the options' values.</summary>
    public TemplateModel Read(ParseResult parsed, string path, AwsLocation location) => TemplateReader.Read(new TemplateRequest(path)
    {
        Parameters = _parameter.Value(parsed),
        Settings = _set.Value(parsed).ToDictionary(
            set => set.Key, set => set.Key.Contains("://", StringComparison.Ordinal) ? Path.GetFullPath(set.Value, _folder) : set.Value, StringComparer.Ordinal),
        Location = location,
        ConfigEnvironment = _environment.Value(parsed),
    });

    /// <summary>The state machines of the template that the options name, for a shell to complete; none when it cannot be read.</summary>
    public IEnumerable<string> MachineNames(ParseResult parsed)
    {
        try
        {
            var path = Find(parsed);
            return [.. Read(parsed, path, Location(parsed, path)).StateMachines.Select(machine => machine.LogicalId)];
        }
        catch (Exception e) when (e is TemplateException or UserException)
        {
            return [];
        }
    }
}
