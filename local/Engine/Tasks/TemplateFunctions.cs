using System.Globalization;
using System.Text;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Hosting;
using Stateside.Engine.Store.Data;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks;

/// <summary>A function that a template declares.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Arn">Its ARN, without a version or alias.</param>
internal sealed record LocalFunction(string Name, string Arn)
{
    /// <summary>How it is run in this process; null when it cannot be.</summary>
    public FunctionConfiguration? Configuration { get; init; }

    /// <summary>Why it cannot be run in this process and what to do, the end of a sentence; it is then invoked elsewhere or not at all.</summary>
    public string? Problem { get; init; }

    /// <summary>The versions and aliases it may be invoked by. All run the same code; an alias counts as the newest version.</summary>
    public IReadOnlyList<string> Qualifiers { get; init; } = [Latest];

    /// <summary>The version that is not published.</summary>
    internal const string Latest = "$LATEST";

    /// <summary>The version that a qualifier stands for; null when there is no such version or alias.</summary>
    internal string? VersionOf(string qualifier)
    {
        if (qualifier == Latest)
            return Latest;
        if (!Qualifiers.Contains(qualifier, StringComparer.Ordinal))
            return null;
        return IsNumber(qualifier) ? qualifier : Qualifiers.Where(IsNumber).MaxBy(version => int.Parse(version, CultureInfo.InvariantCulture)) ?? Latest;
    }

    private static bool IsNumber(string qualifier) => int.TryParse(qualifier, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}

/// <summary>
/// Invokes a template's functions in this process, by name, partial ARN or ARN, as Lambda resolves them. What it does not have goes to
/// another invoker where there is one; so does an ARN of another account or region, which without one means the function of its name.
/// </summary>
/// <param name="host">What runs the handlers.</param>
/// <param name="time">The real clock, for the answers' headers.</param>
/// <param name="location">The region and the account in ARNs.</param>
/// <param name="others">Invokes what the template does not have; null when nothing else can be invoked.</param>
/// <param name="mark">What invocations carry, see <see cref="InvocationOptions.Mark"/>.</param>
/// <param name="underWay">Takes note of what handlers in this process work on; null where nothing outlives it.</param>
internal sealed class TemplateFunctions(
    FunctionHost host, TimeProvider time, AwsLocation location, IFunctionInvoker? others = null, string? mark = null, UnderWay? underWay = null)
    : IFunctionInvoker
{
    // See https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_ResponseSyntax.
    private const int MaxLogBytes = 4096;

    private IReadOnlyDictionary<string, LocalFunction> _functions = new Dictionary<string, LocalFunction>();

    /// <summary>Takes these functions in place of the earlier ones, as when a template was edited.</summary>
    /// <param name="functions">The functions. Of two with one name the later counts.</param>
    public void Use(IEnumerable<LocalFunction> functions)
    {
        var byName = new Dictionary<string, LocalFunction>(StringComparer.Ordinal);
        foreach (var function in functions)
            byName[function.Name] = function;
        _functions = byName;
    }

    /// <summary>What the invocations of late wrote that executions asked for.</summary>
    internal FunctionLogs Logs { get; } = new();

    public bool IsPrompt => others?.IsPrompt != false;

    public async ValueTask<FunctionResponse> InvokeAsync(FunctionRequest request, CancellationToken cancellationToken)
    {
        if (FunctionReference.Parse(request.FunctionName) is not { } reference)
        {
            return Refuse(request, "ValidationException", 400,
                $"1 validation error detected: Value '{request.FunctionName}' at 'functionName' failed to satisfy constraint: "
                + $"Member must satisfy regular expression pattern: {FunctionReference.PublicPattern}");
        }

        if (request.Qualifier is not null && reference.Qualifier is not null && request.Qualifier != reference.Qualifier)
        {
            return Refuse(request, "InvalidParameterValueException", 400,
                "The derived qualifier from the function name does not match the specified qualifier.");
        }

        var qualifier = request.Qualifier ?? reference.Qualifier;
        var isHere = (reference.Region ?? location.Region) == location.Region && (reference.AccountId ?? location.AccountId) == location.AccountId;
        var function = isHere || others is null ? _functions.GetValueOrDefault(reference.Name) : null;
        if (function?.Configuration is null && others is not null)
            return await others.InvokeAsync(request, cancellationToken).ConfigureAwait(false);
        if (function?.VersionOf(qualifier ?? LocalFunction.Latest) is not { } version)
        {
            var meant = new AwsLocation(reference.Region ?? location.Region, reference.AccountId ?? location.AccountId);
            var arn = meant.Arn("lambda", $"function:{reference.Name}");
            return Refuse(request, "ResourceNotFoundException", 404, $"Function not found: {arn}:{qualifier ?? LocalFunction.Latest}");
        }

        if (function.Configuration is null)
            return Refuse(request, "InvalidRuntimeException", 502, $"The function {function.Name} cannot be run in this process: {function.Problem}");
        if (request.InvocationType == FunctionInvocationType.DryRun)
            return Answer(request, 204, ReadOnlyMemory<byte>.Empty, null);
        return await InvokeAsync(request, function.Configuration, qualifier, version, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<FunctionResponse> InvokeAsync(
        FunctionRequest request, FunctionConfiguration function, string? qualifier, string version, CancellationToken cancellationToken)
    {
        try
        {
            JsonReader.Parse(request.Payload.Span);
        }
        catch (JsonSyntaxException e)
        {
            return Refuse(request, "InvalidRequestContentException", 400,
                $"Could not parse request body into json: Could not parse payload into json: {e.Message}");
        }

        if ((Problem("X-Amz-Client-Context", request.ClientContext) ?? Problem("X-Amzn-Trace-Id", request.TraceHeader)) is { } problem)
            return new FunctionResponse.Refused(ServiceError.Unreachable(problem));
        if (function.ReservedConcurrency == 0)
            return Refuse(request, "TooManyRequestsException", 429, "Rate Exceeded.");
        var trace = request.TraceHeader ?? NewTrace(request);
        var options = new InvocationOptions(request.RequestId)
        {
            TraceId = trace + (request.Lineage is null ? "" : $";{InvocationOptions.LineageName}={request.Lineage}")
                + (mark is null ? "" : $";{InvocationOptions.MarkName}={mark}") + $";{InvocationOptions.FunctionName}={function.Name}",
            Mark = mark,
            Lineage = request.Lineage,
            ClientContext = ClientContext(request.ClientContext),
            InvokedArn = qualifier is null ? null : $"{function.Arn}:{qualifier}",
        };
        if (request.InvocationType == FunctionInvocationType.Event)
        {
            // Nobody waits for it; the host gives a fault as a result, never as an exception.
            _ = host.InvokeAsync(function, request.Payload.ToArray(), options, CancellationToken.None);
            return Answer(request, 202, ReadOnlyMemory<byte>.Empty, trace);
        }

        // A handler in this process may end it, and whose work that was is to be known then.
        var key = underWay is not null && host.RunsHere(function) ? request.Caller?.KeyUnderWay ?? 0 : 0;
        var note = underWay?.BeginTask(key) ?? -1;
        InvocationResult result;
        try
        {
            result = await host.InvokeAsync(function, request.Payload, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            underWay?.EndTask(note, key);
        }

        if (result.IsThrottled)
            return Refuse(request, "TooManyRequestsException", 429, "Rate Exceeded.");
        if (request.Caller is { } caller)
            Logs.Add(caller, result.Log);
        return Answer(request, 200, result.Payload, trace, version, result.FunctionError, request.WantsLog ? Tail(result.Log) : null);
    }

    /// <summary>An answer with the headers that Lambda sends.</summary>
    private FunctionResponse.Answered Answer(
        FunctionRequest request, int status, ReadOnlyMemory<byte> payload, string? trace, string? version = null, string? error = null, string? log = null)
    {
        var headers = new List<KeyValuePair<string, string>>();
        Add("X-Amz-Function-Error", error);
        Add("X-Amz-Log-Result", log);
        Add("X-Amz-Executed-Version", version);
        Add("x-amzn-Remapped-Content-Length", "0");
        Add("Connection", "keep-alive");
        Add("x-amzn-RequestId", request.RequestId);
        Add("Content-Length", payload.Length.ToString(CultureInfo.InvariantCulture));
        Add("Date", time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture));
        Add("X-Amzn-Trace-Id", trace);
        Add("Content-Type", "application/json");
        return new(status, payload, request.RequestId) { ExecutedVersion = version, FunctionError = error, LogResult = log, Headers = headers };

        void Add(string name, string? value)
        {
            if (value is not null)
                headers.Add(new(name, value));
        }
    }

    private static FunctionResponse.Refused Refuse(FunctionRequest request, string code, int status, string message) =>
        new(new ServiceError(code, message, status, request.RequestId));

    private string NewTrace(FunctionRequest request)
    {
        var chance = new Chance(Chance.Derive(0, request.RequestId));
        var rest = chance.NextId().ToString("N");
        return $"Root=1-{time.GetUtcNow().ToUnixTimeSeconds():x8}-{rest[..24]};Parent={chance.NextBits():x16};Sampled=0";
    }

    /// <summary>What could not be sent to Lambda is not given to a function here either: its runtime would get it as a header.</summary>
    private static string? Problem(string header, string? value) => value is null ? null : RequestHeaders.Problem(header, value);

    private static string? ClientContext(string? base64)
    {
        if (base64 is null)
            return null;
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : base64;
    }

    private static string Tail(string log)
    {
        var bytes = Encoding.UTF8.GetBytes(log);
        return Convert.ToBase64String(bytes.AsSpan(Math.Max(0, bytes.Length - MaxLogBytes)));
    }
}
