using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Language.Tests.Services;

public class IntegrationRequestTests
{
    [Theory]
    [InlineData("sqs:sendMessage", """{"QueueUrl":"q","MessageBody":"b"}""")]
    [InlineData("sqs:sendMessage", """{"QueueUrl":"q","MessageBody":"b","Foo":1}""", "The field \"Foo\" is not supported by Step Functions")]
    [InlineData("sqs:sendMessage", """{"QueueUrl":"q","MessageBody":null}""")]
    [InlineData("lambda:invoke", """{"FunctionName":"f","Payload":1}""", "The value for the field 'Payload' must be a STRING")]
    [InlineData("lambda:invoke", """{"FunctionName":"f","Payload":{"a":1},"LogType":"Tail"}""")]
    [InlineData("lambda:invoke", """{"Payload":{},"TaskToken":"t"}""",
        "The field \"TaskToken\" is not supported by Step Functions", "The field 'FunctionName' is required but was missing")]
    [InlineData("apigateway:invoke", """{"ApiEndpoint":"x","Method":"POST","Headers":{"custom_header":"a"}}""",
        "The value of the field 'Headers' has an invalid format")]
    [InlineData("glue:startJobRun", """{"JobName":"j","Arguments":{"--year":2026}}""", "The value for the field '--year' must be a STRING")]
    [InlineData("aws-sdk:dynamodb:putItem", """{"TableName":"t","Item":null}""")]
    [InlineData("aws-sdk:bedrockagent:ingestKnowledgeBaseDocuments", """{"KnowledgeBaseId":"k","DataSourceId":"d","Documents":[{"content":{}}]}""",
        "The field \"content\" is not supported by Step Functions. Did you mean 'Content'?")]
    public void Finished_parameters_are_held_against_the_request(string resource, string parameters, params string[] problems) =>
        Assert.Equal(problems, Request(resource)!.Problems((JsonObject)JsonReader.Parse(parameters), ParameterForm.Values) ?? []);

    [Fact]
    public void Only_integrations_have_requests()
    {
        Assert.Null(IntegrationRequest.Find(TaskResource.Parse("arn:aws:lambda:us-east-1:123456789012:function:f")!));
        Assert.Null(IntegrationRequest.Find(TaskResource.Parse("arn:aws:states:us-east-1:123456789012:activity:a")!));
        Assert.Null(Request("aws-sdk:nosuch:action"));
    }

    /// <summary>What an integration sends by another name, and what it looks up, must be among the parameters that are taken.</summary>
    [Fact]
    public void Every_parameter_that_an_integration_sends_by_another_name_is_taken() => Assert.All(OptimizedIntegrations.All, its =>
    {
        var names = its.Requests.Select(rename => rename.Name).Concat(its.Lookup is { } lookup ? [lookup.Name, lookup.Target] : []);
        Assert.All(names, name => Assert.DoesNotContain(
            Request($"{its.Prefix}:{its.Action}")!.Problems(JsonObject.Of((name, JsonObject.Empty)), ParameterForm.Values) ?? [],
            problem => problem.Contains("is not supported", StringComparison.Ordinal)));
    });

    [Fact]
    public void Every_optimized_integration_has_a_request() =>
        Assert.All(OptimizedIntegrations.All, its => Assert.NotNull(Request($"{its.Prefix}:{its.Action}")));

    private static IntegrationRequest? Request(string resource) => IntegrationRequest.Find(TaskResource.Parse($"arn:aws:states:::{resource}")!);
}
