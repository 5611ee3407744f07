using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Stateside.Engine.Functions.Building;

namespace Stateside.Engine.Functions.Processes;

/// <summary>How each kind of function is started in a process of its own: one table for all runtimes.</summary>
internal static class ProcessRuntimes
{
    private static readonly Script[] Scripts =
    [
        new("python", OperatingSystem.IsWindows() ? ["python", "python3"] : ["python3", "python"], ["-u", "-c"], "python.py", "index.py",
            "Install Python 3 (https://www.python.org)"),
        new("nodejs", ["node"], ["-e"], "node.cjs", "index.js", "Install Node.js (https://nodejs.org)"),
    ];

    /// <summary>The runtimes other than .NET that are run here, for messages.</summary>
    public const string Others = "python3.*, nodejs*, provided.*";

    /// <summary>Whether functions of this runtime can be run here, if what runs them is installed.</summary>
    public static bool IsKnown(string runtime) =>
        Is(runtime, "dotnet") || Is(runtime, "provided") || Scripts.Any(script => Is(runtime, script.Runtime));

    /// <summary>
    /// The file that Lambda puts code into which stands in a template; null for a runtime whose code cannot stand there. See
    /// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html.
    /// </summary>
    public static string? InlineFile(string runtime) => Scripts.FirstOrDefault(script => Is(runtime, script.Runtime))?.InlineFile;

    /// <summary>Whether the handler is a method of a .NET assembly, which our own host code can call.</summary>
    public static bool IsMethod(FunctionConfiguration function) => Is(function.Runtime, "dotnet")
        && (function.Handler.Contains("::", StringComparison.Ordinal) || function.Handler.Length == 0);

    /// <summary>Whether the handler names a .NET program, which brings a Lambda bootstrap of its own.</summary>
    public static bool IsProgram(FunctionConfiguration function) => Is(function.Runtime, "dotnet") && !IsMethod(function);

    /// <summary>What to start for a function.</summary>
    public static ProcessCommand Find(
        FunctionConfiguration function, string folder, FunctionHostOptions options, Func<IReadOnlyDictionary<string, string?>> around)
    {
        if (IsMethod(function))
            return Host(function, folder, options, around);
        if (IsProgram(function))
            return Program(function, folder, function.Handler.Trim(), around);
        if (Is(function.Runtime, "provided"))
            return Bootstrap(function, folder, around);
        var script = Scripts.First(script => Is(function.Runtime, script.Runtime));
        var interpreter = script.Interpreters.Select(OnPath).FirstOrDefault(path => path is not null)
            ?? throw new FunctionException(
                FunctionException.NoCode,
                $"Function {function.Name} has the runtime {function.Runtime}, but there is no {string.Join(" or ", script.Interpreters)} on the "
                + $"PATH. {script.Remedy}, mock the tasks that call the function, or let a Lambda endpoint run it.");
        return new ProcessCommand(function, folder, interpreter, [.. script.Arguments, Text(script.Resource)], around)
        {
            IsOurs = true,
            Remedy = $"{script.Remedy}.",
        };
    }

    /// <summary>
    /// The version of .NET that a handler was built for where it is newer than the one that runs here, so that it cannot be loaded
    /// into this process; else null.
    /// </summary>
    public static Version? NewerFramework(FunctionConfiguration function, string folder)
    {
        var path = Path.Combine(folder, HandlerName.Parse(function).Assembly + ".dll");
        if (!File.Exists(path))
            return null;
        try
        {
            using var file = new PEReader(File.OpenRead(path));
            if (!file.HasMetadata)
                return null;
            var metadata = file.GetMetadataReader();
            return metadata.AssemblyReferences.Select(metadata.GetAssemblyReference)
                .Where(reference => metadata.StringComparer.Equals(reference.Name, "System.Runtime"))
                .Select(reference => reference.Version)
                .FirstOrDefault(version => version.Major > Environment.Version.Major);
        }
        catch (BadImageFormatException)
        {
            // Loading it says so.
            return null;
        }
    }

    private static ProcessCommand Host(
        FunctionConfiguration function, string folder, FunctionHostOptions options, Func<IReadOnlyDictionary<string, string?>> around)
    {
        var command = options.HandlerProcess ?? HandlerProcessCommand.OfThisProgram() ?? throw new FunctionException(
            FunctionException.NoCode,
            $"Function {function.Name} needs a process of its own, but the running program cannot start one for it. Run it with 'stateside run', "
            + "or keep it in this process: without isolation, and with variables that contradict no other function's.");
        var newer = NewerFramework(function, folder);
        var variables = new Dictionary<string, string>();
        if (options.AwsAddress is { } address)
            variables[FunctionHostOptions.AwsAddressVariable] = address.AbsoluteUri;
        if (newer is not null)
        {
            // Our own program then runs on the newest .NET that is installed.
            variables["DOTNET_ROLL_FORWARD"] = "LatestMajor";
            variables["DOTNET_ROLL_FORWARD_TO_PRERELEASE"] = "1";
        }

        return new ProcessCommand(function, folder, command.FileName, command.Arguments, around)
        {
            IsOurs = true,
            Variables = variables,
            Remedy = newer is null
                ? "Give its environment variables the same values as other functions', so that it runs in this process."
                : $"Install the .NET {newer.ToString(2)} runtime.",
        };
    }

    private static ProcessCommand Program(
        FunctionConfiguration function, string folder, string assembly, Func<IReadOnlyDictionary<string, string?>> around)
    {
        var path = Path.Combine(folder, assembly + ".dll");
        if (!File.Exists(path) || !File.Exists(Path.ChangeExtension(path, ".runtimeconfig.json")))
            throw HandlerName.NoProgram(function, assembly, folder);
        return new ProcessCommand(function, folder, FunctionBuilder.DotnetProgram(), [path], around)
        {
            Remedy = "Install .NET or put dotnet on the PATH.",
        };
    }

    private static ProcessCommand Bootstrap(
        FunctionConfiguration function, string folder, Func<IReadOnlyDictionary<string, string?>> around)
    {
        string[] names = OperatingSystem.IsWindows() ? ["bootstrap.exe", "bootstrap.cmd", "bootstrap"] : ["bootstrap"];
        if (names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } path)
        {
            return new ProcessCommand(function, folder, path, [], around)
            {
                Remedy = "A bootstrap must be an executable for this machine; one built for Amazon Linux runs on Linux only, with the same "
                    + "processor. Build it for this machine, or let a Lambda endpoint run it.",
            };
        }

        string[] programs = [.. Directory.GetFiles(folder, "*.runtimeconfig.json")
            .Select(file => Path.GetFileName(file)[..^".runtimeconfig.json".Length])];
        if (programs.Length == 1)
            return Program(function, folder, programs[0], around);
        throw new FunctionException(
            FunctionException.NoCode,
            $"Function {function.Name} has the runtime {function.Runtime}, but its code in {folder} holds no file 'bootstrap' nor one .NET "
            + "program. Build it first, as 'sam build' does, and let CodeUri name the output.");
    }

    private static bool Is(string runtime, string prefix) => runtime.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private static string? OnPath(string name)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [""];
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, name + ending)))
            .FirstOrDefault(File.Exists);
    }

    private static string Text(string resource)
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    /// <summary>A runtime of scripts.</summary>
    /// <param name="Runtime">What Lambda's names of the runtime begin with.</param>
    /// <param name="Interpreters">The programs that run it, in the order of preference.</param>
    /// <param name="Arguments">What stands before the bootstrap's text.</param>
    /// <param name="Resource">The bootstrap.</param>
    /// <param name="InlineFile">What code is called that stands in a template.</param>
    /// <param name="Remedy">What to do where no interpreter is there.</param>
    private sealed record Script(string Runtime, string[] Interpreters, string[] Arguments, string Resource, string InlineFile, string Remedy);
}
