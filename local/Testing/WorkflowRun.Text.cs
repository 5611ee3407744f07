using System.Globalization;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Definitions;

namespace Stateside.Testing;

public sealed partial class WorkflowRun
{
    private const int LongestPath = 60;
    private const int LongestCause = 2000;

    /// <summary>The path as a test's failure shows it: a line for each stay in a state, with retries, errors and waits.</summary>
    /// <returns>The text.</returns>
    public string PathText() => PathText(marked: null, null);

    /// <summary>The same, with one line marked.</summary>
    private string PathText(StateVisit? marked, string? remark)
    {
        var text = new StringBuilder($"The path of {Title ?? _execution.StateMachine.Name}, {Outcome()} after {Duration(Elapsed)}:");
        var width = Visits.Count == 0 ? 0 : Visits.Max(visit => visit.State.Length);
        var at = marked is null ? -1 : Visits.ToList().IndexOf(marked);
        var from = Visits.Count <= LongestPath || at < LongestPath / 2 ? 0 : Math.Min(at - (LongestPath / 2), Visits.Count - LongestPath);
        if (from > 0)
            text.Append(CultureInfo.InvariantCulture, $"\n      … {from} before");
        foreach (var (visit, number) in Visits.Select((visit, i) => (visit, i + 1)).Skip(from).Take(LongestPath))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {(visit == marked ? ">" : " ")}{number,3}  ");
            var notes = Notes(visit);
            text.Append(notes.Length == 0 && visit != marked ? visit.State : visit.State.PadRight(width));
            if (notes.Length > 0)
                text.Append("  ").Append(notes);
            if (visit == marked)
                text.Append("  <-- ").Append(remark);
        }

        if (from + LongestPath < Visits.Count)
            text.Append(CultureInfo.InvariantCulture, $"\n      … {Visits.Count - from - LongestPath} more");
        if (Visits.Count == 0)
            text.Append("\n    no state was entered");

        // Of many children the first that failed says the most.
        foreach (var visit in Visits.Skip(from).Take(LongestPath))
        {
            if (FirstFailed(visit) is { } failed)
                text.Append("\n\n").Append(failed.PathText());
        }

        return text.ToString();
    }

    private string Outcome()
    {
        var status = Status == ExecutionStatus.Running ? "still running" : HistoryStory.Outcome(Status);
        if (Status is ExecutionStatus.Succeeded or ExecutionStatus.Running)
            return status;
        var cause = Cause is null ? "" : $" ({CauseText(Cause)})";
        return Error is null ? status : $"{status} with {Error}{cause}";
    }

    /// <summary>
    /// A cause on one line, whole: the reason stands at its end as a rule. Of Lambda's error the lines of code are left out, and only of
    /// what is longer than anybody reads the middle is.
    /// </summary>
    private static string CauseText(string cause)
    {
        var text = StoryText.WithoutStack(cause).ReplaceLineEndings(" ");
        return text.Length <= 2 * LongestCause ? text : $"{text[..LongestCause]} … {text[^LongestCause..]}";
    }

    private string Notes(StateVisit visit)
    {
        var notes = new List<string>();
        if (ChildSource is not null)
        {
            notes.AddRange(visit.MapRuns.Select(ChildSource.MapRun).OfType<MapRunDescription>().Select(run => MapRunText.Of(run.Counts)));
            if (visit.MapRuns.Count == 0)
                notes.AddRange(ChildrenOf(visit).Select(child => $"{child.Execution.StateMachine.Name} {child.Outcome()}"));
        }

        if (visit.Duration > TimeSpan.Zero)
            notes.Add($"took {Duration(visit.Duration)}");
        if (visit.Retries > 0)
            notes.Add($"{visit.Retries} {(visit.Retries == 1 ? "retry" : "retries")} after {string.Join(", ", visit.Retried)}");
        if (visit.Caught is { } caught)
            notes.Add($"caught {caught}");
        else if (visit.Exited is null && visit.Errors is [.., var last])
            notes.Add($"failed with {last}");
        else if (visit.Exited is null && visit.Entered.Kind.StateType != "Fail")
            notes.Add("was not left");
        if (visit.Assigned.Count > 0)
            notes.Add($"assigned {TestJson.Short(visit.Assigned, 80)}");
        return string.Join("; ", notes);
    }

    private static string Duration(TimeSpan time)
    {
        var seconds = time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        return time < TimeSpan.FromMinutes(2) ? $"{seconds} s" : $"{time.ToString("c", CultureInfo.InvariantCulture)} ({seconds} s)";
    }

    /// <summary>
    /// A name that no state has is the test's mistake, not a state that was not visited; and so is one in a distributed Map, whose items
    /// are executions of their own.
    /// </summary>
    private void Check(string state)
    {
        var names = Definition.AllStates().Select(known => known.Name).ToList();
        if (!names.Contains(state, StringComparer.Ordinal))
            throw new WorkflowAssertionException($"{_execution.StateMachine.Name} has no state '{state}'. {Nearest.Hint(state, names, "states", "Its machine")}");
        var maps = Definition.AllStates().OfType<MapState>().Where(map => map.IsDistributed);
        if (maps.FirstOrDefault(map => map.ItemProcessor.AllStates().Any(inner => inner.Name == state)) is not { Name: var around })
            return;
        throw new WorkflowAssertionException(
            $"The state '{state}' stands in the distributed Map '{around}', whose items are executions of their own: "
            + $"ask those, run.Children(\"{around}\").");
    }
}
