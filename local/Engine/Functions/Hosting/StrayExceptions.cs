using System.Runtime.ExceptionServices;

namespace Stateside.Engine.Functions.Hosting;

/// <summary>
/// Catches what a handler in this process throws where nobody can: on a thread of its own, in an <c>async void</c> method. It would
/// end the process; instead it ends the invocation, as on Lambda it would. Who threw it is known by the flow of execution, and what
/// was not thrown by a handler takes its usual course.
/// </summary>
internal static class StrayExceptions
{
    private static readonly Lock Installing = new();
    private static bool _isInstalled;

    /// <summary>Puts the catcher in place once; a process has one, and where another part of it was first, there is none here.</summary>
    public static void Install()
    {
        lock (Installing)
        {
            if (_isInstalled)
                return;
            _isInstalled = true;
            try
            {
                ExceptionHandling.SetUnhandledExceptionHandler(static exception => ConsoleCapture.Current?.TakeStray(exception) == true);
            }
            catch (InvalidOperationException)
            {
            }
        }
    }
}
