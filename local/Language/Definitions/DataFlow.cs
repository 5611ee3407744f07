using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Templates;

namespace Stateside.Language.Definitions;

/// <summary>What a state leaves behind: its output and the variables it set.</summary>
/// <param name="Output">The output.</param>
/// <param name="Assigned">The variables by name; empty when it set none.</param>
internal readonly record struct Departure(JsonValue Output, JsonObject Assigned);

/// <summary>
/// How data flows through a state: which part of the input it works on, and what it makes of the result.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html.
/// </summary>
internal static class DataFlow
{
    /// <summary>The input after InputPath; in JSONata the input itself.</summary>
    /// <param name="state">The state.</param>
    /// <param name="context">Its context, with the raw input.</param>
    /// <exception cref="StatesException">The path names nothing.</exception>
    public static JsonValue EffectiveInput(State state, EvaluationContext context)
    {
        var input = Part(state.InputPath, "InputPath", context);
        if (state.QueryLanguage == QueryLanguage.JsonPath)
            context.Inspection?.AfterInputPath = input;
        return input;
    }

    /// <summary>What a Task sends or a Parallel gives its branches.</summary>
    /// <param name="state">The state.</param>
    /// <param name="context">Its context, with the effective input.</param>
    /// <returns>The evaluated Parameters or Arguments; the effective input when there are none.</returns>
    /// <exception cref="StatesException">The template cannot be evaluated.</exception>
    public static JsonValue Arguments(WorkState state, EvaluationContext context)
    {
        var arguments = state.Arguments?.Evaluate(context) ?? context.Input;
        if (state.QueryLanguage == QueryLanguage.JsonPath)
            context.Inspection?.AfterParameters = arguments;
        else
            context.Inspection?.AfterArguments = arguments;
        return arguments;
    }

    /// <summary>What a Pass state leaves behind.</summary>
    /// <param name="state">The state.</param>
    /// <param name="context">Its context, with the raw input.</param>
    /// <exception cref="StatesException">A field cannot be evaluated.</exception>
    public static Departure Pass(PassState state, EvaluationContext context)
    {
        if (state.QueryLanguage == QueryLanguage.Jsonata)
            return Leave(state.Output, state.Assign, context, context.Input);
        if (state.Result is { } result)
        {
            // InputPath has no say in it, yet has to name something.
            Part(state.InputPath, "InputPath", context);
            context.Inspection?.Result = result;
            return Place(state, state.ResultPath, context, result, result);
        }

        var effective = context.With(EffectiveInput(state, context));
        var made = state.Parameters?.Evaluate(effective) ?? effective.Input;
        context.Inspection?.AfterParameters = made;
        return Place(state, state.ResultPath, context, made, made);
    }

    /// <summary>What a state that only looks at its input (Choice, Wait, Succeed) leaves behind.</summary>
    /// <param name="state">The state.</param>
    /// <param name="output">JSONata: the Output to use.</param>
    /// <param name="assign">The Assign to use.</param>
    /// <param name="context">Its context, with the raw input.</param>
    /// <exception cref="StatesException">A field cannot be evaluated.</exception>
    public static Departure Through(State state, PayloadTemplate? output, PayloadTemplate? assign, EvaluationContext context)
    {
        if (state.QueryLanguage == QueryLanguage.Jsonata)
            return Leave(output, assign, context, context.Input);
        var effective = context.With(EffectiveInput(state, context));
        return new(Part(state.OutputPath, "OutputPath", effective), Variables(assign, effective));
    }

    /// <summary>What a Task, Parallel or Map leaves behind.</summary>
    /// <param name="state">The state.</param>
    /// <param name="context">Its context, with the raw input.</param>
    /// <param name="result">The result of its work.</param>
    /// <exception cref="StatesException">A field cannot be evaluated.</exception>
    public static Departure Result(WorkState state, EvaluationContext context, JsonValue result)
    {
        if (state is TaskState)
            context.Inspection?.Result = result;
        if (state.QueryLanguage == QueryLanguage.Jsonata)
            return Leave(state.Output, state.Assign, context.WithResult(result), result);
        var selected = state.ResultSelector?.Evaluate(context.With(result)) ?? result;
        return Place(state, state.ResultPath, context, result, selected);
    }

    /// <summary>What a state leaves behind when a catcher has caught its failure.</summary>
    /// <param name="state">The state.</param>
    /// <param name="catcher">The catcher.</param>
    /// <param name="context">The state's context, with the raw input.</param>
    /// <param name="error">The error output, <c>{"Error": …, "Cause": …}</c>.</param>
    /// <exception cref="StatesException">A field cannot be evaluated.</exception>
    public static Departure Caught(WorkState state, Catcher catcher, EvaluationContext context, JsonValue error)
    {
        if (state.QueryLanguage == QueryLanguage.Jsonata)
            return Leave(catcher.Output, catcher.Assign, context.WithErrorOutput(error), error);
        var output = catcher.ResultPath?.Write(context.Input, error) ?? context.Input;
        return new(output, Variables(catcher.Assign, context.With(error)));
    }

    /// <summary>Puts the selected result into the input; Assign sees the result as it was before ResultSelector.</summary>
    private static Departure Place(State state, ReferencePath? resultPath, EvaluationContext context, JsonValue result, JsonValue selected)
    {
        context.Inspection?.AfterResultSelector = selected;
        var combined = resultPath?.Write(context.Input, selected) ?? context.Input;
        context.Inspection?.AfterResultPath = combined;
        var output = Part(state.OutputPath, "OutputPath", context.With(combined));
        return new(output, Variables(state.Assign, context.With(result)));
    }

    private static Departure Leave(PayloadTemplate? output, PayloadTemplate? assign, EvaluationContext context, JsonValue otherwise)
    {
        // Both look at the values at entry: neither sees what the other makes.
        var assigned = Variables(assign, context);
        return new(output?.Evaluate(context) ?? otherwise, assigned);
    }

    private static JsonObject Variables(PayloadTemplate? assign, EvaluationContext context) =>
        assign is null ? JsonObject.Empty : (JsonObject)assign.Evaluate(context);

    private static JsonValue Part(JsonPath? path, string field, EvaluationContext context) =>
        ReferenceEquals(path, JsonPath.Root) ? context.Input : PathFields.Evaluate(field, path, context);
}
