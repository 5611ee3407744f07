using System.Collections.Frozen;
using Stateside.Engine.Execution;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// Names and texts of what services refuse. An SDK has an exception for each error that the service's model has, and one that stands for
/// all others; state machines see its name.
/// </summary>
internal static class ServiceFailures
{
    /// <summary>Codes of services whose models are no row of JSON services, or that answer with many codes besides their model's.</summary>
    private static readonly FrozenDictionary<string, FrozenSet<string>> ModeledByService = new Dictionary<string, FrozenSet<string>>(StringComparer.Ordinal)
    {
        ["s3"] = Codes(
            "BucketAlreadyExists BucketAlreadyOwnedByYou EncryptionTypeMismatch IdempotencyParameterMismatch InvalidObjectState InvalidRequest "
            + "InvalidWriteOffset NoSuchBucket NoSuchKey NoSuchUpload ObjectAlreadyInActiveTierError ObjectNotInActiveTierError TooManyParts"),
        ["sns"] = Codes(
            "AuthorizationError BatchEntryIdsNotDistinct BatchRequestTooLong ConcurrentAccess EmptyBatchRequest EndpointDisabled "
            + "FilterPolicyLimitExceeded InternalError InvalidBatchEntryId InvalidParameter ParameterValueInvalid InvalidSecurity InvalidState "
            + "KMSAccessDenied KMSDisabled KMSInvalidState KMSNotFound KMSOptInRequired KMSThrottling NotFound OptedOut "
            + "PlatformApplicationDisabled ReplayLimitExceeded ResourceNotFound StaleTag SubscriptionLimitExceeded TagLimitExceeded TagPolicy "
            + "Throttled TooManyEntriesInBatchRequest TopicLimitExceeded UserError ValidationException VerificationException"),
        ["sqs"] = Codes(
            "BatchEntryIdsNotDistinct BatchRequestTooLong EmptyBatchRequest InvalidAddress InvalidAttributeName InvalidAttributeValue "
            + "InvalidBatchEntryId InvalidIdFormat InvalidMessageContents InvalidSecurity KmsAccessDenied KmsDisabled KmsInvalidKeyUsage "
            + "KmsInvalidState KmsNotFound KmsOptInRequired KmsThrottled MessageNotInflight OverLimit PurgeQueueInProgress QueueDeletedRecently "
            + "QueueDoesNotExist QueueNameExists ReceiptHandleIsInvalid RequestThrottled ResourceNotFoundException TooManyEntriesInBatchRequest "
            + "UnsupportedOperation"),
        ["sts"] = Codes(
            "ExpiredTokenException IDPCommunicationError IDPRejectedClaim InvalidAuthorizationMessageException InvalidIdentityToken "
            + "MalformedPolicyDocument PackedPolicyTooLarge RegionDisabledException"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Codes that any service may answer with; a JSON service's row says which of them are its own.</summary>
    private static readonly FrozenSet<string> Common = Codes(
        "AccessDenied AccessDeniedException AuthFailure BadRequestException ConflictException ExpiredToken ExpiredTokenException IncompleteSignature "
        + "InternalFailure InternalServerException InvalidAction InvalidClientTokenId InvalidParameterCombination InvalidParameterException "
        + "InvalidParameterValue InvalidQueryParameter InvalidRequestException InvalidSignatureException MalformedQueryString "
        + "MissingAction MissingAuthenticationToken MissingAuthenticationTokenException MissingParameter NotAuthorized NotFoundException "
        + "OptInRequired RequestExpired RequestTimeTooSkewed SerializationException ServiceUnavailable ServiceUnavailableException "
        + "SignatureDoesNotMatch Throttling ThrottlingException UnauthorizedException UnknownOperationException UnrecognizedClientException "
        + "UnsupportedOperation ValidationError ValidationException");

    /// <summary>The failure of an optimized integration.</summary>
    public static TaskOutcome.Failed Optimized(OptimizedService service, ServiceError error)
    {
        var exception = IsModeled(service.Client, error) ? error.ExceptionName : service.Exception;
        return TaskFailures.Of($"{service.ErrorPrefix}.{exception}", error.OptimizedCause(service.SdkName));
    }

    /// <summary>The failure of an SDK integration.</summary>
    /// <param name="service">The service as the resource calls it, without <c>aws-sdk:</c>.</param>
    /// <param name="error">What it said.</param>
    public static TaskOutcome.Failed Sdk(string service, ServiceError error)
    {
        var client = ClientName(service);
        return TaskFailures.Of($"{client}.{(IsModeled(service, error) ? error.ExceptionName : $"{client}Exception")}", error.ServiceCause(client));
    }

    /// <summary>The service as the second SDK for Java names its client.</summary>
    private static string ClientName(string service) =>
        JsonService.TryFind(service, out var json) ? json.ClientName : SdkPackages.ClientName(service);

    private static bool IsModeled(string service, ServiceError error)
    {
        if (error.IsModeled is { } known)
            return known;
        var code = error.Code;
        if (code == ServiceError.NotSent)
            return true;
        if (ModeledByService.TryGetValue(service, out var codes))
            return codes.Contains(code);
        if (Common.Contains(code))
            return JsonService.TryFind(service, out var json) && json.Modeled.Contains(code);
        return code.Length > 0 && char.IsAsciiLetter(code[0]) && !code.Contains('.', StringComparison.Ordinal);
    }

    private static FrozenSet<string> Codes(string codes) => codes.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
