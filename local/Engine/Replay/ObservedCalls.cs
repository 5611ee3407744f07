using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Roles;
using Stateside.Language.Templates;

namespace Stateside.Engine.Replay;

/// <summary>What the calls of a recorded execution asked of its role.</summary>
internal static class ObservedCalls
{
    /// <summary>The permissions that the calls needed, with the resources that they named.</summary>
    /// <param name="record">The execution. What was recorded without data tells nothing.</param>
    /// <param name="definition">Its definition.</param>
    /// <param name="machine">Its machine.</param>
    public static IReadOnlyList<Permission> Of(RecordedExecution record, Definition definition, MachineFacts machine)
    {
        var tasks = RecordedTask.Of(record, ExecutionTimeline.Of(definition, record.Events));
        return RoleNeeds.Of(tasks.SelectMany(task => task.Attempts.Select(attempt => TaskOf(task.State, attempt)).OfType<TaskState>()), machine);
    }

    private static TaskState? TaskOf(string state, RecordedAttempt attempt)
    {
        var text = attempt.Service is null or "lambda" && attempt.Resource.StartsWith("arn:", StringComparison.Ordinal)
            ? attempt.Resource
            : $"arn:aws:states:::{attempt.Service}:{attempt.Resource}";
        if (TaskResource.Parse(text) is not { } resource || attempt.Payload is not { } payload)
            return null;
        var role = (attempt.Scheduled["taskCredentials"] as EventDetails)?["roleArn"] as string;
        return new TaskState
        {
            Name = state,
            QueryLanguage = QueryLanguage.JsonPath,
            Resource = resource,
            Arguments = new LiteralTemplate(payload),
            Credentials = role is null ? null : new LiteralTemplate(JsonObject.Of(("RoleArn", JsonValue.From(role)))),
        };
    }
}
