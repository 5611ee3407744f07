using System.Text.Json.Nodes;
using Stateside.Engine.Execution;
using Stateside.Engine.History;

namespace Stateside.Conformance.Simulation;

/// <summary>
/// What was promised: every fact that was acknowledged, everything that anybody was told, and every effect. It is held against what the
/// service says at every occasion; the first promise that is broken stays.
/// </summary>
internal sealed class Ledger(Trace trace)
{
    private readonly Dictionary<string, KnownExecution> _executions = new(StringComparer.Ordinal);
    private readonly List<KnownExecution> _inOrder = [];
    private int _given;

    /// <summary>The promise that was broken, and what is; null while none is.</summary>
    public string? Broken { get; private set; }

    /// <summary>Whether the wall clock was set back.</summary>
    public bool WentBack { get; set; }

    /// <summary>All that is known, in the order in which it was heard of.</summary>
    public IReadOnlyList<KnownExecution> Executions => _inOrder;

    /// <summary>How many events were held against what was told before.</summary>
    public long Checked { get; private set; }

    /// <summary>An ARN without what is the same in all of them.</summary>
    public static string Short(string arn) => arn.StartsWith(MachineMaker.Prefix, StringComparison.Ordinal) ? arn[MachineMaker.Prefix.Length..] : arn;

    public void Break(string what)
    {
        if (Broken is not null)
            return;
        Broken = what;
        trace.Add($"BROKEN: {what}");
    }

    public KnownExecution? Find(string arn) => _executions.GetValueOrDefault(arn);

    public KnownExecution Know(string arn, bool isExpress = false)
    {
        if (_executions.TryGetValue(arn, out var known))
            return known;
        known = new KnownExecution(arn, isExpress);
        _executions[arn] = known;
        _inOrder.Add(known);
        return known;
    }

    /// <summary>A result that no other task has, for a task of an execution.</summary>
    public int Given(string arn)
    {
        Know(arn).Given.Add(++_given);
        return _given;
    }

    /// <summary>Code outside is called: what causes it is saved, and an attempt that is made again is the same.</summary>
    public void Called(ServiceLife life, TaskRequest request)
    {
        var execution = request.Execution;
        var known = Know(execution.Arn, execution.IsExpress);

        // One that is Express begins anew, and may come to other attempts than before.
        if (!known.Attempts.TryAdd(request.Token, request.Payload.Text) && known.Attempts[request.Token] != request.Payload.Text && !known.IsExpress)
            Break($"an attempt that is made again sends the same: {Short(known.Arn)} sent {known.Attempts[request.Token]}, and now {request.Payload.Text}");
        if (known.IsExpress || life.IsOver)
            return;
        var scheduled = Saved(life, known.Arn).Count(e => e.Type is HistoryEventType.LambdaFunctionScheduled
            || (e.Type == HistoryEventType.TaskScheduled && e["resourceType"] as string == "lambda"));
        if (scheduled < known.Attempts.Count)
        {
            Break($"an effect leaves when what causes it is saved: {known.Attempts.Count} attempts of {Short(known.Arn)} have begun, "
                + $"and its saved history has {scheduled} that are scheduled");
        }
    }

    /// <summary>Observers hear of events: they are saved, follow on those heard of before, and come once.</summary>
    public void Heard(ServiceLife life, string arn, IReadOnlyList<HistoryEvent> events)
    {
        if (!_executions.TryGetValue(arn, out var known) || known.IsExpress || events.Count == 0 || life.Service.Engine.Describe(arn) is not { IsExpress: false })
            return;
        if (known.Heard.Count > 0 && events[0].Id <= known.Heard.Keys.Last())
            Break($"an event is told of once: {Short(arn)} tells of event {events[0].Id}, and told of event {known.Heard.Keys.Last()} before");
        foreach (var e in events)
            known.Heard[e.Id] = e.Type.ToString();
        if (Saved(life, arn).Count < events[^1].Id)
            Break($"what is told is saved: {Short(arn)} tells of event {events[^1].Id}, and {Saved(life, arn).Count} are saved");
    }

    /// <summary>Holds what the service says of an execution against what it said before.</summary>
    /// <returns>Whether it is over; null when the service died meanwhile or does not know it.</returns>
    public bool? Look(ServiceLife life, KnownExecution known)
    {
        if (known.IsExpress)
            return null;
        if (Ask(life, "DescribeExecution", new() { ["executionArn"] = known.Arn }) is not { } answer)
            return null;
        if (answer.Error is not null)
        {
            if (known.IsTold)
                Break($"an execution that anybody was told of is there for ever: {Short(known.Arn)} is answered with {answer.Error}");
            return null;
        }

        Hold(known, answer.Response!);
        if (Events(life, known.Arn) is not { } events)
            return null;
        Hold(known, events, known.IsOver);
        return known.IsOver;
    }

    /// <summary>Holds what was told of an execution against what is.</summary>
    private void Hold(KnownExecution known, JsonObject now)
    {
        known.IsTold = true;
        var input = (string?)now["input"];
        if (known.Input is not null && input != known.Input)
            Break($"an execution keeps its input: {Short(known.Arn)} was started with {known.Input} and has {input}");
        known.Input ??= input;
        var start = now["startDate"]!.ToJsonString();
        if (known.StartDate is not null && start != known.StartDate)
            Break($"an execution keeps its start: {Short(known.Arn)} began at {known.StartDate}, and now at {start}");
        known.StartDate ??= start;
        var redrives = (int?)now["redriveCount"] ?? 0;
        if (redrives < known.Redrives)
            Break($"a redrive counts for ever: {Short(known.Arn)} was redriven {known.Redrives} times, and now {redrives} times");
        now.Remove("redriveStatus");
        now.Remove("redriveStatusReason");
        if (known is { IsOver: true, Described: { } before } && redrives == known.Redrives
            && (string)now["status"]! != "PENDING_REDRIVE" && !JsonNode.DeepEquals(before, now))
        {
            Break($"an end stays as it is: {Short(known.Arn)} was {before.ToJsonString()}, and now {now.ToJsonString()}");
        }

        known.Redrives = redrives;
        known.Described = now;
        if (JsonNode.Parse(input ?? "{}") is JsonObject given && (string?)given["parent"] is { } parent && Find(parent) is { } starter)
            starter.Children.Add(known.Arn);
    }

    private void Hold(KnownExecution known, List<JsonObject> events, bool isOver)
    {
        for (var i = 0; i < known.Events.Count; i++)
        {
            var now = i < events.Count ? events[i].ToJsonString() : "none";
            if (now == known.Events[i])
                continue;
            Break($"a history only grows: event {i + 1} of {Short(known.Arn)} was {known.Events[i]}, and now it is {now}");
            return;
        }

        foreach (var e in events.Skip(known.Events.Count))
            known.Events.Add(e.ToJsonString());
        Checked += events.Count;
        foreach (var (id, type) in known.Heard)
        {
            if (id > events.Count || HistoryRules.Type(events[(int)id - 1]) != type)
                Break($"what observers heard of stays: event {id} of {Short(known.Arn)} was {type}, and now it is {(id > events.Count ? "none" : HistoryRules.Type(events[(int)id - 1]))}");
        }

        if (HistoryRules.Fault(events, isOver, known.Redrives, WentBack) is { } fault)
            Break($"a history is whole: of {Short(known.Arn)}, {fault}: {Kinds(events)}");
        var text = string.Join('\n', known.Events);
        // One that came before its request was answered waits for that.
        var missing = known.Answers.Where(answer => !text.Contains(answer, StringComparison.Ordinal)).ToList();
        var unsubmitted = events.Count(e => IsCallback(e, "TaskScheduled", "taskScheduledEventDetails"))
            - events.Count(e => IsCallback(e, "TaskSubmitted", "taskSubmittedEventDetails"));
        if (missing.Count > unsubmitted)
            Break($"an answer by token that is acknowledged is in the history: {missing[0]} is not in that of {Short(known.Arn)}: {Kinds(events)}");
        var nested = events.Count(e => HistoryRules.Type(e) == "TaskScheduled" && (string?)e["taskScheduledEventDetails"]!["resourceType"] == "states");
        if (known.Children.Count > nested)
            Break($"an effect that leaves twice starts one child: {Short(known.Arn)} has {known.Children.Count}, and {nested} were to start");
        ResultRules.Check(known, events, Break);
    }

    /// <summary>Every execution of a machine that is known to be there is listed once.</summary>
    public void LookAt(ServiceLife life, string machineArn)
    {
        var listed = new List<string>();
        string? token = null;
        do
        {
            var request = new JsonObject { ["stateMachineArn"] = machineArn, ["maxResults"] = 7 };
            if (token is not null)
                request["nextToken"] = token;
            if (Ask(life, "ListExecutions", request) is not { Response: { } page })
                return;
            listed.AddRange(page["executions"]!.AsArray().Select(e => (string)e!["executionArn"]!));
            token = (string?)page["nextToken"];
        }
        while (token is not null);

        if (listed.Count != listed.Distinct().Count())
            Break($"an execution is listed once: of {Short(machineArn)} {listed.Count} are listed, {listed.Distinct().Count()} different ones");
        foreach (var arn in listed)
            Know(arn).IsTold = true;
        var owner = machineArn.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal) + ":";
        foreach (var known in _inOrder.Where(known => known.IsTold && !known.IsExpress && known.Arn.StartsWith(owner, StringComparison.Ordinal)))
        {
            if (!listed.Contains(known.Arn))
                Break($"an execution that anybody was told of is listed: {Short(known.Arn)} is not");
        }
    }

    /// <summary>The counts of an execution's map runs add up; those of one that is over are those of the end.</summary>
    public void LookAtMapRuns(ServiceLife life, KnownExecution known, bool isAllOver)
    {
        if (known.IsExpress || Ask(life, "ListMapRuns", new() { ["executionArn"] = known.Arn }) is not { Response: { } listed })
            return;
        foreach (var run in listed["mapRuns"]!.AsArray())
        {
            var arn = (string)run!["mapRunArn"]!;
            if (Ask(life, "DescribeMapRun", new() { ["mapRunArn"] = arn }) is not { Response: { } described })
                return;
            foreach (var kind in (string[])["itemCounts", "executionCounts"])
            {
                var counts = described[kind]!.AsObject();
                long Of(string name) => (long?)counts[name] ?? 0;
                var sum = Of("pending") + Of("running") + Of("succeeded") + Of("failed") + Of("timedOut") + Of("aborted") + Of("pendingRedrive");
                if (sum != Of("total"))
                    Break($"the counts of a map run add up: {kind} of {Short(arn)} are {counts.ToJsonString()}");
                if (isAllOver && Of("running") > 0)
                    Break($"no child runs on when its map run is over: {kind} of {Short(arn)} are {counts.ToJsonString()}");
                if ((string)described["status"]! == "SUCCEEDED" && Of("succeeded") + Of("failed") + Of("timedOut") + Of("aborted") != Of("total"))
                    Break($"a map run that succeeded has done all its items: {kind} of {Short(arn)} are {counts.ToJsonString()}");
            }

            if (Ask(life, "ListExecutions", new() { ["mapRunArn"] = arn, ["maxResults"] = 1000 }) is not { Response: { } children })
                return;
            foreach (var child in children["executions"]!.AsArray().Select(child => (string)child!["executionArn"]!))
            {
                var isExpress = life.Service.Engine.Describe(child) is { IsExpress: true };
                Know(child, isExpress).IsTold |= !isExpress;
            }
        }
    }

    private static bool IsCallback(JsonObject e, string type, string details) =>
        HistoryRules.Type(e) == type && (string?)e[details]!["resource"] == "invoke.waitForTaskToken";

    /// <summary>The kinds of events, in one line.</summary>
    public static string Kinds(IEnumerable<JsonObject> events) =>
        string.Join(", ", events.Select(e => $"{e["id"]} {HistoryRules.Type(e)} after {e["previousEventId"]}"));

    /// <summary>Asks what is answered at once.</summary>
    public static Answer? Ask(ServiceLife life, string operation, JsonObject request)
    {
        if (life.IsOver)
            return null;
        var asked = life.CallAsync(operation, request);
        return asked.IsCompleted ? asked.Result : throw new InvalidOperationException($"{operation} is not answered at once.");
    }

    private static List<JsonObject>? Events(ServiceLife life, string arn)
    {
        var events = new List<JsonObject>();
        string? token = null;
        do
        {
            var request = new JsonObject { ["executionArn"] = arn, ["maxResults"] = 50 };
            if (token is not null)
                request["nextToken"] = token;
            if (Ask(life, "GetExecutionHistory", request) is not { Response: { } page })
                return null;
            events.AddRange(page["events"]!.AsArray().Select(e => e!.AsObject()));
            token = (string?)page["nextToken"];
        }
        while (token is not null);
        return events;
    }

    private static IReadOnlyList<HistoryEvent> Saved(ServiceLife life, string arn) => life.Service.Engine.ReadHistory(arn)?.Events ?? [];
}
