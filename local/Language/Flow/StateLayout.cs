using Stateside.Language.Shapes;

namespace Stateside.Language.Flow;

/// <summary>What is known of a state's data as people read it: part by part, each with its name.</summary>
internal static class StateLayout
{
    /// <summary>The parts of a state that is reached, in the order of its fields.</summary>
    /// <param name="state">The state.</param>
    public static IEnumerable<(string Name, Shape Shape)> Of(StateFlow state)
    {
        var input = state.Input;
        yield return ("input", input);
        if (!state.EffectiveInput.IsNever && !state.EffectiveInput.Equals(input))
            yield return ("part", state.EffectiveInput);
        foreach (var variable in Of(state.Variables))
            yield return variable;
        if (!state.Arguments.IsNever)
            yield return (state.State.Type == "Task" ? "sent" : "given", state.Arguments);
        if (!state.Result.IsNever)
            yield return ("result", state.Result);
        if (!state.Output.IsNever)
            yield return ("output", state.Output);
    }

    /// <summary>Variables by name.</summary>
    /// <param name="variables">The variables.</param>
    public static IEnumerable<(string Name, Shape Shape)> Of(IReadOnlyDictionary<string, Shape> variables) =>
        variables.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => ($"${pair.Key}", pair.Value));
}
