using Stateside.Engine.Execution;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks;

/// <summary>What handlers read from a task's parameters.</summary>
internal static class TaskParameters
{
    /// <summary>The text of that name, or null.</summary>
    public static string? Text(this JsonObject parameters, string name) => (parameters[name] as JsonString)?.Value;

    /// <summary>JSON as text: a text as it is, anything else compactly, nothing as null.</summary>
    public static string? JsonText(this JsonObject parameters, string name) => parameters[name] switch
    {
        null or JsonNull => null,
        JsonString text => text.Value,
        var value => JsonWriter.Compact(value),
    };

    /// <summary>A parameter that the request cannot be made without is not there.</summary>
    public static TaskOutcome.Failed Missing(JsonObject parameters, string name) => Unusable(parameters, $"The field '{name}' is required but was missing");

    /// <summary>The request cannot be made of the parameters.</summary>
    public static TaskOutcome.Failed Unusable(JsonObject parameters, string problem) => TaskFailures.Of(
        ErrorNames.Runtime, $"The Parameters '{JsonWriter.Compact(parameters)}' could not be used to start the Task: [{problem}]");
}

/// <summary>Ids of requests: the same again when an attempt is started again after a crash.</summary>
internal static class RequestIds
{
    public static string Of(TaskRequest request, string purpose = "request") => new Chance(Chance.Derive(0, $"{purpose}:{request.Token}")).NextId().ToString();
}
