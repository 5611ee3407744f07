using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Aws.Services;

/// <summary>What an embedded store refuses, in its service's own words. Caught where a request enters, and nowhere else.</summary>
/// <param name="code">The service's error code.</param>
/// <param name="message">Its sentence.</param>
/// <param name="statusCode">The HTTP status; 0 for what only this store refuses, which no service would say.</param>
internal sealed class StoreRefusal(string code, string message, int statusCode) : Exception(message)
{
    public string Code { get; } = code;

    public int StatusCode { get; } = statusCode;

    /// <summary>The code of the service's older query protocol, where it has one.</summary>
    public string? QueryCode { get; init; }

    /// <summary>What the service adds to the error, such as the item that failed a condition.</summary>
    public JsonObject Details { get; init; } = JsonObject.Empty;

    /// <summary>The refusal as tasks take it.</summary>
    public ServiceError ToError(string requestId) => new(Code, Message, StatusCode, StatusCode == 0 ? null : requestId) { Details = Details, QueryCode = QueryCode };
}
