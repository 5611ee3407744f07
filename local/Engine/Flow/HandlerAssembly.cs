using System.Reflection;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.InProcess;
using Stateside.Language.Shapes;

namespace Stateside.Engine.Flow;

/// <summary>What a handler takes and gives.</summary>
/// <param name="Name">The method with its parameter's type.</param>
/// <param name="Accepts">What it can be sent; see <see cref="Language.Flow.TaskShapes"/>.</param>
/// <param name="Expects">What it says that it is sent.</param>
/// <param name="Gives">What it gives.</param>
/// <param name="IgnoresCase">Whether the names of members are taken in upper and lower case alike.</param>
internal sealed record HandlerShapes(string Name, Shape Accepts, Shape Expects, Shape Gives, bool IgnoresCase);

/// <summary>A built assembly with handlers. Nothing of it runs: only its metadata are looked at.</summary>
/// <param name="path">Where it lies, beside those that it was built with.</param>
internal sealed class HandlerAssembly(string path) : IDisposable
{
    private readonly MetadataLoadContext _context = new(new AssembliesBeside(Path.GetDirectoryName(path)!));
    private readonly SourcePlaces _places = new();

    /// <summary>Reads what a handler takes and gives.</summary>
    /// <param name="handler">The handler.</param>
    /// <exception cref="FunctionException">There is no such method.</exception>
    /// <exception cref="FileNotFoundException">An assembly is missing.</exception>
    public HandlerShapes Read(HandlerName handler)
    {
        var type = _context.LoadFromAssemblyPath(path).GetType(handler.Type)
            ?? throw new FunctionException(
                FunctionException.Validation, $"Unable to load type '{handler.Type}' from assembly '{handler.Assembly}'.");
        return Of(HandlerMethod.FindMethod(type, handler));
    }

    public void Dispose()
    {
        _places.Dispose();
        _context.Dispose();
    }

    private HandlerShapes Of(MethodInfo method)
    {
        var options = SerializerOf(method) is { } serializer ? SerializerReader.OptionsOf(serializer) : null;
        var parameters = method.GetParameters();
        var input = parameters is [var first, ..] && !IsContext(first.ParameterType) ? AnnotatedType.Of(first) : null;
        var name = $"{SourcePlaces.NameOf(method.DeclaringType!)}.{method.Name}({(input is null ? "" : SourcePlaces.NameOf(input.Type))})";
        var result = ResultOf(method);
        if (options is null)
            return new(name, Shape.Anything, Shape.Anything, result is null ? Shape.Null : Shape.Anything, true);
        var types = new TypeShapes(options, _places);
        return new(
            name,
            input is null ? Shape.Anything : types.Of(input, TypeView.Accepts),
            input is null ? Shape.Anything : types.Of(input, TypeView.Expects),
            result is null ? Shape.Null : IsStream(result.Type) ? Shape.Anything : types.Of(result, TypeView.Gives),
            options.IgnoresCase);
    }

    private static Type? SerializerOf(MethodInfo method) =>
        (Find(method.GetCustomAttributesData()) ?? Find(method.Module.Assembly.GetCustomAttributesData())) is { } attribute
            ? attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(named => named.TypedValue))
                .Select(argument => argument.Value).OfType<Type>().LastOrDefault()
            : null;

    private static CustomAttributeData? Find(IList<CustomAttributeData> attributes) =>
        attributes.FirstOrDefault(attribute => attribute.AttributeType.FullName == HandlerMethod.AttributeName);

    private static bool IsContext(Type type) =>
        type.FullName == HandlerMethod.ContextName || type.GetInterfaces().Any(one => one.FullName == HandlerMethod.ContextName);

    /// <summary>A stream is given on as it is, without a serializer.</summary>
    private static bool IsStream(Type? type) => type is not null && (type.FullName == "System.IO.Stream" || IsStream(type.BaseType));

    /// <summary>What is written; null where nothing is.</summary>
    private static AnnotatedType? ResultOf(MethodInfo method)
    {
        var result = AnnotatedType.Of(method.ReturnParameter);
        if (result.Type.FullName == "System.Void")
            return null;
        for (var at = result.Type; at is not null; at = at.BaseType)
        {
            if (at is { IsConstructedGenericType: true, Namespace: "System.Threading.Tasks", Name: "Task`1" })
                return at == result.Type ? result.Arguments[0] : AnnotatedType.Of(at.GetGenericArguments()[0]);
            if (at is { Namespace: "System.Threading.Tasks", Name: "Task" })
                return null;
        }

        return result;
    }

    /// <summary>The assemblies in a handler's folder, and else those of the runtime that runs here.</summary>
    private sealed class AssembliesBeside(string folder) : MetadataAssemblyResolver
    {
        private static readonly string Runtime = System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory();

        // The runtime of web applications lies beside that of all.
        private static readonly string Web = Runtime.Replace("Microsoft.NETCore.App", "Microsoft.AspNetCore.App", StringComparison.Ordinal);

        public override Assembly? Resolve(MetadataLoadContext context, AssemblyName assemblyName)
        {
            foreach (var at in (string[])[folder, Runtime, Web])
            {
                var path = Path.Combine(at, assemblyName.Name + ".dll");
                if (File.Exists(path))
                    return context.LoadFromAssemblyPath(path);
            }

            return null;
        }
    }
}
