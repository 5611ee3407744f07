using Stateside.Language.Definitions;

namespace Stateside.Engine.History;

/// <summary>
/// An execution as its history tells it, event by event: visits to states with their attempts, iterations, and how each state stands.
/// Pure; it keeps no payloads, so that a history of 25,000 events takes a few megabytes at most. Everything carries the number of the
/// event that changed it last: whoever has seen the history up to one event asks for what changed since.
/// </summary>
internal sealed partial class ExecutionTimeline(Definition definition)
{
    private readonly StatePlaces _places = new(definition);
    private readonly List<TimelineEvent> _events = [];
    private readonly List<Visit> _visits = [];
    private readonly List<Iteration> _iterations = [];
    private readonly List<MapRun> _mapRuns = [];
    private readonly Dictionary<string, StateSummary> _states = new(StringComparer.Ordinal);
    private readonly Dictionary<Passage, long> _passages = [];

    // In the order in which they were entered.
    private readonly SortedDictionary<long, Visit> _running = [];
    private readonly HashSet<Iteration> _runningIterations = [];
    private readonly List<Visit> _resumed = [];
    private Iteration? _abortedIteration;
    private long _now;

    /// <summary>The number of the last event that was taken.</summary>
    public long LastEventId => _events.Count;

    /// <summary>The events in order; the one of number n stands at n - 1.</summary>
    public IReadOnlyList<TimelineEvent> Events => _events;

    /// <summary>The visits in the order in which they began.</summary>
    public IReadOnlyList<Visit> Visits => _visits;

    /// <summary>The iterations of inline Maps in the order in which they began.</summary>
    public IReadOnlyList<Iteration> Iterations => _iterations;

    /// <summary>The runs of distributed Maps in the order in which they began.</summary>
    public IReadOnlyList<MapRun> MapRuns => _mapRuns;

    /// <summary>The states that were entered.</summary>
    public IReadOnlyCollection<StateSummary> States => _states.Values;

    /// <summary>The ways between states that were taken, each with the number of the event that took it last.</summary>
    public IReadOnlyDictionary<Passage, long> Passages => _passages;

    /// <summary>Where the definition's states stand.</summary>
    public StatePlaces Places => _places;

    /// <summary>How the execution stands.</summary>
    public ExecutionStatus Status { get; private set; } = ExecutionStatus.Running;

    /// <summary>The visit that the event of that number began; null when it began none.</summary>
    public Visit? FindVisit(long id) => PlaceOf(id).Visit is { } visit && visit.Id == id ? visit : null;

    /// <summary>Where the event of that number stands; nowhere when it was not taken.</summary>
    public Place PlaceOf(long id) =>
        id >= 1 && id <= _events.Count && _events[(int)id - 1] is var (_, visit, iteration) ? new(visit, iteration) : default;

    /// <summary>
    /// The visit in which an execution ended: where a line failed, or the outermost one under way when it was stopped or timed out, which
    /// the event does not say.
    /// </summary>
    public Visit? LastVisit(HistoryEvent end)
    {
        if (end.PreviousEventId != 0)
            return PlaceOf(end.PreviousEventId).Visit;
        var visit = PlaceOf(end.Id - 1).Visit;
        while (visit?.Outer is { } outer)
            visit = outer;
        return visit;
    }

    /// <summary>The timeline of a history.</summary>
    public static ExecutionTimeline Of(Definition definition, IEnumerable<HistoryEvent> events)
    {
        var timeline = new ExecutionTimeline(definition);
        foreach (var e in events)
            timeline.Take(e);
        return timeline;
    }

    /// <summary>Takes the next event; those that were taken before are passed over.</summary>
    /// <exception cref="InvalidOperationException">Events before it are missing.</exception>
    public Place Take(HistoryEvent e)
    {
        if (e.Id <= LastEventId)
            return PlaceOf(e.Id);
        if (e.Id != LastEventId + 1)
            throw new InvalidOperationException($"Event {e.Id} cannot follow event {LastEventId}.");
        _now = e.Id;
        var at = At(e.PreviousEventId);
        var aborted = _abortedIteration;
        _abortedIteration = null;
        var here = (e.Subject, e.Says) switch
        {
            (EventSubject.Execution, EventSays.Started) => default,
            (EventSubject.Execution, EventSays.Redriven) => Resume(e),
            (EventSubject.Execution, _) => End(e, at),
            (EventSubject.State, EventSays.Entered) => Enter(e, at),
            (EventSubject.State, EventSays.Exited) => Exit(e, at),
            (EventSubject.State or EventSubject.Group, EventSays.Aborted) => Abort(e, at, aborted),
            (EventSubject.Group, EventSays.Started) => BeginRound(e, at),
            (EventSubject.Group, _) => EndRound(e, at),
            (EventSubject.Iteration, EventSays.Started) => BeginIteration(e, at),
            (EventSubject.Iteration, _) => EndIteration(e, at),
            (EventSubject.MapRun, _) => TakeMapRun(e, at),
            (EventSubject.Evaluation, _) => FailEvaluation(e, at),
            _ => TakeTask(e, at),
        };
        _events.Add(new TimelineEvent(e.Type, here.Visit, here.Iteration));
        return here;
    }

    private Place At(long id)
    {
        if (id < 1 || id > _events.Count)
            return default;
        var (type, visit, iteration) = _events[(int)id - 1];
        return new(visit, EventKinds.Of(type) is { Subject: EventSubject.Iteration, Says: EventSays.Started } ? iteration : null);
    }

    private Place Enter(HistoryEvent e, Place at)
    {
        var name = (string)e["name"]!;
        var place = _places.Find(name);
        var (outer, iteration) = Climb(at, place?.Outer?.Name);
        if (outer is null && place?.Outer is not null)
            (outer, iteration) = FindResumedPlace(place);

        var visit = new Visit
        {
            Id = e.Id,
            PreviousEventId = e.PreviousEventId,
            Name = name,
            Type = e.Kind.StateType!,
            Outer = outer,
            Iteration = iteration,
            Branch = place?.Branch ?? -1,
            Entered = e.Timestamp,
            Changed = _now,
        };
        _visits.Add(visit);
        _running.Add(visit.Id, visit);
        StateOf(visit).Add();

        // What the line comes from is a state beside this one, or what is around both.
        if (at.Visit is { ExitedEventId: not null } before && before.Outer == outer)
            _passages[new(before.Name, name, before.Status == VisitStatus.Caught)] = _now;
        else if (e.PreviousEventId <= 1 || (outer is not null && at.Visit == outer))
            _passages[new("", name, false)] = _now;
        return new(visit);
    }

    private Place Exit(HistoryEvent e, Place at)
    {
        var name = (string)e["name"]!;
        var visit = Climb(at, name).Visit ?? FindResumed(name);
        if (visit is null)
            return default;
        EndInner(visit, null, e.Timestamp);
        visit.ExitedEventId = e.Id;
        var isCaught = visit.IsWork && visit.Attempts is not [.., { Status: VisitStatus.Succeeded }];
        if (visit.Attempts is [.., { Status: VisitStatus.Running } open])
            EndAttempt(open, VisitStatus.Failed, e.Timestamp);
        SetStatus(visit, isCaught ? VisitStatus.Caught : VisitStatus.Succeeded, e.Timestamp);
        if (!isCaught && _places.Find(name)?.State is { Next: null } and not ChoiceState)
            _passages[new(name, "", false)] = _now;
        return new(visit);
    }

    private Place TakeTask(HistoryEvent e, Place at)
    {
        var isScheduled = e.Says == EventSays.Scheduled;
        var visit = at.Visit is { Type: "Task", IsRunning: true } own ? own : isScheduled ? FindResumedTask(e) : null;
        if (visit is null)
            return at;
        Touch(visit);
        if (isScheduled)
        {
            _resumed.Remove(visit);
            Begin(visit, e);
        }
        else if (visit.Attempts is [.., var attempt])
        {
            if (e.Kind.IsFailure)
                FailAttempt(visit, attempt, e);
            else if (e.Says == EventSays.Started)
                attempt.Started = e.Timestamp;
            else if (e.Says == EventSays.Submitted)
                attempt.SubmittedEventId = e.Id;
            else
                Succeed(attempt, e);
        }

        return new(visit);
    }

    private Place FailEvaluation(HistoryEvent e, Place at)
    {
        // Histories of 2024 point past the event of entering the state.
        var name = e["state"] as string;
        var visit = at.Visit is { IsRunning: true } own && own.Name == name
            ? own
            : _running.Values.LastOrDefault(other => other.Name == name && other.PreviousEventId == e.PreviousEventId)
                ?? _running.Values.LastOrDefault(other => other.Name == name);
        if (visit is null)
            return at;
        Touch(visit);
        visit.HasFailed = false;
        FailAttempt(visit, visit.Attempts is [.., { Status: not VisitStatus.Failed } attempt] ? attempt : Begin(visit, e), e);
        return new(visit);
    }

    private Attempt Begin(Visit visit, HistoryEvent e)
    {
        var attempt = new Attempt
        {
            Number = visit.Attempts.Count + 1,
            BeginEventId = e.Id,
            IsRedrive = e.Says == EventSays.Redriven,
            Begun = e.Timestamp,
        };
        visit.Attempts.Add(attempt);
        if (visit.Attempts.Count > 1)
            StateOf(visit).Retries++;
        return attempt;
    }

    private static void FailAttempt(Visit visit, Attempt attempt, HistoryEvent e)
    {
        attempt.FailureEventId = e.Id;
        attempt.Error = visit.Error = e["error"] as string;
        EndAttempt(attempt, VisitStatus.Failed, e.Timestamp);
    }

    private static void Succeed(Attempt attempt, HistoryEvent e)
    {
        attempt.ResultEventId = e.Id;
        EndAttempt(attempt, VisitStatus.Succeeded, e.Timestamp);
    }

    private static void EndAttempt(Attempt attempt, VisitStatus status, DateTimeOffset time)
    {
        attempt.Status = status;
        attempt.Ended = time;
    }

    private Place End(HistoryEvent e, Place at)
    {
        Status = e.Kind.End!.Value;
        if (Status == ExecutionStatus.Failed)
            FailLine(at.Visit, null, e.Timestamp, e["error"] as string);
        foreach (var visit in _running.Values.ToArray())
            EndUnfinished(visit, VisitStatus.Aborted, e.Timestamp);
        foreach (var iteration in _runningIterations.ToArray())
            SetStatus(iteration, VisitStatus.Aborted, e.Timestamp);
        return default;
    }

    /// <summary>Ends a visit that failed, and those around it up to the given one, which stays.</summary>
    private void FailLine(Visit? visit, Visit? until, DateTimeOffset time, string? error)
    {
        for (var failed = visit; failed is not null && failed != until; failed = failed.Outer)
        {
            if (!failed.IsRunning)
                continue;
            failed.Error ??= error;
            EndUnfinished(failed, VisitStatus.Failed, time);
            if (failed.Iteration is { Status: VisitStatus.Running } iteration && iteration.Map != until)
                SetStatus(iteration, VisitStatus.Failed, time);
        }
    }

    private void EndUnfinished(Visit visit, VisitStatus status, DateTimeOffset time)
    {
        if (visit.Attempts is [.., { Status: VisitStatus.Running } open])
            EndAttempt(open, status, time);

        // A run that is cut off with its state writes nothing.
        if (visit.MapRun is { Ended: null } run)
            run.End(ExecutionStatus.Aborted, time);
        SetStatus(visit, status, time);
    }

    private void SetStatus(Visit visit, VisitStatus status, DateTimeOffset? ended)
    {
        StateOf(visit).Move(visit, status);
        visit.Status = status;
        visit.Ended = ended;
        visit.EndEventId = ended is null ? null : _now;
        visit.Changed = _now;
        if (status == VisitStatus.Running)
            _running[visit.Id] = visit;
        else
            _running.Remove(visit.Id);
    }

    private void SetStatus(Iteration iteration, VisitStatus status, DateTimeOffset? ended)
    {
        iteration.Status = status;
        iteration.Ended = ended;
        iteration.EndEventId = ended is null ? null : _now;
        iteration.Changed = _now;
        if (status == VisitStatus.Running)
            _runningIterations.Add(iteration);
        else
            _runningIterations.Remove(iteration);
        Touch(iteration.Map);
    }

    private void Touch(Visit visit)
    {
        visit.Changed = _now;
        StateOf(visit);
    }

    /// <summary>The summary of a visit's state, which changes now.</summary>
    private StateSummary StateOf(Visit visit)
    {
        if (!_states.TryGetValue(visit.Name, out var state))
            _states.Add(visit.Name, state = new StateSummary(visit.Name));
        state.Changed = _now;
        return state;
    }

    /// <summary>From a place on a line outward to the visit of a state, and the iteration of it that the line runs in.</summary>
    private static Place Climb(Place at, string? name)
    {
        var (visit, iteration) = (at.Visit, at.Iteration);
        while (visit is not null && visit.Name != name)
        {
            iteration = visit.Iteration;
            visit = visit.Outer;
        }

        return new(visit, iteration);
    }
}

/// <summary>Where an event stands.</summary>
/// <param name="Visit">The visit that it belongs to; null of the execution's own.</param>
/// <param name="Iteration">The iteration that it begins or ends; null of the others.</param>
internal readonly record struct Place(Visit? Visit, Iteration? Iteration = null);

/// <summary>What is kept of an event: enough to list and filter a history of 25,000 without its payloads.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Visit">The visit it belongs to; null of the execution's own.</param>
/// <param name="Iteration">The iteration that it begins or ends; null of the others.</param>
internal readonly record struct TimelineEvent(HistoryEventType Type, Visit? Visit, Iteration? Iteration);

/// <summary>A way between two states.</summary>
/// <param name="From">The state left; empty for where a definition starts.</param>
/// <param name="To">The state entered; empty for a definition's end.</param>
/// <param name="IsCaught">Whether a catcher led there.</param>
internal readonly record struct Passage(string From, string To, bool IsCaught);
