using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Functions.Processes;

/// <summary>What a runtime answered.</summary>
/// <param name="Payload">The result as JSON, or the error's.</param>
/// <param name="ErrorType">The error's name; null where it is a result.</param>
/// <param name="Length">How long the payload was before it was cut to what may be passed on.</param>
internal sealed record RuntimeAnswer(ReadOnlyMemory<byte> Payload, string? ErrorType, long Length);

/// <summary>
/// Lambda's runtime API for one handler process: it asks for the next invocation and waits, then posts a response or an error.
/// See https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
/// </summary>
internal sealed class RuntimeApi : IDisposable
{
    private const string Root = "/2018-06-01/runtime/";

    /// <summary>By this variable a process is told what to put before every path.</summary>
    public const string PathVariable = "STATESIDE_RUNTIME_API_PATH";

    /// <summary>By this header our own handler process tells that a debugger is attached to it.</summary>
    public const string DebuggerHeader = "Stateside-Debugger-Attached";

    private static readonly RuntimeApiResponse NoSuchPath =
        Status(404, """{"errorType":"InvalidPath","errorMessage":"There is no such path in the runtime API."}""");

    private static readonly RuntimeApiResponse Accepted = Status(202, """{"status":"OK"}""");

    private readonly Lock _lock = new();
    private readonly RuntimeApiServer _server;
    private readonly string _root;
    private readonly TaskCompletionSource<RuntimeAnswer?> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<RuntimeApiResponse?>? _asking;
    private TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RuntimeApiResponse? _undelivered;
    private string? _requestId;
    private TaskCompletionSource<RuntimeAnswer>? _answer;
    private bool _isClosed;

    /// <summary>A runtime API that waits for its process.</summary>
    /// <param name="takesPath">
    /// Whether the process puts a path before every other that it is told. Nobody else knows it, so that whoever asks without it is not that
    /// process.
    /// </param>
    public RuntimeApi(bool takesPath)
    {
        _server = new RuntimeApiServer(request => AnswerAsync(request));
        Path = takesPath ? $"/{RandomNumberGenerator.GetHexString(32, lowercase: true)}" : "";
        _root = Path + Root;
    }

    /// <summary>Host and port, as AWS_LAMBDA_RUNTIME_API has them.</summary>
    public string Address => _server.Address;

    /// <summary>What stands before every path; empty for nothing.</summary>
    public string Path { get; }

    /// <summary>Ends when the runtime has asked for its first invocation, with null, or has told what its init phase failed by.</summary>
    public Task<RuntimeAnswer?> Ready => _ready.Task;

    /// <summary>Whether the runtime said of itself that a debugger is attached.</summary>
    public bool IsDebugging { get; private set; }

    /// <summary>Ends when the runtime, having answered, has asked for the next invocation.</summary>
    public Task Asked
    {
        get
        {
            lock (_lock)
                return _asked.Task;
        }
    }

    /// <summary>Gives the runtime an invocation, now or when it asks.</summary>
    /// <param name="payload">The event.</param>
    /// <param name="options">What the caller says.</param>
    /// <param name="function">The function.</param>
    /// <param name="deadline">When it must have answered.</param>
    /// <returns>Its answer. Whoever waits looks at the process too: one that dies answers nothing.</returns>
    public Task<RuntimeAnswer> InvokeAsync(
        ReadOnlyMemory<byte> payload, InvocationOptions options, FunctionConfiguration function, DateTimeOffset deadline)
    {
        var headers = new List<(string, string)>
        {
            ("Lambda-Runtime-Aws-Request-Id", options.RequestId),
            ("Lambda-Runtime-Deadline-Ms", deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
            ("Lambda-Runtime-Invoked-Function-Arn", options.InvokedArn ?? function.Arn),
        };
        if (options.TraceId is { } trace)
            headers.Add(("Lambda-Runtime-Trace-Id", trace));
        if (options.ClientContext is { } context)
            headers.Add(("Lambda-Runtime-Client-Context", AsciiJson.Of(context)));
        var invocation = new RuntimeApiResponse(200, payload, headers);
        TaskCompletionSource<RuntimeApiResponse?>? asking;
        Task<RuntimeAnswer> answer;
        lock (_lock)
        {
            _requestId = options.RequestId;
            _answer = new TaskCompletionSource<RuntimeAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            answer = _answer.Task;
            asking = _asking;
            _asking = null;
            if (asking is null)
                _undelivered = invocation;
            if (_asked.Task.IsCompleted)
                _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        asking?.TrySetResult(invocation);
        return answer;
    }

    /// <summary>Takes back an invocation that the runtime has not asked for.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryTakeBack()
    {
        lock (_lock)
        {
            var isThere = _undelivered is not null;
            _undelivered = null;
            return isThere;
        }
    }

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        TaskCompletionSource<RuntimeApiResponse?>? asking;
        lock (_lock)
        {
            _isClosed = true;
            asking = _asking;
            _asking = null;
        }

        asking?.TrySetResult(null);
        _server.Dispose();
    }

    private Task<RuntimeApiResponse?> AnswerAsync(RuntimeApiRequest request)
    {
        if (!request.Path.StartsWith(_root, StringComparison.Ordinal))
            return Task.FromResult<RuntimeApiResponse?>(_root == Root ? NoSuchPath : null);
        var path = request.Path[_root.Length..].Split('/');
        return (request.Method, path) switch
        {
            ("GET", ["invocation", "next"]) => NextAsync(request),
            ("POST", ["invocation", var id, "response"]) => Of(Take(request, id, isError: false)),
            ("POST", ["invocation", var id, "error"]) => Of(Take(request, id, isError: true)),
            ("POST", ["init", "error"]) => Of(TakeInitError(request)),
            _ => Of(NoSuchPath),
        };

        static Task<RuntimeApiResponse?> Of(RuntimeApiResponse response) => Task.FromResult<RuntimeApiResponse?>(response);
    }

    private Task<RuntimeApiResponse?> NextAsync(RuntimeApiRequest request)
    {
        Task<RuntimeApiResponse?> next;
        TaskCompletionSource<RuntimeApiResponse?>? earlier = null;
        lock (_lock)
        {
            IsDebugging = request.Headers.ContainsKey(DebuggerHeader);
            if (_undelivered is { } invocation)
            {
                _undelivered = null;
                next = Task.FromResult<RuntimeApiResponse?>(invocation);
            }
            else if (_isClosed)
            {
                next = Task.FromResult<RuntimeApiResponse?>(null);
            }
            else
            {
                // A runtime that asks twice gives up the first time it asked.
                earlier = _asking;
                _asking = new(TaskCreationOptions.RunContinuationsAsynchronously);
                next = _asking.Task;
            }

            // What was asked while an invocation is under way, as after an answer got lost, tells nothing of its end.
            if (_answer is null)
                _asked.TrySetResult();
        }

        earlier?.TrySetResult(null);
        _ready.TrySetResult(null);
        return next;
    }

    private RuntimeApiResponse Take(RuntimeApiRequest request, string requestId, bool isError)
    {
        TaskCompletionSource<RuntimeAnswer>? answer;
        lock (_lock)
        {
            if (requestId != _requestId || _answer is null)
                return Status(400, """{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}""");
            answer = _answer;
            _answer = null;
        }

        answer.TrySetResult(new RuntimeAnswer(request.Body, isError ? ErrorType(request) : null, request.BodyLength));
        return request.BodyLength <= InvocationErrors.MaximumResult
            ? Accepted
            : Status(413, $$"""{"errorType":"RequestEntityTooLarge","errorMessage":"Exceeded maximum allowed payload size ({{InvocationErrors.MaximumResult}} bytes)."}""");
    }

    private RuntimeApiResponse TakeInitError(RuntimeApiRequest request)
    {
        _ready.TrySetResult(new RuntimeAnswer(request.Body, ErrorType(request), request.BodyLength));
        return Accepted;
    }

    private static string ErrorType(RuntimeApiRequest request)
    {
        try
        {
            if (JsonReader.Parse(request.Body.Span) is JsonObject error && error["errorType"] is JsonString { Value.Length: > 0 } type)
                return type.Value;
        }
        catch (JsonSyntaxException)
        {
            // An error may be any bytes; the header tells its type too.
        }

        return request.Headers.GetValueOrDefault("Lambda-Runtime-Function-Error-Type") is { Length: > 0 } header ? header : "Runtime.Unknown";
    }

    private static RuntimeApiResponse Status(int status, string body) => new(status, Encoding.UTF8.GetBytes(body), []);

    /// <summary>JSON text as a header can carry it.</summary>
    private static class AsciiJson
    {
        public static string Of(string json) => string.Concat(json.ReplaceLineEndings(" ").Select(c =>
            c is '\t' or (>= ' ' and < '\u007f') ? c.ToString() : $"\\u{(int)c:x4}"));
    }
}
