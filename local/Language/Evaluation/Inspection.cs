using Stateside.Language.Json;

namespace Stateside.Language.Evaluation;

/// <summary>
/// What a state's data was at each stage, gathered while it is worked out. Only where somebody asks: an
/// <see cref="EvaluationContext"/> without one costs nothing. A stage that was not reached, or that the state or its query language
/// does not have, is null.
/// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionData.html.
/// </summary>
public sealed class Inspection
{
    /// <summary>JSONPath: the input after InputPath.</summary>
    public JsonValue? AfterInputPath { get; internal set; }

    /// <summary>JSONPath: what the state works on, after Parameters.</summary>
    public JsonValue? AfterParameters { get; internal set; }

    /// <summary>JSONata: what a Task sends, after Arguments.</summary>
    public JsonValue? AfterArguments { get; internal set; }

    /// <summary>The raw result of a Task, or the Result of a Pass state.</summary>
    public JsonValue? Result { get; internal set; }

    /// <summary>JSONPath: the result after ResultSelector.</summary>
    public JsonValue? AfterResultSelector { get; internal set; }

    /// <summary>JSONPath: the input with the result put into it.</summary>
    public JsonValue? AfterResultPath { get; internal set; }

    /// <summary>JSONPath: a Map's items.</summary>
    public JsonArray? AfterItemsPath { get; internal set; }

    /// <summary>The items that ItemsPointer names in what a Map's reader read.</summary>
    public JsonArray? AfterItemsPointer { get; internal set; }

    /// <summary>What each iteration of a Map is given, after ItemSelector.</summary>
    public JsonArray? AfterItemSelector { get; internal set; }

    /// <summary>What each child execution of a Map is given, after ItemBatcher.</summary>
    public JsonArray? AfterItemBatcher { get; internal set; }

    /// <summary>How many iterations of a Map may run at a time; 0 for no limit.</summary>
    public long? MaxConcurrency { get; internal set; }

    /// <summary>How many iterations may fail.</summary>
    public long? ToleratedFailureCount { get; internal set; }

    /// <summary>How many of a hundred iterations may fail.</summary>
    public double? ToleratedFailurePercentage { get; internal set; }

    /// <summary>The variables in sight once the state is over.</summary>
    public JsonObject? Variables { get; internal set; }
}
