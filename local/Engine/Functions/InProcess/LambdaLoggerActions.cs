using System.Reflection;

namespace Stateside.Engine.Functions.InProcess;

/// <summary>
/// Takes the static LambdaLogger of the handler's Amazon.Lambda.Core to the log of whichever invocation calls it, through the fields
/// that the package keeps for Lambda's runtime. Versions have one, two or three of them; without, the console is captured anyway.
/// </summary>
internal static class LambdaLoggerActions
{
    public static void Install(Assembly? core)
    {
        if (core?.GetType("Amazon.Lambda.Core.LambdaLogger") is not { } logger)
            return;
        Set<Action<string>>(logger, "_loggingAction", message => ConsoleCapture.Current?.WriteLine(null, message));
        Set<Action<string, string, object[]>>(
            logger, "_loggingWithLevelAction",
            (level, message, arguments) => ConsoleCapture.Current?.WriteLine(level, message, null, arguments));
        Set<Action<string, Exception, string, object[]>>(
            logger, "_loggingWithLevelAndExceptionAction",
            (level, exception, message, arguments) => ConsoleCapture.Current?.WriteLine(level, message, exception, arguments));
    }

    private static void Set<TAction>(Type logger, string field, TAction action)
        where TAction : Delegate
    {
        var found = logger.GetField(field, BindingFlags.NonPublic | BindingFlags.Static);
        if (found is { IsInitOnly: false } && found.FieldType == typeof(TAction))
            found.SetValue(null, action);
    }
}
