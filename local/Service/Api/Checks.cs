using Stateside.Engine.Store;

namespace Stateside.Service.Api;

/// <summary>What the API asks of request members.</summary>
internal static class Checks
{
    /// <summary>A name of a machine, an execution or an activity.</summary>
    public static void Name(string? name)
    {
        if (!ResourceName.IsValid(name))
            throw new ApiException("InvalidName", $"Invalid Name: '{name}'");
    }

    /// <summary>A member of an enumeration, or null where it is absent.</summary>
    public static string? OneOf(string? value, string member, params ReadOnlySpan<string> values) => value is null || values.Contains(value)
        ? value
        : throw Invalid(value, member, $"Member must satisfy enum value set: [{string.Join(", ", values)}]");

    /// <summary>The error that says which member breaks which rule of the API model.</summary>
    public static ApiException Invalid(object? value, string member, string rule) => new(
        "ValidationException", $"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {rule}");
}
