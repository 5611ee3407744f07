using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Json;

namespace Stateside.Workflow.Tests;

/// <summary>What DynamoDB and S3 answer order intake when they are not well.</summary>
internal static class ServiceAnswers
{
    /// <summary>The state of order intake that makes a request.</summary>
    public static string StateOf(ServiceCall call) => (call.Action, ((call.Parameters["Item"] as JsonObject)?["status"] as JsonObject)?["S"]) switch
    {
        ("GetItem", _) => "ReadClaim",
        ("PutObject", _) => "StoreInvoice",
        (_, JsonString { Value: "CLAIMED" }) => "ClaimOrder",
        (_, JsonString { Value: "INVOICED" }) => "StoreOrder",
        _ => "RecordFailure",
    };

    /// <summary>Refuses a state's requests one after another; the rest reach the service.</summary>
    public static ServiceAnswer Refuse(string state, params IReadOnlyList<ServiceError> errors)
    {
        var refused = 0;
        return (call, _) => ValueTask.FromResult<ServiceResponse?>(
            StateOf(call) == state && refused < errors.Count ? new ServiceResponse.Refused(errors[refused++]) : null);
    }

    /// <summary>Refuses all of a state's requests.</summary>
    public static ServiceAnswer RefuseAlways(string state, ServiceError error) => (call, _) => ValueTask.FromResult<ServiceResponse?>(
        StateOf(call) == state ? new ServiceResponse.Refused(error) : null);

    /// <summary>Does what a state asks for the first time, and then says that nobody was reached.</summary>
    public static ServiceAnswer LoseFirst(string state)
    {
        var isLost = false;
        return async (call, services) =>
        {
            if (isLost || StateOf(call) != state)
                return null;
            isLost = true;
            await services.SendAsync(call, TestContext.Current.CancellationToken);
            return new ServiceResponse.Refused(Troubles.Unsent);
        };
    }
}
