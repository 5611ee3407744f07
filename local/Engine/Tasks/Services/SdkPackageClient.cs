using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Reflection;
using Amazon.Runtime;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// Services of protocols that are not spoken here, through their packages of the AWS SDK for .NET where those are present. The endpoint
/// and the credentials are those of all other services: without --allow-aws nothing reaches AWS.
/// </summary>
/// <param name="packages">Where the packages are.</param>
/// <param name="endpoints">Where services are.</param>
/// <param name="time">The real clock.</param>
/// <param name="region">The region to sign for.</param>
/// <param name="credentials">Finds credentials, told whether AWS itself is asked; null where there are none.</param>
internal sealed class SdkPackageClient(
    SdkPackages packages, ServiceEndpoints endpoints, TimeProvider time, string region, Func<bool, AWSCredentials?> credentials) : IServiceClient
{
    private readonly ConcurrentDictionary<(string Service, string Action), SdkAction> _actions = new();

    public async ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        try
        {
            if (!_actions.TryGetValue((call.Service, call.Action), out var action))
            {
                if (!packages.TryLoad(call.Service, out var assembly, out var missing))
                    return Refused($"{call.Service}:{call.Action} cannot be performed: {missing}");
                if (SdkAction.Find(assembly, call.Action) is not { } found)
                    return Refused($"{assembly.GetName().Name} has no action {call.Action}. Correct the state's resource, or take a newer version of the package.");
                action = _actions.GetOrAdd((call.Service, call.Action), found);
            }

            return await SendAsync(call, action, cancellationToken).ConfigureAwait(false);
        }
        catch (FormatException e)
        {
            return Refused($"The parameters of {call.Service}:{call.Action} are not those of its request: {e.Message}");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // What runs here is a package of the user's choice; whatever it throws is the task's failure.
            return new ServiceResponse.Refused(ErrorOf(call, e is TargetInvocationException { InnerException: { } inner } ? inner : e));
        }
    }

    private async ValueTask<ServiceResponse> SendAsync(ServiceCall call, SdkAction action, CancellationToken cancellationToken)
    {
        var config = Activator.CreateInstance(action.Config)!;
        if (Locate(call.Service, config, action) is { } problem)
            return new ServiceResponse.Refused(problem);
        var values = new SdkValues(call.IsOptimized);
        var request = values.ToObject(action.Request, call.Parameters, "");
        var client = action.Client.Invoke([await CredentialsAsync(action, config, cancellationToken).ConfigureAwait(false), config]);
        using var disposable = client as IDisposable;
        var task = (Task)action.Method.Invoke(client, [request, cancellationToken])!;
        await task.ConfigureAwait(false);
        var response = action.Method.ReturnType.GetProperty(nameof(Task<>.Result))!.GetValue(task)!;
        var metadata = Member(response, "ResponseMetadata");
        var requestId = metadata is not null && Member(metadata, "RequestId") is string id ? id : call.RequestId;
        var status = Member(response, "HttpStatusCode") is HttpStatusCode code ? (int)code : 200;
        var length = Member(response, "ContentLength") is long bytes ? (int)bytes : 0;
        return new ServiceResponse.Answered(status, SdkMetadata.JsonHeaders(requestId, length, time.GetUtcNow()), values.FromObject(response), requestId);
    }

    /// <summary>Says where the service is; the SDK knows that of AWS's own.</summary>
    private ServiceError? Locate(string service, object config, SdkAction action)
    {
        // The id is what the SDKs make their variables of: EMR_SERVERLESS of EMR Serverless.
        var variable = (Member(config, "ServiceId") as string ?? service).Replace(' ', '_').ToUpperInvariant();
        Set(config, "MaxErrorRetry", 0);
        if (endpoints.Configured(variable) is null && endpoints.AllowsAws)
        {
            var regions = action.Core.GetType("Amazon.RegionEndpoint", throwOnError: true)!;
            Set(config, "RegionEndpoint", regions.GetMethod("GetBySystemName", [typeof(string)])!.Invoke(null, [region])!);
            return null;
        }

        var (endpoint, problem) = endpoints.Of(service, variable, service);
        if (problem is not null)
            return problem;
        Set(config, "ServiceURL", endpoint!.AbsoluteUri);
        Set(config, "AuthenticationRegion", region);

        // A host such as api.127.0.0.1 is nowhere.
        Set(config, "DisableHostPrefixInjection", true);
        return null;
    }

    /// <summary>The credentials as an object of the package's own Core.</summary>
    private async ValueTask<object> CredentialsAsync(SdkAction action, object config, CancellationToken cancellationToken)
    {
        var isAws = Member(config, "ServiceURL") is not string url || RequestSigner.IsAws(new Uri(url));
        if (credentials(isAws) is not { } found)
            return Activator.CreateInstance(action.Core.GetType("Amazon.Runtime.AnonymousAWSCredentials", throwOnError: true)!)!;
        var keys = await found.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return keys.UseToken
            ? Activator.CreateInstance(action.Core.GetType("Amazon.Runtime.SessionAWSCredentials", throwOnError: true)!, keys.AccessKey, keys.SecretKey, keys.Token)!
            : Activator.CreateInstance(action.Core.GetType("Amazon.Runtime.BasicAWSCredentials", throwOnError: true)!, keys.AccessKey, keys.SecretKey)!;
    }

    private static ServiceError ErrorOf(ServiceCall call, Exception exception)
    {
        if (SdkValues.IsOf(exception.GetType(), "Amazon.Runtime.AmazonServiceException")
            && Convert.ToInt32(Member(exception, "StatusCode"), CultureInfo.InvariantCulture) is var status and not 0)
        {
            var code = Member(exception, "ErrorCode") as string;
            return new ServiceError(
                string.IsNullOrEmpty(code) ? status.ToString(CultureInfo.InvariantCulture) : code,
                exception.Message, status, Member(exception, "RequestId") as string is { Length: > 0 } id ? id : call.RequestId)
            {
                // An exception of the package's own for this error derives from the one for all errors of the service.
                IsModeled = exception.GetType().BaseType?.FullName != "Amazon.Runtime.AmazonServiceException",
            };
        }

        return exception is HttpRequestException || exception.InnerException is HttpRequestException || exception is OperationCanceledException
            || SdkValues.IsOf(exception.GetType(), "Amazon.Runtime.AmazonClientException")
            ? ServiceError.Unreachable(exception.Message)
            : new ServiceError(
                ServiceError.NotSent,
                $"{SdkPackages.PackageName(call.Service)} could not perform {call.Service}:{call.Action}: {exception.GetType().Name}: {exception.Message} "
                + "Is the AWSSDK.Core beside it the one it was made for?",
                0, null);
    }

    private static ServiceResponse.Refused Refused(string message) => new(new ServiceError(ServiceError.NotSent, message, 0, null));

    private static object? Member(object target, string name) =>
        target.GetType().GetProperty(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)?.GetValue(target);

    /// <summary>Older versions lack some of the settings.</summary>
    private static void Set(object config, string name, object value) => config.GetType().GetProperty(name)?.SetValue(config, value);

    /// <summary>How a package performs one action.</summary>
    /// <param name="Client">Makes a client of credentials and a configuration.</param>
    /// <param name="Config">The type of the configuration.</param>
    /// <param name="Method">Performs the action.</param>
    /// <param name="Request">The type of its request.</param>
    private sealed record SdkAction(ConstructorInfo Client, Type Config, MethodInfo Method, Type Request)
    {
        /// <summary>The AWSSDK.Core that the package uses.</summary>
        public Assembly Core { get; } = Client.GetParameters()[0].ParameterType.Assembly;

        /// <summary>Finds an action; null when there is none. A package may have several clients, as that of DynamoDB and its streams.</summary>
        public static SdkAction? Find(Assembly package, string action)
        {
            var clients = package.GetExportedTypes().Where(type => !type.IsAbstract && SdkValues.IsOf(type, "Amazon.Runtime.AmazonServiceClient"));
            foreach (var client in clients)
            {
                var maker = Array.Find(client.GetConstructors(), constructor => constructor.GetParameters() is [var first, var second]
                    && first.ParameterType.FullName == "Amazon.Runtime.AWSCredentials" && SdkValues.IsOf(second.ParameterType, "Amazon.Runtime.ClientConfig"));
                var method = Array.Find(client.GetMethods(), method => string.Equals(method.Name, $"{action}Async", StringComparison.OrdinalIgnoreCase)
                    && method.GetParameters() is [var request, var token] && token.ParameterType == typeof(CancellationToken)
                    && SdkValues.IsOf(request.ParameterType, "Amazon.Runtime.AmazonWebServiceRequest"));
                if (maker is not null && method is not null)
                    return new SdkAction(maker, maker.GetParameters()[1].ParameterType, method, method.GetParameters()[0].ParameterType);
            }

            return null;
        }
    }
}
