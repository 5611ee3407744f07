using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Engine.Tests.Store;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

public sealed class JobTests
{
    public static TheoryData<string> Jobs() => [.. OptimizedIntegrations.All.Where(integration => integration.Job is not null).Select(Name)];

    private static string Name(OptimizedIntegration integration) => $"{integration.Prefix}:{integration.Action}";

    private static OptimizedIntegration Find(string name) => OptimizedIntegrations.All.Single(integration => Name(integration) == name);

    private static ServiceAction Action(OptimizedIntegration integration, string name) =>
        ServiceModels.Find(integration.Service!.Name)!.FindAction(name) ?? throw new InvalidOperationException($"There is no action {name}.");

    private static string Machine(string name, JsonValue parameters, string? more = null) => TaskFixture.TaskMachine(
        $"arn:aws:states:::{name}.sync", $""" "Parameters":{parameters.Text}{more} """);

    [Theory]
    [MemberData(nameof(Jobs))]
    public void Every_path_of_a_job_is_one_of_the_model(string name)
    {
        var integration = Find(name);
        var job = integration.Job!;
        var start = Action(integration, integration.ActionName);
        var describe = Action(integration, job.Describe.Action);
        foreach (var request in new[] { job.Describe, job.Stop })
        {
            if (request is null)
                continue;
            var input = Action(integration, request.Action).Input!;
            foreach (var (member, from) in request.Members)
            {
                Assert.NotNull(Walk(input, member));
                Assert.True(from[0] == '\'' || Source(integration, start, from), $"Nothing is at {from}.");
            }

            // What the API must have, the request has.
            Assert.All(
                input.Members.Where(member => member.IsRequired),
                required => Assert.Contains(request.Members, member => member.Name == required.OptimizedName));
        }

        var subject = Walk(describe.Output!, job.Subject);
        Assert.NotNull(subject);
        var status = Walk(subject, job.Status);
        Assert.Equal(ShapeKind.String, status!.Kind);
        if (status.Values.Count > 0)
            Assert.Subset(status.Values.ToHashSet(), job.Succeeded.Concat(job.Failed).Except(["DeleteFailed"]).ToHashSet());
        Assert.All(job.Noted.Concat(job.Repeated), repeated => Assert.True(Source(integration, start, repeated), $"Nothing is {repeated}."));
        Assert.True(job.Succeeded.Count > 0 || job.EndsWhenGone, "It never ends well.");
    }

    [Fact]
    public void Every_integration_with_a_job_is_offered_as_one_and_no_other_is() => Assert.All(
        // Executions of this service tell of their ends: nobody asks for their states.
        OptimizedIntegrations.All.Where(integration => integration is { Service: not null, Prefix: not "states" }),
        integration => Assert.Equal(integration.Offered.HasFlag(Patterns.Job), integration.Job is not null));

    [Fact]
    public void Every_name_of_an_integration_s_own_stands_for_one_of_the_model() => Assert.All(OptimizedIntegrations.All, integration =>
    {
        if (integration.Service is null)
            return;
        var action = Action(integration, integration.ActionName);
        foreach (var (rename, shape) in integration.Requests.Select(rename => (rename, action.Input)).Concat(integration.Answers.Select(rename => (rename, action.Output))))
            Assert.Equal(rename.IsList ? ShapeKind.List : rename.Member == "JobFlowId" ? ShapeKind.String : ShapeKind.Structure, Member(shape!, rename.Member)!.Kind);
        Assert.All(integration.Repeated, name => Assert.NotNull(Member(action.Input!, name)));
        if (integration.Refusal is { } refusal)
            Assert.NotNull(Member(action.Output!, refusal.List));
        if (integration.Lookup is not { } lookup)
            return;
        var things = Member(Action(integration, lookup.Action).Output!, lookup.List)!.Item;
        Assert.All(["Id", "Name"], name => Assert.NotNull(Member(things, name)));
        var target = integration.Requests.FirstOrDefault(rename => rename.Name == lookup.Target)?.Member ?? lookup.Target;
        Assert.NotNull(Walk(action.Input!, $"{target}.{lookup.Member}"));
    });

    [Theory]
    [MemberData(nameof(Jobs))]
    public async Task A_job_is_begun_and_asked_about_until_it_has_done_its_work(string name)
    {
        var integration = Find(name);
        var job = integration.Job!;
        var fake = new MadeUpJob(integration, under => under.Polls < 2 ? "not yet" : job.Succeeded.Count > 0 ? job.Succeeded[0] : null);
        await using var tasks = new TaskFixture(services: fake.Answer);

        var execution = await tasks.RunAsync(Machine(name, fake.Parameters));

        Assert.Equal((ExecutionStatus.Succeeded, null), (execution.Status, execution.Error is null ? null : $"{execution.Error} {execution.Cause}"));
        Assert.Equal("TaskScheduled TaskStarted TaskSubmitted TaskSucceeded", string.Join(' ', tasks.Kinds(execution).Skip(2).SkipLast(2)));
        Assert.Equal([integration.ActionName, .. Enumerable.Repeat(job.Describe.Action, 3)], tasks.Services.Calls.Select(call => call.Action));
        var described = job.ResultName is null ? execution.Output : ((JsonObject)execution.Output!)[job.ResultName];
        Assert.Equal(job.Succeeded.Count > 0 ? job.Succeeded[0] : "not yet", ((JsonString)ServiceJob.At(described, job.Status)!).Value);
        Assert.Equal(job.HasMetadata, ((JsonObject)execution.Output!).ContainsKey("SdkHttpMetadata"));
        Assert.All(job.Repeated, repeated => Assert.True(((JsonObject)execution.Output!).ContainsKey(repeated)));
    }

    [Theory]
    [MemberData(nameof(Jobs))]
    public async Task A_job_that_fails_fails_its_task_with_what_is_told_of_it(string name)
    {
        var integration = Find(name);
        var job = integration.Job!;
        if (job.Failed.Count == 0 && job.IsGood is null)
            return;
        var over = job.Failed.Count > 0 ? job.Failed[0] : job.Succeeded[0];
        var fake = new MadeUpJob(integration, under => under.Polls == 0 ? "not yet" : over);
        await using var tasks = new TaskFixture(services: call => fake.Answer(call, exitCode: 1));

        var execution = await tasks.RunAsync(Machine(name, fake.Parameters));

        Assert.Equal((ExecutionStatus.Failed, "States.TaskFailed"), (execution.Status, execution.Error));
        Assert.Equal("TaskScheduled TaskStarted TaskSubmitted TaskFailed", string.Join(' ', tasks.Kinds(execution).Skip(2).SkipLast(1)));
        var cause = (JsonObject)JsonReader.Parse(execution.Cause!);
        Assert.Equal(over, ((JsonString)ServiceJob.At(job.ResultName is null ? cause : cause[job.ResultName], job.Status)!).Value);
    }

    [Theory]
    [MemberData(nameof(Jobs))]
    public async Task A_job_that_nobody_waits_for_any_more_is_ended_where_it_can_be(string name)
    {
        var integration = Find(name);
        var fake = new MadeUpJob(integration, _ => "not yet");
        await using var tasks = new TaskFixture(services: fake.Answer);

        var execution = await tasks.RunAsync(Machine(name, fake.Parameters, ""","TimeoutSeconds":30"""));

        Assert.Equal("States.Timeout", execution.Error);
        await fake.Stopped.WaitAsync(TimeSpan.FromSeconds(integration.Job!.Stop is null ? 0 : 10), TestContext.Current.CancellationToken);
        var stops = tasks.Services.Calls.Where(call => call.Action == integration.Job!.Stop?.Action && call.Action != integration.ActionName).ToList();
        Assert.Equal(integration.Job!.Stop is null ? 0 : 1, stops.Count);
        Assert.All(stops, stop => fake.RequireKnown(stop));
    }

    [Fact]
    public async Task What_a_job_is_submitted_with_is_the_answer_to_its_request_and_who_ran_it()
    {
        var fake = new MadeUpJob(Find("glue:startJobRun"), _ => "SUCCEEDED");
        await using var tasks = new TaskFixture(services: fake.Answer);

        var execution = await tasks.RunAsync(Machine("glue:startJobRun", JsonReader.Parse("""{"JobName":"etl"}""")));

        Assert.Equal(
            """
            {"JobRunId":"JobRunId-1","SdkHttpMetadata":{"AllHttpHeaders":{},"HttpHeaders":{},"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"r"},"JobName":"etl"}
            """.Trim(),
            ((JsonObject)tasks.Event(execution, HistoryEventType.TaskSubmitted)["output"]!).Text);
    }

    private static ServiceResponse.Refused Refuse(string code, int status) => new(new ServiceError(code, "no", status, status == 0 ? null : "r"));

    [Theory]
    [InlineData("SdkClientException", 0, 8, null)]
    [InlineData("SdkClientException", 0, 9, "Batch.SdkClientException")]
    [InlineData("ServerException", 500, 8, null)]
    [InlineData("ServerException", 500, 9, "Batch.ServerException")]
    [InlineData("ThrottlingException", 400, 20, null)]
    [InlineData("ClientException", 400, 1, "Batch.ClientException")]
    public async Task A_service_that_does_not_answer_for_a_moment_fails_no_job(string code, int status, int times, string? error)
    {
        var fake = new MadeUpJob(Find("batch:submitJob"), _ => "SUCCEEDED");
        var asked = 0;
        await using var tasks = new TaskFixture(
            services: call => call.Action == "DescribeJobs" && asked++ < times ? Refuse(code, status) : fake.Answer(call));

        var execution = await tasks.RunAsync(Machine("batch:submitJob", fake.Parameters));

        Assert.Equal(error, execution.Error);
    }

    [Fact]
    public async Task A_job_that_cannot_begin_fails_when_it_is_submitted()
    {
        var fake = new MadeUpJob(Find("batch:submitJob"), _ => null);
        await using var tasks = new TaskFixture(services: _ => Refuse("ServerException", 500));

        var execution = await tasks.RunAsync(Machine("batch:submitJob", fake.Parameters));

        Assert.Equal("Batch.ServerException", execution.Error);
        Assert.Equal("TaskScheduled TaskStarted TaskSubmitFailed", string.Join(' ', tasks.Kinds(execution).Skip(2).SkipLast(1)));
        Assert.Single(tasks.Services.Calls);
    }

    [Fact]
    public async Task A_job_is_asked_about_while_virtual_time_stands_for_an_outsider()
    {
        var fake = new MadeUpJob(Find("batch:submitJob"), under => under.Polls < 1 ? "RUNNING" : "SUCCEEDED");
        await using var tasks = new TaskFixture(services: fake.Answer);
        var job = Machine("batch:submitJob", fake.Parameters).Replace("\"Do\"", "\"Job\"", StringComparison.Ordinal);
        var callback = TaskFixture.TaskMachine(
            "arn:aws:states:::lambda:invoke.waitForTaskToken", """ "Parameters":{"FunctionName":"Ship","Payload":{"token.$":"$$.Task.Token"} } """);
        var definition = $$"""{"StartAt":"Both","States":{"Both":{"Type":"Parallel","End":true,"Branches":[{{job}},{{callback}}]} } }""";
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Signal(tasks.Engine, ended, HistoryEventType.TaskSucceeded);

        var execution = tasks.Start(definition);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal(ExecutionStatus.Running, tasks.Engine.Describe(execution.Arn)!.Status);
        await tasks.Engine.StopAsync(execution.Arn, null, null);
    }

    [Fact]
    public async Task A_job_that_is_stopped_with_its_execution_is_ended()
    {
        var fake = new MadeUpJob(Find("athena:startQueryExecution"), _ => "RUNNING");
        await using var tasks = new TaskFixture(services: fake.Answer);
        var submitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Signal(tasks.Engine, submitted, HistoryEventType.TaskSubmitted);
        var execution = tasks.Start(Machine("athena:startQueryExecution", fake.Parameters));
        await submitted.Task.WaitAsync(TestContext.Current.CancellationToken);

        await tasks.Engine.StopAsync(execution.Arn, null, null);
        await fake.Stopped.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        var polls = fake.Polls;
        await Task.Delay(1200, TestContext.Current.CancellationToken);
        Assert.InRange(fake.Polls, polls, polls + 1);
    }

    [Fact]
    public async Task A_crash_leaves_a_job_under_way_which_is_begun_once()
    {
        using var durable = new Durable();
        var now = "RUNNING";
        var fake = new MadeUpJob(Find("glue:startJobRun"), _ => now);
        var services = new MadeUpServices(fake.Answer);
        ServiceJobTask? jobs = null;
        var submitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string arn;
        await using (var process = durable.Open(request => jobs!.StartAsync(request, CancellationToken.None)))
        {
            jobs = new ServiceJobTask(new ServiceTask(services), process.Engine);
            Signal(process.Engine, submitted, HistoryEventType.TaskSubmitted);
            arn = await process.StartAsync(Machine("glue:startJobRun", fake.Parameters));
            await submitted.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        now = "SUCCEEDED";
        await using var next = durable.Open(request => jobs!.StartAsync(request, CancellationToken.None));
        jobs = new ServiceJobTask(new ServiceTask(services), next.Engine);
        next.Engine.Restore();
        var ended = await next.EndAsync(arn);

        Assert.Equal(ExecutionStatus.Succeeded, ended.Status);
        Assert.Single(services.Calls, call => call.Action == "StartJobRun");
        Assert.Single(next.Engine.ReadHistory(arn)!.Events, e => e.Type == HistoryEventType.TaskSubmitted);
    }

    private static void Signal(ExecutionEngine engine, TaskCompletionSource signal, HistoryEventType type) => engine.TurnSaved += (_, events) =>
    {
        if (events.Any(e => e.Type == type))
            signal.TrySetResult();
    };

    private static bool Source(OptimizedIntegration integration, ServiceAction start, string path)
    {
        var answers = integration.Answers.FirstOrDefault(rename => path == rename.Name)?.Member ?? path;
        var requests = integration.Requests.FirstOrDefault(rename => path == rename.Name)?.Member ?? path;
        return (start.Output is not null && Walk(start.Output, answers) is not null)
            || (start.Input is not null && Walk(start.Input, requests) is not null);
    }

    /// <summary>The shape at a path; a step into a list leads to its items.</summary>
    private static ServiceShape? Walk(ServiceShape shape, string path)
    {
        var at = shape;
        foreach (var step in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            at = Member(at, step);
            if (at is null)
                return null;
            if (at.Kind == ShapeKind.List)
                at = at.Item;
        }

        return at;
    }

    private static ServiceShape? Member(ServiceShape shape, string name) => shape.Members.FirstOrDefault(member => member.OptimizedName == name)?.Shape;
}
