using System.Collections;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using Amazon.Lambda.Core;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Microsoft.Extensions.Hosting;

[assembly: LambdaSerializer(typeof(Amazon.Lambda.Serialization.SystemTextJson.DefaultLambdaJsonSerializer))]

namespace Hosted;

/// <summary>What a handler finds around it, some of it while it is made, as libraries read it.</summary>
public sealed class Place
{
    private static readonly string? NameInStatic = Environment.GetEnvironmentVariable("AWS_LAMBDA_FUNCTION_NAME");
    private readonly string? _nameAtInit = Environment.GetEnvironmentVariable("AWS_LAMBDA_FUNCTION_NAME");
    private readonly string? _greeting;

    public Place()
    {
        var builder = Host.CreateApplicationBuilder();
        _greeting = builder.Configuration["Greeting"];
    }

    public Dictionary<string, string?> Look(Dictionary<string, string> input, ILambdaContext context)
    {
        if (input.TryGetValue("write", out var file))
            File.WriteAllText(file, "here");
        return new()
        {
            ["static"] = NameInStatic,
            ["init"] = _nameAtInit,
            ["now"] = Environment.GetEnvironmentVariable("AWS_LAMBDA_FUNCTION_NAME"),
            ["context"] = context.FunctionName,
            ["stream"] = Environment.GetEnvironmentVariable("AWS_LAMBDA_LOG_STREAM_NAME") == context.LogStreamName ? "the context's" : "another",
            ["memory"] = Environment.GetEnvironmentVariable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
            ["handler"] = Environment.GetEnvironmentVariable("_HANDLER"),
            ["trace"] = Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID") == context.TraceId ? "the context's" : "another",
            ["greeting"] = _greeting,
            ["folder"] = Directory.GetCurrentDirectory(),
            ["base"] = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory),
            ["root"] = Environment.GetEnvironmentVariable("LAMBDA_TASK_ROOT"),
            ["zone"] = TimeZoneInfo.Local.GetUtcOffset(DateTime.UnixEpoch).ToString(),
        };
    }
}

/// <summary>Whom a handler may say it is to AWS.</summary>
public static class Identity
{
    public static async Task<Dictionary<string, string?>> Show()
    {
        var found = new Dictionary<string, string?>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (((string)variable.Key).StartsWith("AWS_", StringComparison.Ordinal))
                found[(string)variable.Key] = (string?)variable.Value;
        }

        try
        {
            var credentials = await DefaultAWSCredentialsIdentityResolver.GetCredentials().GetCredentialsAsync();
            found["found"] = $"{credentials.AccessKey} {credentials.SecretKey} {credentials.Token}".TrimEnd();
        }
        catch (AmazonClientException exception)
        {
            found["found"] = exception.Message;
        }

        return found;
    }
}

/// <summary>Requests that name a host of AWS, as those of SDKs do that do not go by AWS_ENDPOINT_URL.</summary>
public static class Reach
{
    public static async Task<string> Ask(Dictionary<string, string> input)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, input["url"]) { Content = new ByteArrayContent("{}"u8.ToArray()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", "AWSStepFunctions.ListStateMachines");
        try
        {
            using var response = await http.SendAsync(request);
            return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
        }
        catch (HttpRequestException exception)
        {
            return exception.Message;
        }
    }
}

/// <summary>Every way to standard output.</summary>
public static class Output
{
    public static string Write()
    {
        Console.WriteLine("by the console");
        using (var stream = Console.OpenStandardOutput())
            stream.Write("by its stream\n"u8);
        if (!OperatingSystem.IsWindows())
            write(1, "by the system\n"u8.ToArray(), "by the system\n".Length);

        // As some loggers do, for good.
        Console.SetOut(new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true });
        Console.WriteLine("by a writer of its own");
        Console.Write("without an end");
        return "written";
    }

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint write(int descriptor, byte[] bytes, nint count);
}

/// <summary>What ends the process it runs in.</summary>
public static class Fatal
{
    public static int End(Dictionary<string, string> input)
    {
        if (input["how"] == "overflow")
            return Deeper(0);
        Environment.FailFast("A handler ends the process.");
        return 0;
    }

    private static int Deeper(int depth) => Deeper(depth + 1) + Deeper(depth + 2);
}
