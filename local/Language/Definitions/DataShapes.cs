using Stateside.Language.Paths;
using Stateside.Language.Shapes;
using Stateside.Language.Templates;

namespace Stateside.Language.Definitions;

/// <summary>What is known of what a state leaves behind.</summary>
/// <param name="Output">The output.</param>
/// <param name="Variables">The variables in sight after it.</param>
internal sealed record ShapeDeparture(Shape Output, IReadOnlyDictionary<string, Shape> Variables);

/// <summary>How data flows through a state, of which only shapes are known: field by field what <see cref="DataFlow"/> does with values.</summary>
internal static class DataShapes
{
    /// <summary>What a catcher is given.</summary>
    public static Shape Error { get; } = Shape.Object(("Error", Shape.Text.Join(Shape.Null)), ("Cause", Shape.Text.Join(Shape.Null)));

    /// <summary>The input after InputPath; in JSONata the input itself.</summary>
    /// <param name="state">The state.</param>
    /// <param name="scope">What it sees, with the raw input.</param>
    public static Shape EffectiveInput(State state, ShapeScope scope) => Part(state.InputPath, "InputPath", scope);

    /// <summary>What a Task sends or a Parallel gives its branches.</summary>
    /// <param name="state">The state.</param>
    /// <param name="scope">What it sees, with the effective input.</param>
    public static Shape Arguments(WorkState state, ShapeScope scope) =>
        state.Arguments?.ShapeOf(scope.Member(state.QueryLanguage == QueryLanguage.Jsonata ? "Arguments" : "Parameters")) ?? scope.Input;

    /// <summary>What a Pass state leaves behind.</summary>
    /// <param name="state">The state.</param>
    /// <param name="scope">What it sees, with the raw input.</param>
    /// <returns>What it leaves; null where it is certain to fail.</returns>
    public static ShapeDeparture? Pass(PassState state, ShapeScope scope)
    {
        if (state.QueryLanguage == QueryLanguage.Jsonata)
            return Leave(state.Output, state.Assign, scope, scope.Input);
        var effective = scope with { Input = EffectiveInput(state, scope) };
        if (effective.Input.IsNever)
            return null;
        var made = state.Result is { } result ? Shape.Constant(result) : state.Parameters?.ShapeOf(effective.Member("Parameters")) ?? effective.Input;
        return Place(state, state.ResultPath, scope, made, made);
    }

    /// <summary>What a state that only looks at its input (Choice, Wait, Succeed) leaves behind.</summary>
    /// <param name="state">The state.</param>
    /// <param name="output">JSONata: the Output to use.</param>
    /// <param name="assign">The Assign to use.</param>
    /// <param name="scope">What it sees, with the raw input.</param>
    /// <param name="place">What Output and Assign stand in, where that is not the state.</param>
    /// <returns>What it leaves; null where it is certain to fail.</returns>
    public static ShapeDeparture? Through(State state, PayloadTemplate? output, PayloadTemplate? assign, ShapeScope scope, ShapeScope? place = null)
    {
        if (state.QueryLanguage == QueryLanguage.Jsonata)
            return Leave(output, assign, scope, scope.Input, place);
        var effective = scope with { Input = EffectiveInput(state, scope) };
        return effective.Input.IsNever ? null : Leaving(Part(state.OutputPath, "OutputPath", effective), assign, effective, place);
    }

    /// <summary>What a Task, Parallel or Map leaves behind.</summary>
    /// <param name="state">The state.</param>
    /// <param name="scope">What it sees, with the raw input.</param>
    /// <param name="result">The result of its work.</param>
    /// <returns>What it leaves; null where it is certain to fail.</returns>
    public static ShapeDeparture? Result(WorkState state, ShapeScope scope, Shape result)
    {
        if (result.IsNever)
            return null;
        if (state.QueryLanguage == QueryLanguage.Jsonata)
            return Leave(state.Output, state.Assign, scope with { Result = result }, result);
        var selected = state.ResultSelector?.ShapeOf((scope with { Input = result }).Member("ResultSelector")) ?? result;
        return Place(state, state.ResultPath, scope, result, selected);
    }

    /// <summary>What a state leaves behind when a catcher has caught its failure.</summary>
    /// <param name="state">The state.</param>
    /// <param name="index">Which of its catchers.</param>
    /// <param name="scope">What it sees, with the raw input.</param>
    /// <returns>What it leaves; null where the catcher is certain to fail.</returns>
    public static ShapeDeparture? Caught(WorkState state, int index, ShapeScope scope)
    {
        var catcher = state.Catch[index];
        var place = scope.Member("Catch").Item(index);
        if (state.QueryLanguage == QueryLanguage.Jsonata)
            return Leave(catcher.Output, catcher.Assign, scope with { ErrorOutput = Error }, Error, place);
        var output = Combined(catcher.ResultPath, scope.Input, Error, place);
        return Leaving(output, catcher.Assign, scope with { Input = Error }, place);
    }

    private static ShapeDeparture? Place(State state, ReferencePath? resultPath, ShapeScope scope, Shape result, Shape selected)
    {
        if (selected.IsNever)
            return null;
        var combined = Combined(resultPath, scope.Input, selected, scope);
        var output = combined.IsNever ? combined : Part(state.OutputPath, "OutputPath", scope with { Input = combined });
        return Leaving(output, state.Assign, scope with { Input = result });
    }

    private static ShapeDeparture? Leave(
        PayloadTemplate? output, PayloadTemplate? assign, ShapeScope scope, Shape otherwise, ShapeScope? place = null) =>
        Leaving(output?.ShapeOf(Here(scope, place).Member("Output")) ?? otherwise, assign, scope, place);

    private static ShapeDeparture? Leaving(Shape output, PayloadTemplate? assign, ShapeScope scope, ShapeScope? place = null)
    {
        var variables = scope.Variables;
        if (assign is not null)
        {
            var assigned = assign.ShapeOf(Here(scope, place).Member("Assign"));
            if (assigned.Members is not { } members)
                return null;
            var all = new Dictionary<string, Shape>(variables, StringComparer.Ordinal);
            foreach (var name in members.Names)
                all[name] = members.Find(name)!.Shape;
            variables = all;
        }

        return output.IsNever ? null : new ShapeDeparture(output, variables);
    }

    private static Shape Combined(ReferencePath? path, Shape input, Shape result, ShapeScope scope)
    {
        var at = scope.Member("ResultPath") with { Input = input, Result = result };
        return at.Giving(path?.ShapeOf(input, result, at) ?? input);
    }

    private static ShapeScope Here(ShapeScope scope, ShapeScope? place) =>
        place is null ? scope : scope with { Place = place.Place, Report = place.Report };

    private static Shape Part(JsonPath? path, string field, ShapeScope scope)
    {
        if (ReferenceEquals(path, JsonPath.Root))
            return scope.Input;
        var at = scope.Member(field);
        return at.Giving(PathFields.ShapeOf(field, path, at));
    }
}
