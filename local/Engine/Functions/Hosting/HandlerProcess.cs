using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using Stateside.Engine.Functions.InProcess;
using Stateside.Engine.Functions.Processes;

namespace Stateside.Engine.Functions.Hosting;

/// <summary>
/// A handler process: this program in its hidden mode, running one function with the same host code, as a client of Lambda's runtime
/// API. See https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
/// </summary>
public static class HandlerProcess
{
    /// <summary>
    /// Serves invocations until the input ends, which it does when the process that started this one ends, or the runtime API is gone.
    /// Call it with the raw standard streams before anything else is written to them; what handlers write to the console goes to the
    /// output in the lines of Lambda's logs. Afterwards end the process: a handler may still run.
    /// </summary>
    /// <param name="input">The standard input.</param>
    /// <param name="output">The standard output.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Stream input, Stream output, TimeProvider time)
    {
        // Ctrl+C reaches every process of the terminal; it is for the one that started this.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var writer = new StreamWriter(output, new UTF8Encoding(false)) { AutoFlush = true };
        var serving = Task.Run(() => ServeAsync(writer, time));
        var ended = new TaskCompletionSource();

        // Not on a thread of the pool, which the handler may want whole.
        new Thread(() => ReadToEnd(input, ended)) { IsBackground = true, Name = "Input" }.UnsafeStart();
        var first = await Task.WhenAny(serving, ended.Task).ConfigureAwait(false);
        return first == serving ? await serving.ConfigureAwait(false) : 0;
    }

    private static void ReadToEnd(Stream input, TaskCompletionSource ended)
    {
        var buffer = new byte[256];
        try
        {
            while (input.Read(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // As good as an end.
        }

        ended.SetResult();
    }

    private static async Task<int> ServeAsync(TextWriter output, TimeProvider time)
    {
        var function = new FunctionConfiguration
        {
            Name = Variable("AWS_LAMBDA_FUNCTION_NAME"),
            Arn = "",
            Handler = Variable("_HANDLER"),
            CodePath = Variable("LAMBDA_TASK_ROOT"),
            MemorySize = int.Parse(Variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), CultureInfo.InvariantCulture),
            Variables = new[] { InvocationLog.LevelVariable, InvocationLog.FormatVariable }
                .Where(name => Environment.GetEnvironmentVariable(name) is not null).ToDictionary(name => name, Variable),
        };
        LimitHeap(function.MemorySize);
        CurrentFunction.ShowBaseDirectory(function.CodePath);
        var options = FunctionHostOptions.OfHandlerProcess(Environment.GetEnvironmentVariable(FunctionHostOptions.AwsAddressVariable));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri($"http://{Variable("AWS_LAMBDA_RUNTIME_API")}{Environment.GetEnvironmentVariable(RuntimeApi.PathVariable)}/2018-06-01/runtime/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };

        // None of Lambda's: the handler finds what it would find there.
        Environment.SetEnvironmentVariable(RuntimeApi.PathVariable, null);
        try
        {
            HandlerEnvironment environment;
            try
            {
                ConsoleCapture.Current = new InvocationLog(time, function, "", null, output) { AwsAddress = options.AwsAddress };
                AwsProxy.Install(options);
                environment = HandlerEnvironment.Load(
                    function, function.CodePath, time, options, Variable("AWS_LAMBDA_LOG_STREAM_NAME"), pool: null);
            }
            catch (Exception exception)
            {
                var failure = InvocationErrors.NotRun(exception, "");
                await PostAsync(client, "init/error", failure).ConfigureAwait(false);
                return 1;
            }

            ConsoleCapture.Current = null;
            while (true)
                await RunOneAsync(client, environment, time, output).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // The runtime API is gone, and with it whoever would hear of a result.
            return 1;
        }
    }

    private static async Task RunOneAsync(HttpClient client, HandlerEnvironment environment, TimeProvider time, TextWriter output)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, "invocation/next");
        if (System.Diagnostics.Debugger.IsAttached)
            ask.Headers.Add(RuntimeApi.DebuggerHeader, "true");
        using var next = await client.SendAsync(ask).ConfigureAwait(false);
        next.EnsureSuccessStatusCode();
        var payload = await next.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
        var options = OptionsOf(next.Headers);
        Environment.SetEnvironmentVariable(LambdaVariables.Trace, options.TraceId);
        var log = new InvocationLog(time, environment.Function, options.RequestId, null, output) { AwsAddress = environment.Options.AwsAddress };
        var result = await environment.RunAsync(payload, options, log).ConfigureAwait(false);

        // After this mark the log is complete.
        await output.WriteAsync($"{ProcessOutput.Mark}{options.RequestId}\n").ConfigureAwait(false);
        await PostAsync(
            client, $"invocation/{options.RequestId}/{(result.FunctionError is null ? "response" : "error")}", result).ConfigureAwait(false);
    }

    private static async Task PostAsync(HttpClient client, string path, InvocationResult result)
    {
        using var content = new ReadOnlyMemoryContent(result.Payload);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (result.ErrorType is { } type && !type.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            content.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-Error-Type", type);
        using var response = await client.PostAsync(path, content).ConfigureAwait(false);
    }

    private static InvocationOptions OptionsOf(HttpResponseHeaders headers)
    {
        return new InvocationOptions(Header("Lambda-Runtime-Aws-Request-Id")!)
        {
            TraceId = Header("Lambda-Runtime-Trace-Id"),
            ClientContext = Header("Lambda-Runtime-Client-Context"),
            InvokedArn = Header("Lambda-Runtime-Invoked-Function-Arn"),
            Deadline = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Header("Lambda-Runtime-Deadline-Ms")!, CultureInfo.InvariantCulture)),
        };

        string? Header(string name) => headers.TryGetValues(name, out var values) ? values.First() : null;
    }

    // As Lambda's runtime for .NET does, so that the collector knows how much there is.
    private static void LimitHeap(int megabytes)
    {
        try
        {
            AppContext.SetData("GCHeapHardLimit", (ulong)megabytes << 20);
            GC.RefreshMemoryLimit();
        }
        catch (InvalidOperationException)
        {
            // More is in use already than the limit would allow; whoever watches this process will see to it.
        }
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set: this is started by Stateside only.");
}
