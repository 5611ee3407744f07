using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Operations;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>What a reader can do with an execution: what the API's operations of these names do.</summary>
internal sealed class ExecutionActions(ConsoleServices services, ExecutionViews views)
{
    private readonly ExecutionOperations _operations = new(services.State);

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Post("executions/{execution}/stop", StopAsync),
        ConsoleRoute.Post("executions/{execution}/redrive", RedriveAsync),
        ConsoleRoute.Post("executions/{execution}/let-go-on", LetGoOnAsync),
    ];

    private async Task StopAsync(ConsoleRequest request)
    {
        var asked = await request.BodyAsync<StopRequest>();
        var execution = Own(request);
        var stopped = await services.Engine.StopAsync(execution.Arn, Given(asked.Error, 256, "error"), Given(asked.Cause, 32_768, "cause"));
        await request.JsonAsync(new { Status = stopped.Status.Name() });
    }

    private async Task RedriveAsync(ConsoleRequest request)
    {
        await request.BodyAsync<object>();
        await _operations.RedriveAsync(new RedriveExecutionRequest(Own(request).Arn, null));
        await request.JsonAsync(new { Status = ExecutionStatus.Running.Name() });
    }

    private async Task LetGoOnAsync(ConsoleRequest request)
    {
        await request.BodyAsync<object>();
        var execution = Own(request);
        if (!services.Engine.LetGoOn(execution.Arn))
            throw ConsoleException.Invalid("It is not held.");
        await request.JsonAsync(new { Status = execution.Status.Name() });
    }

    /// <summary>The execution, which must be one of our own.</summary>
    private ExecutionDescription Own(ConsoleRequest request) => OpenedExecutions.IsKey(request["execution"])
        ? throw ConsoleException.Invalid("It ran on AWS, and is only shown here.")
        : views.Describe(request["execution"]);

    private static string? Given(string? text, int most, string name)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return text.Length <= most ? text : throw ConsoleException.Invalid($"The {name} may have {most} characters at most.");
    }

    private sealed record StopRequest(string? Error = null, string? Cause = null);
}
