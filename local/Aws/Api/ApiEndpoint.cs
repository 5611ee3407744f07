using System.Text.Json;
using Stateside.Aws.Wire;
using Stateside.Engine.Execution;
using Stateside.Engine.Operations;
using Stateside.Engine.Store;

namespace Stateside.Aws.Api;

/// <summary>The API over HTTP: AWS JSON 1.0, every operation a POST to the root that X-Amz-Target names.</summary>
#pragma warning disable CA1001 // A semaphore of whose wait handle nobody asks has nothing to dispose of.
internal sealed class ApiEndpoint(OperationTable operations, Action<Exception> reportDefect)
{
    /// <summary>What begins the target header of Step Functions.</summary>
    public const string TargetPrefix = "AWSStepFunctions.";
    private const int MaxBodyBytes = 1_048_576;

    /// <summary>The operation that reads and writes a thousand events of 256 KB each.</summary>
    private const string LongAnswer = "GetExecutionHistory";

    private readonly SemaphoreSlim _longAnswers = new(Math.Max(1, Environment.ProcessorCount - 1));

    public async Task HandleAsync(HttpContext http)
    {
        using var response = new ResponseBuffer();
        var status = StatusCodes.Status200OK;
        try
        {
            if (!HttpMethods.IsPost(http.Request.Method) || !IsJson(http.Request.ContentType))
                throw new ApiException("UnknownOperationException", "Operations are called with POST and a body of application/x-amz-json-1.0.") { Status = StatusCodes.Status404NotFound };
            var operation = FindOperation(http.Request.Headers["X-Amz-Target"].ToString());
            if (await BodyReader.ReadAsync(http.Request, MaxBodyBytes, http.RequestAborted) is not { } body)
            {
                // The caller hung up in the middle of its request.
                http.Abort();
                return;
            }

            await using var writer = new Utf8JsonWriter(response, Operation.WriterOptions);
            if (operation.Name == LongAnswer)
                await AnswerInTurnAsync(operation, body, writer, http.RequestAborted);
            else
                await operation.RunAsync(body, writer, null, http.RequestAborted);
        }
        catch (ApiException e)
        {
            status = e.Status;
            WriteError(response, e.Code, e.Message, e.Reason);
        }
        catch (BodyTooLongException)
        {
            status = StatusCodes.Status413PayloadTooLarge;
            WriteError(response, "RequestEntityTooLargeException", "The request is larger than 1 MB.");
        }
        catch (NoRoomException e)
        {
            status = StatusCodes.Status503ServiceUnavailable;
            WriteError(response, "ServiceUnavailable", e.Message);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            reportDefect(e);
            status = StatusCodes.Status500InternalServerError;
            WriteError(response, "InternalFailure", $"Stateside has a defect: {e.GetType().Name}: {e.Message}");
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/x-amz-json-1.0";
        http.Response.ContentLength = response.Written.Length;
        http.Response.Headers["x-amzn-RequestId"] = http.TraceIdentifier;
        await http.Response.BodyWriter.WriteAsync(response.Written, http.RequestAborted);
    }

    /// <summary>Answers as few at a time as leave threads to all else; who waits stands before nobody.</summary>
    private async ValueTask AnswerInTurnAsync(Operation operation, ReadOnlyMemory<byte> body, Utf8JsonWriter writer, CancellationToken cancellationToken)
    {
        if (!_longAnswers.Wait(0, CancellationToken.None))
        {
            await _longAnswers.WaitAsync(cancellationToken);
            await default(PoolTurn);
        }

        try
        {
            await operation.RunAsync(body, writer, null, cancellationToken);
        }
        finally
        {
            _longAnswers.Release();
        }
    }

    private static bool IsJson(string? contentType) => contentType is null
        || contentType.StartsWith("application/x-amz-json-1.", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase);

    private Operation FindOperation(string target)
    {
        var name = target.StartsWith(TargetPrefix, StringComparison.Ordinal) ? target[TargetPrefix.Length..] : "";
        return operations.Find(name) ?? throw new ApiException("UnknownOperationException", $"Stateside does not know the operation '{target}'.");
    }

    private static void WriteError(ResponseBuffer response, string code, string message, string? reason = null)
    {
        response.Clear();
        using var writer = new Utf8JsonWriter(response, Operation.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("__type", $"{NamespaceOf(code)}#{code}");
        writer.WriteString("message", message);
        if (reason is not null)
            writer.WriteString("reason", reason);
        writer.WriteEndObject();
    }

    /// <summary>Errors of the protocol and of the model's constraints come from the framework under the service, as its names tell.</summary>
    private static string NamespaceOf(string code) => code switch
    {
        "ValidationException" => "com.amazon.coral.validate",
        "SerializationException" or "UnknownOperationException" or "AccessDeniedException" or "InternalFailure" or "ServiceUnavailable" => "com.amazon.coral.service",
        _ => "com.amazonaws.swf.service.v2.model",
    };
}
