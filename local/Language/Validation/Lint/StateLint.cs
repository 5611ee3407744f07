using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Language.Validation.Lint;

/// <summary>What one state shows by itself.</summary>
internal static class StateLint
{
    private static readonly string[] Bounds = ["TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"];
    private static readonly string[] DistributedOnly = ["ItemReader", "ItemBatcher", "ResultWriter", "Label"];

    public static void Check(LintState state, DiagnosticSink sink)
    {
        switch (state.Type)
        {
            case "Task":
                CheckTimeouts(state, sink);
                break;
            case "Choice":
                CheckDefault(state, sink);
                break;
            case "Map":
                CheckMode(state, sink);
                break;
        }

        CheckLoop(state, sink);
    }

    private static void CheckTimeouts(LintState state, DiagnosticSink sink)
    {
        if (WhoMayBeLost(state) is { } who && !Array.Exists(Bounds, state.Value.ContainsKey))
        {
            sink.Warning(
                LintCodes.MissingTimeout,
                $"The Task '{state.Name}' has no timeout: {who} holds the execution until its own end.",
                state.Place,
                "Add TimeoutSeconds.");
        }
        else if (state.Number("HeartbeatSeconds") is { } heartbeat && state.Number("TimeoutSeconds") is { } timeout && heartbeat >= timeout)
        {
            sink.Warning(
                LintCodes.HeartbeatNotShorter,
                $"The heartbeat of '{state.Name}' is no shorter than its timeout, so it never strikes.",
                state.At("HeartbeatSeconds"),
                "Make HeartbeatSeconds smaller than TimeoutSeconds.");
        }
    }

    /// <summary>
    /// Who may never be heard of again; null where the Task goes on with an answer, which the service that is called bounds itself, as
    /// Lambda does by the function's timeout.
    /// </summary>
    private static string? WhoMayBeLost(LintState state)
    {
        var resource = state.Text("Resource") ?? "";
        return resource.EndsWith(".waitForTaskToken", StringComparison.Ordinal) ? "a callback that never comes"
            : resource.EndsWith(".sync", StringComparison.Ordinal) || resource.EndsWith(".sync:2", StringComparison.Ordinal) ? "a job that never ends"
            : TaskResource.Parse(resource) is { Kind: ResourceKind.Activity } ? "a worker that never answers"
            : null;
    }

    private static void CheckDefault(LintState state, DiagnosticSink sink)
    {
        if (state.Value.ContainsKey("Default"))
            return;
        sink.Warning(
            LintCodes.ChoiceWithoutDefault,
            $"The Choice '{state.Name}' has no Default: when no rule matches, the execution fails, and nothing catches that.",
            state.Place,
            "Add Default, or lead it to a Fail state that says what happened.");
    }

    private static void CheckMode(LintState state, DiagnosticSink sink)
    {
        var processor = (state.Value["ItemProcessor"] ?? state.Value["Iterator"]) as JsonObject;
        if ((processor?["ProcessorConfig"] as JsonObject)?["Mode"] is JsonString { Value: "DISTRIBUTED" })
            return;
        foreach (var field in DistributedOnly)
        {
            if (state.Value.ContainsKey(field))
            {
                sink.Warning(
                    LintCodes.DistributedMapOnly,
                    $"The Map '{state.Name}' is inline; {field} is for distributed Maps.",
                    state.At(field),
                    "Set the Mode of its ProcessorConfig to DISTRIBUTED, or remove the field.");
            }
        }
    }

    private static void CheckLoop(LintState state, DiagnosticSink sink)
    {
        var transitions = TransitionValidator.Transitions(state.Value, state.Place).ToList();
        if (transitions.Count == 0 || transitions.Exists(transition => transition.Target != state.Name))
            return;
        sink.Warning(
            LintCodes.EndlessLoop,
            $"The state '{state.Name}' leads to itself alone and never ends.",
            transitions[0].Place,
            "Lead to another state, or put a Choice between that ends the loop.");
    }
}
