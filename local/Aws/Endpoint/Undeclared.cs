using System.Collections.Concurrent;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.Endpoint;

/// <summary>
/// Tells of what is asked for and no template declares, once for each name: what AWS answers then says neither what was meant nor what to
/// do about it.
/// </summary>
/// <param name="say">Is told, one sentence each.</param>
internal sealed class Undeclared(Action<string> say)
{
    private readonly ConcurrentDictionary<(string Service, string Name), bool> _told = new();

    /// <summary>Tells of a request that was refused and names nothing of a template.</summary>
    /// <param name="call">The request.</param>
    /// <param name="model">Its service.</param>
    /// <param name="declaredAs">The type to declare.</param>
    /// <param name="function">The function that asks; null where nobody says so.</param>
    /// <param name="error">What it is refused with.</param>
    public void Tell(ServiceCall call, ServiceModel model, string? declaredAs, string? function, ServiceError error)
    {
        if (declaredAs is null || NameOf(call) is not ({ } kind, { Length: > 0 } name) || !_told.TryAdd((call.Service, name), true))
            return;
        say($"{function ?? "A client"} asks {model.Id} for {kind} '{name}', which the template does not declare, and is refused ({error.Code}). "
            + $"Declare it ({declaredAs}), or name where it is: --endpoint-url or AWS_ENDPOINT_URL_{model.VariableName}.");
    }

    private static (string? Kind, string? Name) NameOf(ServiceCall call) => call.Service switch
    {
        "dynamodb" => ("table", Member(call, "TableName") ?? (call.Parameters["RequestItems"] as JsonObject)?.Keys.ToArray().FirstOrDefault()),
        "s3" => ("bucket", Member(call, "Bucket")),
        "sqs" => ("queue", Last(Member(call, "QueueUrl") ?? Member(call, "QueueName"))),
        "sns" => ("topic", Last(Member(call, "TopicArn") ?? Member(call, "TargetArn"))),
        "lambda" => ("function", Last(Member(call, "FunctionName"))),
        "secretsmanager" => ("secret", Member(call, "SecretId")),
        "ssm" => ("parameter", Member(call, "Name")),
        _ => (null, null),
    };

    private static string? Member(ServiceCall call, string name) => (call.Parameters[name] as JsonString)?.Value;

    private static string? Last(string? name) => name?[(name.AsSpan().LastIndexOfAny('/', ':') + 1)..];
}
