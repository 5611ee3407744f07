using System.Globalization;
using Amazon.Lambda.Core;

namespace OrderIntake.Tests;

/// <summary>What Lambda hands to a handler beside the event: a logger that remembers, and the time that is left.</summary>
internal sealed class TestLambdaContext : ILambdaContext, ILambdaLogger
{
    public List<string> Lines { get; } = [];

    public TimeSpan RemainingTime { get; init; } = TimeSpan.FromSeconds(15);

    public string AwsRequestId => "c6af9ac6-7b61-11e6-9a41-93e8deadbeef";

    public IClientContext ClientContext => null!;

    public string FunctionName => "order-intake";

    public string FunctionVersion => "$LATEST";

    public ICognitoIdentity Identity => null!;

    public string InvokedFunctionArn => "arn:aws:lambda:us-east-1:123456789012:function:order-intake";

    public ILambdaLogger Logger => this;

    public string LogGroupName => "/aws/lambda/order-intake";

    public string LogStreamName => "local";

    public int MemoryLimitInMB => 512;

    public void Log(string message) => Lines.Add(message);

    public void LogLine(string message) => Lines.Add(message);

    public void Log(string level, string message, params object[] args) =>
        Lines.Add(args.Length == 0 ? message : string.Format(CultureInfo.InvariantCulture, message, args));
}
