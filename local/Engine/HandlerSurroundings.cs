using Stateside.Engine.Tasks.Services;
using Stateside.Language.Services;

namespace Stateside.Engine;

/// <summary>
/// The variables that tell every handler where AWS is and who it is there. Without leave to reach AWS that is the address of this
/// service, with credentials that are nobody's; what the user has configured for a service stays.
/// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html.
/// </summary>
internal static class HandlerSurroundings
{
    private const string Endpoint = "AWS_ENDPOINT_URL";

    /// <summary>The key of every handler: AWS gives none that begins so.</summary>
    public const string KeyId = "STATESIDE";

    /// <summary>
    /// Where SDKs of today and of before look for credentials, and what would lead them past the address: profiles, roles, metadata of a machine or a container,
    /// other kinds of endpoints.
    /// </summary>
    private static readonly string[] TakenAway =
    [
        "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_CREDENTIAL_FILE", "AWS_BEARER_TOKEN_BEDROCK", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_CREDENTIAL_EXPIRATION", "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT",
    ];

    /// <summary>What the user has set for services of their own, before any handler's variables stood in this process.</summary>
    private static readonly string[] SetByUser =
    [
        .. Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith($"{Endpoint}_", StringComparison.Ordinal)),
    ];

    /// <summary>What is for Stateside alone: the key that others sign with.</summary>
    private static readonly string[] OwnKey = ["STATESIDE_ACCESS_KEY_ID", "STATESIDE_SECRET_ACCESS_KEY"];

    private static readonly string[] NoProxy = ["no_proxy", "NO_PROXY"];

    /// <summary>What the user's proxy, where there is one, is not to be asked for: it would look for this machine's addresses elsewhere.</summary>
    private static readonly string? Unproxied = WithoutProxy(Environment.GetEnvironmentVariable);

    /// <summary>The variables; null takes one away.</summary>
    /// <param name="address">Where Step Functions and what the template declares answer.</param>
    /// <param name="endpoints">Where else services are.</param>
    /// <param name="declared">The services that the template declares something of, as resources spell them.</param>
    public static Dictionary<string, string?> Of(Uri address, ServiceEndpoints endpoints, IEnumerable<string> declared)
    {
        var here = address.GetLeftPart(UriPartial.Authority);
        var general = Reached(endpoints.General);

        // Handlers go by what tasks go by: what is ignored here, or would lead to AWS without leave, is not for them either.
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = null,
            [Endpoint] = general?.GetLeftPart(UriPartial.Path).TrimEnd('/') ?? (endpoints.AllowsAws ? null : here),
        };
        foreach (var name in SetByUser)
        {
            if (Reached(endpoints.Own(name[(Endpoint.Length + 1)..])) is null)
                variables[name] = null;
        }

        foreach (var name in OwnKey)
            variables[name] = null;
        foreach (var name in Unproxied is null ? [] : NoProxy)
            variables[name] = Unproxied;

        // Step Functions and the template's functions are nowhere else.
        var own = declared.Append("sfn").Append("lambda");
        if (!endpoints.AllowsAws)
        {
            variables["AWS_ACCESS_KEY_ID"] = KeyId;
            variables["AWS_SECRET_ACCESS_KEY"] = KeyId;
            foreach (var name in TakenAway)
                variables[name] = null;

            // The files with the user's profiles, which SDKs read by themselves, and the metadata of the machine.
            var nowhere = Path.Combine(Path.GetTempPath(), "stateside-has-no-aws-profiles");
            variables["AWS_SHARED_CREDENTIALS_FILE"] = nowhere;
            variables["AWS_CONFIG_FILE"] = nowhere;
            variables["AWS_EC2_METADATA_DISABLED"] = "true";
            if (general is null)
                own = [];
        }

        foreach (var service in own.Select(ServiceModels.Find).OfType<ServiceModel>().Select(model => model.VariableName))
        {
            // What a general endpoint answers, tasks ask there too; only Step Functions and functions are ours all the same.
            if (Reached(endpoints.Own(service)) is null && (general is null || service is "SFN" or "LAMBDA"))
                variables[$"{Endpoint}_{service}"] = here;
        }

        return variables;

        Uri? Reached(Uri? endpoint) => endpoint is not null && (endpoints.AllowsAws || !AwsLocation.IsAws(endpoint)) ? endpoint : null;
    }

    /// <summary>A function's own variables, in which addresses at AWS lead here, such as that of a queue.</summary>
    public static IReadOnlyDictionary<string, string> Lead(IReadOnlyDictionary<string, string> variables, IEnumerable<EmbeddedAddress> addresses) =>
        variables.ToDictionary(
            variable => variable.Key,
            variable => addresses.Aggregate(variable.Value, (value, address) => value.Replace(address.Aws, address.Here, StringComparison.Ordinal)),
            StringComparer.Ordinal);

    /// <summary>What is not to be asked of the user's proxy, this machine among it; null where there is none, or it is asked for nothing.</summary>
    /// <param name="variable">Gives the user's variables.</param>
    internal static string? WithoutProxy(Func<string, string?> variable)
    {
        string[] proxies = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
        if (!proxies.Any(name => variable(name) is { Length: > 0 }))
            return null;
        var before = NoProxy.Select(variable).FirstOrDefault(value => value is { Length: > 0 });
        return before?.Trim() == "*" ? null : string.Join(',', new[] { before, "127.0.0.1", "localhost" }.OfType<string>());
    }
}
