using System.Diagnostics;
using System.Text;
using Stateside.Engine.Functions.Building;

namespace Stateside.Engine.Functions.Processes;

/// <summary>What to start for a function that runs in a process of its own, and what it finds around it.</summary>
/// <param name="Function">The function.</param>
/// <param name="Folder">The folder of its code.</param>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Around">How its variables differ from those of this process before Lambda's and its own, at the time of the call.</param>
internal sealed record ProcessCommand(
    FunctionConfiguration Function, string Folder, string FileName, IReadOnlyList<string> Arguments,
    Func<IReadOnlyDictionary<string, string?>> Around)
{
    /// <summary>
    /// Whether it is a runtime of ours: it marks the end of each invocation in its output, and asks the runtime API under the path
    /// that it is told. AWS's runtimes know a host and a port alone.
    /// </summary>
    public bool IsOurs { get; init; }

    /// <summary>Variables beside those of Lambda and the function.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>What to do where it cannot be started.</summary>
    public required string Remedy { get; init; }

    /// <summary>How to start one process.</summary>
    /// <param name="api">Its runtime API.</param>
    /// <param name="logStream">The name of its log stream.</param>
    public ProcessStartInfo NewStart(RuntimeApi api, string logStream)
    {
        var start = new ProcessStartInfo(FileName)
        {
            // A process whose input ends knows that its parent has.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = Folder,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var argument in Arguments)
            start.ArgumentList.Add(argument);
        var variables = start.Environment;

        // What tells this process what to do and where to keep what is nothing to a handler, and may be secret.
        foreach (var name in variables.Keys.Where(name => name.StartsWith("STATESIDE_", StringComparison.OrdinalIgnoreCase)).ToList())
            variables.Remove(name);
        foreach (var (name, value) in Around())
            variables[name] = value;
        foreach (var name in FunctionBuilder.VariablesOfBuildTools([.. variables.Keys]))
            variables.Remove(name);

        // That of another function, which this process runs; its own comes with each invocation.
        variables.Remove(LambdaVariables.Trace);
        variables["AWS_LAMBDA_RUNTIME_API"] = api.Address;
        if (api.Path.Length > 0)
            variables[RuntimeApi.PathVariable] = api.Path;
        foreach (var (name, value) in LambdaVariables.Of(Function, Folder, logStream).Concat(Function.RegionVariables).Concat(Variables).Concat(Function.Variables))
            variables[name] = value;
        return start;
    }
}
