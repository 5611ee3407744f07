using System.Diagnostics;
using Stateside.Conformance.Simulation;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Shapes;
using Stateside.Language.Validation;

namespace Stateside.Conformance.Shapes;

/// <summary>
/// Runs machines that were made up on inputs that were made up, and holds every value of every execution against what was known of it
/// before: with nothing known of input and results, with all, and with a part.
/// </summary>
internal sealed class RandomSoundness
{
    private static readonly TimeSpan LongTime = TimeSpan.FromSeconds(3);

    private const int MostTold = 10;
    private const int MostTries = 4_000;

    private static readonly Func<ParsedDefinition, FlowSources, MachineFlow> Honest =
        (parsed, sources) => MachineFlow.Of(parsed.Definition!, sources, parsed.Source);

    private int _machines;
    private int _executions;
    private int _ended;
    private long _values;
    private long _known;
    private int _states;
    private int _refused;

    /// <summary>Checks so many machines.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The first machine's seed; each has its own.</param>
    /// <returns>How many are wrong.</returns>
    public int Run(int count, ulong seed)
    {
        var (wrong, watch, slowest, slowestSeed) = (0, Stopwatch.StartNew(), TimeSpan.Zero, 0UL);
        for (var i = 0; i < count; i++)
        {
            var its = seed + (ulong)i;
            var machine = new RandomMachine(new Dice(its)).Make();
            var began = watch.Elapsed;
            if (Problem(machine, its, Honest, this) is { } problem)
            {
                if (wrong++ < MostTold)
                    Tell(machine, its, problem);
            }

            if (watch.Elapsed - began > slowest)
                (slowest, slowestSeed) = (watch.Elapsed - began, its);
        }

        Console.WriteLine($"shapes: {_machines} machines with {_states} states (seeds {seed} to {seed + (ulong)count - 1}; {_refused} more were refused), {_executions} executions, "
            + $"{_ended} of them with an output, {_values} values, of {_known} more is known than that they are there; {wrong} machines are wrong");
        Console.WriteLine($"shapes: {watch.Elapsed.TotalSeconds:0} s; the longest took {slowest.TotalMilliseconds:0} ms, seed {slowestSeed}");
        if (slowest > LongTime)
            Console.WriteLine($"  {JsonWriter.Compact(new RandomMachine(new Dice(slowestSeed)).Make().Definition)}");
        return wrong;
    }

    /// <summary>Plants rules that are not sound and says after how many machines each is found.</summary>
    /// <param name="most">So many machines are tried.</param>
    /// <param name="seed">The first machine's seed.</param>
    /// <returns>How many of the rules are not found.</returns>
    public static int RunPlanted(int most, ulong seed)
    {
        var missed = 0;
        foreach (var (name, plant) in UnsoundRules.All)
        {
            var at = 0;
            while (at < most && Problem(new RandomMachine(new Dice(seed + (ulong)at)).Make(), seed + (ulong)at, plant, null) is null)
                at++;
            missed += at < most ? 0 : 1;
            Console.WriteLine(at < most ? $"shapes: '{name}' is found by machine {at + 1}" : $"shapes: '{name}' is not found by {most} machines");
        }

        return missed;
    }

    /// <summary>What is wrong with what is known of a machine; null when nothing is.</summary>
    private static string? Problem(MadeMachine machine, ulong seed, Func<ParsedDefinition, FlowSources, MachineFlow> flowOf, RandomSoundness? tally)
    {
        var parsed = DefinitionParser.Parse(JsonWriter.Compact(machine.Definition));
        if (parsed.Definition is not { } definition)
        {
            if (tally is not null)
                tally._refused++;
            return null;
        }

        var runs = machine.Inputs.Select(input => MachineRun.Of(definition, input, (state, times) => Outcome(machine, seed, state, times))).ToList();
        if (runs.Find(run => run.Defect is not null) is { Defect: { } defect })
            return defect;
        var chance = new Chance(seed);
        var maker = new ShapeMaker(chance);
        var whole = (int)(seed % (ulong)machine.Inputs.Count);
        var views = new (string What, FlowSources Sources, IReadOnlyList<int> Runs)[]
        {
            ("with nothing known", FlowSources.None, [.. Enumerable.Range(0, runs.Count)]),
            ("with input and results known", new FlowSources
            {
                Input = Shape.Constant(machine.Inputs[whole]),
                TaskOf = (task, _) => Shapes(machine, task, Shape.Constant),
            }, [whole]),
            ("with a part known", Partly(machine, maker), [.. Enumerable.Range(0, runs.Count)]),
        };
        foreach (var (what, sources, checkedRuns) in views)
        {
            FlowWitness witness;
            try
            {
                witness = new FlowWitness(flowOf(parsed, sources));
            }
#pragma warning disable CA1031 // Whatever is thrown is what we look for.
            catch (Exception e)
#pragma warning restore CA1031
            {
                return $"{what}: {e}";
            }

            foreach (var run in checkedRuns)
            {
                if (witness.Problem(runs[run].Events, runs[run].Output) is { } problem)
                    return $"{what}, input {run}: {problem}";
            }

            if (tally is not null)
            {
                tally._values += witness.Values;
                tally._known += witness.Known;
            }
        }

        if (tally is not null)
        {
            tally._machines++;
            tally._executions += runs.Count;
            tally._ended += runs.Count(run => run.Output is not null);
            tally._states += definition.AllStates().Count();
        }

        return null;
    }

    private static FlowSources Partly(MadeMachine machine, ShapeMaker maker)
    {
        var input = machine.Inputs.Aggregate(Shape.Never, (all, one) => all.Join(maker.Generalize(one, 7)));
        var results = machine.Results.ToDictionary(
            one => one.Key, one => one.Value.Aggregate(Shape.Never, (all, value) => all.Join(maker.Generalize(value, 7))), StringComparer.Ordinal);
        return new FlowSources { Input = input, TaskOf = (task, _) => new TaskShapes("it", null, results[task.Name]) };
    }

    private static TaskShapes Shapes(MadeMachine machine, TaskState task, Func<JsonValue, Shape> of) =>
        new("it", null, machine.Results[task.Name].Aggregate(Shape.Never, (all, value) => all.Join(of(value))));

    private static (JsonValue? Result, TaskFailure? Failure) Outcome(MadeMachine machine, ulong seed, string state, int times)
    {
        // Of its own for each task, so that it stays the same when another state is taken out.
        var hash = state.Aggregate((seed * 31) + (ulong)times, (all, letter) => (all * 31) + letter);
        var dice = new Dice(hash);
        return dice.Below(7) switch
        {
            0 => (null, new TaskFailure("Broken", "why")),
            1 => (null, dice.OneIn(3) ? new TaskFailure(null, null) : new TaskFailure("Other", "{\"k\": 1}")),
            _ => (dice.Of(machine.Results[state]), null),
        };
    }

    private static void Tell(MadeMachine machine, ulong seed, string problem)
    {
        var (small, what, tries) = (machine, problem, 0);
        for (var isSmaller = true; isSmaller;)
        {
            isSmaller = false;
            foreach (var candidate in MachineShrinker.Smaller(small))
            {
                if (tries++ > MostTries)
                    break;
                if (Problem(candidate, seed, Honest, null) is not { } again)
                    continue;
                (small, what, isSmaller) = (candidate, again, true);
                break;
            }
        }

        Console.WriteLine($"seed {seed}: {what}\n  inputs {string.Join(" | ", small.Inputs.Select(JsonWriter.Compact))}\n  results "
            + $"{string.Join("; ", small.Results.Where(one => small.Definition.Text.Contains($"\"{one.Key}\"", StringComparison.Ordinal)).Select(one => $"{one.Key}: {string.Join(" | ", one.Value.Select(JsonWriter.Compact))}"))}\n"
            + $"  {JsonWriter.Compact(small.Definition)}\n");
    }
}
