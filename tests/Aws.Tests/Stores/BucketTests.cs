using System.Text;
using Stateside.Aws.S3;
using Stateside.Aws.Services;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tests.Functions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.Tests.Stores;

public sealed class BucketTests : IDisposable
{
    private const string HelloETag = "\"5d41402abc4b2a76b9719d911017c592\"";

    private readonly StoreFile _file = new(null);
    private readonly ManualTime _time = new();
    private readonly S3Store _store;

    public BucketTests()
    {
        _store = new S3Store(_file, _time, AwsLocation.Default);
        _store.Declare(["box", "other"]);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Recorded on AWS: the text hello is stored with its quotation marks.</summary>
    [Theory]
    [InlineData("\"hello\"", "\"hello\"")]
    [InlineData("""{"a":[1, 2]}""", """{"a":[1,2]}""")]
    public async Task A_Task_stores_any_JSON_as_it_is_written(string body, string content)
    {
        await using var fixture = new ServiceFixture($$"""
            Resources:
              Box:
                Type: AWS::S3::Bucket
                Properties: {BucketName: box}
              Put:
                Type: AWS::StepFunctions::StateMachine
                Properties:
                  RoleArn: arn:aws:iam::123456789012:role/r
                  Definition:
                    StartAt: Do
                    States:
                      Do: {Type: Task, Resource: "arn:aws:states:::aws-sdk:s3:putObject", Parameters: {Bucket: box, Key: b, Body.$: $}, End: true}
            """);

        await fixture.RunAsync(body);

        var got = new ServiceCall("s3", "GetObject", JsonObject.Of(("Bucket", JsonValue.From("box")), ("Key", JsonValue.From("b"))), "r");
        var answer = Assert.IsType<ServiceResponse.Answered>(await fixture.Embedded.SendAsync(got, TestContext.Current.CancellationToken));
        Assert.Equal(content, Encoding.UTF8.GetString(answer.Content!.Value.Span));
    }

    [Fact]
    public void An_object_comes_back_with_what_was_said_of_it()
    {
        var put = Put("a/1", "hello", "'ContentType': 'text/plain', 'Metadata': {'Origin': 'test'}, 'CacheControl': 'no-cache'");
        var got = Do("GetObject", "'Key': 'a/1'");

        Assert.Equal(("""{"ChecksumCRC32":"NhCmhg==","ChecksumType":"FULL_OBJECT","ETag":"\"5d41402abc4b2a76b9719d911017c592\"","ServerSideEncryption":"AES256"}""", 200), (put.Body.Text, put.StatusCode));
        Assert.Equal("hello", Encoding.UTF8.GetString(got.Content!.Value.Span));
        Assert.Equal(
            ["AcceptRanges", "CacheControl", "ContentLength", "ContentType", "ETag", "LastModified", "Metadata", "ServerSideEncryption"], got.Body.Keys.ToArray());
        Assert.Equal(("\"text/plain\"", "5", """{"origin":"test"}"""), (got.Body["ContentType"]!.Text, got.Body["ContentLength"]!.Text, got.Body["Metadata"]!.Text));
        Assert.Equal(_time.GetUtcNow().UtcDateTime.ToString("s") + "Z", ((JsonString)got.Body["LastModified"]!).Value);
        Assert.Equal("NhCmhg==", ((JsonString)Do("HeadObject", "'Key': 'a/1', 'ChecksumMode': 'ENABLED'").Body["ChecksumCRC32"]!).Value);
    }

    [Fact]
    public void Without_a_type_an_object_is_a_stream_of_bytes()
    {
        Put("empty", "");

        var got = Do("GetObject", "'Key': 'empty'");

        Assert.Equal(("\"binary/octet-stream\"", "0", 0), (got.Body["ContentType"]!.Text, got.Body["ContentLength"]!.Text, got.Content!.Value.Length));
    }

    [Theory]
    [InlineData("bytes=1-2", "el", "bytes 1-2/5")]
    [InlineData("bytes=3-", "lo", "bytes 3-4/5")]
    [InlineData("bytes=-2", "lo", "bytes 3-4/5")]
    [InlineData("bytes=0-99", "hello", "bytes 0-4/5")]
    public void A_range_gives_a_part(string range, string content, string told)
    {
        Put("a", "hello");

        var got = Do("GetObject", $"'Key': 'a', 'Range': '{range}'");

        Assert.Equal((206, content, told), (got.StatusCode, Encoding.UTF8.GetString(got.Content!.Value.Span), ((JsonString)got.Body["ContentRange"]!).Value));
    }

    [Theory]
    [InlineData("GetObject", "'Key': 'none'", "NoSuchKey", "The specified key does not exist.", 404)]
    [InlineData("GetObject", "'Bucket': 'gone', 'Key': 'a'", "NoSuchBucket", "The specified bucket does not exist", 404)]
    [InlineData("PutObject", "'Bucket': 'gone', 'Key': 'a'", "NoSuchBucket", "The specified bucket does not exist", 404)]
    [InlineData("ListObjectsV2", "'Bucket': 'gone'", "NoSuchBucket", "The specified bucket does not exist", 404)]
    [InlineData("HeadObject", "'Key': 'none'", "NoSuchKey", "", 404)]
    [InlineData("GetObject", "'Key': 'a', 'Range': 'bytes=9-'", "InvalidRange", "The requested range is not satisfiable", 416)]
    [InlineData("GetObject", "'Key': 'a', 'IfMatch': 'x'", "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412)]
    [InlineData("PutObject", "'Key': 'a', 'IfNoneMatch': '*'", "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412)]
    [InlineData("PutObject", "'Key': 'b', 'ContentMD5': 'AAAA'", "BadDigest", "The Content-MD5 you specified did not match what we received.", 400)]
    [InlineData("CopyObject", "'Key': 'a', 'CopySource': 'box/a'", "InvalidRequest", "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.", 400)]
    [InlineData("CopyObject", "'Key': 'c', 'CopySource': 'box/none'", "NoSuchKey", "The specified key does not exist.", 404)]
    [InlineData("ListObjectsV2", "'ContinuationToken': '!'", "InvalidArgument", "The continuation token provided is incorrect", 400)]
    public void S3_refuses_in_its_own_words(string action, string request, string code, string message, int status)
    {
        Put("a", "hello");

        var refusal = Assert.Throws<StoreRefusal>(() => Do(action, request));

        Assert.Equal((code, message, status), (refusal.Code, refusal.Message, refusal.StatusCode));
    }

    [Fact]
    public void A_key_has_at_most_1024_bytes()
    {
        Put(new string('é', 512), "x");

        Assert.Equal("KeyTooLongError", Assert.Throws<StoreRefusal>(() => Put(new string('é', 512) + "x", "x")).Code);
    }

    [Fact]
    public void What_did_not_change_is_not_sent_again()
    {
        Put("a", "hello");

        Assert.Equal(304, Assert.Throws<StoreRefusal>(() => Do("GetObject", $"'Key': 'a', 'IfNoneMatch': {JsonWriter.Quote(HelloETag)}")).StatusCode);
        Assert.Equal(200, Do("GetObject", $"'Key': 'a', 'IfMatch': {JsonWriter.Quote(HelloETag)}").StatusCode);
    }

    [Fact]
    public void Deleting_succeeds_whether_there_is_an_object_or_not()
    {
        Put("a", "hello");

        Assert.Equal((204, 204), (Do("DeleteObject", "'Key': 'a'").StatusCode, Do("DeleteObject", "'Key': 'a'").StatusCode));
        Assert.Equal("0", Do("ListObjectsV2", "").Body["KeyCount"]!.Text);
    }

    [Fact]
    public void A_copy_takes_over_what_is_known_of_its_source_or_gets_its_own()
    {
        Put("a b/é", "hello", "'ContentType': 'text/plain'");

        var copy = Do("CopyObject", "'Bucket': 'other', 'Key': 'same', 'CopySource': 'box/a%20b/%C3%A9'");
        Do("CopyObject", "'Key': 'a b/é', 'CopySource': '/box/a b/é', 'MetadataDirective': 'REPLACE', 'ContentType': 'image/png'");

        Assert.Equal(HelloETag, ((JsonString)((JsonObject)copy.Body["CopyObjectResult"]!)["ETag"]!).Value);
        Assert.Equal("\"text/plain\"", Do("HeadObject", "'Bucket': 'other', 'Key': 'same'").Body["ContentType"]!.Text);
        Assert.Equal("\"image/png\"", Do("HeadObject", "'Key': 'a b/é'").Body["ContentType"]!.Text);
    }

    [Fact]
    public void A_copy_of_what_came_in_parts_is_whole()
    {
        var upload = ((JsonString)Do("CreateMultipartUpload", "'Key': 'a'").Body["UploadId"]!).Value;
        _store.Execute("UploadPart", Request($"'Key': 'a', 'UploadId': '{upload}', 'PartNumber': 1"), "hello"u8.ToArray());
        var parts = $"'MultipartUpload': {{'Parts': [{{'PartNumber': 1, 'ETag': {JsonWriter.Quote(HelloETag)}}}]}}";
        Assert.EndsWith("-1\"", ((JsonString)Do("CompleteMultipartUpload", $"'Key': 'a', 'UploadId': '{upload}', {parts}").Body["ETag"]!).Value, StringComparison.Ordinal);

        Do("CopyObject", "'Key': 'b', 'CopySource': 'box/a'");

        Assert.Equal(HelloETag, ((JsonString)Do("HeadObject", "'Key': 'b'").Body["ETag"]!).Value);
    }

    [Theory]
    [InlineData("", "a a/1 a/2 b/1 b/c/2 é", "")]
    [InlineData("'Prefix': 'a'", "a a/1 a/2", "")]
    [InlineData("'Delimiter': '/'", "a é", "a/ b/")]
    [InlineData("'Prefix': 'b/', 'Delimiter': '/'", "b/1", "b/c/")]
    [InlineData("'StartAfter': 'a/1'", "a/2 b/1 b/c/2 é", "")]
    [InlineData("'Prefix': 'none'", "", "")]
    public void A_listing_goes_by_prefix_and_delimiter(string request, string keys, string prefixes)
    {
        Fill();

        var listing = Do("ListObjectsV2", request).Body;

        Assert.Equal((keys, prefixes), (Members(listing, "Contents", "Key"), Members(listing, "CommonPrefixes", "Prefix")));
    }

    [Theory]
    [InlineData("", "a a/1|a/2 b/1|b/c/2 é|")]
    [InlineData("'Delimiter': '/'", "a a/|b/ é|")]
    public void A_listing_goes_on_where_a_page_ended(string request, string expected)
    {
        Fill();
        var pages = "";
        var token = "";
        while (true)
        {
            var page = Do("ListObjectsV2", string.Join(", ", new[] { request, "'MaxKeys': 2", token }.Where(part => part.Length > 0))).Body;
            pages += string.Join(' ', new[] { Members(page, "Contents", "Key"), Members(page, "CommonPrefixes", "Prefix") }
                .SelectMany(names => names.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Order(StringComparer.Ordinal)) + "|";
            if (page["IsTruncated"] == JsonValue.False)
                break;
            token = $"'ContinuationToken': {page["NextContinuationToken"]!.Text}";
        }

        Assert.Equal(expected, pages);
    }

    [Fact]
    public void Keys_can_be_listed_as_parts_of_a_url()
    {
        Put("a b/é", "x");

        Assert.Equal("a%20b/%C3%A9", Members(Do("ListObjectsV2", "'EncodingType': 'url'").Body, "Contents", "Key"));
    }

    [Theory]
    [InlineData("GetObjectTagging", "'Key': 'a'", "GetObjectTagging: it covers PutObject")]
    [InlineData("GetObject", "'Key': 'a', 'VersionId': '1'", "versions of objects")]
    public void What_is_not_covered_names_the_remedy(string action, string request, string what)
    {
        var refusal = Assert.Throws<StoreRefusal>(() => Do(action, request));

        Assert.Equal(("SdkClientException", 0), (refusal.Code, refusal.StatusCode));
        Assert.StartsWith($"The embedded S3 does not cover {what}", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("AWS_ENDPOINT_URL_S3=http://127.0.0.1:9000", refusal.Message, StringComparison.Ordinal);
    }

    private void Fill()
    {
        foreach (var key in new[] { "b/1", "a/2", "é", "a", "b/c/2", "a/1" })
            Put(key, key);
    }

    private S3Answer Put(string key, string content, string more = "") =>
        _store.Execute("PutObject", Request($"'Key': '{key}'" + (more.Length == 0 ? "" : $", {more}")), Encoding.UTF8.GetBytes(content));

    private S3Answer Do(string action, string request) => _store.Execute(action, Request(request), default);

    private static JsonObject Request(string members)
    {
        var request = LooseJson.Read($"{{{members}}}");
        return request.ContainsKey("Bucket") ? request : request.With("Bucket", JsonValue.From("box"));
    }

    private static string Members(JsonObject listing, string name, string member) => string.Join(
        ' ', (listing[name] as JsonArray ?? JsonArray.Empty).Select(each => ((JsonString)((JsonObject)each)[member]!).Value));
}
