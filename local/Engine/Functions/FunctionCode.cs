using System.IO.Compression;

namespace Stateside.Engine.Functions;

/// <summary>
/// Finds a function's built output and gives a folder to load it from: the program's own output folder as it is, anything else as
/// a private copy, so that the original is never locked and can be built again while it runs.
/// </summary>
internal sealed class FunctionCode(FunctionHostOptions options, TimeProvider time) : IDisposable
{
    private static readonly string[] ProjectPatterns = ["*.csproj", "*.fsproj", "*.vbproj"];
    private readonly FunctionBuilder _builder = new(options, time);
    private readonly CodeCopies _copies = new(Path.Combine(Path.GetFullPath(options.StateDirectory), "functions"));

    /// <summary>Builds where needed and copies what is new.</summary>
    /// <param name="function">The function.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The folder that holds the handler's assembly.</returns>
    public async Task<string> FindAsync(FunctionConfiguration function, CancellationToken cancellation)
    {
        if (!function.Runtime.StartsWith("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            throw new FunctionException(
                FunctionException.NoCode,
                $"Function {function.Name} has the runtime {function.Runtime}, but only .NET handlers run here. Mock the tasks that "
                + "call it, or let them call a Lambda endpoint that runs it.");
        }

        var name = HandlerName.Parse(function);
        if (options.OutputDirectory is { } output && File.Exists(Path.Combine(output, name.Assembly + ".dll")))
        {
            // A test's output folder: just built, held by the running process already, and with its pdb files beside it. It is still
            // loaded into contexts of its own, since environments share no static state with each other nor with the test.
            return output;
        }

        try
        {
            return await FindAsync(name, function, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new FunctionException(
                FunctionException.NoCode,
                $"The code of function {function.Name} at {function.CodePath} could not be read or copied to {options.StateDirectory}: "
                + $"{exception.Message} Check both places and their permissions.");
        }
    }

    /// <summary>Where a change means other code for a function: the folders of its projects, its build output, or its zip.</summary>
    /// <param name="function">The function.</param>
    /// <returns>Full paths.</returns>
    public static IReadOnlyCollection<string> Sources(FunctionConfiguration function)
    {
        var path = Path.GetFullPath(function.CodePath);
        try
        {
            if (FindProject(path, HandlerName.Parse(function), function) is { } project)
                return [.. ProjectInputs.Of(project).Folders];
        }
        catch (Exception exception) when (exception is FunctionException or IOException or UnauthorizedAccessException)
        {
            // There is no code now, but there may be some later.
        }

        return [path];
    }

    /// <inheritdoc/>
    public void Dispose() => _copies.Dispose();

    private async Task<string> FindAsync(HandlerName name, FunctionConfiguration function, CancellationToken cancellation)
    {
        var path = Path.GetFullPath(function.CodePath);
        if (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) && File.Exists(path))
            return _copies.Take(name.Assembly, path, [new FileInfo(path)], folder => ZipFile.ExtractToDirectory(path, folder));
        if (FindProject(path, name, function) is { } project)
            path = Path.GetDirectoryName(await _builder.BuildAsync(project, function, cancellation).ConfigureAwait(false))!;
        var source = new DirectoryInfo(path);
        return _copies.Take(name.Assembly, path, source.GetFiles("*", SearchOption.AllDirectories), folder => CopyTo(source, folder));
    }

    // The project file at the path; null where the path holds built output.
    private static string? FindProject(string path, HandlerName name, FunctionConfiguration function)
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
        if (projects.Length == 1)
            return projects[0];
        if (projects.FirstOrDefault(project => Path.GetFileNameWithoutExtension(project) == name.Assembly) is { } named)
            return named;
        if (File.Exists(Path.Combine(path, name.Assembly + ".dll")))
            return null;
        throw new FunctionException(
            FunctionException.NoCode,
            projects.Length == 0
                ? $"Function {function.Name} has its code in {path}, which holds neither a project file nor {name.Assembly}.dll. Correct its "
                    + "CodeUri (or Code) property, or the assembly's name before the first '::' of its Handler."
                : $"Function {function.Name} has its code in {path}, which holds {projects.Length} project files and none is called "
                    + $"{name.Assembly}. Name the project file itself in its CodeUri (or Code) property.");
    }

    private static void CopyTo(DirectoryInfo source, string folder)
    {
        foreach (var file in source.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(source.FullName, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            file.CopyTo(target);
        }
    }
}
