using System.Globalization;
using Stateside.Engine.Embedded.S3;
using Stateside.Engine.Embedded.Storage;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Engine.Embedded;

/// <summary>Where tasks meet the embedded S3.</summary>
internal sealed class EmbeddedS3(S3Store store, TimeProvider time) : IEmbeddedStore
{
    public string Service => "s3";

    public bool Holds(ServiceCall call) => call.Parameters["Bucket"] is JsonString bucket && store.Has(bucket.Value);

    public ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        try
        {
            var answer = store.Execute(call.Action, call.Parameters, call.Content ?? default);
            KeyValuePair<string, string>[] headers =
            [
                new("x-amz-request-id", call.RequestId),
                new("Date", time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture)),
            ];
            return ValueTask.FromResult<ServiceResponse>(new ServiceResponse.Answered(answer.StatusCode, headers, answer.Body, call.RequestId) { Content = answer.Content });
        }
        catch (StoreRefusal refusal)
        {
            return ValueTask.FromResult<ServiceResponse>(new ServiceResponse.Refused(refusal.ToError(call.RequestId)));
        }
    }
}
