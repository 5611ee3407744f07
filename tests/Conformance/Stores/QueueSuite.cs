using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>SQS beside moto's.</summary>
internal sealed class QueueSuite(StorePair pair, OurSide side, Random random)
{
    private const string Service = "sqs";

    /// <summary>So many requests are made to queues before they are emptied.</summary>
    private const int RoundLength = 100;

    private readonly QueueRequests _requests = new(random);
    private Twins _twins = new();

    public async Task CompareAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (i % RoundLength == 0)
                await EmptyAsync();
            var (action, request) = _requests.Next();
            var ours = await pair.OursAsync(Service, action, _twins.Ours(request));
            var moto = await pair.MotoAsync(Service, action, _twins.Moto(request));

            // What is in the queues may be different from here on.
            if (!pair.Compare(action, request, ours, moto, body => Comparison.Sqs(action, body)))
                await EmptyAsync();
            else if (action == "ReceiveMessage" && !ours.IsError)
                Take(request, ours, moto);
        }
    }

    private async Task EmptyAsync()
    {
        // A queue may be emptied once a minute.
        side.Pass(TimeSpan.FromSeconds(61));
        _twins = new Twins();
        _requests.Begin();
        foreach (var queue in QueueRequests.Queues)
        {
            var request = JsonObject.Of(("QueueUrl", QueueRequests.Url(queue)));
            pair.Compare(
                "PurgeQueue", request, await pair.OursAsync(Service, "PurgeQueue", request), await pair.MotoAsync(Service, "PurgeQueue", request), body => body);
        }
    }

    private void Take(JsonObject request, Answer ours, Answer moto)
    {
        foreach (var (our, their) in Messages(ours).Zip(Messages(moto)))
            _requests.Received(request["QueueUrl"]!, _twins.Add(Handle(our), Handle(their)));

        static IEnumerable<JsonObject> Messages(Answer answer) => (answer.Body!["Messages"] as JsonArray ?? JsonArray.Empty).Cast<JsonObject>();

        static string Handle(JsonObject message) => ((JsonString)message["ReceiptHandle"]!).Value;
    }
}
