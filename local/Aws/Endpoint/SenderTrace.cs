using Stateside.Aws.Wire;
using Stateside.Engine.Functions;

namespace Stateside.Aws.Endpoint;

/// <summary>What a request of a function tells of it: in the trace of .NET's HttpClient, or in the X-Ray header that AWS's SDKs pass on.</summary>
internal static class SenderTrace
{
    /// <summary>The function; null where nothing tells.</summary>
    public static string? Function(ReceivedRequest request) =>
        Part(request.Header("tracestate"), ',', InvocationOptions.FunctionState) ?? Part(request.Header("X-Amzn-Trace-Id"), ';', InvocationOptions.FunctionName);

    /// <summary>The functions that led to it, itself among them; null where nothing tells.</summary>
    public static string? Lineage(ReceivedRequest request) =>
        Part(request.Header("tracestate"), ',', InvocationOptions.LineageState) ?? Part(request.Header("X-Amzn-Trace-Id"), ';', InvocationOptions.LineageName);

    private static string? Part(string? text, char between, string name)
    {
        foreach (var part in (text ?? "").Split(between))
        {
            if (part.Trim().Split('=', 2) is [var its, var value] && its == name)
                return value;
        }

        return null;
    }
}
