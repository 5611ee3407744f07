using Stateside.Aws.Services;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Aws.Secrets;

/// <summary>Secrets Manager for the secrets that a template declares.</summary>
internal sealed class SecretsManagerService(SecretStore store, TimeProvider time) : IEmbeddedService
{
    /// <summary>The types of what a template declares of it.</summary>
    public static readonly string[] Types = ["AWS::SecretsManager::Secret"];

    public bool HasAny => store.HasAny;

    public bool Holds(ServiceCall call) => call.Parameters.Text("SecretId") is { } id
        ? store.Find(id) is not null
        : call.Parameters["SecretIdList"] is JsonArray ids
            ? ids.OfType<JsonString>().Any(one => store.Find(one.Value) is not null)
            : call.Action is "ListSecrets" or "BatchGetSecretValue" or "GetRandomPassword" && store.HasAny;

    public void Declare(TemplateModel template) =>
        store.Declare(template.Resources.Where(resource => Types.Contains(resource.Type)).Select(SecretSettings.Read).OfType<SecretSettings>());

    public ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        var body = store.Execute(call.Action, call.Parameters, call.RequestId);
        return ValueTask.FromResult<ServiceResponse>(
            new ServiceResponse.Answered(200, SdkMetadata.JsonHeaders(call.RequestId, body.CompactLength, time.GetUtcNow()), body, call.RequestId));
    }
}
