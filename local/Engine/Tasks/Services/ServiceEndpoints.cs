using Amazon.Runtime.CredentialManagement;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services;

/// <summary>Where requests to AWS services go. Nothing reaches AWS unless the user has said that it may.</summary>
/// <param name="endpoint">The endpoint of every service that has none of its own in a variable; null for none.</param>
/// <param name="allowAws">Whether requests may reach AWS.</param>
/// <param name="location">The region of AWS's endpoints.</param>
/// <param name="configured">
/// The endpoint that an environment variable or the AWS configuration gives, told the variable's name; null for those of this machine.
/// </param>
/// <param name="own">The address of this service itself: clients are pointed at it by the same variables, which then configure nothing. Null for none.</param>
/// <param name="declaredAs">The type of what a template may declare of a service, told the service's name, so that it is served without an endpoint.</param>
internal sealed class ServiceEndpoints(
    Uri? endpoint, bool allowAws, AwsLocation location, Func<string, string?>? configured = null, Uri? own = null, Func<string, string?>? declaredAs = null)
{
    /// <summary>Why a request to AWS does not leave; the end of a sentence.</summary>
    public const string WithoutLeave = "and without --allow-aws nothing reaches AWS.";

    private const string Variable = "AWS_ENDPOINT_URL";

    private readonly Func<string, string?> _configured = configured ?? OfMachine;

    /// <summary>Whether requests may reach AWS.</summary>
    public bool AllowsAws { get; } = allowAws;

    /// <summary>The endpoint that is configured for a service; null when there is none, and AWS's own would be asked.</summary>
    /// <param name="variableName">The service as variables name it, such as DYNAMODB.</param>
    public Uri? Configured(string variableName) => Own(variableName) ?? General;

    /// <summary>The endpoint that is configured for all services; null for none.</summary>
    public Uri? General => endpoint ?? Elsewhere(_configured(Variable));

    /// <summary>
    /// What it does that the machine's variables or profile have an endpoint for all services, which nobody sees on the command line: a
    /// sentence. Null where they have none, or the command line has its own.
    /// </summary>
    public string? OfAll => endpoint is null && Elsewhere(_configured(Variable)) is { } elsewhere && (AllowsAws || !AwsLocation.IsAws(elsewhere))
        ? $"{Variable}, or the profile's endpoint_url, is {elsewhere.GetLeftPart(UriPartial.Authority)}: Tasks and handlers ask there for every service but Step Functions and Lambda, "
            + "also for what the template declares."
        : null;

    /// <summary>The endpoint that is configured for a service alone; null for none.</summary>
    /// <param name="variableName">The service as variables name it, such as DYNAMODB.</param>
    public Uri? Own(string variableName) => Elsewhere(_configured($"{Variable}_{variableName}"));

    /// <summary>Where requests to a service go.</summary>
    /// <param name="service">The service.</param>
    /// <returns>The endpoint, or why there is none.</returns>
    public (Uri? Endpoint, ServiceError? Error) Of(ServiceModel service)
    {
        var found = Configured(service.VariableName);
        if (found is null && AllowsAws)
            found = new Uri($"https://{GlobalOf(service)?.Host ?? $"{service.EndpointPrefix}.{location.Region}.{location.UrlSuffix}"}");
        if (found is not null && (AllowsAws || !AwsLocation.IsAws(found)))
            return (found, null);
        var why = found is null
            ? $"no endpoint is configured for {service.Name}"
            : $"the endpoint of {service.Name} is AWS itself ({found.Host})";
        return (null, ServiceError.Unreachable($"{why}, {NotReached(service.VariableName, found is null ? declaredAs?.Invoke(service.Name) : null)}"));
    }

    /// <summary>What is the matter with what is at AWS alone, and the ways out; the end of a sentence.</summary>
    /// <param name="variableName">The service as variables name it, such as DYNAMODB.</param>
    /// <param name="declarable">The type of what a template may declare instead, such as AWS::SQS::Queue; null for nothing.</param>
    public static string NotReached(string variableName, string? declarable = null) =>
        $"{WithoutLeave} {(declarable is null ? "Name" : $"Declare what it names in the template ({declarable}), name")} an endpoint with "
        + $"--endpoint-url, {Variable}_{variableName} or {Variable}, give the state a mocked answer with --mocks, or allow AWS with --allow-aws.";

    /// <summary>Host and region to sign for of a service that AWS has at one place; null where it is in every region.</summary>
    public (string Host, string Region)? GlobalOf(ServiceModel service) => location.IsCommercial ? service.Global : null;

    private Uri? Elsewhere(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && !(own is not null && uri.IsLoopback && uri.Port == own.Port)
            ? uri
            : null;

    /// <summary>What the AWS SDKs look at: a variable; for the endpoint of all services also the profile of the shared configuration.</summary>
    private static string? OfMachine(string variable)
    {
        if (string.Equals(Environment.GetEnvironmentVariable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true", StringComparison.OrdinalIgnoreCase))
            return null;
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            return value;
        if (variable != Variable || !ProfilesNameEndpoints())
            return null;
        var name = Environment.GetEnvironmentVariable("AWS_PROFILE") is { Length: > 0 } chosen ? chosen : "default";
        return new CredentialProfileStoreChain().TryGetProfile(name, out var profile) ? profile.EndpointUrl : null;
    }

    /// <summary>
    /// Whether any file with profiles may name an endpoint: few do, and to have the SDK read them takes as long as many a test. Windows has
    /// profiles elsewhere too.
    /// </summary>
    private static bool ProfilesNameEndpoints()
    {
        if (OperatingSystem.IsWindows())
            return true;
        var credentials = Environment.GetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE");
        string?[] homes =
        [
            Environment.GetEnvironmentVariable("HOME"), Environment.GetEnvironmentVariable("USERPROFILE"),
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        ];
        foreach (var folder in homes.Select(home => string.IsNullOrEmpty(home) ? null : Path.Combine(home, ".aws")).Append(Path.GetDirectoryName(credentials)).Distinct())
        {
            if (folder is not null && (Names(Path.Combine(folder, "config")) || Names(Path.Combine(folder, "credentials"))))
                return true;
        }

        return Names(credentials) || Names(Environment.GetEnvironmentVariable("AWS_CONFIG_FILE"));

        static bool Names(string? file)
        {
            try
            {
                return File.Exists(file) && File.ReadAllText(file).Contains("endpoint_url", StringComparison.OrdinalIgnoreCase);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The SDK says what it makes of it.
                return true;
            }
        }
    }
}
