namespace Stateside.Service.Api;

/// <summary>A request that is answered with one of the API's errors.</summary>
/// <param name="code">The exception's name in the API model, such as StateMachineDoesNotExist.</param>
/// <param name="message">The message, in AWS's words.</param>
internal sealed class ApiException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;

    /// <summary>The HTTP status.</summary>
    public int Status { get; init; } = 400;
}
