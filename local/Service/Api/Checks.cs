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
}
