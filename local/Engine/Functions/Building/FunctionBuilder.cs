using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Stateside.Engine.Functions.Building;

/// <summary>
/// Builds a function's project when its inputs changed since the last build, one build at a time for each project on this machine.
/// </summary>
internal sealed class FunctionBuilder(FunctionHostOptions options, TimeProvider time)
{
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(200);
    private static readonly string[] KeptVariables = ["DOTNET_CLI_HOME", "DOTNET_CLI_TELEMETRY_OPTOUT", "DOTNET_CLI_UI_LANGUAGE"];
    private readonly Dictionary<string, (string Fingerprint, FunctionException Problem)> _failed = [];

    /// <summary>Brings the output up to date.</summary>
    /// <param name="project">The project file.</param>
    /// <param name="function">The function, for messages.</param>
    /// <param name="cancellation">Stops waiting and building.</param>
    /// <returns>The path of the built assembly.</returns>
    public async Task<string> BuildAsync(string project, FunctionConfiguration function, CancellationToken cancellation)
    {
        var inputs = ProjectInputs.Of(project, options.IsOwn);
        if (FreshTarget(project, inputs) is { } fresh)
            return fresh;
        if (!options.Build)
        {
            throw new FunctionException(
                FunctionException.NoCode,
                $"Function {function.Name} is not built, or its project {project} has changed since, and building is switched off. "
                + $"Build it: dotnet build {project} -c {options.BuildConfiguration}");
        }

        if (_failed.TryGetValue(project, out var failed) && failed.Fingerprint == inputs.Fingerprint)
            throw failed.Problem;
        using (await LockAsync(project, cancellation).ConfigureAwait(false))
        {
            // Another process may have built it meanwhile.
            inputs = ProjectInputs.Of(project, options.IsOwn);
            return FreshTarget(project, inputs) ?? await RunAsync(project, function, inputs, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The assembly that a project was built to where nothing has changed since, whoever built it; null where it is to be built.</summary>
    /// <param name="project">The project file.</param>
    /// <param name="assembly">The assembly's name.</param>
    public string? FindBuilt(string project, string assembly)
    {
        var inputs = ProjectInputs.Of(project, options.IsOwn);
        if (FreshTarget(project, inputs) is { } fresh)
            return fresh;
        var output = new DirectoryInfo(Path.Combine(Path.GetDirectoryName(project)!, "bin"));
        var newest = output.Exists
            ? output.EnumerateFiles(assembly + ".dll", SearchOption.AllDirectories)
                .Where(file => file.Directory!.Name is not ("ref" or "refint")).MaxBy(file => file.LastWriteTimeUtc)
            : null;
        return newest is not null && newest.LastWriteTimeUtc >= inputs.NewestOfSources && HasItsPackages(newest.FullName) ? newest.FullName : null;
    }

    /// <summary>The environment of a build started from within a build tool: without what that tool set for itself.</summary>
    /// <param name="variables">The variables of this process.</param>
    /// <returns>The names to take out.</returns>
    public static IEnumerable<string> VariablesOfBuildTools(IEnumerable<string> variables) => variables.Where(name =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
        || (name.StartsWith("DOTNET_CLI_", StringComparison.OrdinalIgnoreCase)
            && !KeptVariables.Contains(name, StringComparer.OrdinalIgnoreCase)));

    /// <summary>The dotnet that runs this program, where one does, since that is the one whose SDK the user chose.</summary>
    public static string DotnetProgram()
    {
        string?[] candidates = [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"), Environment.ProcessPath];
        return candidates.FirstOrDefault(path => File.Exists(path)
            && Path.GetFileNameWithoutExtension(path).Equals("dotnet", StringComparison.OrdinalIgnoreCase)) ?? "dotnet";
    }

    private string? FreshTarget(string project, ProjectInputs inputs)
    {
        var stamp = StampFile(project);
        if (!File.Exists(stamp))
            return null;
        var lines = File.ReadAllText(stamp).Split('\n', 2);
        return lines.Length == 2 && lines[1] == inputs.Fingerprint && File.Exists(lines[0]) && HasItsPackages(lines[0]) ? lines[0] : null;
    }

    private async Task<string> RunAsync(
        string project, FunctionConfiguration function, ProjectInputs inputs, CancellationToken cancellation)
    {
        options.Progress($"Building {Path.GetFileName(project)} for {function.Name} …");
        var targetFile = StampFile(project) + ".target";
        File.Delete(targetFile);
        var assets = new FileInfo(Path.Combine(Path.GetDirectoryName(project)!, "obj", "project.assets.json"));
        var mayBeRestored = assets.Exists && assets.LastWriteTimeUtc > inputs.NewestOfBuildFiles;
        var (succeeded, output) = await DotnetBuildAsync(project, targetFile, restore: !mayBeRestored, cancellation).ConfigureAwait(false);
        if (!succeeded && mayBeRestored)
            (succeeded, output) = await DotnetBuildAsync(project, targetFile, restore: true, cancellation).ConfigureAwait(false);
        if (succeeded && File.Exists(targetFile))
        {
            var target = (await File.ReadAllTextAsync(targetFile, cancellation).ConfigureAwait(false)).Trim();
            if (File.Exists(target))
            {
                var stamp = target + "\n" + ProjectInputs.Of(project, options.IsOwn).Fingerprint;
                await File.WriteAllTextAsync(StampFile(project), stamp, cancellation).ConfigureAwait(false);
                return target;
            }

            output += $"\nThe build ended well but there is no {target}.";
        }

        var problem = new FunctionException(
            FunctionException.BuildFailed,
            $"Function {function.Name} cannot run because {project} does not build:\n{Readable(output, project)}");
        _failed[project] = (inputs.Fingerprint, problem);
        throw problem;
    }

    private async Task<(bool Succeeded, string Output)> DotnetBuildAsync(
        string project, string targetFile, bool restore, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(DotnetProgram())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = Path.GetDirectoryName(project)!,
        };

        // Without node reuse: a build node that lived on would hold our pipes open.
        string[] arguments =
        [
            "build", project, "-c", options.BuildConfiguration, "-nologo", "-v:q", "-tl:off", "-nodeReuse:false", "-clp:NoSummary",
            "-p:CopyLocalLockFileAssemblies=true", "-t:Build", "-getProperty:TargetPath", "-getResultOutputFile:" + targetFile,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        if (!restore)
            start.ArgumentList.Add("--no-restore");
        foreach (var name in VariablesOfBuildTools([.. start.Environment.Keys]))
            start.Environment.Remove(name);

        // Stateside.Check would hold the build up, and fail it for what is asked about elsewhere.
        start.Environment["StatesideCheck"] = "false";

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return (false, $"dotnet could not be started ({exception.Message}). Install the .NET SDK or put it on the PATH.");
        }

        using (process)
        {
            process.StandardInput.Close();
            var text = new StringBuilder();
            process.OutputDataReceived += (_, data) => Add(text, data.Data);
            process.ErrorDataReceived += (_, data) => Add(text, data.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            try
            {
                await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            return (process.ExitCode == 0, text.ToString());
        }
    }

    private static void Add(StringBuilder text, string? line)
    {
        lock (text)
            text.Append(line).Append('\n');
    }

    // Each problem once, without the project's name at the end of every line and without the summary in the user's language behind them all.
    private static string Readable(string output, string project)
    {
        var lines = output.Split('\n').Select(line => line.Trim().Replace($" [{project}]", "", StringComparison.Ordinal)).ToList();
        var last = lines.FindIndex(line => line.Contains(": error ", StringComparison.Ordinal));
        var end = last < 0 ? -1 : lines.IndexOf("", last);
        return string.Join('\n', (end < 0 ? lines : lines[..end]).Where(line => line.Length > 0).Distinct().Take(40));
    }

    // A library built by an IDE may leave its packages in NuGet's cache, where nothing here would find them.
    private static bool HasItsPackages(string target)
    {
        var dependencies = Path.ChangeExtension(target, ".deps.json");
        if (!File.Exists(dependencies))
            return true;
        using var stream = File.OpenRead(dependencies);
        using var document = JsonDocument.Parse(stream);
        var folder = Path.GetDirectoryName(target)!;
        return document.RootElement.GetProperty("targets").EnumerateObject()
            .SelectMany(framework => framework.Value.EnumerateObject())
            .SelectMany(library => library.Value.TryGetProperty("runtime", out var runtime) ? runtime.EnumerateObject() : default)
            .All(file => File.Exists(Path.Combine(folder, Path.GetFileName(file.Name))));
    }

    private async Task<FileStream> LockAsync(string project, CancellationToken cancellation)
    {
        // In obj, so that it is the same file for every process on this machine and ignored by version control.
        var folder = Path.Combine(Path.GetDirectoryName(project)!, "obj");
        Directory.CreateDirectory(folder);
        for (var told = false; ; told = true)
        {
            try
            {
                return new FileStream(Path.Combine(folder, "stateside.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                if (!told)
                    options.Progress($"Waiting for another build of {Path.GetFileName(project)} …");
                await Task.Delay(LockPause, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private string StampFile(string project)
    {
        var folder = Path.Combine(Path.GetDirectoryName(project)!, "obj");
        return Path.Combine(folder, $"stateside.{Path.GetFileNameWithoutExtension(project)}.{options.BuildConfiguration}.built");
    }
}
