using System.CommandLine;
using Stateside.Engine.Template;
using Stateside.Language.Services;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Options;

/// <summary>The options that say in which region and account everything is.</summary>
internal sealed class LocationOptions
{
    private static readonly string[] RegionVariables = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    private static readonly string[] AccountVariables = ["AWS_ACCOUNT_ID"];
    private const string NoRegion = "this must be a region such as eu-central-1.";

    private readonly CommandOption<string?> _region;
    private readonly CommandOption<string?> _account;

    /// <param name="keepsData">Whether the command has a data folder, whose region and account count too.</param>
    public LocationOptions(bool keepsData = true)
    {
        var kept = keepsData ? "then what the data folder was made with, " : "";
        _region = CommandOption.Of<string?>(
            "--region", "REGION",
            "The region of every ARN, pseudo parameter and endpoint of AWS, and of handlers. Without it the region of samconfig.toml or "
            + $"aws-lambda-tools-defaults.json counts, then the variables, {kept}else {AwsLocation.Default.Region}.",
            Region, null, variables: RegionVariables);
        _account = CommandOption.Of<string?>(
            "--account", "ID",
            $"The account of every ARN and pseudo parameter. Without it the variable counts, {kept}else {AwsLocation.Default.AccountId}.",
            AccountId, null, variables: AccountVariables);
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_region.Option);
        command.Add(_account.Option);
    }

    /// <summary>The region and the account.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="template">The template, whose samconfig may name a region.</param>
    /// <param name="environment">The environment of samconfig that counts.</param>
    /// <param name="kept">Gives those that a data folder was made with, which hold where nobody says anything; null for none.</param>
    public AwsLocation Read(ParseResult parsed, string? template, string environment = "default", Func<AwsLocation?>? kept = null)
    {
        var configured = template is null || _region.IsGiven(parsed) ? null : Configured(template, environment);
        var region = configured ?? _region.Value(parsed);
        var account = _account.Value(parsed);
        var otherwise = (region is null || account is null ? kept?.Invoke() : null) ?? AwsLocation.Default;
        return new AwsLocation(region ?? otherwise.Region, account ?? otherwise.AccountId);
    }

    /// <summary>Where a region and an account come from that the command line does not name, in sentences; nothing where it does.</summary>
    public string Origin(ParseResult parsed, string? template, string environment)
    {
        var region = _region.IsGiven(parsed) ? null
            : template is not null && TemplateFile.RegionFor(template, environment) is var (file, _) ? file
            : Variable(RegionVariables);
        var account = _account.IsGiven(parsed) ? null : Variable(AccountVariables);
        return (region is null ? "" : $" The region is that of {region}.") + (account is null ? "" : $" The account is that of {account}.");

        static string? Variable(string[] names) => Array.Find(names, name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)));
    }

    private static string? Configured(string template, string environment) => TemplateFile.RegionFor(template, environment) switch
    {
        null => null,
        (var file, var region) => AwsLocation.IsRegion(region) ? region : throw new UserException($"{file}: region is '{region}': {NoRegion}"),
    };

    private static string Region(string text) => AwsLocation.IsRegion(text) ? text : throw new FormatException(NoRegion);

    private static string AccountId(string text) =>
        AwsLocation.IsAccountId(text) ? text : throw new FormatException("this must be the 12 digits of an account, such as 210987654321.");
}
