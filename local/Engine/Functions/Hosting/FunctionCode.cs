using System.IO.Compression;
using Stateside.Engine.Files;
using Stateside.Engine.Functions.Building;
using Stateside.Engine.Functions.Processes;

namespace Stateside.Engine.Functions.Hosting;

/// <summary>
/// Finds a function's built output and gives a folder to load it from: the program's own output folder as it is, anything else as
/// a private copy, so that the original is never locked and can be built again while it runs.
/// </summary>
internal sealed class FunctionCode(FunctionHostOptions options, TimeProvider time) : IDisposable
{
    private static readonly string[] LeftOut = [".git", ".aws-sam", ".venv", "__pycache__"];
    private static readonly string[] ProjectPatterns = ["*.csproj", "*.fsproj", "*.vbproj"];
    private readonly FunctionBuilder _builder = new(options, time);
    private readonly CodeCopies _copies = new(Path.Combine(Path.GetFullPath(options.StateDirectory), "functions"));

    /// <summary>Builds where needed and copies what is new.</summary>
    /// <returns>The folder that holds the handler's assembly.</returns>
    public async Task<string> FindAsync(FunctionConfiguration function, CancellationToken cancellation)
    {
        if (!ProcessRuntimes.IsKnown(function.Runtime))
        {
            throw new FunctionException(
                FunctionException.NoCode,
                $"Function {function.Name} has the runtime {function.Runtime}, but only .NET, {ProcessRuntimes.Others} run here. Mock the tasks "
                + "that call it, or let them call a Lambda endpoint that runs it.");
        }

        var assembly = AssemblyOf(function);
        if (function.InlineCode is null && assembly is not null && options.OutputDirectory is { } output
            && File.Exists(Path.Combine(output, assembly + ".dll")))
        {
            // A test's output folder: just built, held by the running process already, and with its pdb files beside it. It is still
            // loaded into contexts of its own, since environments share no static state with each other nor with the test.
            return output;
        }

        try
        {
            return await FindAsync(assembly ?? function.Name, function, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new FunctionException(
                FunctionException.NoCode,
                $"The code of function {function.Name} at {function.CodePath} could not be read or copied to {options.StateDirectory}: "
                + $"{exception.Message} Check both places and their permissions.");
        }
    }

    /// <summary>
    /// The built assembly of a function whose handler is a method, where it lies: nothing is copied, and nothing is built where what was
    /// built last, by whomever, is up to date.
    /// </summary>
    /// <returns>The assembly's path; null where the code is in a zip, or elsewhere.</returns>
    /// <exception cref="FunctionException">There is no such code, or it does not build.</exception>
    public async Task<string?> FindAssemblyAsync(FunctionConfiguration function, CancellationToken cancellation)
    {
        if (!ProcessRuntimes.IsMethod(function) || function.InlineCode is not null)
            return null;
        var assembly = HandlerName.Parse(function).Assembly;
        if (options.OutputDirectory is { } output && File.Exists(Path.Combine(output, assembly + ".dll")))
            return Path.Combine(output, assembly + ".dll");
        var path = Path.GetFullPath(function.CodePath);
        if (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            return null;
        if (FindProject(path, function) is not { } project)
            return Path.Combine(path, assembly + ".dll");
        return _builder.FindBuilt(project, assembly) ?? await _builder.BuildAsync(project, function, cancellation).ConfigureAwait(false);
    }

    /// <summary>Where a change means other code for a function: the folders of its projects, its build output, or its zip.</summary>
    /// <returns>Full paths.</returns>
    public static IReadOnlyCollection<string> Sources(FunctionConfiguration function)
    {
        // A template is watched for its own sake.
        if (function.InlineCode is not null)
            return [];
        var path = Path.GetFullPath(function.CodePath);
        try
        {
            if (FindProject(path, function) is { } project)
                return [.. ProjectInputs.Of(project).Folders];
        }
        catch (Exception exception) when (exception is FunctionException or IOException or UnauthorizedAccessException)
        {
            // There is no code now, but there may be some later.
        }

        return [path];
    }

    public void Dispose() => _copies.Dispose();

    private async Task<string> FindAsync(string name, FunctionConfiguration function, CancellationToken cancellation)
    {
        var path = Path.GetFullPath(function.CodePath);
        if (function.InlineCode is { } code)
        {
            var file = ProcessRuntimes.InlineFile(function.Runtime)!;
            return _copies.Take(name, path, folder => File.WriteAllText(Path.Combine(folder, file), code), $"{file}\n{code}");
        }

        if (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) && File.Exists(path))
            return _copies.Take(name, path, [new FileInfo(path)], folder => ZipFile.ExtractToDirectory(path, folder));
        if (FindProject(path, function) is { } project)
            path = Path.GetDirectoryName(await _builder.BuildAsync(project, function, cancellation).ConfigureAwait(false))!;
        var files = UserFolder.Files(path, entry => IsLeftOut(entry, path)).ToList();
        return _copies.Take(name, path, files.Select(found => found.File), folder => CopyTo(files, folder));
    }

    // The name of the handler's assembly; null where it is not .NET, as far as the template tells.
    private static string? AssemblyOf(FunctionConfiguration function) => ProcessRuntimes.IsMethod(function) ? HandlerName.Parse(function).Assembly
        : ProcessRuntimes.IsProgram(function) ? function.Handler.Trim()
        : null;

    // The project file that a function is built from; null where the path holds what is to be run.
    private static string? FindProject(string path, FunctionConfiguration function)
    {
        if (path.EndsWith("proj", StringComparison.OrdinalIgnoreCase) && File.Exists(path))
            return path;
        if (!Directory.Exists(path))
        {
            throw new FunctionException(
                FunctionException.NoCode,
                $"Function {function.Name} has its code at {path}, but there is no such folder or file. Correct its CodeUri (or Code) "
                + "property; it may name a folder with a project, a folder of built output, or a zip.");
        }

        string[] projects = [.. ProjectPatterns.SelectMany(pattern => Directory.GetFiles(path, pattern))];
        if (AssemblyOf(function) is { } assembly)
            return ProjectOf(assembly, projects, path, function);

        // A runtime of one's own may be a .NET program that is not built yet.
        return function.Runtime.StartsWith("provided", StringComparison.OrdinalIgnoreCase) && !File.Exists(Path.Combine(path, "bootstrap"))
            && projects is [var project]
            ? project
            : null;
    }

    // Where scripts lie beside the template, Stateside's own folder does too.
    private bool IsLeftOut(FileSystemInfo entry, string code) => options.IsOwn(entry.FullName, code)
        || (entry is DirectoryInfo && (LeftOut.Contains(entry.Name) || entry.FullName == Path.GetFullPath(options.StateDirectory)));

    // The project that gives the assembly of that name; null where the path holds built output.
    private static string? ProjectOf(string name, string[] projects, string path, FunctionConfiguration function)
    {
        if (projects.Length == 1)
            return projects[0];
        if (projects.FirstOrDefault(project => Path.GetFileNameWithoutExtension(project) == name) is { } named)
            return named;
        if (File.Exists(Path.Combine(path, name + ".dll")))
            return null;
        if (projects.Length == 0 && ProcessRuntimes.IsProgram(function))
            throw HandlerName.NoProgram(function, name, path);
        throw new FunctionException(
            FunctionException.NoCode,
            projects.Length == 0
                ? $"Function {function.Name} has its code in {path}, which holds neither a project file nor {name}.dll. Correct its "
                    + "CodeUri (or Code) property, or the assembly's name before the first '::' of its Handler."
                : $"Function {function.Name} has its code in {path}, which holds {projects.Length} project files and none is called "
                    + $"{name}. Name the project file itself in its CodeUri (or Code) property.");
    }

    private static void CopyTo(IEnumerable<(string Path, FileInfo File)> files, string folder)
    {
        foreach (var (path, file) in files)
        {
            var target = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);

            // A pipe or a device has no length: it would be copied without end.
            if (UserFile.Length(file.FullName) == 0)
                File.Create(target).Dispose();
            else
                file.CopyTo(target);
        }
    }
}
