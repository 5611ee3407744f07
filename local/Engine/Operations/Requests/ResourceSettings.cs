using System.Globalization;
using System.Text;
using Stateside.Engine.Store;

namespace Stateside.Engine.Operations.Requests;

internal sealed record LoggingMember(string? Level, bool? IncludeExecutionData, IReadOnlyList<LogDestination>? Destinations)
{
    public static LoggingMember Of(LoggingConfiguration logging) => new(
        logging.Level.ToString().ToUpperInvariant(),
        logging.IncludeExecutionData,
        logging.LogGroupArns?.Select(arn => new LogDestination(new(arn))).ToList());
}

internal sealed record LogDestination(LogGroup? CloudWatchLogsLogGroup);

internal sealed record LogGroup(string? LogGroupArn);

internal sealed record TracingMember(bool? Enabled);

internal sealed record TagMember(string? Key, string? Value);

/// <summary>What requests say about logging, encryption, roles and tags, checked as the service checks it.</summary>
internal static class ResourceSettings
{
    public static LoggingConfiguration? Logging(LoggingMember? member)
    {
        if (member is null)
            return null;
        var level = Enum.Parse<LoggingLevel>(member.Level ?? "OFF", ignoreCase: true);
        if (member.Destinations?.Count > 1 || (level != LoggingLevel.Off && member.Destinations is not { Count: 1 }))
            throw InvalidLogging("Must specify exactly one Log Destination.");
        var groups = member.Destinations?.Select(destination => destination.CloudWatchLogsLogGroup?.LogGroupArn ?? "").ToList();
        foreach (var group in groups ?? [])
        {
            if (group.Length == 0)
                throw InvalidLogging("Must set valid CloudWatch Log Group ARN.");
            if (group.Split(':') is not ["arn", _, "logs", _, _, "log-group", not "", ..])
                throw InvalidLogging("Provided ARN is not CloudWatch Logs Log Group ARN.");
            if (group.Split(':') is not [_, _, _, _, _, _, _, "*"])
                throw InvalidLogging("Log Group ARN must be provided with '*' qualifier.");
        }

        return new() { Level = level, IncludeExecutionData = member.IncludeExecutionData ?? false, LogGroupArns = groups };
    }

    public static EncryptionConfiguration? Encryption(EncryptionConfiguration? member) => member switch
    {
        { Type: "CUSTOMER_MANAGED_KMS_KEY", KmsKeyId: null } =>
            throw InvalidEncryption("KmsKeyId must be specified for the type CUSTOMER_MANAGED_KMS_KEY"),
        { Type: "AWS_OWNED_KEY", KmsKeyId: not null } or { Type: "AWS_OWNED_KEY", KmsDataKeyReusePeriodSeconds: not null } =>
            throw InvalidEncryption("KmsKeyId and KmsDataKeyReusePeriodSeconds must not be specified for the type AWS_OWNED_KEY"),
        _ => member,
    };

    public static void CheckRole(string arn)
    {
        if (arn.Split(':', 6) is not ["arn", _, "iam", "", _, var resource] || !resource.StartsWith("role/", StringComparison.Ordinal))
            throw new ApiException("InvalidArn", $"Invalid Role Arn: '{arn}'");
    }

    public static IReadOnlyList<ResourceTag> Tags(IReadOnlyList<TagMember>? members)
    {
        if (members?.Any(tag => tag.Key is null) == true)
            throw ApiException.Validation("1 validation error detected: Value null at 'tags.member.key' failed to satisfy constraint: Member must not be null");
        foreach (var tag in members ?? [])
        {
            if (tag.Key!.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
                throw ApiException.Validation("aws: prefixed tag key names are not allowed for external use.");
            CheckTagText(tag.Key, "key");
            CheckTagText(tag.Value ?? "", "value");
        }

        return members?.Select(tag => new ResourceTag(tag.Key!, tag.Value ?? "")).ToList() ?? [];
    }

    /// <summary>See https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html, Restrictions related to tagging.</summary>
    private static void CheckTagText(string text, string member)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            var isTaken = Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator || Rune.IsNumber(rune)
                || (rune.IsAscii && "_.:/=+-@".Contains((char)rune.Value, StringComparison.Ordinal));
            if (!isTaken)
            {
                throw ApiException.Validation(
                    $"1 validation error detected: Value '{text}' at 'tags.member.{member}' failed to satisfy constraint: "
                        + @"Member must satisfy regular expression pattern: ^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$");
            }
        }
    }

    /// <summary>The refusal of a logging configuration.</summary>
    public static ApiException InvalidLogging(string reason) => new("InvalidLoggingConfiguration", $"Invalid Logging Configuration: {reason}");

    private static ApiException InvalidEncryption(string reason) => new("InvalidEncryptionConfiguration", $"Invalid Encryption Configuration: {reason}");
}
