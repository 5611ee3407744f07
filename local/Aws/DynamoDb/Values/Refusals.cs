using Stateside.Aws.Services;

namespace Stateside.Aws.DynamoDb.Values;

/// <summary>What DynamoDB refuses with, by its names.</summary>
internal static class Refusals
{
    public const string ConditionFailed = "The conditional request failed";

    public static StoreRefusal Invalid(string message) => new("ValidationException", message, 400);

    /// <summary>A value that may not stand where it does.</summary>
    public static StoreRefusal InvalidParameter(string problem) => Invalid($"One or more parameter values were invalid: {problem}");

    /// <summary>A member of the request that breaks a rule of its shape.</summary>
    public static StoreRefusal Constraint(string value, string member, string rule) =>
        Invalid($"1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: Member must {rule}");

    public static StoreRefusal NoTable(string? which = null) =>
        new("ResourceNotFoundException", which is null ? "Requested resource not found" : $"Requested resource not found: {which}", 400);
}
