using System.Globalization;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks;

/// <summary>What the service answers about executions, as SDK integrations give it: capitalized members, times as text.</summary>
internal static class ExecutionAnswers
{
    public static JsonObject Started(ExecutionDescription execution) => JsonObject.Of(
        ("ExecutionArn", JsonValue.From(execution.Arn)), ("StartDate", Time(execution.StartDate)));

    public static JsonObject Stopped(ExecutionDescription execution) => JsonObject.Of(("StopDate", Time(execution.StopDate!.Value)));

    /// <summary>DescribeExecution.</summary>
    public static JsonObject Described(ExecutionDescription execution)
    {
        var members = Ended(execution);
        members.Set("RedriveCount", JsonValue.From(execution.RedriveCount));
        var isRedrivable = execution.Status is not (ExecutionStatus.Running or ExecutionStatus.Succeeded);
        members.Set("RedriveStatus", JsonValue.From(isRedrivable ? "REDRIVABLE" : "NOT_REDRIVABLE"));
        if (!isRedrivable)
            members.Set("RedriveStatusReason", JsonValue.From($"Execution is {execution.Status.Name()} and cannot be redriven"));
        return Sorted(members);
    }

    /// <summary>StartSyncExecution, once the execution has ended.</summary>
    public static JsonObject Synchronous(ExecutionDescription execution)
    {
        // See https://aws.amazon.com/step-functions/pricing: time in steps of 100 ms, memory in steps of 64 MB.
        var milliseconds = (long)(Math.Ceiling((execution.StopDate!.Value - execution.StartDate).TotalMilliseconds / 100) * 100);
        return Sorted(Ended(execution).Set("BillingDetails", JsonObject.Of(
            ("BilledDurationInMilliseconds", JsonValue.From(Math.Max(100, milliseconds))), ("BilledMemoryUsedInMB", JsonValue.From(64L)))));
    }

    private static JsonObject.Builder Ended(ExecutionDescription execution)
    {
        var members = new JsonObject.Builder(16);
        Set("Cause", execution.Cause);
        Set("Error", execution.Error);
        Set("ExecutionArn", execution.Arn);
        Set("Input", execution.Input.Text);
        members.Set("InputDetails", Included);
        Set("MapRunArn", execution.MapRunArn);
        Set("Name", execution.Name);
        if (execution.Output is { } output)
        {
            Set("Output", output.Text);
            members.Set("OutputDetails", Included);
        }

        members.Set("StartDate", Time(execution.StartDate));
        Set("StateMachineArn", execution.StateMachine.Arn);
        Set("Status", execution.Status.Name());
        if (execution.StopDate is { } stopped)
            members.Set("StopDate", Time(stopped));
        Set("TraceHeader", execution.TraceHeader);
        return members;

        void Set(string name, string? value)
        {
            if (value is not null)
                members.Set(name, JsonValue.From(value));
        }
    }

    private static JsonObject Included => JsonObject.Of(("Included", JsonValue.True));

    private static JsonObject Sorted(JsonObject.Builder members)
    {
        var sorted = new JsonObject.Builder(members.Count);
        foreach (var (name, value) in members.ToObject().OrderBy(member => member.Key, StringComparer.Ordinal))
            sorted.Set(name, value);
        return sorted.ToObject();
    }

    public static JsonValue Time(DateTimeOffset time) =>
        JsonValue.From(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
