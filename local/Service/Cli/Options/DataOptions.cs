using System.CommandLine;
using System.Globalization;
using Stateside.Engine.Store.Data;
using Stateside.Language.Services;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Options;

/// <summary>Where a command keeps what is to outlive it.</summary>
internal sealed class DataOptions
{
    private readonly CommandOption<string?> _folder = CommandOption.Path(
        "--data", "FOLDER",
        "Where executions, everything made by API calls and what is in the template's tables, buckets and queues are kept; .stateside beside the template unless given.",
        variables: "STATESIDE_DATA");

    private readonly CommandOption<bool> _inMemory = CommandOption.Flag(
        "--in-memory", "Keep nothing when the command ends; of executions that have ended, the last 100,000.", variable: "STATESIDE_IN_MEMORY");

    private readonly CommandOption<DataDurability> _durability = CommandOption.OneOf(
        "--durability", "What saved facts survive: the sudden end of the process, or a power cut too",
        [("process", DataDurability.Process), ("power", DataDurability.Power)], variables: "STATESIDE_DURABILITY");

    private readonly CommandOption<TimeSpan?> _retention = CommandOption.Of<TimeSpan?>(
        "--retention", "DAYS", "For how long executions are kept after their end, 90 days unless given; never takes none away.", Days, TimeSpan.FromDays(90),
        variables: "STATESIDE_RETENTION");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_folder.Option);
        command.Add(_inMemory.Option);
        command.Add(_durability.Option);
        command.Add(_retention.Option);
    }

    /// <summary>How long executions are kept after their end; null for ever.</summary>
    public TimeSpan? Retention(ParseResult parsed) => _retention.Value(parsed);

    /// <summary>The folder; null when nothing is to be kept.</summary>
    public string? Folder(ParseResult parsed, string stateFolder) => IsInMemory(parsed) ? null : _folder.Value(parsed) ?? stateFolder;

    /// <summary>Opens the data file; null when nothing is to be kept.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="stateFolder">Where it is unless the user says otherwise.</param>
    /// <param name="location">The region and the account of all that is kept.</param>
    /// <param name="origin">Where these come from, for who is refused for them.</param>
    /// <param name="whenHeld">
    /// Told that another process has the file, so that nothing is kept this time; null makes that a mistake of the user's, as it is
    /// where they named the folder.
    /// </param>
    public DataStore? Open(ParseResult parsed, string stateFolder, AwsLocation location, Func<string> origin, Action<string>? whenHeld)
    {
        if (Folder(parsed, stateFolder) is not { } folder)
            return _folder.IsGiven(parsed) ? throw new UserException("--data and --in-memory cannot stand together: name a folder, or keep nothing.") : null;
        try
        {
            return DataStore.Open(folder, location, _durability.Value(parsed));
        }
        catch (DataFileHeldException e) when (_folder.Value(parsed) is null && whenHeld is not null)
        {
            whenHeld(e.Message);
            return null;
        }
        catch (DataFileException e)
        {
            throw new UserException(e is DataFileElsewhereException ? e.Message + origin() : e.Message);
        }
    }

    /// <summary>Whether nothing is to be kept; a folder that the command line names wins over the variable.</summary>
    private bool IsInMemory(ParseResult parsed) => (_inMemory.IsGiven(parsed) || !_folder.IsGiven(parsed)) && _inMemory.Value(parsed);

    private static TimeSpan? Days(string text) => text == "never" ? null
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= 36_500
            ? TimeSpan.FromDays(days)
            : throw new FormatException("this must be a number of days, such as 90 or 0.5, or never.");
}
