using System.CommandLine;
using System.Globalization;
using Stateside.Engine.Coverage;

namespace Stateside.Service.Cli;

/// <summary><c>stateside coverage</c>: puts the coverage reports of several test runs together.</summary>
internal sealed class CoverageCommand(Host host)
{
    private readonly Argument<string[]> _files = new("reports")
    {
        Description = $"Reports of test runs (*{CoverageJson.Extension}), or folders that have them. Without any: this folder.",
        HelpName = "reports",
        Arity = ArgumentArity.ZeroOrMore,
        Validators = { Parsers.NoOption },
    };

    private readonly Option<double?> _threshold = new("--threshold")
    {
        Description = "The percentage of transitions that must be covered of each state machine; below it the exit code is 1.",
        HelpName = "PERCENT",
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "table, json (a report again), cobertura (for other tools) or svg (the state machine's graph).",
        DefaultValueFactory = _ => "table",
    };

    private readonly Option<string?> _machine = new("--state-machine") { Description = "Only this state machine.", HelpName = "NAME" };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Where to write it. Without it: standard output.",
        HelpName = "FILE",
    };

    /// <summary>The command.</summary>
    public Command Build()
    {
        _format.AcceptOnlyFromAmong("table", "json", "cobertura", "svg");
        var command = new Command(
            "coverage",
            """
            Put together which states and transitions of state machines test runs covered. Tests write their reports with the testing library.

              stateside coverage TestResults --threshold 95
              stateside coverage unit integration --format cobertura --output coverage.cobertura.xml
              stateside coverage TestResults --state-machine OrderIntake --format svg -o order-intake.svg
            """)
        {
            _files, _threshold, _format, _machine, _output,
        };
        command.SetAction((parsed, _) => host.GuardAsync(() => Task.FromResult(Run(parsed))));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var threshold = parsed.GetValue(_threshold);
        if (threshold is < 0 or > 100)
            throw new UserException($"--threshold {threshold.Value.ToString(CultureInfo.InvariantCulture)}: give a percentage from 0 to 100.");
        var output = parsed.GetValue(_output);
        if (output is not null)
            Host.CheckOutput(output);
        try
        {
            var report = Of(CoverageReport.Merge(Reports(parsed.GetValue(_files) ?? [])), parsed.GetValue(_machine));
            host.WriteOutput(output, Written(report, parsed.GetValue(_format)!).TrimEnd('\n'));
            return threshold is { } least ? Judge(report, least) : ExitCodes.Success;
        }
        catch (CoverageException e)
        {
            throw new UserException(e.Message);
        }
    }

    private static IEnumerable<CoverageReport> Reports(string[] paths)
    {
        foreach (var path in paths.Length == 0 ? ["."] : paths)
        {
            if (!Directory.Exists(path))
            {
                yield return CoverageJson.Read(InputFiles.ReadText(path), path);
                continue;
            }

            var files = Directory.EnumerateFiles(path, $"*{CoverageJson.Extension}", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
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

    private string Written(CoverageReport report, string format) => format switch
    {
        "json" => CoverageJson.Write(report),
        "cobertura" => CoberturaReport.Write(report, host.Time.GetUtcNow()),
        "svg" when report.Machines is [var only] => CoverageGraph.Write(only),
        "svg" => throw new UserException($"--format svg draws one state machine; name it with --state-machine: {string.Join(", ", report.Machines.Select(its => its.Name))}."),
        _ => CoverageTable.Write(report),
    };

    private int Judge(CoverageReport report, double threshold)
    {
        var below = report.Machines.Where(machine => machine.Transitions.Percent < threshold).ToList();
        foreach (var machine in below)
            host.Error.WriteLine(Plain.Line(
                $"{machine.Name}: {machine.Transitions.PercentText} of transitions covered, below {threshold.ToString(CultureInfo.InvariantCulture)} %."));
        return below.Count == 0 ? ExitCodes.Success : ExitCodes.Failed;
    }
}
