using System.Net;
using System.Text;
using Stateside.Engine.Logs;
using Stateside.Engine.Tasks;

namespace Stateside.Engine.Tests.Logs;

public sealed class LogDestinationTests : IDisposable
{
    private static readonly LogStream Stream = new("/aws/states/orders", "states/M/2026-01-01-00-00/0a1b2c3d");
    private readonly string _folder = Directory.CreateTempSubdirectory("stateside-logs-").FullName;

    [Fact]
    public async Task CloudWatch_is_given_a_stream_and_then_lines()
    {
        var service = new Service(_ => (200, "{}"));
        using var logs = service.Destination();

        await logs.WriteAsync(Stream, [Entry(1, "one"), Entry(2, "two")], Cancellation);
        await logs.WriteAsync(Stream, [Entry(3, "three")], Cancellation);

        Assert.Equal(
            [
                """Logs_20140328.CreateLogStream {"logGroupName":"/aws/states/orders","logStreamName":"states/M/2026-01-01-00-00/0a1b2c3d"}""",
                """Logs_20140328.PutLogEvents {"logGroupName":"/aws/states/orders","logStreamName":"states/M/2026-01-01-00-00/0a1b2c3d","logEvents":[{"timestamp":1,"message":"one"},{"timestamp":2,"message":"two"}]}""",
                """Logs_20140328.PutLogEvents {"logGroupName":"/aws/states/orders","logStreamName":"states/M/2026-01-01-00-00/0a1b2c3d","logEvents":[{"timestamp":3,"message":"three"}]}""",
            ],
            service.Requests);
    }

    [Fact]
    public async Task A_stream_that_is_there_already_will_do()
    {
        var service = new Service(action => action == "CreateLogStream"
            ? (400, """{"__type":"com.amazonaws.logs#ResourceAlreadyExistsException"}""")
            : (200, "{}"));
        using var logs = service.Destination();

        await logs.WriteAsync(Stream, [Entry(1, "one")], Cancellation);

        Assert.Equal(2, service.Requests.Count);
    }

    [Fact]
    public async Task A_log_group_that_does_not_exist_is_said_to()
    {
        using var logs = new Service(_ => (400, """{"__type":"ResourceNotFoundException"}""")).Destination();

        var e = await Assert.ThrowsAsync<LogDeliveryException>(async () => await logs.WriteAsync(Stream, [Entry(1, "one")], Cancellation));

        Assert.EndsWith("answers CreateLogStream with ResourceNotFoundException. Create the log group /aws/states/orders.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "{}", true)]
    [InlineData(400, """{"__type":"ResourceNotFoundException"}""", false)]
    [InlineData(400, """{"__type":"AccessDeniedException"}""", true)]
    [InlineData(503, "", true)]
    public async Task A_log_group_is_asked_for_once(int status, string answer, bool isThere)
    {
        var service = new Service(_ => (status, answer));
        using var logs = service.Destination();

        Assert.Equal(isThere, await logs.HasGroupAsync("/aws/states/orders", Cancellation));
        Assert.Equal(["""Logs_20140328.DescribeLogStreams {"logGroupName":"/aws/states/orders","limit":1}"""], service.Requests);
    }

    [Fact]
    public async Task A_request_that_did_not_get_through_is_made_again()
    {
        var failures = 2;
        var service = new Service(action => action == "PutLogEvents" && failures-- > 0 ? (503, "") : (200, "{}"));
        using var logs = service.Destination();

        await logs.WriteAsync(Stream, [Entry(1, "one")], Cancellation);

        Assert.Equal(["CreateLogStream", "PutLogEvents", "PutLogEvents", "PutLogEvents"], service.Requests.Select(request => request.Split(' ')[0].Split('.')[1]));
    }

    [Fact]
    public async Task Files_have_a_line_for_each_event_of_their_log_group()
    {
        var files = new LogFiles(_folder);

        await files.WriteAsync(Stream, [Entry(1, "one"), Entry(2, "two")], Cancellation);
        await files.WriteAsync(Stream, [Entry(3, "three")], Cancellation);

        Assert.Equal(["one", "two", "three"], await File.ReadAllLinesAsync(Path.Combine(_folder, "aws", "states", "orders.jsonl"), Cancellation));
    }

    [Theory]
    [InlineData("../../etc/passwd", "_/_/etc/passwd.jsonl")]
    [InlineData("/a//b", "a/b.jsonl")]
    [InlineData("a:b*c", "a_b_c.jsonl")]
    public void A_log_groups_file_lies_in_the_folder_whatever_its_name(string group, string path) =>
        Assert.Equal(Path.Combine([_folder, .. path.Split('/')]), new LogFiles(_folder).PathOf(group));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static LogEntry Entry(long milliseconds, string message) => new(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), message);

    private sealed class Service(Func<string, (int Status, string Body)> answer) : HttpMessageHandler
    {
        public List<string> Requests { get; } = [];

        public CloudWatchLogs Destination() =>
            new(new Uri("http://127.0.0.1:4566"), new RequestSigner(TimeProvider.System, "us-east-1", _ => null), new HastyTime(), this);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var target = request.Headers.GetValues("X-Amz-Target").Single();
            Assert.Equal("application/x-amz-json-1.1", request.Content!.Headers.ContentType!.MediaType);
            Requests.Add($"{target} {await request.Content.ReadAsStringAsync(cancellationToken)}");
            var (status, body) = answer(target.Split('.')[1]);
            return new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8) };
        }
    }

    /// <summary>A clock whose timers are all due at once.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
