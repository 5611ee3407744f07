using System.Collections.ObjectModel;
using System.Diagnostics;
using Stateside.Engine.Functions.Hosting;

namespace Stateside.Engine.Functions;

/// <summary>How a <see cref="FunctionHost"/> works. Every default stands here.</summary>
public sealed record FunctionHostOptions
{
    /// <summary>Stateside's own folder, usually <c>.stateside</c>; copies of built functions go below <c>functions</c> in it.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The configuration projects are built in. Debug, so that breakpoints bind and locals can be seen.</summary>
    public string BuildConfiguration { get; init; } = "Debug";

    /// <summary>Whether stale projects are built; else what was built last is loaded.</summary>
    public bool Build { get; init; } = true;

    /// <summary>
    /// The environments a function without a reserved concurrency may have: the cores, but at least two, so that a handler that
    /// waits does not hold up the next invocation.
    /// </summary>
    public int EnvironmentsPerFunction { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>
    /// Whether every function runs in processes of its own, one for each environment, that are killed when their time or their memory
    /// is up. It costs a start of a process and a round trip over loopback; nothing that a handler does then reaches this process.
    /// </summary>
    public bool Isolate { get; init; }

    /// <summary>
    /// The handler processes there may be at a time. Beyond it, one that is idle makes room, or invocations wait. Twice the cores, but
    /// at least eight.
    /// </summary>
    public int MaximumProcesses { get; init; } = Math.Max(8, 2 * Environment.ProcessorCount);

    /// <summary>
    /// The invocations of one function that may wait for an environment; further ones are throttled. As many as a distributed Map has
    /// child executions.
    /// </summary>
    public int MaximumWaiting { get; init; } = 10_000;

    /// <summary>The invocations of all functions that may run or wait; further ones are throttled.</summary>
    public int MaximumInvocations { get; init; } = 20_000;

    /// <summary>How long an environment is kept that nobody needs.</summary>
    public TimeSpan IdleLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A folder whose assemblies are loaded where they lie, with nothing built or copied: the output folder of the running program,
    /// which for tests holds the handlers they reference. Null to always go by the code path.
    /// </summary>
    public string? OutputDirectory { get; init; } = AppContext.BaseDirectory;

    /// <summary>Whether timeouts also run while a debugger is attached; else they stand still then.</summary>
    public bool TimeoutsWhileDebugging { get; init; }

    /// <summary>Tells whether a debugger is attached.</summary>
    public Func<bool> IsDebuggerAttached { get; init; } = () => Debugger.IsAttached;

    /// <summary>Whether timeouts stand still right now.</summary>
    internal bool TimeoutsStandStill => !TimeoutsWhileDebugging && IsDebuggerAttached();

    /// <summary>Hears in one line each thing that takes long or that a user should know: a build, a process started.</summary>
    public Action<string> Progress { get; init; } = _ => { };

    /// <summary>Hears each line that a handler writes, with the function's name, while it runs.</summary>
    public Action<string, string>? LogLine { get; init; }

    /// <summary>How to start this program's handler process; null for the running program with <c>handler-host</c>.</summary>
    public HandlerProcessCommand? HandlerProcess { get; init; }

    /// <summary>
    /// Variables that every function finds beside its own and those of Lambda, such as where AWS's services are; null takes one away.
    /// Asked whenever a function gets its variables.
    /// </summary>
    internal Func<IReadOnlyDictionary<string, string?>> Surroundings { get; init; } = () => ReadOnlyDictionary<string, string?>.Empty;

    /// <summary>
    /// Whether this process is there for the host alone: handlers in it then find the current folder, the base directory and the time zone
    /// that Lambda gives them, and what they write to standard output stands in their log. A test's process is its own.
    /// </summary>
    internal bool OwnsProcess { get; init; }

    /// <summary>
    /// Where requests end that handlers in this process send to AWS's own hosts: an address on this machine. Null to let them go.
    /// </summary>
    internal Uri? AwsAddress { get; init; }

    /// <summary>What takes this process's standard output to the handlers' logs; null where it is left alone.</summary>
    internal StandardOutputPipe? StandardOutput { get; init; }

    /// <summary>Where Stateside writes data and logs.</summary>
    internal IReadOnlyList<string> OwnFolders { get; init; } = [];

    /// <summary>Whether a path in a folder with code is no code, since Stateside itself writes it.</summary>
    internal bool IsOwn(string path, string code) => OwnFiles.Has(OwnFolders, path, code);

    /// <summary>How the one environment of a handler process works: whoever started the process keeps the time.</summary>
    /// <param name="awsAddress">What stands in <see cref="AwsAddressVariable"/>.</param>
    internal static FunctionHostOptions OfHandlerProcess(string? awsAddress) => new()
    {
        StateDirectory = "",
        IsDebuggerAttached = () => true,
        OutputDirectory = null,
        AwsAddress = awsAddress is null ? null : new Uri(awsAddress),
    };

    /// <summary>Tells a handler process its <see cref="AwsAddress"/>.</summary>
    internal const string AwsAddressVariable = "STATESIDE_AWS_ADDRESS";
}

/// <summary>A command line that ends in <see cref="Stateside.Engine.Functions.Hosting.HandlerProcess.RunAsync"/> over its standard streams.</summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record HandlerProcessCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>The word after the program's name that makes it a handler process.</summary>
    public const string Word = "handler-host";

    /// <summary>The running program in its hidden mode, whether started by itself or through <c>dotnet</c>.</summary>
    /// <returns>The command; null where the running program is not Stateside, such as a test, and has no such mode.</returns>
    public static HandlerProcessCommand? OfThisProgram()
    {
        if (System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name != "stateside")
            return null;
        var program = Environment.ProcessPath ?? "stateside";
        return Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? new HandlerProcessCommand(program, [Environment.GetCommandLineArgs()[0], Word])
            : new HandlerProcessCommand(program, [Word]);
    }
}
