namespace Stateside.Language.Validation.Lint;

/// <summary>States to which no way leads from the start: the service only asks that some transition names each.</summary>
internal static class ReachLint
{
    public static void Check(LintScope scope, DiagnosticSink sink)
    {
        var byName = scope.States.ToDictionary(state => state.Name, StringComparer.Ordinal);
        if (scope.StartAt is not { } start || !byName.ContainsKey(start))
            return;
        var reached = new HashSet<string>(StringComparer.Ordinal) { start };
        var ahead = new Queue<string>([start]);
        while (ahead.TryDequeue(out var name))
        {
            foreach (var (target, _) in TransitionValidator.Transitions(byName[name].Value, byName[name].Place))
            {
                if (byName.ContainsKey(target) && reached.Add(target))
                    ahead.Enqueue(target);
            }
        }

        foreach (var state in scope.States)
        {
            if (!reached.Contains(state.Name))
            {
                sink.Warning(
                    LintCodes.UnreachableState,
                    $"No way leads from '{start}' to the state '{state.Name}'.",
                    state.Place,
                    "Lead to it from a state that is reached, or remove it.");
            }
        }
    }
}
