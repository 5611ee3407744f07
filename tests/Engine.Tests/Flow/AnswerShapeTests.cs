using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;
using Stateside.Language.Shapes;

namespace Stateside.Engine.Tests.Flow;

/// <summary>What is known of the answers of AWS services before they come, held against what is made of answers.</summary>
public sealed class AnswerShapeTests
{
    private static readonly string[] Services = ["dynamodb", "s3", "sqs", "sns", "sfn", "lambda", "ecs", "batch", "glue", "athena", "ec2", "bedrockruntime", "cloudwatch"];

    [Fact]
    public void An_answer_in_the_words_of_an_integration_is_admitted()
    {
        var random = new Random(21);
        var resources = OptimizedIntegrations.All.Where(one => one.Service is not null).Select(one => $"{one.Prefix}:{one.Action}")
            .Concat(Services.SelectMany(name => ServiceModels.Find(name)!.ActionNames.Select(action => $"aws-sdk:{name}:{char.ToLowerInvariant(action[0])}{action[1..]}")));
        foreach (var text in resources)
        {
            var resource = TaskResource.Parse($"arn:aws:states:::{text}")!;
            var integration = ServiceIntegration.Find(resource)!;
            if (integration.Action.Output is not { } output || integration.Optimized is { Answers.Count: > 0 })
                continue;
            var shape = IntegrationShapes.Answer(resource, Shape.AnyObject)!;
            for (var i = 0; i < 10; i++)
            {
                var body = (JsonObject)Value(output, random, 0);
                var answer = new ServiceValues(integration).FromApi(body, HasBytes(output) ? "{}"u8.ToArray() : (ReadOnlyMemory<byte>?)null);
                if (integration.Optimized is { Service.HasMetadata: true })
                    answer = answer.ToBuilder().SetSdkMetadata(SdkMetadata.JsonHeaders("id", 2, default), 200, "id").ToObject();
                Assert.True(shape.Admits(answer), $"{text} gives {answer.Text}, which {shape} does not admit");
            }
        }
    }

    private static bool HasBytes(ServiceShape output) => output.Payload is { } payload && output.Find(payload)!.Shape.Kind is ShapeKind.Blob or ShapeKind.String;

    private static JsonValue Value(ServiceShape shape, Random random, int level)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Structure when shape.IsDocument:
                return JsonArray.Empty;
            case ShapeKind.Structure:
                var members = new JsonObject.Builder();
                foreach (var member in shape.Members)
                {
                    if (member.IsRequired || random.Next(level + 2) == 0)
                        members.Set(member.Name, level > 7 ? Shallow(member.Shape) : Value(member.Shape, random, level + 1));
                }

                return members.ToObject();
            case ShapeKind.List:
                return level > 7 || random.Next(2) == 0 ? JsonArray.Empty : JsonArray.Of(Value(shape.Item, random, level + 1));
            case ShapeKind.Map:
                return level > 7 ? JsonObject.Empty : JsonObject.Of(("key", Value(shape.Item, random, level + 1)));
            default:
                return Shallow(shape);
        }
    }

    private static JsonValue Shallow(ServiceShape shape) => shape.Kind switch
    {
        ShapeKind.Structure or ShapeKind.Map => JsonObject.Empty,
        ShapeKind.List => JsonArray.Empty,
        ShapeKind.Integer or ShapeKind.Long or ShapeKind.Float or ShapeKind.Double => JsonValue.From(7),
        ShapeKind.Boolean => JsonValue.True,
        ShapeKind.Timestamp => JsonValue.From("2026-12-01T04:05:06Z"),
        ShapeKind.Blob => JsonValue.From("YQ=="),
        _ => JsonValue.From("text"),
    };
}
