using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Stateside.Engine.Functions.InProcess;

/// <summary>What becomes of a handler's return value.</summary>
internal enum HandlerResult
{
    /// <summary>There is none.</summary>
    Nothing,

    /// <summary>It is written.</summary>
    Value,

    /// <summary>It is waited for.</summary>
    Task,

    /// <summary>It is waited for, and its result is written.</summary>
    TaskOfValue,
}

/// <summary>
/// A handler found in its assembly and checked by the rules and in the words of Lambda's .NET runtime.
/// See https://docs.aws.amazon.com/lambda/latest/dg/csharp-handler.html.
/// </summary>
internal sealed record HandlerMethod
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
    private const string CoreName = "Amazon.Lambda.Core";

    /// <summary>What names a serializer for a method or for all of an assembly.</summary>
    public const string AttributeName = "Amazon.Lambda.Core.LambdaSerializerAttribute";

    /// <summary>What the context is typed as.</summary>
    public const string ContextName = "Amazon.Lambda.Core.ILambdaContext";

    /// <summary>The type the handler is called on.</summary>
    public required Type Type { get; init; }

    /// <summary>The method.</summary>
    public required MethodInfo Method { get; init; }

    /// <summary>The event's type; null where the handler takes no event.</summary>
    public Type? InputType { get; private init; }

    /// <summary>Whether the last parameter is the context.</summary>
    public bool TakesContext { get; private init; }

    /// <summary>What becomes of the return value.</summary>
    public HandlerResult Returns { get; private init; }

    /// <summary>The type that is written; null where nothing is.</summary>
    public Type? ResultType { get; private init; }

    /// <summary>The serializer; null where the code names none and needs none.</summary>
    public object? Serializer { get; private init; }

    /// <summary>The handler's own Amazon.Lambda.Core; null where it has none.</summary>
    public Assembly? Core { get; private init; }

    /// <summary>Finds the handler in its assembly.</summary>
    public static HandlerMethod Find(HandlerName name, Assembly assembly)
    {
        var type = assembly.GetType(name.Type)
            ?? throw Invalid($"Unable to load type '{name.Type}' from assembly '{name.Assembly}'. {TypesLike(name, assembly)}");
        var method = FindMethod(type, name);
        CheckMethod(method);
        CheckType(type, method);
        return Of(name, type, method);
    }

    /// <summary>
    /// The method of an object that somebody else made, such as a test with its fakes: by the same rules, but for those of its type.
    /// </summary>
    /// <param name="handler">The method on its object.</param>
    public static HandlerMethod Of(Delegate handler)
    {
        var method = handler.Method;
        var isWhole = (handler.Target is null) == method.IsStatic && handler.HasSingleTarget;
        if (!isWhole || (handler.Target?.GetType() ?? method.DeclaringType) is not { } type)
            throw Invalid($"The method '{method}' cannot be used as a Lambda Handler because it is no method of one object, or of a type.");
        CheckMethod(method);
        return Of(new HandlerName(type.Assembly.GetName().Name ?? "", type.FullName ?? type.Name, method.Name), type, method);
    }

    private static HandlerMethod Of(HandlerName name, Type type, MethodInfo method)
    {
        var assembly = type.Assembly;
        var parameters = method.GetParameters();
        if (parameters.Length > 2)
            throw Invalid($"Method '{method.Name}' of type '{name.Type}' is not supported: the method has more than 2 parameters.");
        if (parameters.Length == 2 && !IsContext(parameters[1].ParameterType))
        {
            throw Invalid($"Method '{method.Name}' of type '{name.Type}' is not supported: the method has 2 parameters, but the second "
                + $"parameter is not of type '{ContextName}'.");
        }

        var takesContext = parameters.Length > 0 && IsContext(parameters[^1].ParameterType);
        var inputType = parameters.Length - (takesContext ? 1 : 0) > 0 ? parameters[0].ParameterType : null;
        var (returns, resultType) = ResultOf(method);
        var serializer = FindSerializer(method, assembly);
        if (serializer is null && inputType is not null && inputType != typeof(Stream))
            throw NoSerializer(name, "deserialize input", inputType);
        if (serializer is null && resultType is not null && !typeof(Stream).IsAssignableFrom(resultType))
            throw NoSerializer(name, "serialize output", resultType);
        return new HandlerMethod
        {
            Type = type,
            Method = method,
            InputType = inputType,
            TakesContext = takesContext,
            Returns = returns,
            ResultType = resultType,
            Serializer = serializer,
            Core = takesContext ? ContextOf(parameters[^1].ParameterType).Assembly : FindCore(assembly),
        };
    }

    /// <summary>The handler's object, made as Lambda makes it; null for a static method, whose type is initialized.</summary>
    public object? NewTarget()
    {
        if (!Method.IsStatic)
            return Activator.CreateInstance(Type);
        RuntimeHelpers.RunClassConstructor(Type.TypeHandle);
        return null;
    }

    /// <summary>The method that a handler's name means; its type may be known by its metadata alone.</summary>
    public static MethodInfo FindMethod(Type type, HandlerName name)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            var candidates = at.GetMethods(Declared).Where(method => method.Name == name.Method).ToList();

            // A method that hides or overrides one of the same signature is the one that counts.
            var own = candidates.Where(method => method.DeclaringType == at).ToList();
            if (candidates.DistinctBy(method => method.ToString()).Count() > 1)
            {
                throw Invalid($"The method '{name.Method}' in type '{at.FullName}' appears to have a number of overloads. To call this "
                    + "method please specify a complete method signature. Possible candidates are:\n"
                    + string.Join("\n", candidates.Select(method => method.ToString())) + ".");
            }

            if (candidates.Count > 0)
                return own.Count > 0 ? own[0] : candidates[0];
        }

        for (var at = type; at is not null; at = at.BaseType)
        {
            if (at.GetMethods(Declared).FirstOrDefault(method => method.ToString() == name.Method) is { } method)
                return method;
        }

        var methods = type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsSpecialName).Select(method => method.Name).Distinct().Order(StringComparer.Ordinal).ToList();
        throw Invalid($"Unable to find method '{name.Method}' in type '{name.Type}' from assembly '{name.Assembly}': Found no methods "
            + $"matching method name '{name.Method}'."
            + (methods.Count > 0 ? $" The type has {string.Join(", ", methods)}." : " The type has no public methods of its own."));
    }

    private static void CheckMethod(MethodInfo method)
    {
        var what = method.IsAbstract ? ("an abstract method", "abstract", "Please specify a non-abstract handler method.")
            : method.IsGenericMethod ? ("a generic method", "generic", "Please specify a non-generic handler method.")
            : method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute))
                ? ("an 'async void' method", "'async void'", "Please specify a method that is not 'async void'.")
            : default;
        if (what.Item1 is not null)
        {
            throw Invalid($"The method '{method}' cannot be used as a Lambda Handler because it is {what.Item1}. Handler methods cannot "
                + $"be {what.Item2}. {what.Item3}");
        }

        if (method.GetParameters().LastOrDefault()?.IsDefined(typeof(ParamArrayAttribute)) == true)
        {
            throw Invalid($"The method '{method}' cannot be used as a Lambda Handler because it is a 'params' method. Please specify a "
                + "method that does not use 'params'.");
        }

        if ((method.CallingConvention & CallingConventions.VarArgs) == CallingConventions.VarArgs)
        {
            throw Invalid($"The method '{method}' cannot be used as a Lambda Handler because it is a 'vararg (variable arguments)' method. "
                + "Please specify a method that is not 'vararg'.");
        }
    }

    private static void CheckType(Type type, MethodInfo method)
    {
        if (type.IsGenericType)
        {
            throw Invalid($"The type '{type.FullName}' cannot be used as a Lambda Handler type because it is generic. Handler methods cannot "
                + "be located in generic types. Please specify a handler method in a non-generic type.");
        }

        if (!method.IsStatic && type.IsAbstract)
        {
            throw Invalid($"The instance method '{method}' cannot be used as a Lambda Handler because its type '{type.FullName}' is "
                + "abstract. Please either use a static handler or specify a type that is not abstract.");
        }

        if (!type.IsClass && (!type.IsValueType || type.IsPrimitive || type.IsEnum))
        {
            throw Invalid($"The type '{type.FullName}' cannot be used as a handler type since it is not a class or a struct. Please "
                + "specify a handler method on a class or struct.");
        }
    }

    private static (HandlerResult Returns, Type? Result) ResultOf(MethodInfo method)
    {
        var type = method.ReturnType;
        if (type == typeof(void))
            return (HandlerResult.Nothing, null);
        for (var at = type; at is not null; at = at.BaseType)
        {
            if (at.IsConstructedGenericType && at.GetGenericTypeDefinition() == typeof(Task<>))
                return (HandlerResult.TaskOfValue, at.GenericTypeArguments[0]);
        }

        if (typeof(Task).IsAssignableFrom(type))
            return (HandlerResult.Task, null);

        // Lambda's runtime would not wait but hand the ValueTask itself to the serializer. That is never meant, so say it here.
        if (type == typeof(ValueTask) || (type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>)))
        {
            throw Invalid($"The method '{method}' returns a ValueTask, which Lambda's .NET runtime does not wait for: it would serialize the "
                + "ValueTask itself. Please return a Task.");
        }

        return (HandlerResult.Value, type);
    }

    private static object? FindSerializer(MethodInfo method, Assembly assembly)
    {
        var attribute = method.CustomAttributes.FirstOrDefault(IsSerializerAttribute)
            ?? assembly.CustomAttributes.FirstOrDefault(IsSerializerAttribute);
        if (attribute is null)
            return null;
        var arguments = attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(named => named.TypedValue));
        if (arguments.Select(argument => argument.Value).OfType<Type>().LastOrDefault() is not { } type)
            throw Invalid($"The 'SerializerType' property on attribute class '{AttributeName}' is not set.");
        if (type.GetConstructor(Type.EmptyTypes) is null)
            throw Invalid($"The indicated serializer '{type.FullName}' does not define a public zero-parameter constructor.");
        if (type.GetInterface("Amazon.Lambda.Core.ILambdaSerializer") is null)
            throw Invalid($"The '{type.FullName}' class is invalid: it does not implement the 'ILambdaSerializer' interface.");
        return Activator.CreateInstance(type);
    }

    private static bool IsSerializerAttribute(CustomAttributeData attribute) => attribute.AttributeType.FullName == AttributeName;

    // A parameter may be typed as an interface that extends the context's; Lambda then fails at the call, and so do we.
    private static bool IsContext(Type type) => type.FullName == ContextName || type.GetInterface(ContextName) is not null;

    private static Type ContextOf(Type type) => type.FullName == ContextName ? type : type.GetInterface(ContextName)!;

    private static Assembly? FindCore(Assembly assembly)
    {
        var reference = assembly.GetReferencedAssemblies().FirstOrDefault(name => name.Name == CoreName);
        return reference is null ? null : AssemblyLoadContext.GetLoadContext(assembly)!.LoadFromAssemblyName(reference);
    }

    private static string TypesLike(HandlerName name, Assembly assembly)
    {
        var simple = name.Type[(name.Type.LastIndexOf('.') + 1)..];
        var like = assembly.GetTypes().Where(type => type.Name == simple).Select(type => type.FullName).ToList();
        return like.Count > 0
            ? $"There is {string.Join(", ", like)}; correct the Handler property."
            : "Correct the Handler property: the type's full name with its namespace stands between the colons, nested types after '+'.";
    }

    private static FunctionException NoSerializer(HandlerName name, string doing, Type type) => Invalid(
        $"Could not find the LambdaSerializerAttribute on the assembly '{name.Assembly}' or method '{name.Method}' while attempting to "
        + $"{doing} data of type '{type.FullName}'. To use types other than System.IO.Stream as input/output parameters, the assembly or "
        + $"Lambda function should be annotated with {AttributeName}.");

    private static FunctionException Invalid(string message) => new(FunctionException.Validation, message);
}
