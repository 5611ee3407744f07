namespace Stateside.Engine.Store;

/// <summary>The catalog refuses a change, in the service's words.</summary>
/// <param name="code">The exception's name in the API model, such as StateMachineAlreadyExists.</param>
/// <param name="message">The message.</param>
internal sealed class CatalogException(string code, string message) : Exception(message)
{
    /// <summary>The exception's name in the API model.</summary>
    public string Code { get; } = code;

    /// <summary>The model's reason, of a ValidationException that has one.</summary>
    public string? Reason { get; init; }

    internal static CatalogException NoMachine(string arn) => new("StateMachineDoesNotExist", $"State Machine Does Not Exist: '{arn}'");

    internal static CatalogException NoResource(string arn) => new("ResourceNotFound", $"Resource not found: '{arn}'");

    internal static CatalogException Deleting(string arn) => new("StateMachineDeleting", $"State Machine is being deleted: '{arn}'");
}
