using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;
using Stateside.Language.Shapes;

namespace Stateside.Language.Tests.Services;

public sealed class IntegrationShapesTests
{
    [Theory]
    [InlineData("sqs:sendMessage", """{"QueueUrl": "q", "MessageBody": {"a": 1}}""", true)]
    [InlineData("sqs:sendMessage", """{"QueueUrl": "q"}""", false)]
    [InlineData("sqs:sendMessage", """{"QueueUrl": 1, "MessageBody": ""}""", false)]
    [InlineData("sqs:sendMessage", """{"QueueUrl": "q", "MessageBody": "", "Other": 1}""", false)]
    [InlineData("dynamodb:putItem", """{"TableName": "t", "Item": {"id": {"S": "1"}, "deep": {"M": {"a": {"L": [{"N": "1"}]}}}}}""", true)]
    [InlineData("dynamodb:putItem", """{"TableName": "t", "Item": {"id": "1"}}""", false)]
    [InlineData("dynamodb:putItem", """{"TableName": "t", "Item": {"id": {"S": 1}}}""", false)]
    [InlineData("aws-sdk:s3:putObject", """{"Bucket": "b", "Key": "k", "Body": {"any": "thing"}, "ContentLength": "3"}""", true)]
    [InlineData("aws-sdk:s3:putObject", """{"Bucket": "b", "Body": ""}""", false)]
    [InlineData("aws-sdk:s3:putObject", """{"Bucket": "b", "Key": "k", "Metadata": ["a"]}""", false)]
    [InlineData("aws-sdk:s3:putObject", """{"Bucket": "b", "Key": "k", "ContentLength": {}}""", false)]
    [InlineData("states:startExecution", """{"StateMachineArn": "a", "Input": [1]}""", true)]
    [InlineData("lambda:invoke", """{"FunctionName": "a", "Payload": 3}""", false)]
    public void A_request_may_ask_so(string resource, string parameters, bool isAccepted) =>
        Assert.Equal(isAccepted, IntegrationRequest.Find(Resource(resource))!.Accepts().Admits(JsonReader.Parse(parameters)));

    [Fact]
    public void What_has_a_problem_of_names_or_types_is_not_accepted_and_nothing_else()
    {
        var random = new Random(21);
        var texts = OptimizedIntegrations.All.Select(one => $"{one.Prefix}:{one.Action}").Concat(
            ["aws-sdk:dynamodb:query", "aws-sdk:ec2:runInstances", "aws-sdk:s3:putObject", "aws-sdk:sfn:startExecution"]);
        foreach (var text in texts)
        {
            var request = IntegrationRequest.Find(Resource(text))!;
            var shape = request.Accepts();
            for (var i = 0; i < 200; i++)
            {
                var parameters = Some(shape.Members!, random, 0);
                var problems = (request.Problems(parameters, ParameterForm.Values) ?? []).Where(IsOfNamesOrTypes).ToList();
                var isAccepted = shape.Admits(parameters);

                Assert.False(isAccepted && problems.Count > 0, $"{text} does not take {parameters.Text}: {string.Join(", ", problems)}");
                Assert.True(isAccepted || problems.Count > 0 || !IsStrict(shape.Members!, parameters), $"{text} takes {parameters.Text}, which {shape} does not admit");
            }
        }
    }

    [Theory]
    [InlineData("dynamodb:getItem", "SdkResponseMetadata", """{ "RequestId": text }""")]
    [InlineData("aws-sdk:dynamodb:getItem", "SdkResponseMetadata", "nothing")]
    [InlineData("states:startExecution", "StartDate", "number")]
    [InlineData("aws-sdk:sfn:startExecution", "StartDate", "text")]
    [InlineData("states:startExecution.sync", "Output", "text")]
    [InlineData("aws-sdk:s3:getObject", "Body", "text or nothing")]
    [InlineData("aws-sdk:s3:putObject", "ETag", "text or nothing")]
    [InlineData("elasticmapreduce:addStep", "StepId", "text or nothing")]
    [InlineData("emr-serverless:startApplication", "ApplicationId", "\"app\"")]
    [InlineData("glue:startJobRun.sync", "JobRunState", "text or nothing")]
    [InlineData("http:invoke", "StatusCode", "number")]
    public void An_answer_has_members_so(string resource, string member, string shape) =>
        Assert.Equal(shape, IntegrationShapes.Answer(Resource(resource), Shape.Object(("ApplicationId", Shape.TextOf("app"))))!.At(member).ToString());

    [Fact]
    public void An_item_of_dynamodb_has_values_of_its_kinds()
    {
        var item = IntegrationShapes.Answer(Resource("dynamodb:getItem"), Shape.Anything)!.At("Item");

        Assert.Equal("text or nothing", item.At("status").At("S").ToString());
        Assert.Equal("nothing", item.At("status").At("Text").ToString());
        Assert.True(item.Admits(JsonReader.Parse("""{"a": {"M": {"b": {"L": [{"M": {"c": {"L": [{"NULL": true}]}}}]}}}}""")));
    }

    [Theory]
    [InlineData("sqs:sendMessage.waitForTaskToken")]
    [InlineData("eks:runJob.sync")]
    public void What_others_give_may_be_anything(string resource) => Assert.Null(IntegrationShapes.Answer(Resource(resource), Shape.Anything));

    [Fact]
    public void Every_action_of_every_service_has_shapes()
    {
        foreach (var service in ServiceModels.Names.Select(name => ServiceModels.Find(name)!))
        {
            foreach (var action in service.ActionNames)
            {
                var resource = Resource($"aws-sdk:{service.Name}:{char.ToLowerInvariant(action[0])}{action[1..]}");
                Assert.NotNull(IntegrationRequest.Find(resource)!.Accepts());
                Assert.NotNull(IntegrationShapes.Answer(resource, Shape.Anything));
            }
        }
    }

    private static TaskResource Resource(string text) => TaskResource.Parse($"arn:aws:states:::{text}")!;

    private static bool IsOfNamesOrTypes(string problem) =>
        new[] { "is not supported by Step Functions", "is required but was missing", " must be a" }.Any(words => problem.Contains(words, StringComparison.Ordinal));

    // Parameters of which most are right.
    private static JsonObject Some(ObjectShape shape, Random random, int level)
    {
        var members = new JsonObject.Builder();
        foreach (var name in shape.Names)
        {
            if (shape.Find(name)!.IsCertain ? random.Next(20) > 0 : random.Next(shape.Names.Count) < 2)
                members.Set(name, Value(shape.Find(name)!.Shape, random, level));
        }

        if (random.Next(20) == 0)
            members.Set("Unheard", JsonValue.True);
        return members.ToObject();
    }

    private static JsonValue Value(Shape shape, Random random, int level) => random.Next(12) switch
    {
        0 => JsonValue.Null,
        1 => JsonValue.From(3),
        2 => JsonArray.Empty,
        _ when shape.IsAnything => JsonValue.From("any"),
        _ when shape.Members is { } members && level < 4 => members.Names.Count > 0
            ? Some(members, random, level + 1)
            : JsonObject.Of(("key", Value(members.Rest, random, level + 1))),
        _ when shape.List is { } list && level < 4 => JsonArray.Of(Value(list.Rest, random, level + 1)),
        _ => JsonValue.From("text"),
    };

    // Numbers and times given a list or an object have no problem before they are sent.
    private static bool IsStrict(ObjectShape shape, JsonObject given) => given.All(member =>
        (shape.Find(member.Key)?.Shape ?? shape.Rest) is var its && (member.Value switch
        {
            JsonObject members => its.Members is { } inner && IsStrict(inner, members),
            JsonArray items => its.List is { } list && items.All(item => item is not JsonObject one || list.Rest.Members is not { } inner || IsStrict(inner, one)),
            _ => true,
        }));
}
