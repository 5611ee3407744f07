using Amazon.Lambda.Core;

namespace OrderIntake;

/// <summary>
/// Cancels a little before Lambda would kill the environment, so that an invocation that runs out of time ends with an
/// exception that says where it stood. Pass the token to whatever waits.
/// </summary>
internal static class Deadline
{
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestInvocation = TimeSpan.FromMinutes(15);

    public static CancellationTokenSource Of(ILambdaContext context) =>
        new(TimeSpan.FromTicks(Math.Clamp((context.RemainingTime - Margin).Ticks, 0, LongestInvocation.Ticks)));
}
