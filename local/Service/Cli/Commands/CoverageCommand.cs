using System.CommandLine;
using System.Globalization;
using Stateside.Engine.Coverage;
using Stateside.Service.Cli.Options;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside coverage</c>: puts the coverage reports of several test runs together.</summary>
internal sealed class CoverageCommand(CommandHost host)
{
    private readonly Argument<string[]> _files = new("reports")
    {
        Description = $"Reports of test runs (*{CoverageJson.Extension}), or folders that have them. Without any: this folder.",
        HelpName = "reports",
        Arity = ArgumentArity.ZeroOrMore,
        Validators = { Arguments.NoOption },
    };

    private readonly CommandOption<double?> _threshold = CommandOption.Of(
        "--threshold", "PERCENT", "The percentage of transitions that must be covered of each state machine; below it the exit code is 1.", Percent, null);

    private readonly CommandOption<Func<CoverageReport, string>> _format = CommandOption.OneOf<Func<CoverageReport, string>>(
        "--format", "table, json (a report again), cobertura (for other tools) or svg (the state machine's graph)",
        [
            ("table", report => CoverageTable.Write(report)),
            ("json", CoverageJson.Write),
            ("cobertura", report => CoberturaReport.Write(report, host.Time.GetUtcNow())),
            ("svg", Drawn),
        ]);

    private readonly CommandOption<string?> _machine = CommandOption.Text("--state-machine", "NAME", "Only this state machine.");

    private readonly CommandOption<string?> _output = CommandOption.Output("Where to write it. Without it: standard output.");

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "coverage",
            """
            Put together which states and transitions of state machines test runs covered. Tests write their reports with the testing library.

              stateside coverage TestResults --threshold 95
              stateside coverage unit integration --format cobertura --output coverage.cobertura.xml
              stateside coverage TestResults --state-machine OrderIntake --format svg -o order-intake.svg
            """)
        {
            _files, _threshold.Option, _format.Option, _machine.Option, _output.Option,
        };
        command.SetAction((parsed, _) => host.GuardAsync(() => Task.FromResult(Run(parsed))));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var threshold = _threshold.Value(parsed);
        var write = _format.Value(parsed);
        var output = _output.Value(parsed);
        if (output is not null)
            CommandHost.CheckOutput(output);
        try
        {
            var report = Of(CoverageReport.Merge(Reports(parsed.GetValue(_files) ?? [])), _machine.Value(parsed));
            host.WriteOutput(output, write(report).TrimEnd('\n'));
            return threshold is { } least ? Judge(report, least) : ExitCodes.Success;
        }
        catch (CoverageException e)
        {
            throw new UserException(e.Message);
        }
    }

    /// <summary>All that is below a folder, but not what links there lead to: that may be the folder itself.</summary>
    private static readonly EnumerationOptions Whole = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private static IEnumerable<CoverageReport> Reports(string[] paths)
    {
        foreach (var path in paths.Length == 0 ? ["."] : paths)
        {
            if (!Directory.Exists(path))
            {
                yield return CoverageJson.Read(InputFiles.ReadText(path), path);
                continue;
            }

            var files = Directory.EnumerateFiles(path, $"*{CoverageJson.Extension}", Whole).Order(StringComparer.Ordinal).ToList();
            if (files.Count == 0)
                throw new UserException($"{path}: no *{CoverageJson.Extension} is in this folder. Run tests with Stateside.Testing that gather coverage first.");
            foreach (var file in files)
                yield return CoverageJson.Read(InputFiles.ReadText(file), file);
        }
    }

    private static CoverageReport Of(CoverageReport report, string? machine)
    {
        if (machine is null)
            return report;
        var found = report.Machines.Where(its => its.Name.Split(", ").Contains(machine)).ToList();
        return found.Count > 0
            ? new CoverageReport(found)
            : throw new UserException($"--state-machine {machine}: the reports are of {string.Join(", ", report.Machines.Select(its => its.Name))}.");
    }

    private static string Drawn(CoverageReport report) => report.Machines is [var only]
        ? CoverageGraph.Write(only)
        : throw new UserException($"--format svg draws one state machine; name it with --state-machine: {string.Join(", ", report.Machines.Select(its => its.Name))}.");

    private static double? Percent(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100
            ? percent
            : throw new FormatException("this must be a percentage from 0 to 100.");

    private int Judge(CoverageReport report, double threshold)
    {
        var below = report.Machines.Where(machine => machine.Transitions.Percent < threshold).ToList();
        foreach (var machine in below)
            host.Error.WriteLine(Plain.Line(
                $"{machine.Name}: {machine.Transitions.PercentText} of transitions covered, below {threshold.ToString(CultureInfo.InvariantCulture)} %."));
        return below.Count == 0 ? ExitCodes.Success : ExitCodes.Failed;
    }
}
