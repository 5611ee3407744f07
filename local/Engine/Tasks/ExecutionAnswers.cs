using System.Globalization;
using Stateside.Engine.Execution;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks;

/// <summary>What the service answers about executions, as SDK integrations give it: capitalized members, times as text.</summary>
internal static class ExecutionAnswers
{
    public static JsonObject Started(ExecutionDescription execution) => JsonObject.Of(
        ("ExecutionArn", JsonValue.From(execution.Arn)), ("StartDate", Time(execution.StartDate)));

    public static JsonObject Stopped(ExecutionDescription execution) => JsonObject.Of(("StopDate", Time(execution.StopDate!.Value)));

    /// <summary>DescribeExecution.</summary>
    public static JsonObject Described(DescribedExecution execution) => Sorted(
    [
        .. Members(execution),
        ("MapRunArn", JsonValue.From(execution.MapRunArn)),
        ("RedriveCount", JsonValue.From(execution.RedriveCount)),
        ("RedriveDate", Time(execution.RedriveDate)),
        ("RedriveStatus", JsonValue.From(execution.RedriveStatus)),
        ("RedriveStatusReason", JsonValue.From(execution.RedriveStatusReason)),
        ("StateMachineAliasArn", JsonValue.From(execution.StateMachineAliasArn)),
        ("StateMachineVersionArn", JsonValue.From(execution.StateMachineVersionArn)),
    ]);

    /// <summary>StartSyncExecution, once the execution has ended.</summary>
    public static JsonObject Synchronous(DescribedExecution execution)
    {
        // See https://aws.amazon.com/step-functions/pricing: time in steps of 100 ms, memory in steps of 64 MB.
        var milliseconds = (long)(Math.Ceiling((execution.StopDate!.Value - execution.StartDate).TotalMilliseconds / 100) * 100);
        return Sorted([.. Members(execution), ("BillingDetails", JsonObject.Of(
            ("BilledDurationInMilliseconds", JsonValue.From(Math.Max(100, milliseconds))), ("BilledMemoryUsedInMB", JsonValue.From(64L))))]);
    }

    private static (string Name, JsonValue Value)[] Members(DescribedExecution execution) =>
    [
        ("Cause", JsonValue.From(execution.Cause)),
        ("Error", JsonValue.From(execution.Error)),
        ("ExecutionArn", JsonValue.From(execution.ExecutionArn)),
        ("Input", JsonValue.From(execution.Input)),
        ("InputDetails", Included(execution.InputDetails)),
        ("Name", JsonValue.From(execution.Name)),
        ("Output", JsonValue.From(execution.Output)),
        ("OutputDetails", Included(execution.OutputDetails)),
        ("StartDate", Time(execution.StartDate)),
        ("StateMachineArn", JsonValue.From(execution.StateMachineArn)),
        ("Status", JsonValue.From(execution.Status)),
        ("StopDate", Time(execution.StopDate)),
        ("TraceHeader", JsonValue.From(execution.TraceHeader)),
    ];

    private static JsonValue Included(InclusionDetails? details) =>
        details is null ? JsonValue.Null : JsonObject.Of(("Included", JsonValue.From(details.Included)));

    /// <summary>The members that there are, in the order in which the SDK's answers have them.</summary>
    private static JsonObject Sorted(IEnumerable<(string Name, JsonValue Value)> members) =>
        JsonObject.Of([.. members.Where(member => member.Value is not JsonNull).OrderBy(member => member.Name, StringComparer.Ordinal)]);

    private static JsonValue Time(DateTimeOffset? time) => time is { } moment ? Time(moment) : JsonValue.Null;

    public static JsonValue Time(DateTimeOffset time) =>
        JsonValue.From(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
