using System.Net;
using System.Text;
using System.Text.Json;
using Stateside.Service.Tests.Cli;

namespace Stateside.Service.Tests.Console;

/// <summary>The pages of tables, buckets, queues and topics: what they show, and what they put.</summary>
public sealed class ContentPagesTests : IDisposable
{
    private const string Data = "/console/data";
    private const string Attack = "<img src=x onerror=alert(1)>";

    private readonly Project _project = new(
        """
        Resources:
          OrderTable: {Type: AWS::Serverless::SimpleTable, Properties: {TableName: orders}}
          Lines:
            Type: AWS::DynamoDB::Table
            Properties:
              AttributeDefinitions: [{AttributeName: order, AttributeType: S}, {AttributeName: line, AttributeType: N}]
              KeySchema: [{AttributeName: order, KeyType: HASH}, {AttributeName: line, KeyType: RANGE}]
          Files: {Type: AWS::S3::Bucket, Properties: {BucketName: files}}
          Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}}}
          Dead: {Type: AWS::SQS::Queue, Properties: {QueueName: dead-jobs}}
          JobsInOrder: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs.fifo, FifoQueue: true}}
          News: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}
          NewJobs:
            Type: AWS::SNS::Subscription
            Properties: {TopicArn: !Ref News, Protocol: sqs, Endpoint: !GetAtt Jobs.Arn, RawMessageDelivery: true, FilterPolicy: {kind: [new]}}
          JobsPolicy: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Jobs], PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: sqs:SendMessage, Resource: '*'}]}}}
        """);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task The_first_page_counts_what_is_in_each_and_tells_of_an_empty_template_how_to_declare_one()
    {
        await using var server = await StartAsync();
        await PutAsync(server, "tables/OrderTable/put", new { item = """{"id": "7"}""" });
        await PutAsync(server, "buckets/Files/put", new { key = "a/b.txt", text = "12345" });
        await PutAsync(server, "queues/Jobs/send", new { body = "go" });

        var page = await server.PageAsync(Data);

        Assert.Matches("""(?s)<bdi>orders</bdi></a></th><td><bdi>OrderTable</bdi></td><td class="number">1</td>""", page);
        Assert.Matches("""(?s)<bdi>files</bdi></a></th><td><bdi>Files</bdi></td><td class="number">1</td><td class="number">5 bytes</td>""", page);
        Assert.Matches("""(?s)<bdi>jobs</bdi></a></th><td><bdi>Jobs</bdi></td><td class="number">1</td><td class="number">0</td>""", page);
        await using var bare = await Serving.StartAsync();
        Assert.Contains("declares no table, bucket, queue or topic", await bare.PageAsync(Data), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_is_put_as_plain_json_found_by_its_key_shown_and_deleted()
    {
        await using var server = await StartAsync();

        var put = await PutAsync(server, "tables/Lines/put", new { item = """{"order": "7", "line": 2, "price": 12.50}""" });

        var link = put.Text("link");
        Assert.Contains("&quot;price&quot;: 12.5", await server.PageAsync(link), StringComparison.Ordinal);
        Assert.Contains(link.Replace("&", "&amp;", StringComparison.Ordinal), await server.PageAsync($"{Data}/tables/Lines"), StringComparison.Ordinal);
        using var found = await server.Http.GetAsync($"{Data}/tables/Lines/find?hash=7&range=2", TestContext.Current.CancellationToken);
        Assert.EndsWith(link, found.RequestMessage!.RequestUri!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        await PutAsync(server, "tables/Lines/delete", new { key = """{"order": {"S": "7"}, "line": {"N": "2"}}""" });
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(server, link));
    }

    [Fact]
    public async Task An_item_that_plain_json_cannot_tell_stands_there_as_dynamodb_writes_it()
    {
        await using var server = await StartAsync();

        var put = await PutAsync(server, "tables/OrderTable/put", new { item = """{"id": {"S": "7"}, "tags": {"SS": ["a", "b"]}}""" });

        var page = await server.PageAsync(put.Text("link"));
        Assert.Contains("It has sets or bytes", page, StringComparison.Ordinal);
        Assert.Matches("(?s)<textarea[^>]*>[^<]*&quot;SS&quot;: \\[", page);
    }

    [Fact]
    public async Task What_dynamodb_or_the_reader_of_json_refuses_is_told_in_their_words()
    {
        await using var server = await StartAsync();

        var (missing, noKey) = await server.ChangeAsync($"{Data}/tables/OrderTable/put", new { item = """{"name": "x"}""" });
        var (broken, noJson) = await server.ChangeAsync($"{Data}/tables/OrderTable/put", new { item = "{\"id\":" });

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (missing, broken));
        Assert.Equal("One or more parameter values were invalid: Missing the key id in the item", noKey.Text("message"));
        Assert.StartsWith("The item, line 1, column", noJson.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_table_goes_on_on_further_pages()
    {
        await using var server = await StartAsync();
        for (var i = 0; i < 60; i++)
            await PutAsync(server, "tables/OrderTable/put", new { item = $$"""{"id": "{{i:D2}}"}""" });

        var first = await server.PageAsync($"{Data}/tables/OrderTable");
        var second = await server.PageAsync(WebUtility.HtmlDecode(NextOf(first)));

        Assert.Equal((50, 10), (Rows(first), Rows(second)));
        Assert.Contains("60 in all", first, StringComparison.Ordinal);
        Assert.DoesNotContain("rel=\"next\"", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Objects_stand_in_folders_and_an_object_with_its_headers_its_text_and_a_way_to_keep_it()
    {
        await using var server = await StartAsync();
        await PutAsync(server, "buckets/Files/put", new { key = "top.txt", text = "hello" });
        var put = await PutAsync(server, "buckets/Files/put", new { key = "a/b c.json", text = """{"n":1}""", type = " " });

        var top = await server.PageAsync($"{Data}/buckets/Files");
        var inner = await server.PageAsync($"{Data}/buckets/Files?prefix=a%2F");
        var page = await server.PageAsync(put.Text("link"));

        Assert.Contains("<bdi>a/</bdi>", top, StringComparison.Ordinal);
        Assert.Contains("<bdi>top.txt</bdi>", top, StringComparison.Ordinal);
        Assert.DoesNotContain("b c.json", top, StringComparison.Ordinal);
        Assert.Contains("<bdi>b c.json</bdi>", inner, StringComparison.Ordinal);
        Assert.Contains("<bdi>application/json</bdi>", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"k\">&quot;n&quot;</span>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_uploaded_file_is_kept_byte_for_byte_and_comes_back_as_a_download_that_no_browser_shows()
    {
        await using var server = await StartAsync();
        byte[] bytes = [0, 1, 2, 255, .. Encoding.UTF8.GetBytes("<script>alert(1)</script>")];
        await PutAsync(server, "buckets/Files/put", new { key = "pages/\u00e5.html", file = Convert.ToBase64String(bytes) });

        using var response = await server.Http.GetAsync($"{Data}/buckets/Files/content?key=pages%2F%C3%A5.html", TestContext.Current.CancellationToken);

        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("\u00e5.html", response.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Contains("It is not text.", await server.PageAsync($"{Data}/buckets/Files/object?key=pages%2F%C3%A5.html"), StringComparison.Ordinal);
        await PutAsync(server, "buckets/Files/delete", new { key = "pages/\u00e5.html" });
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(server, $"{Data}/buckets/Files/object?key=pages%2F%C3%A5.html"));
    }

    [Fact]
    public async Task Messages_are_shown_with_how_they_stand_and_stay_unreceived()
    {
        await using var server = await StartAsync();
        await PutAsync(server, "queues/Jobs/send", new { body = """{"order":7}""", attributes = """{"kind":{"DataType":"String","StringValue":"new"}}""" });
        await PutAsync(server, "queues/Jobs/send", new { body = "later", delay = "600" });

        var page = await server.PageAsync($"{Data}/queues/Jobs");
        var message = await server.PageAsync(WebUtility.HtmlDecode(LinkOf(page, "message?number=")));
        var again = await server.PageAsync($"{Data}/queues/Jobs");

        Assert.Contains("<td>To be received</td>", page, StringComparison.Ordinal);
        Assert.Contains("<td>Delayed until ", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/console/data/queues/Dead\"", page, StringComparison.Ordinal);
        Assert.Contains("<dt>ApproximateReceiveCount</dt><dd><bdi>0</bdi></dd>", message, StringComparison.Ordinal);
        Assert.Contains("&quot;StringValue&quot;", message, StringComparison.Ordinal);
        Assert.Equal(page, again);
        await PutAsync(server, "queues/Jobs/delete", new { number = 1 });
        Assert.DoesNotContain("<td>To be received</td>", await server.PageAsync($"{Data}/queues/Jobs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_for_a_fifo_queue_needs_a_group_and_a_delay_must_be_a_number()
    {
        await using var server = await StartAsync();

        var (status, refused) = await server.ChangeAsync($"{Data}/queues/JobsInOrder/send", new { body = "x" });
        var (delay, _) = await server.ChangeAsync($"{Data}/queues/Jobs/send", new { body = "x", delay = "soon" });
        await PutAsync(server, "queues/JobsInOrder/send", new { body = "x", group = "one", deduplication = "1" });

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (status, delay));
        Assert.Contains("MessageGroupId", refused.Text("message"), StringComparison.Ordinal);
        Assert.Contains("<td class=\"clip\"><bdi>one</bdi></td>", await server.PageAsync($"{Data}/queues/JobsInOrder"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_shows_who_gets_its_messages_and_what_is_published_goes_to_those_who_want_it()
    {
        await using var server = await StartAsync();

        await PutAsync(server, "topics/News/publish", new { message = "for nobody" });
        await PutAsync(server, "topics/News/publish", new { message = "for jobs", subject = "s", attributes = """{"kind":{"DataType":"String","StringValue":"new"}}""" });

        var topic = await server.PageAsync($"{Data}/topics/News");
        Assert.Contains("<th scope=\"row\">sqs</th><td><a href=\"/console/data/queues/Jobs\"><bdi>jobs</bdi></a></td>", topic, StringComparison.Ordinal);
        Assert.Contains("<span class=\"k\">&quot;kind&quot;</span>", topic, StringComparison.Ordinal);
        await using var live = await LiveEvents.OpenAsync(server, $"{Data}/queues/Jobs/live");
        var jobs = await live.UntilAsync("part", part => part.Text("markup").Contains("for jobs", StringComparison.Ordinal));
        Assert.DoesNotContain("for nobody", jobs.Text("markup"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_content_is_shown_and_never_markup()
    {
        await using var server = await StartAsync();
        var json = JsonSerializer.Serialize(new Dictionary<string, object> { ["id"] = Attack, [Attack] = new[] { Attack } });
        var item = await PutAsync(server, "tables/OrderTable/put", new { item = json });
        var put = await PutAsync(server, "buckets/Files/put", new { key = $"{Attack}/{Attack}", text = Attack, type = Attack });
        await PutAsync(server, "queues/Jobs/send", new { body = Attack });
        var queue = await server.PageAsync($"{Data}/queues/Jobs");
        string[] paths =
        [
            Data, $"{Data}/tables/OrderTable", item.Text("link"), $"{Data}/tables/{Uri.EscapeDataString(Attack)}", $"{Data}/tables/OrderTable?after={Uri.EscapeDataString(Attack)}",
            $"{Data}/buckets/Files", $"{Data}/buckets/Files?prefix={Uri.EscapeDataString(Attack + "/")}", put.Text("link"),
            $"{Data}/buckets/Files/put?key={Uri.EscapeDataString(Attack)}", WebUtility.HtmlDecode(LinkOf(queue, "message?number=")),
        ];

        foreach (var path in paths)
        {
            using var response = await server.Http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("<img src=x", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.True((int)response.StatusCode < 500, path);
        }

        Assert.DoesNotContain("<img src=x", queue, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tables/OrderTable/put")]
    [InlineData("tables/OrderTable/delete")]
    [InlineData("buckets/Files/put")]
    [InlineData("queues/Jobs/send")]
    public async Task Another_site_can_put_and_delete_nothing(string path)
    {
        await using var server = await StartAsync();

        var (status, _) = await server.ChangeAsync(
            $"{Data}/{path}", new { item = """{"id":"7"}""", key = "k", body = "b" }, request => request.Headers.Add("Origin", "http://attacker.example"));

        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Fact]
    public async Task A_name_that_is_not_there_is_answered_with_those_that_are()
    {
        await using var server = await StartAsync();

        using var response = await server.Http.GetAsync($"{Data}/queues/Job", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("Did you mean &#39;Jobs&#39;?", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_changes_comes_to_an_open_page()
    {
        await using var server = await StartAsync();
        await using var live = await LiveEvents.OpenAsync(server, $"{Data}/queues/Jobs/live");
        await live.UntilAsync("part", _ => true);

        await PutAsync(server, "queues/Jobs/send", new { body = "news" });

        await live.UntilAsync("part", part => part.Text("markup").Contains("news", StringComparison.Ordinal));
    }

    private Task<Serving> StartAsync() => Serving.StartAsync("--template", _project.Template, "--data", _project.At("data"));

    private static async Task<JsonElement> PutAsync(Serving server, string path, object body)
    {
        var (status, answer) = await server.ChangeAsync($"{Data}/{path}", body);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {status} {answer}");
        return answer;
    }

    private static async Task<HttpStatusCode> StatusAsync(Serving server, string path)
    {
        using var response = await server.Http.GetAsync(path, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static int Rows(string page) => page.Split("<tr><th scope=\"row\"").Length - 1;

    private static string NextOf(string page) => page.Split("\" rel=\"next\"")[0].Split("href=\"")[^1];

    private static string LinkOf(string page, string part) => page.Split("href=\"").First(text => text.Split('"')[0].Contains(part, StringComparison.Ordinal)).Split('"')[0];
}
