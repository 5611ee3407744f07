using Stateside.Language.Json;

namespace Stateside.Service.Console.Data;

/// <summary>What a reader says of a message beside its text, for queues and topics alike.</summary>
internal static class MessageForm
{
    /// <summary>The members of the request that sends it; what is empty is left out.</summary>
    public static JsonObject Members(string? group, string? deduplication, string? attributes)
    {
        var members = new JsonObject.Builder();
        if (!string.IsNullOrWhiteSpace(group))
            members.Set("MessageGroupId", JsonValue.From(group));
        if (!string.IsNullOrWhiteSpace(deduplication))
            members.Set("MessageDeduplicationId", JsonValue.From(deduplication));
        if (ContentFrame.Object(attributes, "The attributes") is { Count: > 0 } given)
            members.Set("MessageAttributes", given);
        return members.ToObject();
    }
}
