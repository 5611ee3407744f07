using System.Collections.Concurrent;
using Stateside.Aws.Api;
using Stateside.Aws.Api.Access;
using Stateside.Aws.Wire;
using Stateside.Engine;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.Endpoint;

/// <summary>
/// One address for Step Functions and for all that a template declares: AWS's APIs over HTTP, told apart by what each request says.
/// </summary>
internal sealed class AwsEndpoint
{
    private readonly ApiEndpoint _stepFunctions;
    private readonly EmbeddedServices? _services;
    private readonly Action<Exception> _reportDefect;
    private readonly Undeclared _undeclared;
    private readonly ConcurrentDictionary<string, RequestReader> _readers = new(StringComparer.Ordinal);

    /// <summary>The address of a service.</summary>
    /// <param name="service">The service, with its embedded services.</param>
    /// <param name="reportDefect">Is told of what went wrong in Stateside itself.</param>
    public AwsEndpoint(LocalService service, Action<Exception> reportDefect)
    {
        _stepFunctions = new ApiEndpoint(service.Operations, reportDefect);
        _services = service.Embedded as EmbeddedServices;
        _reportDefect = reportDefect;
        _undeclared = new Undeclared(service.Options.Trouble);
    }

    /// <summary>Answers at a loopback socket, to this machine alone.</summary>
    /// <param name="socket">The socket, which ends with the server.</param>
    /// <param name="service">The service.</param>
    /// <param name="reportDefect">Is told of what went wrong in Stateside itself.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <returns>The server.</returns>
    public static Task<IAsyncDisposable> ServeAsync(
        ListeningSocket socket, LocalService service, Action<Exception> reportDefect, CancellationToken cancellationToken)
    {
        var guard = new AccessGuard(null, AccessRefusal.WriteAsync);
        var aws = new AwsEndpoint(service, reportDefect);
        return AwsServer.StartAsync(socket, http => guard.HandleAsync(http, aws.HandleAsync), cancellationToken);
    }

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        // Step Functions reads its own requests: they are many and short.
        if (http.Request.Headers["X-Amz-Target"].ToString().StartsWith(ApiEndpoint.TargetPrefix, StringComparison.Ordinal))
        {
            await _stepFunctions.HandleAsync(http);
            return;
        }

        WireAnswer answer;
        try
        {
            if (await RequestBody.ReadAsync(http.Request, http.RequestAborted) is not { } request)
            {
                http.Abort();
                return;
            }

            if (RequestBody.BeforeLocalhost(http.Request.Host.Host) is { } bucket && ServiceFinder.Find(request) is "s3" or ServiceFinder.StepFunctions
                && _services?.HasBucket(bucket) == true)
                request = request with { Path = $"/{bucket}{request.Path}" };
            if (ServiceFinder.Find(request) is var service && service == ServiceFinder.StepFunctions)
            {
                await _stepFunctions.HandleAsync(http);
                return;
            }

            answer = await AnswerAsync(service, request, http.TraceIdentifier, http.RequestAborted);
        }
        catch (ChunkException e)
        {
            answer = AnswerWriter.Write(ServiceModels.Find("s3")!, new ServiceError("IncompleteBody", e.Message, StatusCodes.Status400BadRequest, null), http.TraceIdentifier);
        }
        catch (NoRoomException e)
        {
            answer = Plain(StatusCodes.Status503ServiceUnavailable, "SlowDown", e.Message);
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or the service ends while a handler still works.
            http.Abort();
            return;
        }
        catch (Exception e)
        {
            _reportDefect(e);
            answer = Plain(StatusCodes.Status500InternalServerError, "InternalFailure", $"Stateside has a defect: {e.GetType().Name}: {e.Message}");
        }

        await WriteAsync(http, answer);
    }

    private async ValueTask<WireAnswer> AnswerAsync(string name, ReceivedRequest request, string requestId, CancellationToken cancellationToken)
    {
        if (_services is null || !EmbeddedServices.Serves(name) || ServiceModels.Find(name) is not { } model)
            return NotServed(name, request, requestId);

        ReceivedCall? received;
        try
        {
            received = _readers.GetOrAdd(name, _ => new RequestReader(model)).Read(request);
        }
        catch (FormatException)
        {
            var (code, message) = model.Protocol == ServiceProtocol.RestXml
                ? ("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
                : ("SerializationException", "The body of the request is not in the form of the service's protocol.");
            return AnswerWriter.Write(model, new ServiceError(code, message, StatusCodes.Status400BadRequest, requestId), requestId);
        }

        if (received is not { } call)
        {
            var what = request.Header("X-Amz-Target") ?? $"{request.Method} {request.Path}";
            return AnswerWriter.Write(model, NotHere($"{model.Id} has no action for {what}."), requestId);
        }

        var its = new ServiceCall(name, call.Action.Name, call.Members, requestId) { Content = call.Content, Here = HereOf(request), Lineage = SenderTrace.Lineage(request) };
        var response = await _services.SendAsync(its, cancellationToken);
        if (response is ServiceResponse.Refused { Error: { StatusCode: > 0 } error } && !_services.Holds(its))
            _undeclared.Tell(its, model, _services.DeclaredAs(name), SenderTrace.Function(request), error);
        return response switch
        {
            ServiceResponse.Answered answered => AnswerWriter.Write(call.Action, answered),
            ServiceResponse.Refused refused => AnswerWriter.Write(model, refused.Error, requestId),
            _ => throw new InvalidOperationException($"There is no answer such as {response}."),
        };
    }

    /// <summary>The host that a client asked, which leads here from where it is; null where it takes us for AWS, as through a proxy.</summary>
    private static Uri? HereOf(ReceivedRequest request) =>
        Uri.TryCreate($"http://{request.Header("Host")}", UriKind.Absolute, out var here) && !AwsLocation.IsAws(here) ? here : null;

    private static WireAnswer NotServed(string name, ReceivedRequest request, string requestId)
    {
        // Several may share a name, as Bedrock and its runtime do: it is for the one that has the action.
        var model = ServiceModels.FindOnWire(name).OrderBy(model => model.Name != name).FirstOrDefault(model => new RequestReader(model).Knows(request))
            ?? ServiceModels.Find(name) ?? ServiceModels.FindOnWire(name).FirstOrDefault();
        var refusal = $"Stateside does not serve {model?.Id ?? name}. Name an endpoint that does: AWS_ENDPOINT_URL_{model?.VariableName ?? "<SERVICE>"}.";
        return model is null ? Plain(StatusCodes.Status501NotImplemented, "NotImplemented", refusal) : AnswerWriter.Write(model, NotHere(refusal), requestId);
    }

    private static ServiceError NotHere(string message) => new(ServiceError.NotSent, message, 0, null);

    /// <summary>An answer where no service's protocol is known; clients of AWS's JSON protocols read it, people do too.</summary>
    private static WireAnswer Plain(int status, string code, string message) => new(
        status, [new("Content-Type", "application/x-amz-json-1.0")],
        System.Text.Encoding.UTF8.GetBytes(JsonWriter.Compact(JsonObject.Of(("__type", JsonValue.From(code)), ("message", JsonValue.From(message))))));

    private static async Task WriteAsync(HttpContext http, WireAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        var missing = 0;
        foreach (var (name, value) in answer.Headers)
        {
            // Only of HEAD is the length another than the body's.
            if (RequestHeaders.Problem(name, "") is not null)
                missing++;
            else if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || HttpMethods.IsHead(http.Request.Method))
                http.Response.Headers.Append(name, InAscii(value));
        }

        // Metadata may have names that no header has, where it was put by a test; S3 says so too.
        if (missing > 0)
            http.Response.Headers["x-amz-missing-meta"] = missing.ToString(System.Globalization.CultureInfo.InvariantCulture);

        // An object may be a page, and the console has this origin: a page of an object's may do nothing here.
        http.Response.Headers.ContentSecurityPolicy = "sandbox";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (HttpMethods.IsHead(http.Request.Method) || answer.Status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
            return;
        http.Response.ContentLength = answer.Body.Length + (answer.Rest?.Length ?? 0);
        await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
        try
        {
            foreach (var piece in answer.Rest?.Pieces ?? [])
                await http.Response.Body.WriteAsync(piece, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The rest is gone: the client sees that it has not all of it, and asks again.
            http.Abort();
        }
    }

    /// <summary>
    /// Headers are ASCII. Of an object's metadata S3 gives what is not in the form of RFC 2047.
    /// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html.
    /// </summary>
    private static string InAscii(string value) => value.AsSpan().ContainsAnyExceptInRange(' ', '~')
        ? $"=?UTF-8?B?{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value))}?="
        : value;
}
