using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Stateside.Language.Shapes;

namespace Stateside.Engine.Flow;

/// <summary>Where members are declared in source files, as far as the symbols beside their assemblies tell.</summary>
internal sealed class SourcePlaces : IDisposable
{
    private readonly Dictionary<string, (PEReader? Reader, MetadataReaderProvider? Symbols)> _symbols = new(StringComparer.Ordinal);

    /// <summary>Where a property or a field is declared.</summary>
    public ShapeOrigin Of(MemberInfo member) =>
        Of($"{NameOf(member.DeclaringType!)}.{member.Name}", member is PropertyInfo property ? property.GetMethod ?? property.SetMethod : null);

    /// <summary>Where a type is declared: where its first code is.</summary>
    public ShapeOrigin Of(Type type) => Of(NameOf(type), type.GetConstructors().FirstOrDefault());

    /// <summary>A type as C# names it within its namespace.</summary>
    public static string NameOf(Type type)
    {
        var name = type.IsGenericType ? type.Name.Split('`')[0] : type.Name;
        if (type.IsConstructedGenericType)
            name += $"<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
        return type.DeclaringType is { } outer && !type.IsGenericParameter ? $"{NameOf(outer)}.{name}" : name;
    }

    public void Dispose()
    {
        foreach (var (reader, symbols) in _symbols.Values)
        {
            symbols?.Dispose();
            reader?.Dispose();
        }
    }

    private ShapeOrigin Of(string name, MethodBase? method)
    {
        if (method is null || SymbolsOf(method.Module.Assembly.Location) is not { } symbols
            || MetadataTokens.EntityHandle(method.MetadataToken) is not { Kind: HandleKind.MethodDefinition } handle)
        {
            return new ShapeOrigin(name);
        }

        var reader = symbols.GetMetadataReader();
        var points = reader.GetMethodDebugInformation(((MethodDefinitionHandle)handle).ToDebugInformationHandle()).GetSequencePoints();
        foreach (var point in points)
        {
            if (!point.IsHidden)
                return new ShapeOrigin(name, reader.GetString(reader.GetDocument(point.Document).Name), point.StartLine);
        }

        return new ShapeOrigin(name);
    }

    private MetadataReaderProvider? SymbolsOf(string assembly)
    {
        if (_symbols.TryGetValue(assembly, out var known))
            return known.Symbols;
        PEReader? reader = null;
        MetadataReaderProvider? symbols = null;
        try
        {
            if (File.Exists(assembly))
            {
                reader = new PEReader(File.OpenRead(assembly));
                reader.TryOpenAssociatedPortablePdb(assembly, path => File.Exists(path) ? File.OpenRead(path) : null, out symbols, out _);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            // Symbols that cannot be read tell nothing.
        }

        _symbols[assembly] = (reader, symbols);
        return symbols;
    }
}
