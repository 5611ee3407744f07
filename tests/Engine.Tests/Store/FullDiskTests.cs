using System.Text;
using System.Text.Json;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Engine.Tests.Tasks;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Store;

/// <summary>Whoever asks for something that cannot be saved hears so, and on asking again what became of it.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const string Callback = """
        {"StartAt":"W","States":{"W":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
          "Parameters":{"FunctionName":"f","Payload":{"t.$":"$$.Task.Token"}},"End":true}}}
        """;

    private const string Activity = "arn:aws:states:us-east-1:123456789012:activity:pick";

    private readonly Durable _durable = new();
    private readonly List<string> _tokens = [];

    public void Dispose() => _durable.Dispose();

    [Fact]
    public async Task Who_answers_a_token_hears_that_the_answer_waits_and_on_asking_again_that_it_was_taken()
    {
        await using var process = _durable.Open(Ask);
        var arn = await WaitAsync(process);
        using (new FullDisk(process.Data.Path))
        {
            await WaitsAsync(process.Engine.CompleteTaskAsync(_tokens[0], JsonValue.From(1)).AsTask());
            await WaitsAsync(process.Engine.CompleteTaskAsync(_tokens[0], JsonValue.From(1)).AsTask());
            Assert.Equal(ExecutionStatus.Running, process.Engine.Describe(arn)!.Status);
        }

        Assert.Equal(TokenResult.Accepted, await process.Engine.CompleteTaskAsync(_tokens[0], JsonValue.From(1)));
        Assert.Equal(TokenResult.Closed, await process.Engine.CompleteTaskAsync(_tokens[0], JsonValue.From(2)));
        Assert.Equal(TokenResult.Closed, await process.Engine.CompleteTaskAsync(_tokens[0], null, new TaskFailure("E", null)));
        Assert.Equal("1", (await process.EndAsync(arn)).Output!.Text);
        Assert.Single(process.Engine.ReadHistory(arn)!.Events, e => e.Type == HistoryEventType.TaskSucceeded);
    }

    [Fact]
    public async Task An_answer_that_waits_when_the_process_is_killed_was_not_taken_and_can_be_given_again()
    {
        string arn;
        FullDisk full;
        await using (var process = _durable.Open(Ask))
        {
            arn = await WaitAsync(process);
            full = new FullDisk(process.Data.Path);
            await WaitsAsync(process.Engine.CompleteTaskAsync(_tokens[0], null, new TaskFailure("E", "c")).AsTask());
        }

        full.Dispose();
        await using var next = _durable.Open(Ask);
        next.Engine.Restore();

        Assert.Equal(TokenResult.Accepted, await next.Engine.CompleteTaskAsync(_tokens[0], JsonValue.From(2)));
        Assert.Equal("2", (await next.EndAsync(arn)).Output!.Text);
    }

    [Fact]
    public async Task Who_sends_a_heartbeat_hears_that_it_waits()
    {
        await using var process = _durable.Open(Ask);
        await WaitAsync(process);
        using (new FullDisk(process.Data.Path))
            await WaitsAsync(process.Engine.HeartbeatAsync(_tokens[0]).AsTask());

        Assert.Equal(TokenResult.Accepted, await process.Engine.HeartbeatAsync(_tokens[0]));
    }

    [Fact]
    public async Task Who_stops_an_execution_hears_that_it_waits_and_on_asking_again_when_it_ended()
    {
        await using var process = _durable.Open(Ask);
        var arn = await WaitAsync(process);
        using (new FullDisk(process.Data.Path))
        {
            await WaitsAsync(process.Engine.StopAsync(arn, "E", null));
            Assert.Equal((ExecutionStatus.Running, null), (process.Engine.Describe(arn)!.Status, process.Engine.Describe(arn)!.StopDate));
        }

        var stopped = await process.Engine.StopAsync(arn, "other", null);
        Assert.Equal((ExecutionStatus.Aborted, "E"), (stopped.Status, stopped.Error));
    }

    [Fact]
    public async Task Who_redrives_an_execution_hears_that_it_waits_and_on_asking_again_that_it_goes_on_once()
    {
        await using var process = _durable.Open(Ask);
        var arn = await WaitAsync(process);
        await process.Engine.CompleteTaskAsync(_tokens[0], null, new TaskFailure("E", "c"));
        await process.EndAsync(arn);
        using (new FullDisk(process.Data.Path))
        {
            await WaitsAsync(process.Engine.RedriveAsync(arn, "again"));
            Assert.Equal((ExecutionStatus.Failed, 0), (process.Engine.Describe(arn)!.Status, process.Engine.Describe(arn)!.RedriveCount));
        }

        await process.Engine.CompleteTaskAsync((await NextTokenAsync(2))[1], JsonValue.From(1));
        Assert.Null((await process.Engine.RedriveAsync(arn, "again")).Refusal);
        Assert.Equal((ExecutionStatus.Succeeded, 1), ((await process.EndAsync(arn)).Status, process.Engine.Describe(arn)!.RedriveCount));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("again")]
    public async Task A_redrive_that_waits_is_done_once_however_often_it_is_asked_for(string? clientToken)
    {
        await using var process = _durable.Open(Ask);
        var arn = await process.StartAsync("""{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E"}}}""");
        await process.EndAsync(arn);
        Task<(ExecutionDescription, string? Refusal)> last;
        using (new FullDisk(process.Data.Path))
        {
            await WaitsAsync(process.Engine.RedriveAsync(arn, clientToken));
            await WaitsAsync(process.Engine.RedriveAsync(arn, clientToken));
            await WaitsAsync(process.Engine.RedriveAsync(arn, clientToken));
            last = process.Engine.RedriveAsync(arn, clientToken);
        }

        // Whether it heard once more that it waits or not: it asked for nothing else.
        await Task.WhenAny(last);
        await process.Engine.StopAsync(arn, null, null);
        Assert.Equal((ExecutionStatus.Failed, 1), (process.Engine.Describe(arn)!.Status, process.Engine.Describe(arn)!.RedriveCount));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_Task_that_redrives_waits_and_hears_that_it_is_done_not_that_the_execution_runs_already(bool fills)
    {
        using var data = DataStore.Open(_durable.Folder);
        await using var fixture = new TaskFixture(data: data);
        fixture.CreateActivity("pick");
        var execution = fixture.Start(TaskFixture.TaskMachine(Activity));
        var first = (await fixture.Activities.GetTaskAsync(Activity, null, cancellationToken: TestContext.Current.CancellationToken))!;
        await fixture.Engine.CompleteTaskAsync(first.Token, null, new TaskFailure("E", null));
        await fixture.EndAsync(execution);
        Task redrive;
        var full = fills ? new FullDisk(data.Path) : null;
        redrive = RedriveAsync();
        if (fills)
            await Wait(() => data.Trouble is not null);
        full?.Dispose();

        await redrive;

        // After a crash the same Task asks once more.
        await RedriveAsync();
        Assert.Equal((ExecutionStatus.Running, 1), (fixture.Engine.Describe(execution.Arn)!.Status, fixture.Engine.Describe(execution.Arn)!.RedriveCount));

        async Task RedriveAsync()
        {
            using var writer = new Utf8JsonWriter(new MemoryStream());
            var request = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { executionArn = execution.Arn }));
            var task = new TaskRequest(null!, JsonValue.Null, "token", execution, "S");
            await fixture.Operations.Find("RedriveExecution")!.RunAsync(request, writer, task, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_worker_that_hears_of_it_has_no_task_and_the_next_one_gets_it()
    {
        using var data = DataStore.Open(_durable.Folder);
        await using var fixture = new TaskFixture(data: data);
        fixture.CreateActivity("pick");
        var execution = fixture.Start(TaskFixture.TaskMachine(Activity));
        await Wait(() => fixture.Kinds(execution).Contains("ActivityScheduled"));
        using (new FullDisk(data.Path))
            await Assert.ThrowsAsync<DataNotSavedException>(() => fixture.Activities.GetTaskAsync(Activity, "first", cancellationToken: TestContext.Current.CancellationToken));

        var task = await fixture.Activities.GetTaskAsync(Activity, "second", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(TokenResult.Accepted, await fixture.Engine.CompleteTaskAsync(task!.Token, JsonValue.From(1)));
        await fixture.EndAsync(execution);
        Assert.Single(fixture.Kinds(execution), kind => kind == "ActivityStarted");
    }

    [Fact]
    public async Task A_caller_is_answered_503_and_told_whether_it_waits_or_is_not_done_while_a_Task_waits_for_room()
    {
        using var data = DataStore.Open(_durable.Folder);
        await using var fixture = new TaskFixture(data: data);
        fixture.CreateActivity("pick");
        var execution = fixture.Start(TaskFixture.TaskMachine(Activity));
        var token = (await fixture.Activities.GetTaskAsync(Activity, null, cancellationToken: TestContext.Current.CancellationToken))!.Token;
        var (other, _) = await fixture.Engine.StartAsync(new StartRequest(execution.StateMachine, JsonObject.Empty) { Name = "other" });
        var others = (await fixture.Activities.GetTaskAsync(Activity, null, cancellationToken: TestContext.Current.CancellationToken))!.Token;
        Task task;
        using (new FullDisk(data.Path))
        {
            await RefusedAsync("waits to be saved", token);
            await RefusedAsync("is not done", others);
            task = SucceedAsync(token, new TaskRequest(null!, JsonValue.Null, "", execution, "S"));
            Assert.False(task.IsCompleted);
            await RefusedAsync("waits to be saved", token);
            await RefusedAsync("is not done", others);
        }

        await task;
        Assert.Equal("""{"a":1}""", (await fixture.EndAsync(execution)).Output!.Text);
        Assert.Equal(ExecutionStatus.Running, fixture.Engine.Describe(other.Arn)!.Status);

        async Task RefusedAsync(string what, string token)
        {
            var refused = await Assert.ThrowsAsync<ApiException>(() => SucceedAsync(token, null));
            Assert.Equal(("ServiceUnavailable", 503), (refused.Code, refused.Status));
            Assert.Contains(what, refused.Message, StringComparison.Ordinal);
        }

        async Task SucceedAsync(string token, TaskRequest? by)
        {
            using var writer = new Utf8JsonWriter(new MemoryStream());
            var request = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { taskToken = token, output = """{"a":1}""" }));
            await fixture.Operations.Find("SendTaskSuccess")!.RunAsync(request, writer, by, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task An_Express_execution_that_its_caller_waits_for_runs_without_room()
    {
        await using var process = _durable.Open(Ask);
        await WaitAsync(process);
        var machine = Durable.Machine("""{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""", "X", StateMachineType.Express);
        using var full = new FullDisk(process.Data.Path);
        await WaitsAsync(process.Engine.CompleteTaskAsync(_tokens[0], JsonValue.From(1)).AsTask());
        await Assert.ThrowsAsync<DataNotSavedException>(async () => await process.Engine.StartAsync(new StartRequest(machine, JsonObject.Empty)));

        var (started, _) = await process.Engine.StartAsync(new StartRequest(machine, JsonObject.Empty) { IsSynchronous = true });

        Assert.Equal(ExecutionStatus.Succeeded, (await process.EndAsync(started.Arn)).Status);
    }

    private static async Task WaitsAsync(Task asked) =>
        Assert.Contains("waits to be saved", (await Assert.ThrowsAsync<DataNotSavedException>(() => asked)).Message, StringComparison.Ordinal);

    private static Task Wait(Func<bool> holds) => Task.Run(() => Assert.True(SpinWait.SpinUntil(holds, TimeSpan.FromMinutes(1))), TestContext.Current.CancellationToken);

    private static async Task<string> WaitAsync(Durable.Process process)
    {
        var arn = await process.StartAsync(Callback);
        await Wait(() => process.Engine.ReadHistory(arn)!.Events.Any(e => e.Type == HistoryEventType.TaskSubmitted));
        return arn;
    }

    private async Task<IReadOnlyList<string>> NextTokenAsync(int count)
    {
        await Wait(() => _tokens.Count == count);
        return _tokens;
    }

    private ValueTask<TaskOutcome> Ask(TaskRequest request)
    {
        _tokens.Add(request.Token);
        return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(JsonValue.Null));
    }
}
