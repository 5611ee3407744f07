using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Stateside.Language.Evaluation;

namespace Stateside.Conformance.Hostile;

/// <summary>What can be done to the services beside Step Functions.</summary>
internal static class StoreAttacks
{
    private const string Template = """
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Bucket:
            Type: AWS::S3::Bucket
            Properties: {BucketName: hostile}
          Queue:
            Type: AWS::SQS::Queue
            Properties: {QueueName: hostile}
        """;

    public static IReadOnlyList<Attack> All { get; } =
    [
        new("objects of 200 MB, eight at a time", target => PutAsync(target, 8, 200 << 20)) { Template = Template, IsDurable = true, Patience = TimeSpan.FromSeconds(120) },
        new("20,000 messages in batches", MessagesAsync) { Template = Template, IsDurable = true, IsShort = true },
        new("a CSV of 20,000 headers", CsvAsync) { Template = Template },
    ];

    private static async Task<string> PutAsync(Target target, int count, int size)
    {
        var statuses = new SortedSet<int>();
        await Target.EachAsync(count, count, async i =>
        {
            using var message = Object($"large{i}", new StreamContent(new ZeroStream(size)) { Headers = { ContentLength = size } });
            using var response = await target.Http.SendAsync(message);
            lock (statuses)
                statuses.Add((int)response.StatusCode);

            // What has no room is refused.
            Target.Require(
                response.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable,
                $"was answered with {(int)response.StatusCode} {Target.Start(await response.Content.ReadAsStringAsync())}");
        });
        return $"HTTP {string.Join(", ", statuses)}";
    }

    private static async Task<string> MessagesAsync(Target target)
    {
        var body = new string('x', 1000);
        var entries = new JsonArray([.. Enumerable.Range(0, 10).Select(i => (JsonNode)new JsonObject { ["Id"] = $"m{i}", ["MessageBody"] = body })]);
        var request = new JsonObject { ["QueueUrl"] = new Uri(target.Url, "/123456789012/hostile").ToString(), ["Entries"] = entries }.ToJsonString();
        await Target.EachAsync(2000, 16, async _ =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "/")
            {
                Headers = { { "X-Amz-Target", "AmazonSQS.SendMessageBatch" } },
                Content = new StringContent(request, Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0") } },
            };
            using var response = await target.Http.SendAsync(message);
            Target.Require(response.StatusCode == HttpStatusCode.OK, $"was answered with {(int)response.StatusCode} {Target.Start(await response.Content.ReadAsStringAsync())}");
        });
        return "HTTP 200";
    }

    /// <summary>Each row would become an object of so many members.</summary>
    private static async Task<string> CsvAsync(Target target)
    {
        var text = new StringBuilder();
        for (var row = 0; row < 200; row++)
            text.AppendJoin(',', Enumerable.Range(0, 20_000).Select(column => $"c{column}")).Append('\n');
        using var put = Object("wide.csv", new StringContent(text.ToString()));
        (await target.Http.SendAsync(put)).EnsureSuccessStatusCode();
        var map = Definitions.Map("Row", "[1]", "1", isDistributed: true);
        map.Remove("Items");
        map["ItemReader"] = new JsonObject
        {
            ["Resource"] = "arn:aws:states:::s3:getObject",
            ["ReaderConfig"] = new JsonObject { ["InputType"] = "CSV", ["CSVHeaderLocation"] = "FIRST_ROW" },
            ["Arguments"] = new JsonObject { ["Bucket"] = "hostile", ["Key"] = "wide.csv" },
        };
        return await target.FailsAsync(await target.StartAsync(await target.MachineAsync(Definitions.Single(map))), ErrorNames.ItemReaderFailed);
    }

    /// <summary>A request of S3, which is known by how it is signed.</summary>
    private static HttpRequestMessage Object(string key, HttpContent content) => new(HttpMethod.Put, $"/hostile/{key}")
    {
        Headers =
        {
            { "Authorization", "AWS4-HMAC-SHA256 Credential=hostile/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00" },
            { "x-amz-content-sha256", "UNSIGNED-PAYLOAD" },
        },
        Content = content,
    };

    /// <summary>So many bytes, none of which is kept.</summary>
    private sealed class ZeroStream(long length) : Stream
    {
        private long _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var taken = (int)Math.Min(count, _left);
            _left -= taken;
            return taken;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
