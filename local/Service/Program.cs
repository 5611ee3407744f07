using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Hosting;
using Stateside.Service.Cli;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service;

/// <summary>The composition root: the one place that names the system's clock, chance and console.</summary>
public static class Program
{
    /// <summary>Runs the command line.</summary>
    /// <param name="args">The words after the program's name.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Main(string[] args)
    {
#pragma warning disable RS0030 // This is the composition root.
        var time = new SteadyTime(TimeProvider.System);

        // As good a seed as another, and it loads no cryptography.
        var seed = BitConverter.ToUInt64(Guid.NewGuid().ToByteArray());
#pragma warning restore RS0030
        if (args is [HandlerProcessCommand.Word, ..])
        {
            // A handler may still run, on a thread that would hold the process.
            Environment.Exit(await HandlerProcess.RunAsync(System.Console.OpenStandardInput(), System.Console.OpenStandardOutput(), time));
        }

        // Handlers' console and their standard output are captured, so the command line's own streams are taken first.
        var output = new StreamWriter(System.Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        return await CommandLine.RunAsync(args, new CommandHost(time, seed, output, System.Console.Error, ownsProcess: true));
    }
}
