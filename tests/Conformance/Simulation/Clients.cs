using System.Text.Json.Nodes;

namespace Stateside.Conformance.Simulation;

/// <summary>
/// Those who call the service: they start, stop, redrive, ask, answer tokens (the right ones, old ones, twice) and change machines. What is
/// acknowledged goes into the ledger; what is never answered may have been done or not.
/// </summary>
internal sealed class Clients(Dice dice, Ledger ledger, Handlers handlers, Trace trace, Plant plant)
{
    private readonly List<(string Name, bool IsExpress)> _machines = [];
    private readonly List<(string Arn, JsonObject Request)> _starts = [];
    private readonly List<HeldToken> _workers = [];
    private readonly Dictionary<string, Register> _tags = [];
    private readonly Dictionary<string, Register> _comments = [];
    private readonly Dictionary<string, Register> _aliases = [];
    private int _serial;
    private int _lives;
    private int _polls;

    /// <summary>The machines whose executions are kept.</summary>
    public IEnumerable<string> Machines => _machines.Where(machine => !machine.IsExpress).Select(machine => MachineMaker.ArnOf(machine.Name));

    /// <summary>Whether a worker waits for a task.</summary>
    public bool IsPolling => _polls > 0;

    /// <summary>How many calls are under way.</summary>
    public int UnderWay { get; private set; }

    /// <summary>How many were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>Makes the machines; while nothing goes wrong.</summary>
    public async Task MakeMachinesAsync(ServiceLife life, MachineMaker maker)
    {
        await life.CallAsync("CreateActivity", new() { ["name"] = "desk" }).ConfigureAwait(false);
        var count = dice.Between(3, 5);
        for (var i = 0; i <= count; i++)
        {
            var (name, isExpress) = i == 0 ? (MachineMaker.Leaf, false) : ($"m{i}", i == count && dice.OneIn(2));
            var definition = maker.Definition(isExpress, i == 0 ? 0 : dice.Between(1, 2), startsOthers: i > 0);
            definition["Comment"] = "0";
            var answer = await life.CallAsync("CreateStateMachine", new()
            {
                ["name"] = name,
                ["definition"] = definition.ToJsonString(),
                ["roleArn"] = "arn:aws:iam::123456789012:role/simulation",
                ["type"] = isExpress ? "EXPRESS" : "STANDARD",
                ["publish"] = true,
            }).ConfigureAwait(false);
            trace.Add($"machine {name} {definition.ToJsonString()}");
            if (answer?.Error is { } error)
                throw new InvalidOperationException($"The machine is refused with {error}: {definition.ToJsonString()}");
            var arn = MachineMaker.ArnOf(name);
            _machines.Add((name, isExpress));
            _tags[arn] = new Register($"the tag of {name}", null);
            _comments[arn] = new Register($"the definition of {name}", "0");
            await life.CallAsync("CreateStateMachineAlias", new()
            {
                ["name"] = "live",
                ["routingConfiguration"] = new JsonArray(new JsonObject { ["stateMachineVersionArn"] = $"{arn}:1", ["weight"] = 100 }),
            }).ConfigureAwait(false);
            _aliases[arn] = new Register($"the alias of {name}", $"{arn}:1");
        }
    }

    /// <summary>Something that some client does.</summary>
    public void Act(ServiceLife life, MachineMaker maker)
    {
        switch (dice.Below(22))
        {
            case < 5:
                Start(life, maker);
                break;
            case 5 when _starts.Count > 0:
                var (arn, again) = dice.Of(_starts);
                var request = (JsonObject)again.DeepClone();
                if (dice.OneIn(3))
                    request["input"] = maker.Input(dice.Below(10)).ToJsonString();
                _ = StartAsync(life, arn, request);
                break;
            case 6 when Any() is { } known:
                _ = StopAsync(life, known);
                break;
            case 7 or 8 when Any() is { } known:
                _ = RedriveAsync(life, known);
                break;
            case 9 or 10 when Any() is { } known:
                trace.Add($"looks at {Ledger.Short(known.Arn)}");
                ledger.Look(life, known);
                break;
            case 11:
                ledger.LookAt(life, dice.Of(Machines.ToList()));
                break;
            case < 16 when handlers.Tokens.Count > 0:
                _ = AnswerAsync(life, dice.Of(handlers.Tokens));
                break;
            case 16 or 17:
                _ = PollAsync(life);
                break;
            case 18 when _workers.Count > 0:
                _ = AnswerAsync(life, dice.Of(_workers));
                break;
            case 19:
                Change(life, _tags, TagAsync);
                break;
            case 20:
                Change(life, _comments, UpdateAsync);
                break;
            case 21:
                ReadAll(life);
                break;
        }
    }

    /// <summary>Does what is still owed, so that everything can end.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public bool Settle(ServiceLife life)
    {
        if (handlers.Tokens.Concat(_workers).FirstOrDefault(held => !held.IsDone) is { } owed)
        {
            owed.IsDone = true;
            _ = AnswerAsync(life, owed, isPlain: true);
            return true;
        }

        return false;
    }

    /// <summary>A worker asks for a task.</summary>
    public Task PollAsync(ServiceLife life) => CountAsync(async () =>
    {
        var serial = ++_serial;
        trace.Add($"worker {serial} asks");
        var lives = _lives;
        _polls++;
        var answer = await life.CallAsync("GetActivityTask", new() { ["activityArn"] = MachineMaker.Activity, ["workerName"] = $"worker{serial}" }).ConfigureAwait(false);
        if (lives == _lives)
            _polls--;
        if ((string?)answer?.Response?["taskToken"] is not { } token)
            return;
        var arn = (string)JsonNode.Parse((string)answer.Response["input"]!)!["execution"]!;
        trace.Add($"worker {serial} has a task of {Ledger.Short(arn)}");
        if (_workers.Exists(held => held.Token == token))
            ledger.Break($"a task of an activity is given to one worker: one of {Ledger.Short(arn)} is given again");
        _workers.Add(new HeldToken(token, arn));
        var known = ledger.Know(arn);
        known.Taken.Add(token);

        // One whose time is up when it is given is known to the worker alone.
        if (ledger.Look(life, known) is false && (Count("ActivityScheduled") < known.Taken.Count
            || (Count("ActivityScheduled") == 1 && Count("ActivityStarted") + Count("ActivityTimedOut") + Count("TaskStateAborted") == 0)))
            ledger.Break($"a worker gets a task when that is saved: {known.Taken.Count} of {Ledger.Short(arn)} were given");

        int Count(string type) => known.Events.Count(e => e.Contains($"\"{type}\"", StringComparison.Ordinal));
    });

    /// <summary>Reads what the catalog has.</summary>
    public void ReadAll(ServiceLife life)
    {
        foreach (var (name, _) in _machines)
        {
            var arn = MachineMaker.ArnOf(name);
            if (Ledger.Ask(life, "ListTagsForResource", new() { ["resourceArn"] = arn }) is { Response: { } tags })
                _tags[arn].Read((string?)tags["tags"]!.AsArray().FirstOrDefault()?["value"], ledger);
            if (Ledger.Ask(life, "DescribeStateMachine", new() { ["stateMachineArn"] = arn }) is { Response: { } machine })
                _comments[arn].Read((string?)JsonNode.Parse((string)machine["definition"]!)!["Comment"], ledger);
            if (Ledger.Ask(life, "DescribeStateMachineAlias", new() { ["stateMachineAliasArn"] = arn + ":live" }) is { Response: { } alias })
                _aliases[arn].Read((string?)alias["routingConfiguration"]![0]!["stateMachineVersionArn"], ledger);
        }
    }

    /// <summary>Lists all executions.</summary>
    public void ListAll(ServiceLife life)
    {
        foreach (var machine in Machines)
            ledger.LookAt(life, machine);
    }

    /// <summary>The service died: nobody answers any more.</summary>
    public void GiveUp()
    {
        (UnderWay, _polls, _lives) = (0, 0, _lives + 1);
        foreach (var held in handlers.Tokens.Concat(_workers))
            held.IsDone = held.IsAnswered;
        foreach (var register in _tags.Values.Concat(_comments.Values).Concat(_aliases.Values))
            register.GiveUp();
    }

    private KnownExecution? Any() => ledger.Executions.Where(known => !known.IsExpress).ToList() is { Count: > 0 } some ? dice.Of(some) : null;

    private void Start(ServiceLife life, MachineMaker maker)
    {
        var (machine, isExpress) = dice.Of(_machines);
        var name = $"e{++_serial}";
        var request = new JsonObject
        {
            ["stateMachineArn"] = MachineMaker.ArnOf(machine) + (dice.OneIn(5) ? ":live" : ""),
            ["name"] = name,
            ["input"] = maker.Input(dice.Below(10)).ToJsonString(),
        };
        if (isExpress && dice.OneIn(2))
        {
            request["stateMachineArn"] = MachineMaker.ArnOf(machine);
            _ = CountAsync(async () =>
            {
                trace.Add($"starts {machine} and waits for its end");
                var answer = await life.CallAsync("StartSyncExecution", request).ConfigureAwait(false);
                if (answer is not null)
                    trace.Add($"{name} is over: {(string?)answer.Response?["status"] ?? answer.Error}");
            });
            return;
        }

        var arn = $"{MachineMaker.Prefix}{(isExpress ? "express" : "execution")}:{machine}:{name}";
        if (!isExpress)
            _starts.Add((arn, request));
        _ = StartAsync(life, isExpress ? null : arn, request);
    }

    private Task StartAsync(ServiceLife life, string? arn, JsonObject request) => CountAsync(async () =>
    {
        var (name, input) = ((string)request["name"]!, (string)request["input"]!);
        trace.Add($"starts {name} of {Ledger.Short((string)request["stateMachineArn"]!)} with {input}");
        var known = arn is null ? null : ledger.Know(arn);
        var calling = life.CallAsync("StartExecution", request);
        if (plant == Plant.NameBeforeSave && known is { IsTold: false } && !life.IsOver)
            (known.IsTold, known.Input) = (true, input);
        var answer = await calling.ConfigureAwait(false);
        if (answer is null)
            return;
        trace.Add($"start of {name} is answered{(answer.Error is { } error ? $" with {error}" : "")}");
        if (known is null)
            return;
        if (answer.Response is { } response)
        {
            if ((string)response["executionArn"]! != arn)
                ledger.Break($"an execution has the name that it was given: {name} is {(string)response["executionArn"]!}");
            if (known.Input is not null && known.Input != input)
                ledger.Break($"a name is given once: {name} was started with {known.Input}, and with {input} too");
            known.IsTold = true;
            known.Input ??= input;
            known.StartDate ??= response["startDate"]!.ToJsonString();
            if (known.StartDate != response["startDate"]!.ToJsonString())
                ledger.Break($"a start that is repeated gives the same: {name} began at {known.StartDate}, and now at {response["startDate"]!.ToJsonString()}");
            if (!life.IsOver && life.IsSaved(arn!) is false)
                ledger.Break($"a start is acknowledged when it is saved: {name} is not");
        }
        else if (answer.Error is not ("ExecutionAlreadyExists" or "ServiceUnavailable" or "ThrottlingException"))
        {
            ledger.Break($"a start is answered with what the API has: {name} with {answer.Error}");
        }
    });

    private Task StopAsync(ServiceLife life, KnownExecution known) => CountAsync(async () =>
    {
        trace.Add($"stops {Ledger.Short(known.Arn)}");
        var before = known.Redrives;
        var answer = await life.CallAsync("StopExecution", new() { ["executionArn"] = known.Arn, ["error"] = "Stopped" }).ConfigureAwait(false);
        if (answer is null)
            return;
        trace.Add($"stop of {Ledger.Short(known.Arn)} is answered{(answer.Error is { } error ? $" with {error}" : "")}");

        // A child that had ended, and that a redrive of its map run is to let go on, has ended all the same.
        if (answer.Error is null && ledger.Look(life, known) is false && known.Redrives == before && (string)known.Described!["status"]! != "PENDING_REDRIVE")
            ledger.Break($"a stop that is acknowledged ends: {Ledger.Short(known.Arn)} runs");
    });

    private Task RedriveAsync(ServiceLife life, KnownExecution known) => CountAsync(async () =>
    {
        trace.Add($"redrives {Ledger.Short(known.Arn)}");
        var before = known.Redrives;
        var answer = await life.CallAsync("RedriveExecution", new() { ["executionArn"] = known.Arn, ["clientToken"] = $"redrive{++_serial}" }).ConfigureAwait(false);
        if (answer is null)
            return;
        trace.Add($"redrive of {Ledger.Short(known.Arn)} is answered{(answer.Error is { } error ? $" with {error}" : "")}");
        if (answer.Error is null && ledger.Look(life, known) is not null && known.Redrives <= before)
            ledger.Break($"a redrive that is acknowledged counts: {Ledger.Short(known.Arn)} was redriven {before} times before, and {known.Redrives} times now");
    });

    private Task AnswerAsync(ServiceLife life, HeldToken held, bool isPlain = false) => CountAsync(async () =>
    {
        var mark = $"answer{++_serial}.";
        var (operation, request) = (isPlain ? 0 : dice.Below(6)) switch
        {
            < 3 => ("SendTaskSuccess", new JsonObject { ["output"] = $$"""{"mark":"{{mark}}"}""" }),
            3 => ("SendTaskFailure", new JsonObject { ["error"] = mark }),
            _ => ("SendTaskHeartbeat", new JsonObject()),
        };
        request["taskToken"] = held.Token;
        trace.Add($"{operation} {mark} for {Ledger.Short(held.ExecutionArn)}");
        var answer = await life.CallAsync(operation, request).ConfigureAwait(false);
        if (answer is null)
            return;
        trace.Add($"{operation} {mark} is answered{(answer.Error is { } error ? $" with {error}" : "")}");
        if (answer.Error is null && operation != "SendTaskHeartbeat")
        {
            if (held.IsAnswered)
                ledger.Break($"a token is answered once: {mark} of {Ledger.Short(held.ExecutionArn)} was accepted, and an answer before it");
            held.IsAnswered = true;
            var known = ledger.Know(held.ExecutionArn);
            known.Answers.Add(mark);
            ledger.Look(life, known);
        }
        else if (answer.Error == "ServiceUnavailable")
        {
            held.IsDone = false;
        }
        else if (answer.Error is not (null or "TaskTimedOut" or "InvalidToken"))
        {
            ledger.Break($"an answer by token is answered with what the API has: {mark} with {answer.Error}");
        }
    });

    private void Change(ServiceLife life, Dictionary<string, Register> registers, Func<ServiceLife, string, string, Task<Answer?>> change)
    {
        var (arn, register) = dice.Of([.. registers]);
        if (register.IsChanging)
            return;
        var value = $"{++_serial}";
        _ = CountAsync(async () =>
        {
            trace.Add($"changes {Ledger.Short(arn)} to {value}");
            register.Begin(value);
            var answer = await change(life, arn, value).ConfigureAwait(false);
            if (answer is null)
                return;
            trace.Add($"change to {value} is answered{(answer.Error is { } error ? $" with {error}" : "")}");
            if (answer.Error is null)
                register.Acknowledge(value);
            else
                register.GiveUp();
        });
    }

    private static Task<Answer?> TagAsync(ServiceLife life, string arn, string value) => life.CallAsync("TagResource", new()
    {
        ["resourceArn"] = arn,
        ["tags"] = new JsonArray(new JsonObject { ["key"] = "value", ["value"] = value }),
    });

    private static async Task<Answer?> UpdateAsync(ServiceLife life, string arn, string value)
    {
        if (Ledger.Ask(life, "DescribeStateMachine", new() { ["stateMachineArn"] = arn }) is not { Response: { } machine })
            return null;
        var definition = JsonNode.Parse((string)machine["definition"]!)!.AsObject();
        definition["Comment"] = value;
        return await life.CallAsync("UpdateStateMachine", new() { ["stateMachineArn"] = arn, ["definition"] = definition.ToJsonString() }).ConfigureAwait(false);
    }

    private async Task CountAsync(Func<Task> act)
    {
        UnderWay++;
        var life = _lives;
        try
        {
            await act().ConfigureAwait(false);
            Answered++;
        }
        catch (Exception e)
        {
            ledger.Break($"a client fails: {e}");
        }

        if (life == _lives)
            UnderWay--;
    }
}
