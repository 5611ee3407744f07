using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Queues;

/// <summary>Stands for a template's functions: keeps what each was given, and answers what the test says.</summary>
internal sealed class FunctionDouble : IFunctionInvoker
{
    private readonly List<(string Function, JsonObject Event)> _given = [];

    /// <summary>What a function does with an event; null stands for an error that it throws.</summary>
    public Func<string, JsonObject, ValueTask<string?>> Handle { get; set; } = (_, _) => ValueTask.FromResult<string?>("null");

    /// <summary>The functions that led to the last invocation, which it tells on with what it sends.</summary>
    public string? Lineage { get; private set; }

    /// <summary>The functions that were invoked, and what with.</summary>
    public IReadOnlyList<(string Function, JsonObject Event)> Given
    {
        get
        {
            lock (_given)
                return [.. _given];
        }
    }

    /// <summary>The bodies of an event's messages.</summary>
    public static IReadOnlyList<string> Bodies(JsonObject @event) =>
        [.. ((JsonArray)@event["Records"]!).Select(record => ((JsonString)((JsonObject)record)["body"]!).Value)];

    public async ValueTask<FunctionResponse> InvokeAsync(FunctionRequest request, CancellationToken cancellationToken)
    {
        var name = request.FunctionName.Split(':')[^1];
        var @event = (JsonObject)JsonReader.Parse(request.Payload.Span);
        Lineage = request.Lineage;
        lock (_given)
            _given.Add((name, @event));
        var answer = await Handle(name, @event);
        return new FunctionResponse.Answered(200, Encoding.UTF8.GetBytes(answer ?? "{\"errorMessage\": \"no\"}"), request.RequestId)
        {
            FunctionError = answer is null ? "Unhandled" : null,
        };
    }
}
