using Stateside.Engine.Execution;

namespace Stateside.Service.Console.Executions;

/// <summary>Commands of the AWS CLI that do what a page shows, for a POSIX shell.</summary>
internal static class CommandText
{
    /// <summary>Starts an execution with the same input.</summary>
    public static string Start(ExecutionDescription execution, string endpoint) =>
        $"{Begin("start-execution", endpoint)} --state-machine-arn {Quote(execution.AliasArn ?? execution.VersionArn ?? execution.StateMachine.Arn)} --input {Quote(execution.Input.Text)}";

    /// <summary>Shows the execution.</summary>
    public static string Describe(ExecutionDescription execution, string endpoint) =>
        $"{Begin("describe-execution", endpoint)} --execution-arn {Quote(execution.Arn)}";

    /// <summary>Shows its history.</summary>
    public static string History(ExecutionDescription execution, string endpoint) =>
        $"{Begin("get-execution-history", endpoint)} --execution-arn {Quote(execution.Arn)}";

    /// <summary>A text as one word, whatever is in it.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Begin(string command, string endpoint) => $"aws stepfunctions {command} --endpoint-url {endpoint}";
}
