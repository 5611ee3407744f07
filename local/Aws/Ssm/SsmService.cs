using Stateside.Aws.Services;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Aws.Ssm;

/// <summary>Systems Manager's Parameter Store for the parameters that a template declares.</summary>
internal sealed class SsmService(ParameterStore store, TimeProvider time) : IEmbeddedService
{
    /// <summary>The types of what a template declares of it.</summary>
    public static readonly string[] Types = ["AWS::SSM::Parameter"];

    public bool HasAny => store.HasAny;

    public bool Holds(ServiceCall call) => call.Parameters.Text("Name") is { } name ? store.Find(name) is not null
        : call.Parameters["Names"] is JsonArray names ? names.OfType<JsonString>().Any(one => store.Find(one.Value) is not null)
        : call.Parameters.Text("Path") is { } path ? store.HasUnder(path)
        : call.Action == "DescribeParameters" && store.HasAny;

    public void Declare(TemplateModel template) =>
        store.Declare(template.Resources.Where(resource => Types.Contains(resource.Type)).Select(ParameterSettings.Read).OfType<ParameterSettings>());

    public ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        var body = store.Execute(call.Action, call.Parameters);
        return ValueTask.FromResult<ServiceResponse>(
            new ServiceResponse.Answered(200, SdkMetadata.JsonHeaders(call.RequestId, body.CompactLength, time.GetUtcNow()), body, call.RequestId));
    }
}
