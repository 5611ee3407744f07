using System.Globalization;
using Stateside.Aws.Wire;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.Tests.Wire;

/// <summary>
/// What a client writes the service reads, and the other way round: random requests and answers of every action of the services here.
/// The client's half is held against AWS's SDK for Python.
/// </summary>
public sealed class RoundTripTests
{
    public static TheoryData<string> Services => ["dynamodb", "s3", "sqs", "sns", "lambda", "secretsmanager", "ssm", "sts"];

    /// <summary>What S3 had before it got another name and another form, and what it tells apart by its host.</summary>
    private static readonly (string, string)[] SameWire =
    [
        ("GetBucketLifecycleConfiguration", "GetBucketLifecycle"), ("PutBucketLifecycleConfiguration", "PutBucketLifecycle"),
        ("GetBucketNotificationConfiguration", "GetBucketNotification"), ("PutBucketNotificationConfiguration", "PutBucketNotification"),
        ("ListDirectoryBuckets", "ListBuckets"),
    ];

    /// <summary>They say one event twice, in two members of one name.</summary>
    private static readonly string[] Doubled = ["GetBucketNotification", "PutBucketNotification"];

    [Theory]
    [MemberData(nameof(Services))]
    public void A_request_is_read_as_it_was_written(string service)
    {
        var model = ServiceModels.Find(service)!;
        var reader = new RequestReader(model);
        var values = new Values(service.Length);
        foreach (var name in model.ActionNames.Order(StringComparer.Ordinal))
        {
            var action = model.FindAction(name)!;
            if (IsStream(action.Input) || IsStream(action.Output) || Doubled.Contains(name) || action.Input?.Members.Any(member => member.IsLabel) == true)
                continue;
            for (var round = 0; round < 3; round++)
            {
                var members = action.Input is null ? JsonObject.Empty : values.Members(action.Input, 0, round > 0);
                var content = action.Input is { } input && RestFormat.PayloadOf(input) is { Shape.Kind: ShapeKind.Blob } ? "some bytes"u8.ToArray() : default(ReadOnlyMemory<byte>?);
                var request = WireFormat.Write(action, members, content, "00000000-0000-4000-8000-000000000000");
                if (request.Headers.Any(header => header.Key == "Content-Encoding" && header.Value == "gzip"))
                    continue;
                var target = request.Target.Split('?', 2);

                var read = reader.Read(new ReceivedRequest(
                    request.Method, target[0], ReceivedRequest.Pairs(target.Length < 2 ? "" : target[1]), new WireAnswer(0, request.Headers, request.Body.ToArray())));

                Assert.True(read is not null, $"{name}: {request.Method} {request.Target}");
                if (SameWire.Contains((name, read.Action.Name)))
                    continue;
                Assert.Equal(name, read.Action.Name);
                Assert.Equal(content?.ToArray(), read.Content?.ToArray());
                AssertHolds($"{name}: {request.Method} {request.Target}", members, read.Members);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void An_answer_is_read_as_it_was_written(string service)
    {
        var model = ServiceModels.Find(service)!;
        var values = new Values(service.Length);
        foreach (var name in model.ActionNames.Order(StringComparer.Ordinal))
        {
            var action = model.FindAction(name)!;
            if (IsStream(action.Output) || action.Method == "HEAD" || Doubled.Contains(name))
                continue;
            var members = action.Output is null ? JsonObject.Empty : values.Members(action.Output, 0, true);
            var content = action.Output is { } output && RestFormat.PayloadOf(output) is { Shape.Kind: ShapeKind.Blob } ? "some bytes"u8.ToArray() : default(ReadOnlyMemory<byte>?);

            var wire = AnswerWriter.Write(action, new ServiceResponse.Answered(200, [], members, "r") { Content = content });
            var read = Assert.IsType<ServiceResponse.Answered>(WireFormat.Read(action, wire, "other"));

            Assert.Equal("r", read.RequestId);
            Assert.Equal(content?.ToArray(), read.Content?.ToArray());
            AssertHolds(name, members, read.Body);
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_refusal_keeps_its_code_its_sentence_and_its_status(string service)
    {
        var model = ServiceModels.Find(service)!;
        var action = model.FindAction(model.ActionNames.First(name => model.FindAction(name)!.Method != "HEAD"))!;

        var wire = AnswerWriter.Write(model, new ServiceError("SomeCode", "It <is> \"so\" & no other.", 409, "r"), "r");
        var read = Assert.IsType<ServiceResponse.Refused>(WireFormat.Read(action, wire, "other")).Error;

        Assert.Equal(("SomeCode", "It <is> \"so\" & no other.", 409, "r"), (read.Code, read.Message, read.StatusCode, read.RequestId));
    }

    /// <summary>Streams of events are none of this.</summary>
    private static bool IsStream(ServiceShape? shape) => shape is not null && RestFormat.PayloadOf(shape) is { Shape.Name: var name } && name.Contains("Stream", StringComparison.Ordinal);

    /// <summary>Everything that was said is there; what an empty list or map says is as good as nothing on some wires.</summary>
    private static void AssertHolds(string what, JsonObject said, JsonObject read)
    {
        foreach (var (name, value) in said)
        {
            Assert.True(read[name] is not null, $"{what}: {name} is missing of {JsonWriter.Compact(said)}: {JsonWriter.Compact(read)}");
            Assert.True(JsonWriter.Compact(value) == JsonWriter.Compact(read[name]!), $"{what}: {name} is {JsonWriter.Compact(read[name]!)}, not {JsonWriter.Compact(value)}");
        }
    }

    /// <summary>Random values by their shapes.</summary>
    private sealed class Values(int seed)
    {
        private uint _state = (uint)seed * 2654435761;

        public JsonObject Members(ServiceShape shape, int depth, bool all)
        {
            var members = new JsonObject.Builder();
            foreach (var member in shape.Members)
            {
                if (member.Place == MemberPlace.Status || member.Shape.Kind == ShapeKind.Blob && shape.Payload == member.Name)
                    continue;
                if (!member.IsRequired && !member.IsToken && (!all || Next(3) == 0 || depth > 4))
                    continue;
                members.Set(member.Name, Of(member.Shape, depth + 1));
            }

            // Of a structure with nothing in it some wires keep nothing.
            var made = members.ToObject();
            return made.Count > 0 || depth == 0 || shape.Members.Count == 0 ? made : JsonObject.Of((shape.Members[0].Name, Of(shape.Members[0].Shape, depth + 1)));
        }

        private JsonValue Of(ServiceShape shape, int depth)
        {
            switch (shape.Kind)
            {
                case ShapeKind.Structure:
                    return shape.IsDocument ? JsonObject.Of(("a", JsonValue.From(1))) : Members(shape, depth, true);
                case ShapeKind.List:
                    return JsonArray.Of(Enumerable.Range(0, depth > 4 ? 1 : 1 + (int)Next(3)).Select(_ => Of(shape.Item, depth + 1)));
                case ShapeKind.Map:
                    return JsonObject.Of([.. Enumerable.Range(0, 1 + (int)Next(2)).Select(i => ($"key{i}", Of(shape.Item, depth + 1)))]);
                case ShapeKind.Boolean:
                    return JsonValue.From(Next(2) == 0);
                case ShapeKind.Integer or ShapeKind.Long:
                    return JsonValue.From((int)Next(1000));
                case ShapeKind.Float or ShapeKind.Double:
                    return JsonValue.From((int)Next(1000) + 0.5);
                case ShapeKind.Timestamp:
                    return ApiTime.Of(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + Next(1_000_000)));
                case ShapeKind.Blob:
                    return JsonValue.From(Convert.ToBase64String([(byte)Next(256), 1, 2]));
                default:
                    return JsonValue.From(shape.Values.Count > 0 ? shape.Values[(int)Next((uint)shape.Values.Count)] : Text());
            }
        }

        private string Text() => new[] { "a b", "x/y", "ü+&=", "100%", "a,b", "\"q\"", "<t>", "-" }[Next(8)] + Next(10).ToString(CultureInfo.InvariantCulture);

        private uint Next(uint bound) => (_state = (_state * 1664525) + 1013904223) / 65536 % bound;
    }
}
