using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.InProcess;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;

namespace Stateside.Testing;

/// <summary>A handler whose object the test made, in place of a function.</summary>
/// <param name="test">The test.</param>
/// <param name="handler">The handler, ready to be called.</param>
/// <param name="find">Finds the function of a name in the template.</param>
internal sealed class TestHandler(WorkflowTest test, GivenHandler handler, Func<string, TemplateFunction?> find)
{
    /// <summary>The longest that Lambda lets a function run, which goes for one that no template declares.</summary>
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(15);

    /// <summary>Does a task.</summary>
    public async ValueTask<TaskOutcome> PerformAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var named = TaskPayload.FunctionName(request);
        var declared = named is null ? null : find(named);

        // It finds the variables that the template gives the function.
        if (declared is not null)
            await test.TakeEnvironmentAsync(cancellationToken).ConfigureAwait(false);
        var payload = Encoding.UTF8.GetBytes(TaskPayload.Of(request.Resource, request.Payload).Text);
        var options = new InvocationOptions(RequestIds.Of(request)) { TraceId = request.Execution.TraceHeader };
        var result = await handler.InvokeAsync(Configuration(named ?? request.StateName, declared), payload, options)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        return await TaskPayload.RanAsync(request, result, cancellationToken).ConfigureAwait(false);
    }

    private FunctionConfiguration Configuration(string named, TemplateFunction? declared)
    {
        var name = declared?.Name ?? FunctionReference.Parse(named)?.Name ?? named;
        return new FunctionConfiguration
        {
            Name = name,
            Arn = declared?.Arn ?? test.Options.Location.Arn("lambda", $"function:{name}"),
            Handler = declared?.Handler ?? "",
            CodePath = "",
            Variables = declared?.Environment ?? new Dictionary<string, string>(),
            Timeout = declared?.Timeout ?? LongestTimeout,
            MemorySize = declared?.MemorySize ?? 128,
        };
    }
}
