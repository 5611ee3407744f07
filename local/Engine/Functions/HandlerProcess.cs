using System.Text;
using System.Text.Json;

namespace Stateside.Engine.Functions;

/// <summary>
/// The loop of a handler process: this program in its hidden mode, running one function with the same host code.
/// </summary>
public static class HandlerProcess
{
    /// <summary>
    /// Serves invocations until the input ends, which it does when the process that started this one ends. Call it with the raw
    /// standard streams before anything else is written to them; what handlers write to the console goes to their logs.
    /// </summary>
    /// <param name="input">The standard input.</param>
    /// <param name="output">The standard output.</param>
    /// <param name="time">The clock.</param>
    /// <returns>A task that ends with the input.</returns>
    public static async Task RunAsync(Stream input, Stream output, TimeProvider time)
    {
        using var turn = new SemaphoreSlim(1, 1);
        if (await HandlerProcessWire.ReadAsync(input).ConfigureAwait(false) is not (HandlerProcessWire.Configure, _, var body))
            return;
        var configuration = JsonSerializer.Deserialize(body, HandlerProcessJson.Default.Configuration)!;

        // Anything written outside an invocation must not end up among the frames.
        Console.SetOut(Console.Error);
        ConsoleCapture.Install();
        var options = new FunctionHostOptions
        {
            StateDirectory = configuration.Folder,
            EnvironmentsPerFunction = configuration.Environments,
            TimeoutsWhileDebugging = configuration.TimeoutsWhileDebugging,
            LogLine = configuration.WantsLogLines
                ? (_, line) => Send(line)
                : null,
        };
        var function = configuration.Function;
        var pool = new EnvironmentPool(function, configuration.Folder, time, options);
        while (await HandlerProcessWire.ReadAsync(input).ConfigureAwait(false) is (HandlerProcessWire.Invoke, var number, var request))
            _ = AnswerAsync(number, JsonSerializer.Deserialize(request, HandlerProcessJson.Default.Request)!);
        await pool.CloseAsync().ConfigureAwait(false);

        void Send(string line) =>
            _ = HandlerProcessWire.WriteAsync(output, turn, HandlerProcessWire.LogLine, 0, Encoding.UTF8.GetBytes(line));

        async Task AnswerAsync(int number, HandlerProcessWire.Request request)
        {
            var log = new InvocationLog(time, function, request.Options.RequestId, options.LogLine);
            var result = await pool.InvokeAsync(request.Payload, request.Options, log, CancellationToken.None).ConfigureAwait(false);
            var answer = new HandlerProcessWire.Answer(result.Payload.ToArray(), result.FunctionError, result.ErrorType, result.Log);
            var body = JsonSerializer.SerializeToUtf8Bytes(answer, HandlerProcessJson.Default.Answer);
            try
            {
                await HandlerProcessWire.WriteAsync(output, turn, HandlerProcessWire.Result, number, body).ConfigureAwait(false);
            }
            catch (IOException)
            {
                // Nobody listens any more; the input ends too.
            }
        }
    }
}
