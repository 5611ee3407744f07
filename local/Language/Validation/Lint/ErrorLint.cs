using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Templates;

namespace Stateside.Language.Validation.Lint;

/// <summary>Retriers and catchers that never come into play.</summary>
internal static class ErrorLint
{
    private static readonly string[] Pauses = ["IntervalSeconds", "BackoffRate", "MaxDelaySeconds", "JitterStrategy"];

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        ErrorNames.All, ErrorNames.Timeout, ErrorNames.HeartbeatTimeout, ErrorNames.TaskFailed, ErrorNames.Permissions,
        ErrorNames.ResultPathMatchFailure, ErrorNames.ParameterPathFailure, ErrorNames.BranchFailed, ErrorNames.NoChoiceMatched,
        ErrorNames.IntrinsicFailure, ErrorNames.Runtime, ErrorNames.DataLimitExceeded, ErrorNames.QueryEvaluationError,
        ErrorNames.ExceedToleratedFailureThreshold, ErrorNames.ItemReaderFailed, ErrorNames.ResultWriterFailed,
        "States.Http.Socket", "States.Http.StatusCode",
    };

    private static readonly HashSet<string> NeverOfTasks = new(StringComparer.Ordinal)
    {
        ErrorNames.BranchFailed, ErrorNames.ExceedToleratedFailureThreshold, ErrorNames.ItemReaderFailed, ErrorNames.ResultWriterFailed,
    };

    public static void Check(LintState state, DiagnosticSink sink)
    {
        CheckList(state, "Retry", LintCodes.RetrierNeverMatches, sink);
        CheckList(state, "Catch", LintCodes.CatcherNeverMatches, sink);
        foreach (var (retrier, place) in state.Items("Retry"))
        {
            if (retrier["MaxAttempts"] is JsonNumber { Double: 0 } && Array.Find(Pauses, retrier.ContainsKey) is { } pause)
            {
                sink.Warning(
                    LintCodes.RetrierWithoutEffect,
                    $"MaxAttempts is 0, so {pause} has no effect.",
                    place.Member("MaxAttempts"),
                    "Remove the other fields, or let it retry.");
            }
        }
    }

    private static void CheckList(LintState state, string list, string code, DiagnosticSink sink)
    {
        var earlier = new HashSet<string>(StringComparer.Ordinal);
        var raised = new Lazy<FailNames>(() => FailNames.Inside(state));
        foreach (var (item, place) in state.Items(list))
        {
            var names = Names(item);
            foreach (var (name, at) in names.Where(name => !raised.Value.MayBe(name.Name)))
                CheckName(state, list, name, place.Member("ErrorEquals").Item(at), sink);
            if (names.Count > 0 && names.TrueForAll(name => IsCovered(name.Name, earlier)))
            {
                sink.Warning(
                    code,
                    $"Elements before this one match every error that it names: {string.Join(", ", names.Select(name => name.Name))}.",
                    place,
                    "Put the narrower element first, or remove this one.");
            }

            earlier.UnionWith(names.Select(name => name.Name));
        }
    }

    private static void CheckName(LintState state, string list, string name, JsonPlace place, DiagnosticSink sink)
    {
        if (name == ErrorNames.Runtime)
        {
            sink.Warning(
                LintCodes.ErrorNeverReported, $"{name} always ends the execution; {list} does not see it.", place, "Remove the name.");
        }
        else if (name == ErrorNames.NoChoiceMatched)
        {
            sink.Warning(
                LintCodes.ErrorNeverReported,
                $"A Choice without a match fails with {ErrorNames.Runtime}, which always ends the execution; no error is named {name}.",
                place,
                "Remove the name, and give the Choice a Default.");
        }
        else if (name.StartsWith("States.", StringComparison.Ordinal) && !Known.Contains(name))
        {
            sink.Warning(
                LintCodes.ErrorNeverReported,
                $"The service has no error '{name}', and names of one's own may not start with 'States.'.",
                place,
                Nearest(name) is { } meant ? $"Write {meant}." : "Correct the name.");
        }
        else if (state.Type == "Task" && NeverOfTasks.Contains(name))
        {
            sink.Warning(LintCodes.ErrorNeverReported, $"A Task never reports {name}.", place, "Remove the name.");
        }
    }

    private static bool IsCovered(string name, HashSet<string> earlier) =>
        earlier.Contains(name)
        || earlier.Contains(ErrorNames.All)
        || (earlier.Contains(ErrorNames.TaskFailed) && !name.StartsWith("States.", StringComparison.Ordinal))
        || (name == ErrorNames.HeartbeatTimeout && earlier.Contains(ErrorNames.Timeout));

    private static string? Nearest(string name) =>
        Known.FirstOrDefault(known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));

    private static List<(string Name, int At)> Names(JsonObject item)
    {
        var names = new List<(string, int)>();
        if (item["ErrorEquals"] is not JsonArray items)
            return names;
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is JsonString name)
                names.Add((name.Value, i));
        }

        return names;
    }
}

/// <summary>The error names that Fail states inside a Parallel or Map state give, which may be any, AWS's own too.</summary>
/// <param name="Known">Those that are written out.</param>
/// <param name="AreAll">Whether there are no others, which would be known only when they are raised.</param>
internal sealed record FailNames(HashSet<string> Known, bool AreAll)
{
    /// <summary>Gathers them.</summary>
    public static FailNames Inside(LintState state)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        return new FailNames(known, AddFrom(state.Value, state.Place, known));
    }

    /// <summary>Whether a Fail state may give the name.</summary>
    public bool MayBe(string name) => !AreAll || Known.Contains(name);

    private static bool AddFrom(JsonObject state, JsonPlace place, HashSet<string> known)
    {
        var areAll = true;
        foreach (var (definition, definitionPlace) in TransitionValidator.Inner(state, place))
        {
            foreach (var (_, inner, innerPlace) in TransitionValidator.States(definition, definitionPlace))
            {
                if (inner["Type"] is JsonString { Value: "Fail" })
                    areAll &= AddName(inner, known);
                areAll &= AddFrom(inner, innerPlace, known);
            }
        }

        return areAll;
    }

    private static bool AddName(JsonObject fail, HashSet<string> known)
    {
        if (fail["Error"] is JsonString { Value: var name } && !JsonataTemplate.IsExpression(name) && !name.Contains("${", StringComparison.Ordinal))
            known.Add(name);
        else if (fail.ContainsKey("Error") || fail.ContainsKey("ErrorPath"))
            return false;
        return true;
    }
}
