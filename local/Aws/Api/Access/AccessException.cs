namespace Stateside.Aws.Api.Access;

/// <summary>A request that is refused before any operation, in the words of AWS's front door.</summary>
internal sealed class AccessException(string code, string message, int status = StatusCodes.Status400BadRequest) : Exception(message)
{
    public string Code { get; } = code;

    public int Status { get; } = status;

    /// <summary>A signature that is there and wrong.</summary>
    public static AccessException InvalidSignature(string message) => new("InvalidSignatureException", message);
}
