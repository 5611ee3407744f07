using System.Net.Http.Headers;
using System.Text;
using Stateside.Aws.Services;
using Stateside.Engine;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;

namespace Stateside.Aws.Sns;

/// <summary>
/// Posts notifications to HTTP endpoints of this machine, and to others only with leave to reach AWS: what is declared for a deployment
/// is not to be called by a trial. An endpoint that fails is called three times more, twenty seconds apart.
/// See https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html.
/// </summary>
internal sealed class HttpDelivery(LocalService service, DueWork work) : IDisposable
{
    private const int MostRetries = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    private readonly Lazy<HttpClient> _client = new(() => ServiceHttp.NewClient(useProxy: false, TimeSpan.FromSeconds(15)));

    /// <summary>Is told of what was not delivered, with a code and why.</summary>
    public Action<Notification, string, string> Failed { get; set; } = (_, _, _) => { };

    /// <summary>Posts a notification, and does not wait for it.</summary>
    public void Begin(Notification notification) => work.Begin(token => PostAsync(notification, 0, token));

    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    private async Task PostAsync(Notification notification, int retries, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(notification.Subscription.Endpoint, UriKind.Absolute, out var address))
        {
            Failed(notification, "400", "The endpoint is no address");
            return;
        }

        if (!address.IsLoopback && !service.Options.AllowAws)
        {
            Failed(notification, "403", $"The endpoint is not on this machine, {ServiceEndpoints.WithoutLeave.TrimEnd('.')}");
            return;
        }

        var (code, why) = await PostAsync(address, notification, cancellationToken);
        if (code is >= 200 and < 300)
            return;
        if (code is 0 or 429 or >= 500 && retries < MostRetries)
            work.After(Pause, token => PostAsync(notification, retries + 1, token));
        else
            Failed(notification, $"{code}", why);
    }

    private async Task<(int Code, string Why)> PostAsync(Uri address, Notification notification, CancellationToken cancellationToken)
    {
        var subscription = notification.Subscription;
        using var message = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(notification.Body))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("text/plain") { CharSet = "UTF-8" } },
            },
        };
        try
        {
            RequestHeaders.Set(message, "x-amz-sns-message-type", "Notification");
            RequestHeaders.Set(message, "x-amz-sns-message-id", notification.Id);
            RequestHeaders.Set(message, "x-amz-sns-topic-arn", subscription.TopicArn);
            RequestHeaders.Set(message, "x-amz-sns-subscription-arn", subscription.Arn);
            if (subscription.IsRaw)
                RequestHeaders.Set(message, "x-amz-sns-rawdelivery", "true");
            RequestHeaders.Set(message, "User-Agent", "Amazon Simple Notification Service Agent");
            using var answer = await _client.Value.SendAsync(message, cancellationToken);
            return ((int)answer.StatusCode, $"The endpoint answers with {(int)answer.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            return (0, e.Message);
        }
        catch (UnsendableRequestException e)
        {
            return (StatusCodes.Status400BadRequest, e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (0, "The endpoint does not answer");
        }
    }
}
