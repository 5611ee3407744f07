using Stateside.Engine.History;
using Stateside.Language.Definitions;

namespace Stateside.Engine.Replay;

/// <summary>Whether the ways that a record without data took are there today: its states, what leads from one to the next, retries.</summary>
internal sealed class WayCheck
{
    private readonly ReplaySetup _setup;
    private readonly StatePlaces _places;
    private readonly List<Finding> _findings = [];

    private WayCheck(ReplaySetup setup)
    {
        _setup = setup;
        _places = new StatePlaces(setup.Definition);
    }

    /// <summary>Where a record took a way that is not there today.</summary>
    public static IReadOnlyList<Finding> Of(ReplaySetup setup)
    {
        var check = new WayCheck(setup);
        foreach (var e in setup.Record.Events)
            check.Take(e);
        return check._findings;
    }

    private void Take(HistoryEvent e)
    {
        var before = e.PreviousEventId == 0 ? null : _setup.Record[e.PreviousEventId];
        switch (e)
        {
            case { Subject: EventSubject.State, Says: EventSays.Entered }:
                Enter(e, before);
                break;
            case { Subject: EventSubject.Execution, Says: EventSays.Succeeded } or { Subject: EventSubject.Iteration, Says: EventSays.Succeeded }
                when before is { Subject: EventSubject.State, Says: EventSays.Exited } && StateOf(before) is { } last && !MayEnd(last):
                Add(e, last.Name, "go on to another state", "end there", FindingKind.Next);
                break;
            case { Subject: EventSubject.Task, Says: EventSays.Scheduled }
                when before is { Subject: EventSubject.Task, Says: EventSays.Failed or EventSays.TimedOut } && EnteredOf(e) is { } entered && StateOf(entered) is TaskState { Retry: [] } task:
                Add(e, task.Name, "not try again", "try again");
                break;
            case { Subject: EventSubject.Task, Says: EventSays.Scheduled } when EnteredOf(e) is { } entered && StateOf(entered) is TaskState task:
                var isByArn = task.Resource.Kind is ResourceKind.LambdaFunction or ResourceKind.Activity;
                var (now, then) = (isByArn ? task.Resource.Text : task.Resource.EventName, (string)e["resource"]!);
                if (!_setup.IsSameResource(now, then))
                    Add(e, task.Name, $"ask {now}", $"ask {then}", FindingKind.Resource);
                break;
        }
    }

    private void Enter(HistoryEvent e, HistoryEvent? before)
    {
        var name = _setup.NameOf(e)!;
        if (_places.Find(name) is not { State: var state } place)
        {
            Add(e, name, "not enter it: there is no such state", $"enter '{name}'");
            return;
        }

        if (state.Type != e.Kind.StateType)
            Add(e, name, $"be a {state.Type} state", $"be a {e.Kind.StateType} state");
        var isLed = before switch
        {
            { Subject: EventSubject.State, Says: EventSays.Exited } when StateOf(before) is { } from => Leads(from, name),
            null or { Subject: EventSubject.Group or EventSubject.Iteration, Says: EventSays.Started } => place.Definition.StartAt == name,
            _ => true,
        };
        if (isLed)
            return;
        if (before is { Subject: EventSubject.State })
            Add(e, _setup.NameOf(before)!, $"not lead to '{name}'", $"go on to '{name}'", FindingKind.Next);
        else
            Add(e, name, $"begin with '{place.Definition.StartAt}'", $"begin with '{name}'");
    }

    private State? StateOf(HistoryEvent e) => _setup.NameOf(e) is { } name ? _places.Find(name)?.State : null;

    private HistoryEvent? EnteredOf(HistoryEvent e)
    {
        var at = e;
        while (at.PreviousEventId != 0 && at.Subject == EventSubject.Task)
            at = _setup.Record[at.PreviousEventId];
        return at is { Subject: EventSubject.State, Says: EventSays.Entered } ? at : null;
    }

    private static bool Leads(State from, string to) => from.Next == to
        || (from is ChoiceState choice && (choice.Default == to || choice.Choices.Any(rule => rule.Next == to)))
        || (from is WorkState work && work.Catch.Any(catcher => catcher.Next == to));

    private static bool MayEnd(State state) => state is SucceedState || state is { Next: null } and not ChoiceState;

    private void Add(HistoryEvent e, string state, string now, string then, FindingKind kind = FindingKind.Way) =>
        _findings.Add(new Finding { Kind = kind, EventId = e.Id, State = state, Now = now, Then = then });
}
