using System.Text;
using Stateside.Aws.Services;
using Stateside.Engine;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.Sts;

/// <summary>
/// STS, where everybody is one made-up role of the service's account, and may be any other. The keys that it gives are nobody's: AWS has
/// none that begin so. See https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html.
/// </summary>
internal sealed class StsService(LocalService service) : IEmbeddedService
{
    private const string Id = HandlerSurroundings.KeyId;
    private const int LeastSeconds = 900;

    private static readonly string[] Covered = ["GetCallerIdentity", "GetSessionToken", "AssumeRole"];

    private readonly AwsLocation _location = service.Options.Location;

    public bool HasAny => false;

    /// <summary>With leave to reach AWS, Tasks are who AWS says they are.</summary>
    public bool Holds(ServiceCall call) => !service.Options.AllowAws && Array.IndexOf(Covered, call.Action) >= 0;

    public void Declare(TemplateModel template)
    {
    }

    public ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        var body = call.Action switch
        {
            "GetCallerIdentity" => JsonObject.Of(
                ("UserId", JsonValue.From($"AROA{Id}:stateside")), ("Account", JsonValue.From(_location.AccountId)),
                ("Arn", JsonValue.From(SessionArn(_location.Partition, _location.AccountId, "stateside", "stateside")))),
            "GetSessionToken" => JsonObject.Of(("Credentials", Credentials(call, 43_200, 129_600))),
            "AssumeRole" => AssumeRole(call),
            _ => throw StoreCoverage.NotCovered("STS", $"{call.Action}: it covers {string.Join(", ", Covered)}"),
        };
        return ValueTask.FromResult<ServiceResponse>(new ServiceResponse.Answered(200, [], body, call.RequestId));
    }

    private static string SessionArn(string partition, string account, string role, string session) =>
        $"arn:{partition}:sts::{account}:assumed-role/{role}/{session}";

    private static StoreRefusal Invalid(string message) => new("ValidationError", $"1 validation error detected: {message}", 400);

    private JsonObject AssumeRole(ServiceCall call)
    {
        if (call.Parameters.Text("RoleArn") is not { } arn)
            throw Invalid("Value null at 'roleArn' failed to satisfy constraint: Member must not be null");
        if (arn.Split(':', 6) is not ["arn", var partition, "iam", "", var account, var resource] || !resource.StartsWith("role/", StringComparison.Ordinal))
            throw new StoreRefusal("ValidationError", $"{arn} is invalid", 400);
        if (call.Parameters.Text("RoleSessionName") is not { } session)
            throw Invalid("Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null");
        if (session.Length is < 2 or > 64 || !session.All(c => char.IsAsciiLetterOrDigit(c) || "_+=,.@-".Contains(c, StringComparison.Ordinal)))
            throw Invalid($"Value '{session}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*");
        var credentials = Credentials(call, 3_600, 43_200);
        return JsonObject.Of(
            ("Credentials", credentials),
            ("AssumedRoleUser", JsonObject.Of(
                ("AssumedRoleId", JsonValue.From($"AROA{Id}:{session}")),
                ("Arn", JsonValue.From(SessionArn(partition, account, resource[(resource.LastIndexOf('/') + 1)..], session))))));
    }

    private JsonObject Credentials(ServiceCall call, int usual, int most)
    {
        var seconds = call.Parameters["DurationSeconds"] is JsonNumber { IsInt64: true, Int64: var given } ? given : usual;
        if (seconds < LeastSeconds || seconds > most)
        {
            throw Invalid(
                $"Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value "
                + (seconds < LeastSeconds ? $"greater than or equal to {LeastSeconds}" : $"less than or equal to {most}"));
        }

        // Clients live in real time, and so do the keys that they look at.
        var now = (service.Options.HandlerTime ?? service.Options.Time).GetUtcNow();
        var chance = new Chance(Chance.Derive(service.Options.Seed, call.RequestId));
        return JsonObject.Of(
            ("AccessKeyId", JsonValue.From($"{Id}{chance.NextBits() % 10_000_000_000:D10}")),
            ("SecretAccessKey", JsonValue.From($"{Id}/{chance.NextId():N}")),
            ("SessionToken", JsonValue.From(Id + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{chance.NextId()}")))),
            ("Expiration", ApiTime.Of(DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() + seconds))));
    }
}
