using Stateside.Engine.Execution.Turns;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Engine.Coverage;

/// <summary>Lists what there is to cover in a definition: its states and every way that can be taken, with their lines.</summary>
internal sealed class DefinitionWays
{
    private readonly JsonLocator _locator;
    private readonly Func<TextPosition, TextPosition> _locate;
    private readonly List<StateCoverage> _states = [];

    private DefinitionWays(CoveredDefinition definition)
    {
        _locator = new JsonLocator(definition.Text);
        _locate = definition.Locate;
    }

    /// <summary>The states in the order in which they are written, none of them entered.</summary>
    /// <returns>The states; null when the definition is not right.</returns>
    public static IReadOnlyList<StateCoverage>? Read(CoveredDefinition definition)
    {
        var parsed = DefinitionParser.Parse(definition.Text, new DefinitionOptions { AllowSubstitutions = true, IsAccepted = true });
        if (parsed.Definition is null)
            return null;
        var ways = new DefinitionWays(definition);
        ways.Read(parsed.Definition, parsed.Source!, JsonPlace.Root);
        return ways._states;
    }

    private void Read(Definition definition, JsonObject written, JsonPlace place)
    {
        foreach (var state in definition.States)
        {
            var at = place.Member("States").Member(state.Name);
            var source = (JsonObject)((JsonObject)written["States"]!)[state.Name]!;
            _states.Add(new StateCoverage(state.Name, state.Type, LineOf(at)) { Transitions = [.. WaysOf(state, source, at)] });
            if (state is ParallelState parallel)
            {
                for (var i = 0; i < parallel.Branches.Count; i++)
                    Read(parallel.Branches[i], (JsonObject)((JsonArray)source["Branches"]!)[i], at.Member("Branches").Item(i));
            }
            else if (state is MapState map)
            {
                var key = ProcessorKey(source);
                Read(map.ItemProcessor, (JsonObject)source[key]!, at.Member(key));
            }
        }
    }

    private static string ProcessorKey(JsonObject map) => map.ContainsKey("ItemProcessor") ? "ItemProcessor" : "Iterator";

    private IEnumerable<TransitionCoverage> WaysOf(State state, JsonObject source, JsonPlace at)
    {
        foreach (var way in InsideOf(state, source, at))
            yield return way;
        if (state is ChoiceState choice)
        {
            for (var i = 0; i < choice.Choices.Count; i++)
                yield return Way(TransitionKind.ChoiceRule, i, at.Member("Choices").Item(i), choice.Choices[i].Next);
            if (choice.Default is not null)
                yield return Way(TransitionKind.Default, 0, at.Member("Default"), choice.Default);
            yield break;
        }

        yield return state.Next is null
            ? Way(TransitionKind.End, 0, at.Member("End"))
            : Way(TransitionKind.Next, 0, at.Member("Next"), state.Next);
        if (state is not WorkState work)
            yield break;
        for (var i = 0; i < work.Catch.Count; i++)
            yield return Way(TransitionKind.Catcher, i, at.Member("Catch").Item(i), work.Catch[i].Next) with { Errors = work.Catch[i].ErrorEquals };
        for (var i = 0; i < work.Retry.Count; i++)
        {
            // One without attempts says what not to try again: there is nothing to take.
            if (work.Retry[i].MaxAttempts > 0)
                yield return Way(TransitionKind.Retrier, i, at.Member("Retry").Item(i)) with { Errors = work.Retry[i].ErrorEquals };
        }
    }

    private IEnumerable<TransitionCoverage> InsideOf(State state, JsonObject source, JsonPlace at)
    {
        switch (state)
        {
            case ParallelState parallel:
                for (var i = 0; i < parallel.Branches.Count; i++)
                    yield return Way(TransitionKind.Branch, i, at.Member("Branches").Item(i), parallel.Branches[i].StartAt);
                break;
            case MapState map:
                yield return Way(TransitionKind.Iteration, 0, at.Member(ProcessorKey(source)), map.ItemProcessor.StartAt);
                if (map.Items?.Constant is not JsonArray { Count: > 0 })
                    yield return Way(TransitionKind.NoItems, 0, at);
                break;
        }
    }

    private TransitionCoverage Way(TransitionKind kind, int index, JsonPlace at, string? to = null) => new(kind, index, LineOf(at)) { To = to };

    private int LineOf(JsonPlace place) => _locate(_locator.Locate(place)).Line;
}
