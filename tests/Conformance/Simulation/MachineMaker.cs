using System.Text.Json.Nodes;

namespace Stateside.Conformance.Simulation;

/// <summary>
/// Makes definitions at random. What flows through every state is an object with a number, items for a Map, and the result of the state
/// before; so that any state can follow any other.
/// </summary>
internal sealed class MachineMaker(Dice dice)
{
    public const string Prefix = "arn:aws:states:us-east-1:123456789012:";

    /// <summary>The activity that workers poll.</summary>
    public const string Activity = Prefix + "activity:desk";

    /// <summary>The function that every task calls.</summary>
    public const string Function = "arn:aws:lambda:us-east-1:123456789012:function:work";

    /// <summary>The machine that others start.</summary>
    public const string Leaf = "leaf";

    private int _names;
    private bool _isExpress;

    public static string ArnOf(string machine) => $"{Prefix}stateMachine:{machine}";

    /// <summary>A definition.</summary>
    /// <param name="isExpress">Whether it is for an Express machine, which can do less.</param>
    /// <param name="depth">How deep groups may be in one another.</param>
    /// <param name="startsOthers">Whether it may start the machine that others start.</param>
    public JsonObject Definition(bool isExpress, int depth, bool startsOthers)
    {
        (_names, _isExpress) = (0, isExpress);
        var definition = Chain(depth, dice.Between(1, 4), isChild: !startsOthers);
        if (dice.OneIn(8))
            definition["TimeoutSeconds"] = dice.Between(20, 200);
        return definition;
    }

    /// <summary>The input of an execution.</summary>
    public JsonObject Input(int number) => Data(number, dice.Below(6));

    private static JsonObject Data(int number, int items) =>
        new() { ["n"] = number, ["items"] = new JsonArray([.. Enumerable.Range(0, items).Select(i => (JsonNode)i)]) };

    private JsonObject Chain(int depth, int length, bool isChild)
    {
        var states = new JsonObject();
        var names = Enumerable.Range(0, length).Select(_ => $"S{++_names}").ToList();
        for (var i = 0; i < length; i++)
        {
            var next = i + 1 < length ? names[i + 1] : null;
            Add(states, names[i], next, depth, isChild);
        }

        return new JsonObject { ["StartAt"] = names[0], ["States"] = states };
    }

    private void Add(JsonObject states, string name, string? next, int depth, bool isChild)
    {
        switch (dice.Below(depth > 0 ? 13 : 9))
        {
            case 0:
                states[name] = Going(new() { ["Type"] = "Pass", ["Result"] = dice.Below(100), ["ResultPath"] = "$.last" }, next);
                break;
            case 1:
                states[name] = Going(new() { ["Type"] = "Wait", ["Seconds"] = dice.Of([0, 1, 2, 5, 30, 100]) }, next);
                break;
            case 2 when next is not null:
                var other = $"S{++_names}";
                states[name] = new JsonObject
                {
                    ["Type"] = "Choice",
                    ["Choices"] = new JsonArray(new JsonObject { ["Variable"] = "$.n", ["NumericGreaterThan"] = dice.Below(6), ["Next"] = other }),
                    ["Default"] = next,
                };
                states[other] = dice.OneIn(3) ? new JsonObject { ["Type"] = "Fail", ["Error"] = "Chosen", ["Cause"] = name } : Task(other, next, isChild);
                break;
            case 3 when next is null:
                states[name] = dice.OneIn(4)
                    ? new JsonObject { ["Type"] = "Fail", ["Error"] = "Ended", ["Cause"] = name }
                    : new JsonObject { ["Type"] = "Succeed" };
                break;
            case 9:
                states[name] = Caught(Going(new()
                {
                    ["Type"] = "Parallel",
                    ["Branches"] = new JsonArray([.. Enumerable.Range(0, dice.Between(1, 3)).Select(_ => (JsonNode)Chain(depth - 1, dice.Between(1, 2), isChild))]),
                    ["ResultPath"] = "$.last",
                }, next), states, next);
                break;
            case 10:
                states[name] = Caught(Map(depth, next, false, isChild), states, next);
                break;
            case 11 or 12:
                states[name] = Caught(Map(depth, next, !_isExpress && !isChild, isChild), states, next);
                break;
            default:
                states[name] = Caught(Task(name, next, isChild), states, next);
                break;
        }
    }

    private JsonObject Map(int depth, string? next, bool isDistributed, bool isChild)
    {
        var (outer, isExpressChild) = (_isExpress, isDistributed && dice.OneIn(2));
        _isExpress |= isExpressChild;
        var isBatched = isDistributed && dice.OneIn(4);
        var processor = Chain(isDistributed ? 0 : depth - 1, dice.Between(1, 2), isChild || isDistributed);
        _isExpress = outer;
        if (isDistributed)
            processor["ProcessorConfig"] = new JsonObject { ["Mode"] = "DISTRIBUTED", ["ExecutionType"] = isExpressChild ? "EXPRESS" : "STANDARD" };
        if (isBatched)
        {
            var start = $"S{++_names}";
            ((JsonObject)processor["States"]!)[start] = new JsonObject { ["Type"] = "Pass", ["Result"] = Data(3, 1), ["Next"] = (string)processor["StartAt"]! };
            processor["StartAt"] = start;
        }

        var map = Going(new()
        {
            ["Type"] = "Map",
            ["ItemsPath"] = "$.items",
            ["ItemSelector"] = new JsonObject { ["n.$"] = "$$.Map.Item.Index", ["items"] = new JsonArray(0, 1) },
            ["ItemProcessor"] = processor,
            ["MaxConcurrency"] = dice.Below(4),
            ["ResultPath"] = "$.last",
        }, next);
        if (isBatched)
            map["ItemBatcher"] = new JsonObject { ["MaxItemsPerBatch"] = 2 };
        if (isDistributed && dice.OneIn(2))
            map["ToleratedFailurePercentage"] = dice.Of([10, 50, 100]);
        return map;
    }

    private JsonObject Task(string name, string? next, bool isChild)
    {
        var (seconds, beat) = (dice.Between(8, 90), dice.Between(2, 7));
        var work = new JsonObject { ["n.$"] = "$.n", ["state"] = name, ["execution.$"] = "$$.Execution.Id" };
        JsonObject task;
        switch (_isExpress ? 0 : dice.Below(7))
        {
            case 3:
                work["token.$"] = "$$.Task.Token";
                task = new() { ["Resource"] = "arn:aws:states:::lambda:invoke.waitForTaskToken", ["Parameters"] = new JsonObject { ["FunctionName"] = "work", ["Payload"] = work } };
                if (dice.OneIn(2))
                    task["TimeoutSeconds"] = seconds;
                if (dice.OneIn(3))
                    task["HeartbeatSeconds"] = beat;
                break;
            case 4:
                task = new() { ["Resource"] = Activity, ["Parameters"] = work, ["TimeoutSeconds"] = 4 * seconds };
                if (dice.OneIn(3))
                    task["HeartbeatSeconds"] = 4 * beat;
                break;
            case 5 when !isChild:
                var input = Data(1, 1);
                input["parent.$"] = "$$.Execution.Id";
                task = new()
                {
                    ["Resource"] = "arn:aws:states:::states:startExecution" + dice.Of(["", ".sync", ".sync:2"]),
                    ["Parameters"] = new JsonObject { ["StateMachineArn"] = ArnOf(Leaf), ["Input"] = input },
                };
                break;
            default:
                task = new() { ["Resource"] = Function, ["Parameters"] = work };
                if (dice.OneIn(2))
                    task["TimeoutSeconds"] = seconds;
                break;
        }

        task["Type"] = "Task";
        task["ResultPath"] = "$.last";
        return Going(task, next);
    }

    /// <summary>Has a state tried again and its failures caught, now and then.</summary>
    private JsonObject Caught(JsonObject state, JsonObject states, string? next)
    {
        if (dice.OneIn(2))
        {
            state["Retry"] = new JsonArray(new JsonObject
            {
                ["ErrorEquals"] = new JsonArray("States.ALL"),
                ["IntervalSeconds"] = dice.Between(1, 9),
                ["MaxAttempts"] = dice.Between(1, 3),
                ["BackoffRate"] = 1.5,
                ["JitterStrategy"] = dice.Of(["NONE", "FULL"]),
            });
        }

        if (!dice.OneIn(3))
            return state;
        var caught = $"S{++_names}";
        states[caught] = Going(new() { ["Type"] = "Pass" }, next);
        state["Catch"] = new JsonArray(new JsonObject { ["ErrorEquals"] = new JsonArray("States.ALL"), ["ResultPath"] = "$.last", ["Next"] = caught });
        return state;
    }

    private static JsonObject Going(JsonObject state, string? next)
    {
        if (next is null)
            state["End"] = true;
        else
            state["Next"] = next;
        return state;
    }
}
