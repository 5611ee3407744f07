using System.Globalization;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Templates;

namespace Stateside.Language.Graph;

/// <summary>Says in a few words what a state does.</summary>
internal static class StateText
{
    public static string Detail(State state) => state switch
    {
        TaskState task => Task(task),
        WaitState wait => Wait(wait),
        ParallelState parallel => parallel.Branches.Count == 1 ? "Parallel: 1 branch" : $"Parallel: {Number(parallel.Branches.Count)} branches",
        MapState map => Map(map),
        FailState fail => fail.Error is { } error ? $"Fail: {Value(error)}" : "Fail",
        _ => state.Type,
    };

    public static string Retry(IReadOnlyList<Retrier> retriers)
    {
        var most = retriers.Max(retrier => retrier.MaxAttempts);
        return $"×{most.ToString(CultureInfo.InvariantCulture)}";
    }

    public static string RetryTitle(IReadOnlyList<Retrier> retriers) => string.Join('\n', retriers.Select(retrier =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Retry {string.Join(", ", retrier.ErrorEquals)}: {retrier.MaxAttempts} times, after {retrier.IntervalSeconds} s, then × {retrier.BackoffRate}")
        + (retrier.MaxDelaySeconds is { } cap ? string.Create(CultureInfo.InvariantCulture, $", at most {cap} s") : "")
        + (retrier.FullJitter ? ", full jitter" : "")));

    private static string Task(TaskState task)
    {
        var resource = task.Resource;
        switch (resource.Kind)
        {
            case ResourceKind.LambdaFunction:
                return $"Lambda: {string.Join(':', resource.Text.Split(':')[6..])}";
            case ResourceKind.Activity:
                return $"Activity: {resource.Text.Split(':')[^1]}";
        }

        if (resource.Service.Length == 0)
            return resource.Text.Length == 0 ? "Task" : Substitution(resource.Text);
        var service = Service(resource);
        var text = service == "lambda" && resource.Action == "invoke" && Argument(task, "FunctionName") is { } function
            ? $"Lambda: {Function(function)}"
            : $"{service}: {resource.Action}";
        return text + resource.Pattern switch
        {
            IntegrationPattern.RunJob or IntegrationPattern.RunJobJson => ", run a job",
            IntegrationPattern.WaitForTaskToken => ", wait for callback",
            _ => "",
        };
    }

    /// <summary>The service by its plain name, whichever way it is called.</summary>
    public static string Service(TaskResource resource) =>
        resource.Service.StartsWith("aws-sdk:", StringComparison.Ordinal) ? resource.Service["aws-sdk:".Length..] : resource.Service;

    /// <summary>A constant argument; null when it is worked out.</summary>
    private static string? Argument(TaskState task, string name) => task.Arguments switch
    {
        LiteralTemplate { Value: JsonObject members } => (members[name] as JsonString)?.Value,
        ObjectTemplate template => template.Keys.Zip(template.Members).FirstOrDefault(member => member.First == name).Second is LiteralTemplate
        {
            Value: JsonString text
        }
            ? text.Value
            : null,
        _ => null,
    };

    /// <summary>A function's name out of its ARN, with the version or alias.</summary>
    private static string Function(string text)
    {
        var parts = text.Split(':');
        return parts is ["arn", _, "lambda", _, _, "function", ..] ? string.Join(':', parts[6..]) : Substitution(text);
    }

    /// <summary>A name that a deployment puts a value in the place of, by itself.</summary>
    private static string Substitution(string text) => text.StartsWith("${", StringComparison.Ordinal) && text.IndexOf('}', StringComparison.Ordinal) == text.Length - 1
        ? text[2..^1]
        : text;

    private static string Wait(WaitState wait)
    {
        if (wait.Seconds is { } seconds)
            return seconds.Constant is { } number ? $"Wait {number.Text} s" : $"Wait {Value(seconds)} seconds";
        return wait.Timestamp is { } time ? $"Wait until {Value(time)}" : "Wait";
    }

    private static string Map(MapState map)
    {
        var text = map.IsDistributed ? "Distributed Map" : "Map";
        return map.MaxConcurrency is { } most && most.Constant is not JsonNumber { Text: "0" }
            ? $"{text}: {Value(most)} at a time"
            : text;
    }

    private static string Value(ValueField field) => field.Template switch
    {
        LiteralTemplate { Value: JsonString text } => text.Value,
        LiteralTemplate literal => literal.Value.Text,
        PathTemplate path => path.Path.Text,
        JsonataTemplate expression => string.Join(' ', expression.Expression.Source.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
        _ => "…",
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
