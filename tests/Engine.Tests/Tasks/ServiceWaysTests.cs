using System.Text;
using Stateside.Engine.Tasks.Services;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>What the comparison with botocore found in single services.</summary>
public sealed class ServiceWaysTests
{
    private static ServiceAction Action(string service, string name) => ServiceModels.Find(service)!.FindAction(name)!;

    [Theory]
    [InlineData("GetRestApis", "{}", "application/json")]
    [InlineData("GetExport", """{"restApiId":"a","stageName":"b","exportType":"swagger","accepts":"application/yaml"}""", "application/yaml")]
    public void API_Gateway_gives_JSON_unless_the_request_says_what_it_accepts(string name, string members, string accepted)
    {
        var request = WireFormat.Write(Action("apigateway", name), (JsonObject)JsonReader.Parse(members), null, "token");

        Assert.Equal(accepted, Assert.Single(request.Headers, header => header.Key == "Accept").Value);
    }

    [Theory]
    [InlineData("[1,\"a\"]")]
    [InlineData("true")]
    [InlineData("{\"a\":null}")]
    public void A_body_that_may_be_any_JSON_is_taken_as_it_is(string body)
    {
        var answer = new WireAnswer(200, [], Encoding.UTF8.GetBytes(body));

        var response = Assert.IsType<ServiceResponse.Answered>(WireFormat.Read(Action("bedrockagentcore", "GetAgentCard"), answer, "own-id"));

        Assert.Equal(body, response.Body["agentCard"]!.Text);
    }
}
