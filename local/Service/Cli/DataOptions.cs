using System.CommandLine;
using System.Globalization;
using Stateside.Engine.Store.Data;

namespace Stateside.Service.Cli;

/// <summary>Where a command keeps what is to outlive it.</summary>
internal sealed class DataOptions
{
    private const string InMemoryVariable = "STATESIDE_IN_MEMORY";

    private readonly Setting<string> _folder = new(
        "--data", "FOLDER", "Where executions, everything made by API calls and what is in the template's tables and buckets are kept; .stateside beside the template unless given.", text => text,
        "STATESIDE_DATA");

    private readonly Option<bool> _inMemory = new("--in-memory")
    {
        Description = $"Keep nothing when the command ends; of executions that have ended, the last 100,000. Also {InMemoryVariable}=true.",
    };

    private readonly Setting<string> _durability = new(
        "--durability", "process|power", "What saved facts survive: the sudden end of the process, or a power cut too; process unless given.",
        SettingText.OneOf("process", "power"), "STATESIDE_DURABILITY")
    {
        Words = ["process", "power"],
    };

    private readonly Setting<TimeSpan?> _retention = new(
        "--retention", "DAYS", "For how long executions are kept after their end, 90 days unless given; never takes none away.", Days, "STATESIDE_RETENTION");

    /// <summary>How long executions are kept after their end; null for ever.</summary>
    public TimeSpan? Retention(ParseResult parsed) => _retention.Value(parsed, TimeSpan.FromDays(90));

    public void AddTo(Command command)
    {
        command.Add(_folder.Option);
        command.Add(_inMemory);
        command.Add(_durability.Option);
        command.Add(_retention.Option);
    }

    private static TimeSpan? Days(string text) => text == "never" ? null
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= 36_500
            ? TimeSpan.FromDays(days)
            : throw new FormatException("this must be a number of days, such as 90 or 0.5, or never.");

    /// <summary>The folder; null when nothing is to be kept.</summary>
    public string? Folder(ParseResult parsed, string stateFolder) => IsInMemory(parsed) ? null : _folder.Value(parsed, stateFolder);

    /// <summary>Opens the data file; null when nothing is to be kept.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="stateFolder">Where it is unless the user says otherwise.</param>
    /// <param name="whenHeld">
    /// Told that another process has the file, so that nothing is kept this time; null makes that a mistake of the user's, as it is
    /// where they named the folder.
    /// </param>
    public DataStore? Open(ParseResult parsed, string stateFolder, Action<string>? whenHeld)
    {
        var isNamed = _folder.Value(parsed, "").Length > 0;
        if (IsInMemory(parsed))
            return parsed.GetValue(_folder.Option) is not null ? throw new UserException("--data and --in-memory cannot stand together: name a folder, or keep nothing.") : null;
        var durability = _durability.Value(parsed, "process") == "power" ? DataDurability.Power : DataDurability.Process;
        try
        {
            return DataStore.Open(_folder.Value(parsed, stateFolder), durability);
        }
        catch (DataFileHeldException e) when (!isNamed && whenHeld is not null)
        {
            whenHeld(e.Message);
            return null;
        }
        catch (DataFileException e)
        {
            throw new UserException(e.Message);
        }
    }

    /// <summary>Whether nothing is to be kept; a folder that the command line names wins over the variable.</summary>
    private bool IsInMemory(ParseResult parsed)
    {
        if (parsed.GetValue(_inMemory) || parsed.GetValue(_folder.Option) is not null)
            return parsed.GetValue(_inMemory);
        var text = Environment.GetEnvironmentVariable(InMemoryVariable);
        try
        {
            return !string.IsNullOrEmpty(text) && SettingText.Truth(text);
        }
        catch (FormatException e)
        {
            throw new UserException($"The environment variable {InMemoryVariable} is '{text}': {e.Message}");
        }
    }
}
