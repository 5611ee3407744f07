using System.Text.Json;
using Stateside.Engine.Operations;
using Stateside.Engine.Tasks.Services;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.StepFunctions;

/// <summary>What DescribeExecution would answer a Task that called it.</summary>
internal static class ExecutionAnswers
{
    /// <summary>An execution in the names of an integration.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="optimized">The optimized integration that tells it; null for the SDK's.</param>
    public static JsonObject Of(DescribedExecution execution, OptimizedIntegration? optimized)
    {
        var action = ServiceModels.Find("sfn")!.FindAction("DescribeExecution")!;
        var answer = new WireAnswer(200, [], JsonSerializer.SerializeToUtf8Bytes(execution, ApiJson.Default.DescribedExecution));
        return new ServiceValues(new ServiceIntegration(action, optimized))
            .FromApi(((ServiceResponse.Answered)WireFormat.Read(action, answer, "")).Body, null);
    }
}
