using System.Globalization;
using Stateside.Engine.Coverage;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Store;
using Stateside.Engine.Template;

namespace Stateside.Testing;

/// <summary>
/// The coverage of workflows over a test run: which states, transitions, choice rules, catchers, retriers, branches and iterations the
/// tests took. One of these lives as long as the run; at its end it prints the table, writes the reports, and fails the run below the
/// threshold. With xunit v3 a line does it: <c>[assembly: AssemblyFixture(typeof(WorkflowCoverage))]</c>; with any framework
/// <see cref="Begin"/> one before the first test. Without either, the environment variables <see cref="FolderVariable"/> and
/// <see cref="ThresholdVariable"/> turn it on. What nobody disposes of after the last test ends with the process.
/// </summary>
public class WorkflowCoverage : IDisposable
{
    /// <summary>Names the folder that reports are written to.</summary>
    public const string FolderVariable = "STATESIDE_COVERAGE";

    /// <summary>Gives the percentage of transitions that the tests must take of each state machine.</summary>
    public const string ThresholdVariable = "STATESIDE_COVERAGE_THRESHOLD";

    private static readonly Lock Changing = new();
    private static WorkflowCoverage? _process;
    private static bool _isAsked;

    private readonly CoverageCollector _collector = new();
    private readonly CoverageVerdict? _verdict;
    private readonly Lock _judging = new();
    private int _isOver;

    /// <summary>Coverage of this process's tests, from here on.</summary>
    public WorkflowCoverage()
        : this(new WorkflowCoverageOptions())
    {
    }

    /// <summary>Coverage from here on, of a class that says how. (xunit makes fixtures only of classes with one public constructor.)</summary>
    /// <param name="options">How it is gathered.</param>
    protected WorkflowCoverage(WorkflowCoverageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        if (!options.CoversProcess)
            return;
        lock (Changing)
            _process = this;

        // Few runners take an exception after the last test for a failure, and some end without a word to anybody.
        _verdict = new CoverageVerdict();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Conclude();
    }

    /// <summary>How it is gathered.</summary>
    public WorkflowCoverageOptions Options { get; }

    /// <summary>Coverage from here on.</summary>
    /// <param name="options">How it is gathered; null for the defaults.</param>
    /// <returns>The coverage, to be disposed of after the last test.</returns>
    public static WorkflowCoverage Begin(WorkflowCoverageOptions? options = null) => new(options ?? new WorkflowCoverageOptions());

    /// <summary>What was covered so far.</summary>
    /// <returns>The report.</returns>
    public CoverageReport Report() => new([.. _collector.Report().Machines.Where(Options.Includes)]);

    /// <summary>Ends the run: prints the table, writes the reports, and holds each state machine against the threshold.</summary>
    /// <exception cref="WorkflowAssertionException">Too little was covered; the message lists what was not.</exception>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        End(Console.Out.Write);
    }

    private void End(Action<string> print)
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 1)
            return;
        lock (Changing)
        {
            if (_process == this)
                _process = null;
        }

        Finish(Options.Output ?? print);
    }

    /// <summary>
    /// A test of the process has ended. Where a host runs the tests, which may be killed before its end, what there is to say is said
    /// already.
    /// </summary>
    internal static void TestEnded()
    {
        WorkflowCoverage? coverage;
        lock (Changing)
            coverage = _process;
        if (coverage is not { _verdict: { IsNeededEarly: true } verdict } || coverage.Threshold() is not { } threshold)
            return;

        // One after the other: what was seen last is said last.
        lock (coverage._judging)
            verdict.Say(Below(coverage.Report(), threshold));
    }

    /// <summary>What an engine is to tell that runs a machine under test; null when nobody covers it.</summary>
    /// <param name="coverage">The test's own coverage; null for the process's.</param>
    /// <param name="tested">The definition under test, which belongs into the report also if no test runs it; null for none.</param>
    /// <param name="template">The template whose other machines it may run; null for none.</param>
    internal static Action<StateMachine, IReadOnlyList<Transition>>? Listen(
        WorkflowCoverage? coverage, CoveredDefinition? tested, TemplateModel? template)
    {
        if ((coverage ?? OfProcess())?._collector is not { } collector)
            return null;
        if (tested is not null)
            collector.Add(tested);
        return template is not null ? collector.Listen(CoveredDefinition.AllOf(template)) : tested is null ? collector.Listen() : collector.Listen(tested);
    }

    private static WorkflowCoverage? OfProcess()
    {
        lock (Changing)
        {
            if (_isAsked)
                return _process;
            _isAsked = true;
            if (_process is null && (IsSet(FolderVariable) || IsSet(ThresholdVariable)))
                _ = new WorkflowCoverage(new WorkflowCoverageOptions());

            return _process;
        }
    }

    private void Finish(Action<string> print)
    {
        var report = Report();
        var table = CoverageTable.Write(report, most: 50);
        print(table);
        var folder = CoverageFiles.Write(report, table, Options.Folder, Options.Name);
        if (Threshold() is not { } threshold || Below(report, threshold) is not { } below)
        {
            _verdict?.Say(null);
            return;
        }

        _verdict?.Say($"{below} The reports are in {folder}.");
        throw new WorkflowAssertionException($"{below}\n\n{table}\nThe reports are in {folder}.");
    }

    /// <summary>Ends with the process, where nobody else ended it, and has it fail below the threshold whoever runs the tests.</summary>
    private void Conclude()
    {
        // Runners take the console for what tests print, and nobody hears that any more.
        using var output = new StreamWriter(Console.OpenStandardOutput());
        try
        {
            End(output.Write);
        }
        catch (WorkflowAssertionException e)
        {
            var first = e.Message.Split('\n')[0];
            output.WriteLine(first);
            _verdict!.Say(first);
        }

        if (_verdict!.HasFailed && Environment.ExitCode == 0)
            Environment.ExitCode = 1;
    }

    /// <summary>Which state machines do not reach the threshold; null where all do.</summary>
    private static string? Below(CoverageReport report, double threshold)
    {
        var below = report.Machines.Where(machine => machine.Transitions.Percent < threshold)
            .Select(machine => $"{machine.Name} ({machine.Transitions.PercentText})").ToList();
        return below.Count == 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"The tests take less than {threshold} % of the transitions of {string.Join(" and of ", below)}.");
    }

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };

    private double? Threshold()
    {
        if (Options.Threshold is not null || Environment.GetEnvironmentVariable(ThresholdVariable) is not { Length: > 0 } text)
            return Options.Threshold;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var threshold) && threshold is >= 0 and <= 100
            ? threshold
            : throw new WorkflowAssertionException($"{ThresholdVariable} is '{text}': give a percentage from 0 to 100, such as 95.");
    }
}
