using System.Globalization;
using System.Text;
using Stateside.Aws.Services;
using Stateside.Engine;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.Lambda;

/// <summary>
/// Lambda for the functions that a template declares: invokes them as Tasks do, and tells how they are set up.
/// See https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html.
/// </summary>
internal sealed class LambdaService(LocalService service, AsyncInvocations invocations) : IEmbeddedService
{
    private const string Latest = "$LATEST";
    private const int MostListed = 50;

    private static readonly string[] Covered = ["Invoke", "ListFunctions", "GetFunction", "GetFunctionConfiguration"];

    /// <summary>The types of what a template declares of it.</summary>
    public static readonly string[] Types = ["AWS::Serverless::Function", "AWS::Lambda::Function"];

    private TemplateModel? _template;
    private DateTimeOffset _declared;
    private volatile IReadOnlyList<FunctionListing>? _listed;

    public bool HasAny => _template is { Functions.Count: > 0 };

    public bool Holds(ServiceCall call) => call.Parameters.Text("FunctionName") is { } name
        ? FunctionReference.Parse(name) is { } reference && Find(reference) is not null
        : call.Action == "ListFunctions" && HasAny;

    public void Declare(TemplateModel template)
    {
        _template = template;
        _declared = service.Options.Time.GetUtcNow();
        _listed = null;
    }

    public async ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken) => call.Action switch
    {
        "Invoke" => await InvokeAsync(call, cancellationToken),
        "ListFunctions" => Answer(call, List(call.Parameters)),
        "GetFunction" => Answer(call, Of(call.Parameters, (function, arn, version) => function.Whole(arn, version))),
        "GetFunctionConfiguration" => Answer(call, Of(call.Parameters, (function, arn, version) => function.Configuration(arn, version))),
        _ => throw StoreCoverage.NotCovered("Lambda", $"{call.Action}: it covers {string.Join(", ", Covered)}"),
    };

    private static ServiceResponse.Answered Answer(ServiceCall call, JsonObject body) => new(200, [], body, call.RequestId);

    private async ValueTask<ServiceResponse> InvokeAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        var name = call.Parameters.Text("FunctionName") ?? "";
        var how = call.Parameters.Text("InvocationType") ?? nameof(FunctionInvocationType.RequestResponse);
        if (!Enum.TryParse<FunctionInvocationType>(how, out var type) || type.ToString() != how)
        {
            throw new StoreRefusal(
                "ValidationException",
                $"1 validation error detected: Value '{how}' at 'invocationType' failed to satisfy constraint: "
                + "Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
                400);
        }

        var payload = call.Content is { Length: > 0 } content ? content : "{}"u8.ToArray();
        var request = new FunctionRequest(name, payload, RequestIdOf(call))
        {
            Qualifier = call.Parameters.Text("Qualifier"),
            InvocationType = type,
            ClientContext = call.Parameters.Text("ClientContext"),
            WantsLog = call.Parameters.Text("LogType") == "Tail",
            Lineage = call.Lineage,
        };
        if (type == FunctionInvocationType.Event && CanBegin(request))
        {
            invocations.Begin(request with { InvocationType = FunctionInvocationType.RequestResponse, WantsLog = false });
            return new ServiceResponse.Answered(202, [], JsonObject.Empty, request.RequestId) { Content = ReadOnlyMemory<byte>.Empty };
        }

        service.Engine.Enter();
        try
        {
            return Answer(await service.Functions.InvokeAsync(request, cancellationToken));
        }
        finally
        {
            service.Engine.Leave();
        }
    }

    private static ServiceResponse Answer(FunctionResponse response)
    {
        if (response is FunctionResponse.Refused { Error: var error })
            return new ServiceResponse.Refused(error);
        var answered = (FunctionResponse.Answered)response;
        var members = new JsonObject.Builder();
        Add("FunctionError", answered.FunctionError);
        Add("LogResult", answered.LogResult);
        Add("ExecutedVersion", answered.ExecutedVersion);
        return new ServiceResponse.Answered(answered.StatusCode, [], members.ToObject(), answered.RequestId) { Content = answered.Payload };

        void Add(string name, string? value)
        {
            if (value is not null)
                members.Set(name, JsonValue.From(value));
        }
    }

    /// <summary>Whether a function will take an event. Where it will not, it says so itself when it is asked.</summary>
    private bool CanBegin(FunctionRequest request) =>
        FunctionReference.Parse(request.FunctionName) is { } reference && Find(reference) is { } function
        && (request.Qualifier is null || reference.Qualifier is null || request.Qualifier == reference.Qualifier)
        && function.VersionOf(request.Qualifier ?? reference.Qualifier ?? Latest) is not null
        && JsonReader.TryParse(Encoding.UTF8.GetString(request.Payload.Span), out _);

    /// <summary>Ids of invocations are UUIDs; those of requests that came over HTTP are not.</summary>
    private static string RequestIdOf(ServiceCall call) => Guid.TryParse(call.RequestId, out _)
        ? call.RequestId
        : new Chance(Chance.Derive(0, call.RequestId)).NextId().ToString();

    /// <summary>The functions, which few ask for.</summary>
    private IReadOnlyList<FunctionListing> Functions()
    {
        if (_listed is { } listed)
            return listed;
        if (_template is not { } template)
            return [];
        var resources = template.Resources.Where(resource => resource.Arn is not null).ToLookup(resource => resource.Arn);
        return _listed =
        [
            .. template.Functions.OrderBy(function => function.Name, StringComparer.Ordinal).Select(function => new FunctionListing(
                function, resources[function.Arn].FirstOrDefault()?.Properties ?? JsonObject.Empty, service.Options.Location, _declared)),
        ];
    }

    private FunctionListing? Find(FunctionReference reference) =>
        (reference.Region ?? service.Options.Location.Region) == service.Options.Location.Region
        && (reference.AccountId ?? service.Options.Location.AccountId) == service.Options.Location.AccountId
            ? Functions().FirstOrDefault(function => function.Name == reference.Name)
            : null;

    /// <summary>Tells of the function that a request names, by the ARN as it was asked for and the version that is meant.</summary>
    private JsonObject Of(JsonObject request, Func<FunctionListing, string, string, JsonObject> tell)
    {
        var name = request.Text("FunctionName") ?? "";
        if (FunctionReference.Parse(name) is not { } reference)
        {
            throw new StoreRefusal(
                "ValidationException",
                $"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint: "
                + $"Member must satisfy regular expression pattern: {FunctionReference.PublicPattern}",
                400);
        }

        var qualifier = request.Text("Qualifier") ?? reference.Qualifier;
        var function = Find(reference);
        if (function?.VersionOf(qualifier ?? Latest) is not { } version)
        {
            var meant = new AwsLocation(reference.Region ?? service.Options.Location.Region, reference.AccountId ?? service.Options.Location.AccountId);
            var arn = meant.Arn("lambda", $"function:{reference.Name}{(qualifier is null ? "" : $":{qualifier}")}");
            throw new StoreRefusal("ResourceNotFoundException", $"Function not found: {arn}", 404);
        }

        return tell(function, qualifier is null ? function.Arn : $"{function.Arn}:{qualifier}", version);
    }

    private JsonObject List(JsonObject request)
    {
        var before = int.TryParse(request.Text("Marker"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
        var most = request["MaxItems"] is JsonNumber { IsInt64: true, Int64: > 0 and < MostListed } number ? (int)number.Int64 : MostListed;
        var listed = Functions().SelectMany(function => request.Text("FunctionVersion") == "ALL"
            ? function.Versions.Select(version => function.Configuration($"{function.Arn}:{version}", version))
            : [function.Configuration(function.Arn, Latest)]).Skip(before).ToList();
        var page = JsonArray.Of(listed.Take(most));
        return listed.Count <= most
            ? JsonObject.Of(("Functions", page))
            : JsonObject.Of(("Functions", page), ("NextMarker", JsonValue.From($"{before + most}")));
    }
}
