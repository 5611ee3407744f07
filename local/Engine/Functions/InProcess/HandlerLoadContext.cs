using System.Reflection;
using System.Runtime.Loader;

namespace Stateside.Engine.Functions.InProcess;

/// <summary>
/// The load context of one environment. The handler's own assemblies, its Amazon.Lambda.Core among them, come from its folder, so
/// that any version will do; the shared framework comes from the process.
/// </summary>
internal sealed class HandlerLoadContext : AssemblyLoadContext
{
    private static readonly Assembly Host = typeof(HandlerLoadContext).Assembly;
    private readonly AssemblyDependencyResolver _resolver;

    public HandlerLoadContext(string name, string assemblyPath)
        : base(name, isCollectible: true)
    {
        _resolver = new AssemblyDependencyResolver(assemblyPath);
    }

    // What is emitted for the handler derives from the host's types, so of those there is one copy only.
    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name == Host.GetName().Name ? Host
        : _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path)
        : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
