using System.Collections.Concurrent;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Flow;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Execution;

/// <summary>
/// One file per rule of running executions, in tests/cases/executions: machines, each with how it ends. A Task answers with its payload,
/// fails with the Error and Cause in it, or never answers a Silent one; nor does an activity's, until a worker does. "history" is what
/// happened, each event with the one it points at. With "steps" time stands but for them, and outsiders do what they say, one after the
/// other, when nothing else is left to do: {"advance": SECONDS}, {"stop": {…}}, and for the task that was asked for last {"take": WORKER},
/// {"heartbeat": true}, {"succeed": OUTPUT}, {"fail": {…}}.
/// </summary>
public sealed class ExecutionCaseTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "cases", "executions");

    public static TheoryData<string, string> Cases()
    {
        var all = new TheoryData<string, string>();
        foreach (var file in Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var item in (JsonArray)Read(file)["cases"]!)
                all.Add(Path.GetFileNameWithoutExtension(file), Text(item, "about")!);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_machine_ends_as_its_case_says(string file, string about)
    {
        var rule = Read(Path.Combine(Folder, file + ".json"));
        var wanted = (JsonObject)((JsonArray)rule["cases"]!).Single(item => Text(item, "about") == about);
        var tokens = new ConcurrentQueue<string>();
        await using var machine = new Machine((wanted["definition"] ?? rule["definition"])!.Text, request => Answer(request, tokens));
        var input = (wanted["input"] ?? JsonObject.Empty).Text;

        var ended = wanted["steps"] is JsonArray steps ? await StepAsync(machine, input, steps, tokens) : await machine.RunAsync(input);

        Assert.Equal(Text(wanted, "error"), ended.Error);
        if (wanted["cause"] is JsonString cause)
            Assert.Equal(cause.Value, ended.Cause);
        if (wanted["status"] is JsonString status)
            Assert.Equal(status.Value, ended.Status.Name());
        Assert.Equal(Compact(wanted["output"]), Compact(ended.Output));
        if (wanted["events"] is JsonString events)
            Assert.Equal(events.Value, string.Join(' ', machine.Events().Select(e => e.Type)));
        FlowCheck.Holds(
            (wanted["definition"] ?? rule["definition"])!.Text, JsonReader.Parse(input),
            (task, sent) => wanted["steps"] is null && task.Resource.Kind != ResourceKind.Activity ? new TaskShapes("it", null, sent) : null,
            machine.Events(), ended);
        if (wanted["history"] is JsonArray history)
            Assert.Equal(string.Join('\n', history.Select(e => ((JsonString)e).Value)), string.Join('\n', machine.History().Split(' ')));
    }

    private static async Task<ExecutionDescription> StepAsync(Machine machine, string input, JsonArray steps, ConcurrentQueue<string> tokens)
    {
        using var held = machine.Engine.HoldTime();
        var arn = machine.Begin(input);
        await SettleAsync(0);
        foreach (var (name, value) in steps.SelectMany(step => (JsonObject)step))
        {
            if (name == "stop")
            {
                await machine.Engine.StopAsync(arn, Text(value, "Error"), Text(value, "Cause"));
                continue;
            }

            var seconds = 0.0;
            if (name == "advance")
                seconds = ((JsonNumber)value).Double;
            else
                Assert.Equal(TokenResult.Accepted, Present(machine.Engine, tokens.Last(), name, value));
            await SettleAsync(seconds);
        }

        Assert.Empty(machine.Defects);
        return machine.Engine.Describe(arn)!;

        Task SettleAsync(double seconds) =>
            machine.Engine.AdvanceAsync(machine.Time.GetUtcNow().AddSeconds(seconds), TestContext.Current.CancellationToken).WaitAsync(Machine.Patience);
    }

    private static TokenResult Present(ExecutionEngine engine, string token, string what, JsonValue value) => what switch
    {
        "take" => engine.StartTask(token, ((JsonString)value).Value, out _),
        "heartbeat" => engine.Heartbeat(token),
        "succeed" => engine.CompleteTask(token, value),
        "fail" => engine.CompleteTask(token, null, new TaskFailure(Text(value, "Error")!, Text(value, "Cause"))),
        _ => throw new InvalidOperationException($"There is no step {what}."),
    };

    private static TaskOutcome Answer(TaskRequest request, ConcurrentQueue<string> tokens)
    {
        tokens.Enqueue(request.Token);
        return request.Payload switch
        {
            _ when request.Resource.Kind == ResourceKind.Activity => new TaskOutcome.Waiting(null),
            JsonObject payload when payload.ContainsKey("Silent") => new TaskOutcome.Waiting(null),
            JsonObject payload when payload.ContainsKey("Error") =>
                new TaskOutcome.Failed(new TaskFailure(Text(payload, "Error")!, Text(payload, "Cause"))),
            var payload => new TaskOutcome.Completed(payload),
        };
    }

    private static string? Compact(JsonValue? value) => value is null ? null : JsonWriter.Compact(value);

    private static JsonObject Read(string file) => (JsonObject)JsonReader.Parse(File.ReadAllText(file));

    private static string? Text(JsonValue item, string key) => (((JsonObject)item)[key] as JsonString)?.Value;
}
