// A stand-in: the part of AWSSDK.StepFunctions that handlers here answer callbacks with, so that they build where NuGet cannot offer the
// package. It signs nothing, and so asks only the endpoint that Stateside gives handlers.
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.StepFunctions.Model;

namespace Amazon.StepFunctions
{
    public class AmazonStepFunctionsException(string code, string message) : Exception(message)
    {
        public string ErrorCode { get; } = code;
    }

    public class AmazonStepFunctionsClient : IDisposable
    {
        private static readonly JsonSerializerOptions Members =
            new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

        private readonly HttpClient _http = new();

        public Task<SendTaskSuccessResponse> SendTaskSuccessAsync(SendTaskSuccessRequest request, CancellationToken cancellationToken = default) =>
            SendAsync<SendTaskSuccessResponse>("SendTaskSuccess", request, cancellationToken);

        public Task<SendTaskFailureResponse> SendTaskFailureAsync(SendTaskFailureRequest request, CancellationToken cancellationToken = default) =>
            SendAsync<SendTaskFailureResponse>("SendTaskFailure", request, cancellationToken);

        public Task<SendTaskHeartbeatResponse> SendTaskHeartbeatAsync(SendTaskHeartbeatRequest request, CancellationToken cancellationToken = default) =>
            SendAsync<SendTaskHeartbeatResponse>("SendTaskHeartbeat", request, cancellationToken);

        public void Dispose() => _http.Dispose();

        private async Task<TResponse> SendAsync<TResponse>(string action, object request, CancellationToken cancellationToken) where TResponse : new()
        {
            var endpoint = Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_SFN") ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL")
                ?? throw new InvalidOperationException("This stand-in of AWSSDK.StepFunctions has no endpoint: AWS_ENDPOINT_URL is not set.");
            using var message = new HttpRequestMessage(HttpMethod.Post, endpoint);
            message.Headers.Add("X-Amz-Target", $"AWSStepFunctions.{action}");
            message.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, request.GetType(), Members));
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
            using var answer = await _http.SendAsync(message, cancellationToken);
            if (answer.IsSuccessStatusCode)
                return new TResponse();
            var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)).RootElement;
            throw new AmazonStepFunctionsException(error.GetProperty("__type").GetString(), error.TryGetProperty("message", out var text) ? text.GetString() : action);
        }
    }
}

namespace Amazon.StepFunctions.Model
{
    public class SendTaskSuccessRequest
    {
        public string Output { get; set; }
        public string TaskToken { get; set; }
    }

    public class SendTaskFailureRequest
    {
        public string Cause { get; set; }
        public string Error { get; set; }
        public string TaskToken { get; set; }
    }

    public class SendTaskHeartbeatRequest
    {
        public string TaskToken { get; set; }
    }

    public class SendTaskSuccessResponse { }

    public class SendTaskFailureResponse { }

    public class SendTaskHeartbeatResponse { }
}
