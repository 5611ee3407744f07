namespace Stateside.Engine.Store;

/// <summary>A request that is answered with one of the API's errors.</summary>
/// <param name="code">The exception's name in the API model, such as StateMachineDoesNotExist.</param>
/// <param name="message">The message, in AWS's words.</param>
internal sealed class ApiException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;

    /// <summary>The HTTP status.</summary>
    public int Status { get; init; } = 400;

    /// <summary>The model's reason, of a ValidationException that has one.</summary>
    public string? Reason { get; init; }

    public static ApiException Validation(string message, string? reason = null) => new("ValidationException", message) { Reason = reason };

    public static ApiException InvalidArn(string reason) => new("InvalidArn", $"Invalid Arn: '{reason}'");

    public static ApiException NoMachine(string arn) => new("StateMachineDoesNotExist", $"State Machine Does Not Exist: '{arn}'");

    public static ApiException NoExecution(string arn) => new("ExecutionDoesNotExist", $"Execution Does Not Exist: '{arn}'");

    public static ApiException NoActivity(string arn) => new("ActivityDoesNotExist", $"Activity Does Not Exist: '{arn}'");

    public static ApiException NoResource(string arn) => new("ResourceNotFound", $"Resource not found: '{arn}'");

    public static ApiException Deleting(string arn) => new("StateMachineDeleting", $"State Machine is being deleted: '{arn}'");

    public static ApiException WrongType() => new("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine");
}
