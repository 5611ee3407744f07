using System.Globalization;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>How a line goes on that has left a state.</summary>
internal enum WayOn
{
    /// <summary>To a state, or to its end.</summary>
    Leads,

    /// <summary>It does not: something around it ended before it could.</summary>
    IsCutOff,

    /// <summary>To a state that is not there today.</summary>
    IsGone,
}

/// <summary>
/// One run through a record with today's definition. The recorded events are gone through in order; what came from without, an answer, a
/// due time, a redrive, is brought to the line that it reached then, at the time at which it did. What the step writes is held against
/// the record by the events that each points at, which are the same whatever the order of branches.
/// </summary>
internal sealed class ReplayPass
{
    /// <summary>So much later than it is due something may come: clocks differ, and services take their time.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private readonly ReplaySetup _setup;
    private readonly RecordedExecution _record;
    private readonly TimeSpan _shift;
    private readonly ILookup<long, HistoryEvent> _next;
    private readonly Dictionary<long, HistoryEvent> _recorded = [];
    private readonly Dictionary<long, long> _ours = new() { [0] = 0 };
    private readonly HashSet<int> _stopped = [];
    private readonly List<(HistoryEvent Event, long At, Frame? Parent)> _beyond = [];
    private readonly List<(Frame Frame, HistoryEvent Exited, string Next)> _cutOff = [];
    private readonly HashSet<long> _told = [];
    private readonly ExecutionTimeline _timeline;
    private readonly RunningExecution _execution;
    private readonly StepFacts _facts;

    private ReplayPass(ReplaySetup setup, ulong seed, TimeSpan shift)
    {
        _setup = setup;
        _record = setup.Record with { Events = Linked(setup.Record.Events) };
        _shift = shift;
        _next = _record.Events.ToLookup(e => e.PreviousEventId);
        _timeline = new ExecutionTimeline(setup.Definition);
        _facts = new StepFacts { Region = setup.Region, ActivityExists = arn => !IsMissing(arn) };
        _execution = NewExecution(seed);
    }

    /// <summary>What today's definition does in another way, in the order in which it shows.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>What cannot be told, and why.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Goes through a record.</summary>
    /// <param name="setup">The record and the definition.</param>
    /// <param name="seed">What random numbers, ids and tokens derive from.</param>
    /// <param name="shift">How much later than recorded everything happens.</param>
    public static ReplayPass Run(ReplaySetup setup, ulong seed, TimeSpan shift)
    {
        var pass = new ReplayPass(setup, seed, shift);
        pass.Run();
        return pass;
    }

    /// <summary>The recorded event that one of today's stands for; null where the record has none.</summary>
    public HistoryEvent? RecordedOf(long id) => _recorded.GetValueOrDefault(id);

    /// <summary>When a recorded event happens in this pass.</summary>
    public DateTimeOffset TimeOf(HistoryEvent recorded) => recorded.Timestamp + _shift;

    /// <summary>How many of a turn's events were compared.</summary>
    public int Compared(IReadOnlyList<HistoryEvent> events) => events.Count == 0 ? 0 : (int)Math.Max(0, _timeline.LastEventId - events[0].Id + 1);

    /// <summary>Lets a line stand still of which the record tells no more.</summary>
    public void Stop(Frame frame)
    {
        frame.Phase = FramePhase.Sleeping;
        frame.Due = null;
        _stopped.Add(frame.Id);
    }

    /// <summary>The variables that an event says were set; null where it says nothing of them.</summary>
    public static JsonObject? VariablesOf(HistoryEvent exited)
    {
        if (exited["assignedVariables"] is not EventDetails assigned)
            return null;
        var variables = new JsonObject.Builder(assigned.Fields.Count);
        foreach (var (name, value) in assigned.Fields)
            variables.Set(name, HistoryEventReader.Payload(JsonValue.From((string)value!)));
        return variables.ToObject();
    }

    /// <summary>Holds an event that today's definition has written against the record.</summary>
    public void Compare(HistoryEvent e)
    {
        var place = _timeline.Take(e);
        if (e.PreviousEventId != 0 && !_recorded.ContainsKey(e.PreviousEventId))
            return;
        var at = e.PreviousEventId == 0 ? 0 : _recorded[e.PreviousEventId].Id;
        if (Counterpart(e, at) is { } recorded)
        {
            _recorded.Add(e.Id, recorded);
            _ours[recorded.Id] = e.Id;
            new EventComparison(_setup, e, recorded, finding => Add(finding, place)).Compare();
            return;
        }

        // What ends because something around it did, ends in an order of its own, and not all of it is recorded.
        if (e.Says == EventSays.Aborted && e.Subject != EventSubject.Execution)
            return;
        if (e is { Subject: EventSubject.Task, Says: EventSays.Started } && at != 0)
        {
            // A start may go unrecorded: what comes next points at what was before it.
            _recorded.Add(e.Id, _record[at]);
            _ours[at] = e.Id;
            return;
        }

        var others = Others(e, at).ToList();
        if (others.Count == 0 && !IsExtra(e))
            _beyond.Add((e, at, FrameOf(e.Id)?.Parent));
        else
            Differ(e, at, others.FirstOrDefault(), place);
    }

    /// <summary>Where a line goes that has left a state: as recorded, if it can.</summary>
    /// <param name="frame">The line.</param>
    /// <param name="exited">The recorded event of leaving.</param>
    /// <param name="next">Where today's definition leads; null for its end.</param>
    public (WayOn Way, string? Next) Next(Frame frame, HistoryEvent exited, string? next)
    {
        var after = _next[exited.Id].Where(e => e.Says != EventSays.Aborted).ToList();
        if (after.Find(IsStateEntered) is { } entered)
        {
            var then = _setup.NameOf(entered);
            if (then != next)
                AddNext(_timeline.PlaceOf(frame.LastEventId), exited, next, then);
            return (frame.Definition.States.Any(state => state.Name == then) ? WayOn.Leads : WayOn.IsGone, then);
        }

        if (next is null)
            return (WayOn.Leads, null);
        if (after.Count == 0)
        {
            _cutOff.Add((frame, exited, next));
            return (WayOn.IsCutOff, null);
        }

        AddNext(_timeline.PlaceOf(frame.LastEventId), exited, next, null);
        return (WayOn.Leads, null);
    }

    /// <summary>
    /// The events as they point at each other today. Until November 2024 leaving a distributed Map pointed at the end of its map run, now
    /// at its beginning; what said that an expression failed pointed past the event of entering the state.
    /// </summary>
    private static HistoryEvent[] Linked(IReadOnlyList<HistoryEvent> events)
    {
        return [.. events.Select(e => (e.Subject, e.Says) switch
        {
            (EventSubject.State, EventSays.Exited) when e.PreviousEventId > 0
                && events[(int)e.PreviousEventId - 1] is { Subject: EventSubject.MapRun, Says: EventSays.Succeeded } ended => e with { PreviousEventId = ended.PreviousEventId },
            (EventSubject.Evaluation, _) when events.FirstOrDefault(other => IsEntered(other, e)) is { } entered => e with { PreviousEventId = entered.Id },
            _ => e,
        })];

        static bool IsEntered(HistoryEvent other, HistoryEvent failed) => IsStateEntered(other)
            && other.Id < failed.Id && other.PreviousEventId == failed.PreviousEventId && Equals(other["name"], failed["state"]);
    }

    private static bool IsStateEntered(HistoryEvent e) => e is { Subject: EventSubject.State, Says: EventSays.Entered };

    /// <summary>Whether an activity was not there then, which ended the execution.</summary>
    private bool IsMissing(string activityArn) => _record.Events[^1] is { Says: EventSays.Failed } end && end["error"] as string == ErrorNames.Runtime
        && (end["cause"] as string)?.Contains($"The activity {activityArn} does not exist", StringComparison.Ordinal) == true;

    private RunningExecution NewExecution(ulong seed)
    {
        var started = _record.Events[0];
        var chance = new Chance(seed);
        var machine = _setup.Machine with
        {
            Arn = _record.StateMachineArn ?? _setup.Machine.Arn,
            Name = _record.MachineName ?? _setup.Machine.Name,
            RoleArn = started["roleArn"] as string ?? _setup.Machine.RoleArn,
        };
        var name = _record.Name ?? chance.NextId().ToString();
        return new RunningExecution
        {
            Arn = _record.Arn ?? $"{machine.Arn.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal)}:{name}",
            Name = name,
            StateMachine = machine,
            Definition = _setup.Definition,
            Input = _record.Input ?? JsonObject.Empty,
            StartDate = TimeOf(started),
            Seed = chance.NextBits(),
            AliasArn = started["stateMachineAliasArn"] as string,
            VersionArn = started["stateMachineVersionArn"] as string,
            IsExpress = _record.IsExpress,
            Deadline = TimeOf(started) + Step.TimeLimit(_record.MapRunArn is null ? _setup.Definition : null, _record.IsExpress),
        };
    }

    private void Run()
    {
        Turn([StartMessage.Instance], TimeOf(_record.Events[0]));
        foreach (var recorded in _record.Events)
        {
            if (IsToCome(recorded))
                Bring(recorded);
        }

        foreach (var (e, at, parent) in _beyond)
        {
            if (parent is not null && IsSucceeded(parent, at))
                Differ(e, at, null, _timeline.PlaceOf(e.Id));
        }

        foreach (var (frame, exited, next) in _cutOff)
        {
            if (frame.Parent is { } parent && IsSucceeded(parent, exited.Id))
                AddNext(_timeline.PlaceOf(_ours[exited.Id]), exited, next, null);
        }

        Findings.Sort((a, b) => a.EventId != b.EventId ? a.EventId.CompareTo(b.EventId) : b.Kind.CompareTo(a.Kind));
        if (_record.Status == ExecutionStatus.Running)
            Notes.Add($"The record ends at event {_record.Events.Count}, where the execution was still under way: of what came after it nothing can be told.");
    }

    private bool IsToCome(HistoryEvent recorded) => !_ours.ContainsKey(recorded.Id) && _ours.ContainsKey(recorded.PreviousEventId);

    private void Turn(IReadOnlyList<Message> messages, DateTimeOffset time)
    {
        Turn turn;
        do
        {
            var step = new ReplayStep(_execution, _facts, time, this);
            turn = step.Run(messages);
            step.Compare();
            if (turn.Defect is { } defect)
                throw new InvalidOperationException("The execution could not be replayed.", defect);
            messages = [ContinueMessage.Instance];
        }
        while (turn.HasMore);
    }

    /// <summary>Brings what a recorded event tells of, and that today's definition did not come to by itself.</summary>
    private void Bring(HistoryEvent recorded)
    {
        var time = TimeOf(recorded);
        if (_execution.Status == ExecutionStatus.Running && _execution.Deadline + Slack < time && recorded.Says != EventSays.TimedOut)
        {
            var deadline = _execution.Deadline!.Value;
            Turn([TimerMessage.Instance], deadline);
            AddEnd(recorded, $"end the execution {Seconds(deadline - _execution.StartDate)} after its start, which took too long", Finding.Words(recorded));
            return;
        }

        if (recorded is { Subject: EventSubject.Execution, Says: EventSays.TimedOut } && _execution.Status == ExecutionStatus.Running
            && !(_execution.Deadline <= time + Slack))
        {
            AddEnd(recorded, "go on", Finding.Words(recorded));
            return;
        }

        var frame = FrameAt(recorded);
        if (frame is not null && _stopped.Contains(frame.Id))
            return;
        NoteWait(recorded, frame);
        if (MessageFor(recorded, frame) is { } message)
            Turn([message, .. MessagesWith(recorded, frame)], time);
        else if (recorded.Says == EventSays.Aborted || IsHeldUp(frame))
            return;
        if (_ours.ContainsKey(recorded.Id) || _told.Contains(recorded.PreviousEventId))
            return;
        if (frame is null && !IsStateEntered(recorded) && recorded is not { Subject: EventSubject.Iteration, Says: EventSays.Started })
            return;
        if (recorded is { Subject: EventSubject.Task, Says: EventSays.Started })
            return;
        _told.Add(recorded.PreviousEventId);
        Add(new Finding
        {
            Kind = FindingKind.Way,
            EventId = recorded.Id,
            State = frame?.State.Name ?? recorded["name"] as string ?? "",
            Now = Waiting(frame),
            Then = Finding.Words(recorded),
        }, _timeline.PlaceOf(_ours[recorded.PreviousEventId]));
    }

    private void AddEnd(HistoryEvent recorded, string now, string then) =>
        Add(new Finding { Kind = FindingKind.Way, EventId = recorded.Id, State = "", Now = now, Then = then }, default);

    /// <summary>
    /// What came together with an event to other lines: news stands right after news, and what was due at that time comes before the next
    /// news. What one of them led to may have ended the others, which had theirs by then.
    /// </summary>
    private List<Message> MessagesWith(HistoryEvent recorded, Frame? frame)
    {
        var messages = new List<Message>();
        var frames = new HashSet<Frame?> { frame };
        var areNews = IsNews(recorded);
        for (var id = recorded.Id + 1; id <= _record.Events.Count; id++)
        {
            var other = _record[id];
            if (IsNews(other) ? !areNews : other.Timestamp != recorded.Timestamp)
                break;
            areNews &= IsNews(other);
            if (other.Subject != EventSubject.Execution && IsToCome(other) && FrameAt(other) is { } another
                && !_stopped.Contains(another.Id) && !frames.Contains(another) && MessageFor(other, another) is { } message)
            {
                messages.Add(message);
                frames.Add(another);
            }
        }

        return messages;

        static bool IsNews(HistoryEvent e) => e is { Subject: EventSubject.Task, Says: not (EventSays.Scheduled or EventSays.Started) };
    }

    private Message? MessageFor(HistoryEvent recorded, Frame? frame)
    {
        switch (recorded)
        {
            case { Subject: EventSubject.Execution, Says: EventSays.Aborted }:
                return new StopMessage(recorded["error"] as string, recorded["cause"] as string);
            case { Subject: EventSubject.Execution, Says: EventSays.Redriven }:
                return new RedriveMessage(null);
            case { Subject: EventSubject.Execution, Says: EventSays.TimedOut } when _execution.Deadline <= TimeOf(recorded) + Slack:
                _execution.Deadline = TimeOf(recorded);
                return TimerMessage.Instance;
        }

        return frame switch
        {
            { Phase: FramePhase.Working, Task: { } task } when recorded.Subject == EventSubject.Task => News(recorded, frame, task),
            { Phase: FramePhase.Sleeping, State: WaitState } when recorded is { Subject: EventSubject.State, Says: EventSays.Exited } => new DueMessage(frame),
            { Phase: FramePhase.Sleeping, State: WorkState }
                when recorded.Says is EventSays.Scheduled or EventSays.Started || recorded.Subject == EventSubject.Evaluation => new DueMessage(frame),
            { Phase: FramePhase.Gathering, Group.Run: not null } => MapRunNews(recorded, frame),
            _ => null,
        };
    }

    /// <summary>Says where a Wait, or the pause before a retry, takes another time than it took: that alone is no other way.</summary>
    private void NoteWait(HistoryEvent recorded, Frame? frame)
    {
        if (frame is not { Phase: FramePhase.Sleeping, Due: { } due })
            return;
        var isWait = frame.State is WaitState;
        if (isWait ? recorded.Says != EventSays.Exited : recorded.Says != EventSays.Scheduled || ((WorkState)frame.State).Retry.Any(retrier => retrier.FullJitter))
            return;
        var begun = isWait ? frame.EnteredTime : TimeOf(_recorded[frame.LastEventId]);
        var (then, now) = (TimeOf(recorded) - begun, due - begun);
        if ((then - now).Duration() > Slack)
            Notes.Add($"'{frame.State.Name}' would {(isWait ? "wait" : "pause before it tries again")} for {Seconds(now)}, it did for {Seconds(then)}.");
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    private Message? News(HistoryEvent recorded, Frame frame, TaskAttempt task)
    {
        var time = TimeOf(recorded);
        if (recorded.Says == EventSays.TimedOut)
            return IsDue(task, time) ? new DueMessage(frame) : null;
        if (task.TimeoutDue + Slack < time)
            return new DueMessage(frame);
        switch (recorded.Says)
        {
            case EventSays.Started:
                return new TaskStartedMessage(task.Key, recorded["workerName"] as string);
            case EventSays.Submitted:
                return new TaskSubmittedMessage(task.Key, recorded["output"] as JsonValue ?? JsonObject.Empty);
            case EventSays.Succeeded when recorded["output"] is JsonValue output:
                return new TaskSucceededMessage(task.Key, output);
            case EventSays.Succeeded:
                Notes.Add($"What '{frame.State.Name}' was answered at event {recorded.Id} was cut when it was recorded: of what came of it nothing can be told.");
                Stop(frame);
                _told.Add(recorded.PreviousEventId);
                return null;
            default:
                return new TaskFailedMessage(task.Key, new TaskFailure(
                    recorded["error"] as string, recorded["cause"] as string,
                    recorded.Kind.Stage == EventSays.Submitted ? TaskStage.Submit : TaskStage.Run));
        }
    }

    /// <summary>Whether a task takes too long by then. Heartbeats are not recorded: where one may have failed to come, it has.</summary>
    private static bool IsDue(TaskAttempt task, DateTimeOffset time)
    {
        if (task.TimeoutDue <= time + Slack)
            (task.TimeoutDue, task.HeartbeatDue) = (time, null);
        else if (task.Heartbeat is not null)
            task.HeartbeatDue = time;
        else
            return false;
        return true;
    }

    private Message? MapRunNews(HistoryEvent recorded, Frame frame)
    {
        if (recorded is { Subject: EventSubject.MapRun, Says: EventSays.Failed })
            return new MapRunFailedMessage(frame.Id, frame.Group!.Generation, new FrameFailure(recorded["error"] as string, recorded["cause"] as string), null);
        if (recorded is not { Says: EventSays.Succeeded })
            return null;

        // What the children gave is in no event of this execution: what the Map gave on is all that tells.
        var exited = _next[recorded.PreviousEventId].FirstOrDefault(e => e is { Subject: EventSubject.State, Says: EventSays.Exited, Kind.StateType: "Map" });
        if (exited?["output"] is not JsonValue output)
            return null;
        if (((MapState)frame.State).GivesResultAsItIs)
            return new MapRunFinishedMessage(frame.Id, frame.Group!.Generation, output);
        Notes.Add($"What the children of '{frame.State.Name}' gave is not in the history, and it selects from that: "
            + $"what it makes of it was taken from event {exited.Id}.");
        return new MapRunRecordedMessage(frame, exited);
    }

    /// <summary>The frame that a recorded event reaches: the one that stands where the event before it led.</summary>
    private Frame? FrameAt(HistoryEvent recorded)
    {
        var at = _ours[recorded.PreviousEventId];
        if (at == 0)
            return null;
        var frames = _execution.Frames().Where(frame => frame.LastEventId == at && frame.Phase != FramePhase.Ended).OrderBy(frame => frame.Id).ToList();
        if (frames.Count <= 1)
            return frames.FirstOrDefault();

        // After a redrive many lines go on from one event.
        var name = _setup.NameOf(recorded);
        return frames.Find(frame => frame.State.Name == name && MessageFor(recorded, frame) is not null)
            ?? frames.Find(frame => frame.State.Type == recorded.Kind.StateType && MessageFor(recorded, frame) is not null)
            ?? frames.Find(frame => frame.Phase != FramePhase.Gathering) ?? frames[0];
    }

    private Frame? FrameOf(long id) => _execution.Frames().FirstOrDefault(frame => frame.LastEventId == id);

    /// <summary>Whether a Parallel or Map waits for a line of which the record tells no more.</summary>
    private bool IsHeldUp(Frame? frame) =>
        frame?.Group is { } group && group.Running.Any(inner => inner.Phase == FramePhase.Entering || _stopped.Contains(inner.Id) || IsHeldUp(inner));

    private string Waiting(Frame? frame) => frame switch
    {
        null => "not do that",
        { Phase: FramePhase.Working, Task.Started: false, State: TaskState { Resource.Kind: ResourceKind.Activity } } => "wait for a worker",
        { Phase: FramePhase.Working } => "wait for the task's answer",
        { Phase: FramePhase.Sleeping, State: WaitState } => "wait",
        { Phase: FramePhase.Sleeping, Due: { } due } => $"try again, {Seconds(due - TimeOf(_recorded[frame.LastEventId]))} later",
        { Phase: FramePhase.Gathering, State: MapState } => "go on with its items",
        { Phase: FramePhase.Gathering } => "go on with its branches",
        _ => "do nothing more",
    };

    /// <summary>The recorded event that stands for one of today's: it points at the same, and says the same of the same.</summary>
    private HistoryEvent? Counterpart(HistoryEvent e, long at)
    {
        var candidates = _next[at].Where(recorded => !_ours.ContainsKey(recorded.Id) && IsAlike(e, recorded)).ToList();
        if (candidates.Count > 1 && at != 0 && _record[at].Says == EventSays.Redriven && candidates.FindAll(recorded => GoesOnAs(e, recorded)) is [_, ..] fitting)
            candidates = fitting;
        return candidates.Count <= 1
            ? candidates.FirstOrDefault()
            : candidates.Find(recorded => EventComparison.IsSame(_setup, e, recorded)) ?? candidates[0];
    }

    /// <summary>
    /// Whether a recorded event that says the same as one of today's is followed by what names its state and its iterations. After a
    /// redrive many lines go on from one event, and tasks do not name their states.
    /// </summary>
    private bool GoesOnAs(HistoryEvent e, HistoryEvent recorded)
    {
        if (_timeline.PlaceOf(e.Id).Visit is not { } visit)
            return true;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var isLeft = false;
        var waiting = new Queue<HistoryEvent>([recorded]);
        while (waiting.TryDequeue(out var at))
        {
            var name = _setup.NameOf(at);
            if (!isLeft && at is { Subject: EventSubject.State, Says: EventSays.Exited or EventSays.Entered } && at.Id != recorded.Id)
            {
                isLeft = true;
                if (at.Says == EventSays.Exited && name != visit.Name)
                    return false;
            }

            if (at is { Subject: EventSubject.Iteration, Says: not EventSays.Started } && names.Add(name!)
                && Within(visit, name!) is { } iteration && iteration.Index != (int)(long)at["index"]!)
            {
                return false;
            }

            if (at is { Subject: EventSubject.Execution, Says: EventSays.Redriven })
                break;
            foreach (var next in _next[at.Id])
                waiting.Enqueue(next);
        }

        return true;

        static Iteration? Within(Visit visit, string map)
        {
            for (var at = visit; at is not null; at = at.Outer)
            {
                if (at.Iteration?.Map.Name == map)
                    return at.Iteration;
            }

            return null;
        }
    }

    private bool IsAlike(HistoryEvent e, HistoryEvent recorded)
    {
        if (e.Subject != recorded.Subject || e.Says != recorded.Says)
            return false;
        return e.Subject switch
        {
            EventSubject.State when e.Says != EventSays.Aborted => e["name"] as string == _setup.NameOf(recorded),
            EventSubject.Iteration => Equals(e["index"], recorded["index"]) && e["name"] as string == _setup.NameOf(recorded),
            EventSubject.Task => true,
            _ => e.Kind.StateType == recorded.Kind.StateType,
        };
    }

    /// <summary>What was recorded in an event's place.</summary>
    private IEnumerable<HistoryEvent> Others(HistoryEvent e, long at)
    {
        var others = _next[at].Where(recorded => !_ours.ContainsKey(recorded.Id) && recorded.Says != EventSays.Aborted);
        if (at == 0 || !IsStateEntered(e))
            return others;

        // The other branches of a Parallel begin at the same event.
        var branches = _timeline.PlaceOf(e.Id).Visit?.Outer is { } outer && _timeline.Places.Find(outer.Name)?.State is ParallelState parallel
            ? parallel.Branches.Select(branch => branch.StartAt).ToHashSet(StringComparer.Ordinal)
            : [];
        return others.Where(recorded => !IsStateEntered(recorded) || !branches.Contains(_setup.NameOf(recorded) ?? ""));
    }

    /// <summary>Whether a branch begins, of which the record must tell if it did so then.</summary>
    private bool IsExtra(HistoryEvent e) => _recorded.GetValueOrDefault(e.PreviousEventId)?.Kind is { Subject: EventSubject.Group, Says: EventSays.Started, StateType: "Parallel" };

    /// <summary>Whether a Parallel ended well by the record, so that its branches did: one that goes on today goes on too far.</summary>
    private bool IsSucceeded(Frame parent, long at)
    {
        var ends = _next[at].Concat(parent.Group?.Running.Select(inner => inner.LastEventId).Append(parent.LastEventId)
            .Where(_recorded.ContainsKey).SelectMany(id => _next[_recorded[id].Id]) ?? []);
        return ends.Any(recorded => recorded is { Subject: EventSubject.Group, Says: EventSays.Succeeded } && !_ours.ContainsKey(recorded.Id));
    }

    private void Differ(HistoryEvent e, long at, HistoryEvent? recorded, Place place)
    {
        if (!_told.Add(at) && recorded is null)
            return;
        Add(new Finding
        {
            Kind = FindingKind.Way,
            EventId = recorded?.Id ?? at,
            State = e["name"] as string ?? "",
            Now = Finding.Words(e),
            Then = Finding.Words(recorded),
        }, place);
    }

    private void AddNext(Place place, HistoryEvent exited, string? now, string? then)
    {
        Add(new Finding
        {
            Kind = FindingKind.Next,
            EventId = exited.Id,
            State = "",
            Now = now is null ? "end there" : $"go on to '{now}'",
            Then = then is null ? "end there" : $"go on to '{then}'",
        }, place);
    }

    private void Add(Finding finding, Place place)
    {
        var visit = place.Visit;
        var entered = visit is null ? null : RecordedOf(visit.Id);
        Findings.Add(finding with
        {
            State = visit?.Name ?? finding.State,
            Path = visit is null ? [] : RecordedTask.PathOf(visit),
            Input = finding.Input ?? entered?["input"] as JsonValue,
        });
    }
}
