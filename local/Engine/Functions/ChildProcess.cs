using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Stateside.Engine.Functions;

/// <summary>
/// Runs one function in a process of its own, started at its first invocation and again after it has died.
/// </summary>
internal sealed class ChildProcess(
    FunctionConfiguration function, string folder, TimeProvider time, FunctionHostOptions options,
    IReadOnlyDictionary<string, string?> before) : FunctionRunner
{
    private readonly Lock _lock = new();
    private ChildConnection? _connection;
    private bool _isClosed;

    public override async Task<InvocationResult> InvokeAsync(
        ReadOnlyMemory<byte> payload, InvocationOptions request, InvocationLog log, CancellationToken cancellation)
    {
        ChildConnection connection;
        lock (_lock)
        {
            if (_connection is null or { HasEnded: true })
            {
                try
                {
                    _connection = Start();
                }
                catch (Exception exception) when (exception is Win32Exception or IOException)
                {
                    return NotRun(new FunctionException(
                        "Runtime.ExitError",
                        $"The process for function {function.Name} could not be started: {exception.Message}. Give its environment variables "
                        + "the same values as other functions', so that it runs in this process."), log.Text);
                }
            }

            connection = _connection;
        }

        return await connection.InvokeAsync(payload, request).WaitAsync(cancellation).ConfigureAwait(false);
    }

    public override async ValueTask CloseAsync()
    {
        ChildConnection? connection;
        lock (_lock)
        {
            _isClosed = true;
            connection = _connection;
        }

        if (connection is not null)
            await connection.DisposeAsync().ConfigureAwait(false);
    }

    private ChildConnection Start()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        var command = options.HandlerProcess ?? HandlerProcessCommand.OfThisProgram();
        var start = new ProcessStartInfo(command.FileName)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var argument in command.Arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in before)
            start.Environment[name] = value;

        // With a process to itself a function has Lambda's own variables too.
        // See https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
        start.Environment["AWS_LAMBDA_FUNCTION_NAME"] = function.Name;
        start.Environment["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST";
        start.Environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = function.MemorySize.ToString(CultureInfo.InvariantCulture);
        start.Environment["AWS_LAMBDA_LOG_GROUP_NAME"] = "/aws/lambda/" + function.Name;
        start.Environment["LAMBDA_TASK_ROOT"] = folder;
        start.Environment["_HANDLER"] = function.Handler;
        foreach (var (name, value) in function.Variables)
            start.Environment[name] = value;
        return new ChildConnection(Process.Start(start)!, function, folder, time, options);
    }
}
