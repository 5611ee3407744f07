using Stateside.Language.Conditions;
using Stateside.Language.Definitions;
using Stateside.Language.Paths;
using Stateside.Language.Templates;

namespace Stateside.Language.Validation;

/// <summary>
/// Which variables each state refers to, as DescribeStateMachine tells it under <c>variableReferences</c>.
/// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html.
/// </summary>
internal static class VariableReferences
{
    /// <summary>The variables that the states of a definition refer to.</summary>
    /// <returns>The names by state, in the order in which they first stand there; states that refer to none are left out.</returns>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Of(Definition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var references = new OrderedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var state in definition.AllStates())
        {
            var names = Of(state).Distinct(StringComparer.Ordinal).ToList();
            if (names.Count > 0)
                references[state.Name] = names;
        }

        return references;
    }

    private static IEnumerable<string> Of(State state) =>
        Names(state.InputPath)
            .Concat(OwnOf(state))
            .Concat(state is WorkState work ? OfWork(work) : [])
            .Concat(Names(state.Output))
            .Concat(Names(state.Assign))
            .Concat(Names(state.OutputPath));

    private static IEnumerable<string> OwnOf(State state) => state switch
    {
        PassState pass => Names(pass.Parameters),
        TaskState task => [.. Names(task.TimeoutSeconds), .. Names(task.HeartbeatSeconds), .. Names(task.Credentials)],
        WaitState wait => [.. Names(wait.Seconds), .. Names(wait.Timestamp)],
        FailState fail => [.. Names(fail.Error), .. Names(fail.Cause)],
        ChoiceState choice => choice.Choices.SelectMany(rule =>
            Names(rule.Condition).Concat(Names(rule.Output)).Concat(Names(rule.Assign))),
        MapState map =>
        [
            .. Names(map.ItemReader?.Arguments), .. Names(map.ItemReader?.MaxItems), .. Names(map.Items), .. Names(map.ItemSelector),
            .. Names(map.ItemBatcher?.MaxItemsPerBatch), .. Names(map.ItemBatcher?.MaxInputBytesPerBatch), .. Names(map.ItemBatcher?.BatchInput),
            .. Names(map.MaxConcurrency), .. Names(map.ToleratedFailureCount), .. Names(map.ToleratedFailurePercentage),
            .. Names(map.ResultWriter?.Arguments),
        ],
        _ => [],
    };

    private static IEnumerable<string> OfWork(WorkState work) =>
        Names(work.Arguments)
            .Concat(Names(work.ResultSelector))
            .Concat(work.Catch.SelectMany(catcher => Names(catcher.Output).Concat(Names(catcher.Assign))));

    private static IEnumerable<string> Names(ValueField? field) => Names(field?.Template);

    private static IEnumerable<string> Names(Condition condition) =>
        condition is JsonataCondition expression ? Names(expression.Template) : condition.Paths.SelectMany(Names);

    private static IEnumerable<string> Names(JsonPath? path) => path?.VariableName is { } name ? [name] : [];

    private static IEnumerable<string> Names(PayloadTemplate? template) => template switch
    {
        null => [],
        ObjectTemplate members => members.Members.SelectMany(Names),
        ArrayTemplate items => items.Items.SelectMany(Names),
        JsonataTemplate expression => expression.Variables,
        _ => template.Paths.SelectMany(Names),
    };
}
