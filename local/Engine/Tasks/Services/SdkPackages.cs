using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// The packages of the AWS SDK for .NET that lie on this machine, one for each service. A package is looked for in a folder that the
/// user names, then in Stateside's own, then in those of the template's functions. It is loaded apart from Stateside and from the
/// functions, with the AWSSDK.Core that lies beside it, so that any version will do.
/// </summary>
/// <param name="folder">The folder that the user names; null for none.</param>
/// <param name="codePaths">Where the template's functions are now: folders of projects or of built output, project files, zips.</param>
internal sealed class SdkPackages(string? folder, Func<IEnumerable<string>> codePaths)
{
    private const string Prefix = "AWSSDK.";

    /// <summary>Clients as the second SDK for Java names them, with their packages for .NET; found by what resources say.</summary>
    private static readonly FrozenDictionary<string, (string Client, string Package)> Names = ReadRows().ToFrozenDictionary(
        row => row.Client, StringComparer.OrdinalIgnoreCase);

    private readonly ConcurrentDictionary<string, Assembly> _loaded = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The service as the second SDK for Java names its client, which is what errors begin with.</summary>
    /// <param name="service">The service as resources call it.</param>
    public static string ClientName(string service) =>
        Names.TryGetValue(service, out var row) ? row.Client : char.ToUpperInvariant(service[0]) + service[1..];

    /// <summary>The package of a service, such as AWSSDK.Batch.</summary>
    /// <param name="service">The service as resources call it.</param>
    /// <returns>The package's name; its casing is a guess for a service without a row.</returns>
    public static string PackageName(string service) =>
        Prefix + (Names.TryGetValue(service, out var row) ? row.Package : char.ToUpperInvariant(service[0]) + service[1..]);

    /// <summary>Loads a service's package.</summary>
    /// <param name="service">The service as resources call it.</param>
    /// <param name="assembly">Its assembly; once loaded it stays.</param>
    /// <param name="problem">Which package is missing, where it was looked for, and what to do.</param>
    public bool TryLoad(string service, [NotNullWhen(true)] out Assembly? assembly, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (_loaded.TryGetValue(service, out assembly))
            return true;
        var package = PackageName(service);
        var places = Folders().Distinct(StringComparer.Ordinal).ToList();
        if (places.Select(place => FileIn(place, package)).FirstOrDefault(file => file is not null) is { } path)
        {
            assembly = _loaded.GetOrAdd(service, _ => new LoadContext(path).Package);
            return true;
        }

        problem = $"{service} speaks no protocol that is known here, so it is called through the package {package}, which was not found in "
            + $"{string.Join(", ", places)}. Add it to the project of one of the template's functions (dotnet add package {package}) and build that, "
            + "or name a folder that has it and its AWSSDK.Core with --aws-sdk or STATESIDE_AWSSDK, or give the state a mocked answer with --mocks. "
            + "An endpoint alone does not help.";
        return false;
    }

    private IEnumerable<string> Folders()
    {
        if (folder is not null)
            yield return Path.GetFullPath(folder);
        yield return Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        foreach (var codePath in codePaths())
        {
            var path = Path.GetFullPath(codePath);
            if (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } parent)
                path = parent;
            yield return path;

            // A project's builds; the newest is what runs.
            var builds = new DirectoryInfo(Path.Combine(path, "bin"));
            if (!builds.Exists)
                continue;
            foreach (var build in builds.EnumerateDirectories("*", SearchOption.AllDirectories).OrderByDescending(build => build.LastWriteTimeUtc))
                yield return build.FullName;
        }
    }

    /// <summary>The package's file in a folder, whatever casing the guess of its name has.</summary>
    private static string? FileIn(string place, string package)
    {
        if (!Directory.Exists(place))
            return null;
        var name = Plain(package);
        return Directory.EnumerateFiles(place, "*.dll").FirstOrDefault(
            file => string.Equals(Plain(Path.GetFileNameWithoutExtension(file)), name, StringComparison.OrdinalIgnoreCase));
    }

    private static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal);

    private static IEnumerable<(string Client, string Package)> ReadRows()
    {
        using var reader = new StreamReader(typeof(SdkPackages).Assembly.GetManifestResourceStream("sdk-packages.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#') && line.Split('|') is [var client, var package])
                yield return (client, package);
        }
    }

    /// <summary>
    /// The SDK's assemblies come from the package's folder where it has them; all others from the process first, so that those a folder
    /// has besides, such as System.IO.Hashing, serve only where the process has none or an older one.
    /// </summary>
    private sealed class LoadContext : AssemblyLoadContext
    {
        private readonly Lock _gate = new();
        private readonly string _folder;

        public LoadContext(string path)
            : base(Path.GetFileNameWithoutExtension(path))
        {
            _folder = Path.GetDirectoryName(path)!;
            Resolving += (_, name) => Find(name.Name);
            Package = Find(Path.GetFileNameWithoutExtension(path))!;
        }

        public Assembly Package { get; }

        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name?.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) == true ? Find(assemblyName.Name) : null;

        /// <summary>
        /// An assembly of the folder, once for all who ask at the same time. Its bytes are copied: on Windows the next build of a function
        /// could not replace an open file.
        /// </summary>
        private Assembly? Find(string? name)
        {
            lock (_gate)
            {
                if (Assemblies.FirstOrDefault(assembly => assembly.GetName().Name == name) is { } loaded)
                    return loaded;
                var path = Path.Combine(_folder, name + ".dll");
                if (!File.Exists(path))
                    return null;
                using var bytes = new MemoryStream(File.ReadAllBytes(path));
                return LoadFromStream(bytes);
            }
        }
    }
}
