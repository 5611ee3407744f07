using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Hosting;

namespace Stateside.Engine.Tests.Functions;

/// <summary>
/// Makes the test program a handler process when started as one, before its generated entry point looks at the arguments.
/// </summary>
internal static class ThisProgramAsHandlerProcess
{
    public static readonly HandlerProcessCommand Command = new("dotnet", [typeof(ThisProgramAsHandlerProcess).Assembly.Location, HandlerProcessCommand.Word]);

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The entry point is generated.")]
    public static void RunIfAsked()
    {
        if (Environment.GetCommandLineArgs() is not [_, HandlerProcessCommand.Word])
            return;
        Environment.Exit(
            HandlerProcess.RunAsync(Console.OpenStandardInput(), Console.OpenStandardOutput(), TimeProvider.System).GetAwaiter().GetResult());
    }
}
