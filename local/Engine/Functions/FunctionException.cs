namespace Stateside.Engine.Functions;

/// <summary>A function that cannot be run as it is configured; becomes the invocation's error.</summary>
/// <param name="errorType">The error's name, as Lambda has it where Lambda knows the case.</param>
/// <param name="message">The thing, the place and the remedy.</param>
internal sealed class FunctionException(string errorType, string message) : Exception(message)
{
    /// <summary>The name Lambda's .NET runtime gives to handlers it cannot use.</summary>
    public const string Validation = "LambdaValidationException";

    /// <summary>The code did not build. Lambda knows no such case.</summary>
    public const string BuildFailed = "Runtime.BuildFailed";

    /// <summary>The code is not where the configuration says.</summary>
    public const string NoCode = "Runtime.InvalidEntrypoint";

    public string ErrorType { get; } = errorType;
}

/// <summary>An environment that did not come to be ready, with the error its runtime or its end tells.</summary>
internal sealed class InitException(string errorType, ReadOnlyMemory<byte> payload) : Exception(errorType)
{
    public string ErrorType { get; } = errorType;

    public ReadOnlyMemory<byte> Payload { get; } = payload;
}
