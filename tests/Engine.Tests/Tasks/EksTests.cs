using System.Text;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Http;
using Stateside.Engine.Tests.Store;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

public sealed class EksTests
{
    private const string Loopback = "127.0.0.1";
    private const string Running = """{"metadata":{"name":"pi-x7","namespace":"batch"},"status":{"active":1}}""";
    private const string Interim = """{"metadata":{"name":"pi-x7"},"status":{"conditions":[{"type":"SuccessCriteriaMet","status":"True"},{"type":"Complete","status":"False"}]}}""";
    private const string Complete = """{"metadata":{"name":"pi-x7"},"status":{"succeeded":1,"conditions":[{"type":"Complete","status":"True"}]}}""";
    private const string Failed = """{"metadata":{"name":"pi-x7"},"status":{"failed":1,"conditions":[{"type":"Failed","status":"True","reason":"BackoffLimitExceeded"}]}}""";
    private const string JobPath = "/apis/batch/v1/namespaces/batch/jobs";
    private const string Pods = """{"items":[{"metadata":{"name":"pi-x7-a"},"spec":{"containers":[{"name":"pi"},{"name":"side"}]}}]}""";

    private static string Machine(string action, MadeUpCluster cluster, string fields, string more = "") =>
        Machine(action, cluster.Endpoint, cluster.Authority, fields, more);

    private static string Machine(string action, string endpoint, string authority, string fields, string more = "") => TaskFixture.TaskMachine(
        $"arn:aws:states:::eks:{action}",
        $$""" "Parameters":{"ClusterName":"prod","CertificateAuthority":"{{authority}}","Endpoint":"{{endpoint}}",{{fields}} }{{more}} """);

    private static string Job(MadeUpCluster cluster, string more = "", string task = "") => Machine(
        "runJob.sync", cluster, $$$""" "Namespace":"batch","Job":{"apiVersion":"batch/v1","metadata":{"generateName":"pi-"} }{{{more}}} """, task);

    /// <summary>Ends when a request has been answered and is waited for further.</summary>
    private static Task Submitted(ExecutionEngine engine)
    {
        var submitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        engine.TurnSaved += (_, events) =>
        {
            if (events.Any(e => e.Type == HistoryEventType.TaskSubmitted))
                submitted.TrySetResult();
        };
        return submitted.Task;
    }

    private static string Compact(string json) => JsonWriter.Compact(JsonReader.Parse(json));

    [Theory]
    [InlineData(null)]
    [InlineData(Loopback)]
    public async Task A_call_is_made_of_its_parameters_and_its_answer_told(string? host)
    {
        await using var cluster = new MadeUpCluster(_ => (200, """{"kind":"PodList","items":[]}"""), host);
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Machine(
            "call", cluster, """ "Method":"POST","Path":"/api/v1/pods","QueryParameters":{"labelSelector":["a=b c","d"],"limit":[5]},"RequestBody":{"n":1,"o":null} """));

        Assert.Equal(
            (null, """{"ResponseBody":{"kind":"PodList","items":[]},"StatusCode":200,"StatusText":"OK"}"""),
            (execution.Error is null ? null : $"{execution.Error} {execution.Cause}", execution.Output?.Text));
        var lines = Assert.Single(cluster.Requests).Split("\r\n");
        Assert.Equal("POST /api/v1/pods?labelSelector=a%3Db%20c&labelSelector=d&limit=5 HTTP/1.1", lines[0]);
        Assert.Contains("Content-Type: application/json", lines);
        Assert.Equal("""{"n":1,"o":null}""", lines[^1]);
    }

    [Theory]
    [InlineData("PUT", "\"{\\\"n\\\": 1}\"", "{\"n\": 1}", "application/json")]
    [InlineData("PATCH", "{\"n\":1}", "{\"n\":1}", "application/merge-patch+json")]
    [InlineData("PATCH", "[{\"op\":\"remove\"}]", "[{\"op\":\"remove\"}]", "application/json-patch+json")]
    public async Task A_body_is_sent_as_the_method_wants_it_and_a_text_as_it_is(string method, string body, string sent, string type)
    {
        await using var cluster = new MadeUpCluster(_ => (200, "ok"));
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Machine("call", cluster, $$""" "Method":"{{method}}","Path":"x","RequestBody":{{body}} """));

        Assert.Equal("""{"ResponseBody":"ok","StatusCode":200,"StatusText":"OK"}""", execution.Output!.Text);
        var lines = cluster.Requests[0].Split("\r\n");
        Assert.Contains($"Content-Type: {type}", lines);
        Assert.Equal(sent, lines[^1]);
    }

    [Theory]
    [InlineData("call", """ "Method":"GET","Path":"/x" """)]
    [InlineData("runJob", """ "Job":{} """)]
    [InlineData("runJob.sync", """ "Job":{} """)]
    public async Task A_refusal_is_named_by_its_status_and_caused_by_the_answer(string action, string fields)
    {
        await using var cluster = new MadeUpCluster(_ => (404, """{"kind":"Status","code":404}"""));
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Machine(action, cluster, fields));

        Assert.Equal(
            ("EKS.404", """{"ResponseBody":{"kind":"Status","code":404},"StatusCode":404,"StatusText":"Not Found"}"""), (execution.Error, execution.Cause));
        Assert.Equal(action == "runJob.sync" ? "TaskSubmitFailed" : "TaskFailed", tasks.Kinds(execution).SkipLast(1).Last());
    }

    [Theory]
    [InlineData(Loopback, true)]
    [InlineData("elsewhere.example", false)]
    public async Task A_cluster_whose_certificate_is_not_its_own_is_told_nothing(string host, bool isOtherAuthority)
    {
        await using var cluster = new MadeUpCluster(_ => (200, "{}"), host);
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Machine(
            "call", cluster.Endpoint, isOtherAuthority ? MadeUpCluster.OtherAuthority : cluster.Authority, """ "Method":"GET","Path":"/x" """));

        Assert.Equal("EKS.SdkClientException", execution.Error);
        Assert.StartsWith("Unable to execute HTTP request: The remote certificate", execution.Cause);
        Assert.Empty(cluster.Requests);
    }

    [Fact]
    public async Task A_token_is_a_question_to_AWS_that_the_cluster_may_ask()
    {
        await using var cluster = new MadeUpCluster(_ => (200, "{}"));
        await using var tasks = new TaskFixture();

        await tasks.RunAsync(Machine("call", cluster, """ "Method":"GET","Path":"/x" """));

        var header = cluster.Requests[0].Split("\r\n").Single(line => line.StartsWith("Authorization: ", StringComparison.Ordinal));
        Assert.StartsWith("Authorization: Bearer k8s-aws-v1.", header);
        var question = new Uri(Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(header.Split("k8s-aws-v1.")[1])));
        Assert.Equal("https://sts.us-east-1.amazonaws.com/", question.GetLeftPart(UriPartial.Path));
        var query = question.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        Assert.Equal(("GetCallerIdentity", "2011-06-15", "AWS4-HMAC-SHA256"), (query["Action"], query["Version"], query["X-Amz-Algorithm"]));
        Assert.Equal(("60", "host;x-k8s-aws-id"), (query["X-Amz-Expires"], query["X-Amz-SignedHeaders"]));
        Assert.StartsWith("stateside/", query["X-Amz-Credential"]);
        Assert.EndsWith("/us-east-1/sts/aws4_request", query["X-Amz-Credential"]);
        Assert.Equal(64, query["X-Amz-Signature"].Length);
    }

    [Fact]
    public async Task Who_is_not_AWS_gets_a_token_of_nobody()
    {
        var keys = await EksTask.Credentials(isAws: false)!.GetCredentialsAsync();

        Assert.Equal("stateside", keys.AccessKey);
    }

    [Theory]
    [InlineData("runJob.sync", """ "Job":null """, "The field 'Job' is required but was missing")]
    [InlineData("call", """ "Method":"TRACE","Path":"/x" """, "The value of the field 'Method' has an invalid format")]
    [InlineData("call", """ "Method":"GET","Path":"/x","QueryParameters":{"a":"b"} """, "The value of the field 'QueryParameters' has an invalid format")]
    [InlineData("runJob", """ "Job":{},"LogOptions":{"LogParameters":{"a":"b"} } """, "The value of the field 'LogOptions.LogParameters' has an invalid format")]
    [InlineData("call", """ "Method":"GET","Path":"/x","Endpoint":"here" """, "The value of the field 'Endpoint' has an invalid format")]
    [InlineData("call", """ "Method":"GET","Path":"/x","CertificateAuthority":"QUJD" """, "The value of the field 'CertificateAuthority' has an invalid format")]
    [InlineData("call", """ "Method":"GET","Path":"/x","ClusterName":"a\nb" """, "The value of the header 'x-k8s-aws-id' has a line break or another control character.")]
    public async Task What_no_request_can_be_made_of_is_said_so(string action, string fields, string problem)
    {
        await using var tasks = new TaskFixture();
        var given = (JsonObject)JsonReader.Parse($"{{{fields}}}");
        var parameters = JsonObject.Of(
            ("ClusterName", JsonValue.From("prod")), ("CertificateAuthority", JsonValue.From(MadeUpCluster.OtherAuthority)), ("Endpoint", JsonValue.From("https://k.example")));
        foreach (var (name, value) in given)
            parameters = parameters.With(name, value);

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine($"arn:aws:states:::eks:{action}", $""" "Parameters":{parameters.Text} """));

        Assert.Equal("States.Runtime", execution.Error);
        Assert.EndsWith($"could not be used to start the Task: [{problem}]", execution.Cause);
    }

    [Theory]
    [InlineData("https://abc.gr7.us-east-1.eks.amazonaws.com", "--allow-aws")]
    [InlineData("http://localhost:1", "--allow-loopback-http")]
    [InlineData("https://10.0.0.7", "is not a public address")]
    [InlineData("http://k.example", "must begin with https://")]
    public async Task Clusters_are_reached_where_HTTP_tasks_reach(string endpoint, string why)
    {
        await using var tasks = new TaskFixture(allowLoopbackHttp: false);

        var execution = await tasks.RunAsync(Machine("call", endpoint, MadeUpCluster.OtherAuthority, """ "Method":"GET","Path":"/x" """));

        Assert.Equal("EKS.SdkClientException", execution.Error);
        Assert.Contains(why, execution.Cause);
    }

    [Theory]
    [InlineData("call", """ "Method":"GET","Path":"/x" """)]
    [InlineData("runJob", """ "Job":{} """)]
    public async Task A_callback_is_waited_for_once_the_cluster_has_answered(string action, string fields)
    {
        await using var cluster = new MadeUpCluster(_ => (201, "{}"));
        await using var tasks = new TaskFixture();

        var submitted = Submitted(tasks.Engine);
        var execution = tasks.Start(Machine($"{action}.waitForTaskToken", cluster, fields));
        await submitted.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExecutionStatus.Running, tasks.Engine.Describe(execution.Arn)!.Status);
        Assert.Equal(
            """{"ResponseBody":{},"StatusCode":201,"StatusText":"Created"}""",
            ((JsonObject)tasks.Event(execution, HistoryEventType.TaskSubmitted)["output"]!).Text);
    }

    [Fact]
    public async Task A_job_that_nobody_waits_for_is_begun_and_told()
    {
        await using var cluster = new MadeUpCluster(_ => (201, Running));
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Machine("runJob", cluster, """ "Job":{"kind":"Job"} """));

        Assert.Equal(["POST /apis/batch/v1/namespaces/default/jobs"], cluster.Asked);
        Assert.Equal($$"""{"ResponseBody":{{Running}},"StatusCode":201,"StatusText":"Created"}""", execution.Output!.Text);
    }

    [Fact]
    public async Task A_job_is_asked_about_until_it_is_complete()
    {
        string[] states = [Running, Interim, Complete];
        var polls = 0;
        await using var cluster = new MadeUpCluster(request => request[0] == 'P' ? (201, Running) : (200, states[polls++]), Loopback);
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Job(cluster));

        Assert.Equal((null, Complete), (execution.Error is null ? null : $"{execution.Error} {execution.Cause}", execution.Output?.Text));
        Assert.Equal([$"POST {JobPath}", .. Enumerable.Repeat($"GET {JobPath}/pi-x7", 3)], cluster.Asked);
        Assert.Equal("TaskScheduled TaskStarted TaskSubmitted TaskSucceeded", string.Join(' ', tasks.Kinds(execution).Skip(2).SkipLast(2)));
        Assert.Equal(
            $$"""{"ResponseBody":{{Running}},"StatusCode":201,"StatusText":"Created"}""",
            ((JsonObject)tasks.Event(execution, HistoryEventType.TaskSubmitted)["output"]!).Text);
    }

    [Theory]
    [InlineData(Complete, "", """{"log":{"pi":3.14}}""")]
    [InlineData(Complete, ""","RawLogs":true""", """{"log":"{\"pi\": 3.14}\n"}""")]
    [InlineData(Failed, ""","RawLogs":false""", """{"log":{"pi":3.14}}""")]
    public async Task The_logs_of_all_containers_are_told_as_far_as_they_can_be_had(string end, string more, string log)
    {
        await using var cluster = new MadeUpCluster(request => request switch
        {
            $"POST {JobPath}" => (201, Running),
            $"GET {JobPath}/pi-x7" => (200, end),
            "GET /api/v1/namespaces/batch/pods?labelSelector=job-name%3Dpi-x7" => (200, Pods),
            "GET /api/v1/namespaces/batch/pods/pi-x7-a/log?tailLines=6&container=pi" => (200, "{\"pi\": 3.14}\n"),
            _ => (404, "\"none\""),
        });
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Job(cluster, $$$""","LogOptions":{"RetrieveLogs":true,"LogParameters":{"tailLines":["6"]}{{{more}}} }"""));

        var unread = """{"error":"EKS.404","cause":"{\"ResponseBody\":\"none\",\"StatusCode\":404,\"StatusText\":\"Not Found\"}"}""";
        var told = $$"""{{end[..^1]}},"logs":{"pods":{"pi-x7-a":{"containers":{"pi":{{log}},"side":{{unread}} } } } } }""";
        Assert.Equal(end == Failed ? "States.TaskFailed" : null, execution.Error);
        Assert.Equal(Compact(told), Compact(execution.Output?.Text ?? execution.Cause!));
    }

    [Fact]
    public async Task Where_no_pods_are_told_of_the_logs_say_why()
    {
        await using var cluster = new MadeUpCluster(request => request.Contains("/pods", StringComparison.Ordinal) ? (403, "{}") : (200, Complete));
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Job(cluster, ""","LogOptions":{"RetrieveLogs":true}"""));

        Assert.Equal("EKS.403", ((JsonObject)((JsonObject)execution.Output!)["logs"]!).Text("error"));
    }

    [Theory]
    [InlineData("""{"metadata":{} }""")]
    [InlineData("""{"metadata":{"name":".."} }""")]
    [InlineData("{}")]
    public async Task A_job_without_a_name_is_not_waited_for_and_nothing_is_deleted(string created)
    {
        await using var cluster = new MadeUpCluster(_ => (201, created));
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Job(cluster, task: ""","TimeoutSeconds":30"""));

        Assert.Equal([$"POST {JobPath}"], cluster.Asked);
        Assert.Equal("TaskSubmitFailed", tasks.Kinds(execution).SkipLast(1).Last());
    }

    [Fact]
    public async Task A_job_that_fails_fails_its_task_with_what_is_told_of_it()
    {
        await using var cluster = new MadeUpCluster(request => request[0] == 'P' ? (201, Running) : (200, Failed));
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Job(cluster));

        Assert.Equal(("States.TaskFailed", Failed), (execution.Error, execution.Cause));
        Assert.Equal("TaskScheduled TaskStarted TaskSubmitted TaskFailed", string.Join(' ', tasks.Kinds(execution).Skip(2).SkipLast(1)));
    }

    [Theory]
    [InlineData(404, 8, null)]
    [InlineData(404, 9, "EKS.404")]
    [InlineData(503, 8, null)]
    [InlineData(429, 20, null)]
    [InlineData(401, 1, "EKS.401")]
    public async Task A_cluster_that_does_not_answer_for_a_moment_fails_no_job(int status, int times, string? error)
    {
        var polls = 0;
        await using var cluster = new MadeUpCluster(request => request[0] == 'P' ? (201, Running) : polls++ < times ? (status, "{}") : (200, Complete));
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Job(cluster));

        Assert.Equal(error, execution.Error);
    }

    [Fact]
    public async Task A_job_that_nobody_waits_for_any_more_is_deleted_with_its_pods()
    {
        var deleted = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cluster = new MadeUpCluster(request =>
        {
            if (request[0] == 'D')
                deleted.TrySetResult(request);
            return (200, Running);
        });
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Job(cluster, task: ""","TimeoutSeconds":30"""));

        Assert.Equal("States.Timeout", execution.Error);
        Assert.Equal(
            $"DELETE {JobPath}/pi-x7?propagationPolicy=Foreground",
            await deleted.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_crash_leaves_a_job_under_way_which_is_begun_once()
    {
        using var durable = new Durable();
        var now = Running;
        await using var cluster = new MadeUpCluster(request => request[0] == 'P' ? (201, Running) : (200, now));
        using var http = new HttpTask(new HttpConnections(new MadeUpServices(_ => throw new InvalidOperationException())), "us-east-1", true, false);
        var eks = new EksTask(http, new RequestSigner(TimeProvider.System, "us-east-1", EksTask.Credentials), AwsLocation.Default);
        EksJobTask? jobs = null;
        string arn;
        await using (var process = durable.Open(request => jobs!.StartAsync(request, CancellationToken.None)))
        {
            jobs = new EksJobTask(eks, process.Engine);
            var submitted = Submitted(process.Engine);
            arn = await process.StartAsync(Job(cluster));
            await submitted.WaitAsync(TestContext.Current.CancellationToken);
        }

        now = Complete;
        await using var next = durable.Open(request => jobs!.StartAsync(request, CancellationToken.None));
        jobs = new EksJobTask(eks, next.Engine);
        next.Engine.Restore();
        var ended = await next.EndAsync(arn);

        Assert.Equal(ExecutionStatus.Succeeded, ended.Status);
        Assert.Single(cluster.Asked, request => request[0] == 'P');
    }
}
