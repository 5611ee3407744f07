using System.Reflection;
using System.Reflection.Emit;

namespace Stateside.Engine.Functions.InProcess;

/// <summary>
/// Emits, in the handler's load context, what the host cannot be compiled against since it references no Amazon package: the
/// handler's ILambdaContext with what hangs on it, and the call from bytes to bytes. A dispatch proxy does not do for interfaces of
/// a collectible context; types emitted inside its contextual reflection keep default interface members and unload with it.
/// </summary>
internal sealed class HandlerCallEmitter
{
    private const string Namespace = "Stateside.Engine.Functions.Emitted.";
    private const string Core = "Amazon.Lambda.Core.";
    private static readonly Type[] InvokeParameters = [typeof(Stream), typeof(InvocationContext), typeof(Stream)];

    private readonly ModuleBuilder _module;
    private readonly Assembly? _core;

    private HandlerCallEmitter(HandlerMethod method)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(
            new AssemblyName("Stateside.Handler." + method.Method.Name), AssemblyBuilderAccess.RunAndCollect);
        _module = assembly.DefineDynamicModule("Handler");
        _core = method.Core;

        // Handlers may be internal or private, as on Lambda.
        var types = new[] { method.Type, method.InputType, method.ResultType, method.Serializer?.GetType() };
        var assemblies = types.Where(type => type is not null).SelectMany(type => AssembliesOf(type!))
            .Append(typeof(HandlerCall).Assembly).Select(found => found.GetName().Name!).Distinct();
        var ignoresAccessChecks = DefineIgnoresAccessChecks();
        foreach (var name in assemblies)
            assembly.SetCustomAttribute(new CustomAttributeBuilder(ignoresAccessChecks, [name]));
    }

    /// <summary>Makes the call of a handler.</summary>
    /// <returns>The call, without its target.</returns>
    public static HandlerCall Emit(HandlerMethod method) => new HandlerCallEmitter(method).EmitCall(method);

    private HandlerCall EmitCall(HandlerMethod method)
    {
        var baseType = method.ResultType is null ? typeof(HandlerCall) : typeof(HandlerCall<>).MakeGenericType(method.ResultType);
        var type = _module.DefineType(Namespace + "Call", TypeAttributes.Public | TypeAttributes.Sealed, baseType);
        EmitInvoke(type, baseType, method);
        if (method.ResultType is not null)
            EmitWrite(type, baseType, method);
        EmitFactory(type, nameof(HandlerCall.NewContext), "ILambdaContext", typeof(InvocationContext));
        EmitFactory(type, nameof(HandlerCall.NewLogger), "ILambdaLogger", typeof(InvocationLogger));
        EmitFactory(type, nameof(HandlerCall.NewClientContext), "IClientContext", typeof(ClientContext));
        EmitFactory(type, nameof(HandlerCall.NewClientApplication), "IClientApplication", typeof(ClientApplication));
        EmitFactory(type, nameof(HandlerCall.NewIdentity), "ICognitoIdentity", typeof(CallerIdentity));
        return (HandlerCall)Activator.CreateInstance(type.CreateType())!;
    }

    // override Task? Invoke(Stream input, InvocationContext context, Stream output)
    private static void EmitInvoke(TypeBuilder type, Type baseType, HandlerMethod method)
    {
        var il = Override(type, nameof(HandlerCall.Invoke), typeof(Task), InvokeParameters).GetILGenerator();
        var finish = method.Returns switch
        {
            HandlerResult.Nothing => null,
            HandlerResult.Value => baseType.GetMethod(nameof(HandlerCall<>.Write))!,
            HandlerResult.Task => typeof(HandlerCall).GetMethod(nameof(HandlerCall.Finish), [typeof(Task)])!,
            _ => baseType.GetMethod(nameof(HandlerCall<>.Finish), [typeof(Task<>).MakeGenericType(method.ResultType!), typeof(Stream)])!,
        };
        if (finish is { IsStatic: false })
            il.Emit(OpCodes.Ldarg_0);
        if (!method.Method.IsStatic)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, typeof(HandlerCall).GetField(nameof(HandlerCall.Target))!);
            il.Emit(method.Type.IsValueType ? OpCodes.Unbox : OpCodes.Castclass, method.Type);
        }

        if (method.InputType == typeof(Stream))
            il.Emit(OpCodes.Ldarg_1);
        else if (method.InputType is not null)
            EmitSerializerCall(il, method, "Deserialize", method.InputType, () => il.Emit(OpCodes.Ldarg_1));
        if (method.TakesContext)
        {
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Castclass, method.Method.GetParameters()[^1].ParameterType);
        }

        il.Emit(method.Method.IsStatic || method.Type.IsValueType ? OpCodes.Call : OpCodes.Callvirt, method.Method);
        if (finish is { IsStatic: false })
            il.Emit(OpCodes.Ldarg_3);
        if (finish is not null)
            il.Emit(finish.IsVirtual ? OpCodes.Callvirt : OpCodes.Call, finish);
        if (finish is null || finish.ReturnType == typeof(void))
            il.Emit(OpCodes.Ldnull);
        il.Emit(OpCodes.Ret);
    }

    // override void Write(T result, Stream output)
    private static void EmitWrite(TypeBuilder type, Type baseType, HandlerMethod method)
    {
        var result = method.ResultType!;
        var il = Override(type, nameof(HandlerCall<>.Write), typeof(void), [result, typeof(Stream)]).GetILGenerator();
        if (typeof(Stream).IsAssignableFrom(result))
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Call, typeof(HandlerCall).GetMethod(nameof(HandlerCall.Copy))!);
        }
        else
        {
            EmitSerializerCall(il, method, "Serialize", result, () =>
            {
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Ldarg_2);
            });
        }

        il.Emit(OpCodes.Ret);
    }

    private static void EmitSerializerCall(ILGenerator il, HandlerMethod method, string name, Type data, Action emitArguments)
    {
        var serializer = method.Serializer!.GetType().GetInterface(Core + "ILambdaSerializer")!;
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, typeof(HandlerCall).GetField(nameof(HandlerCall.Serializer))!);
        il.Emit(OpCodes.Castclass, serializer);
        emitArguments();
        il.Emit(OpCodes.Callvirt, serializer.GetMethod(name)!.MakeGenericMethod(data));
    }

    // override TBase NewX() => new X(), where X : TBase implements the interface
    private void EmitFactory(TypeBuilder type, string name, string interfaceName, Type baseType)
    {
        if (_core?.GetType(Core + interfaceName) is not { IsInterface: true } wanted)
            return;
        var constructor = Implement(wanted, baseType).GetConstructor(Type.EmptyTypes)!;
        var il = Override(type, name, baseType, []).GetILGenerator();
        il.Emit(OpCodes.Newobj, constructor);
        il.Emit(OpCodes.Ret);
    }

    // Virtual members of the base implement the interface's by name and type. What remains without any implementation is asked of
    // Member by its property's name, and so is the serializer, whose default would be none.
    private Type Implement(Type wanted, Type baseType)
    {
        var type = _module.DefineType(Namespace + wanted.Name[1..], TypeAttributes.Public | TypeAttributes.Sealed, baseType, [wanted]);
        foreach (var method in wanted.GetMethods().Where(method => method is { IsStatic: false, IsVirtual: true }))
        {
            var parameters = method.GetParameters().Select(parameter => parameter.ParameterType).ToArray();
            var known = method.IsGenericMethod ? null : baseType.GetMethod(method.Name, parameters);
            if (known?.ReturnType == method.ReturnType || (!method.IsAbstract && method.Name != "get_Serializer"))
                continue;
            var implementation = type.DefineMethod(
                method.Name, MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
                method.ReturnType, parameters);
            EmitMember(implementation.GetILGenerator(), method, baseType);
            type.DefineMethodOverride(implementation, method);
        }

        return type.CreateType();
    }

    private static void EmitMember(ILGenerator il, MethodInfo method, Type baseType)
    {
        if (method.ReturnType != typeof(void))
        {
            var property = method.Name.StartsWith("get_", StringComparison.Ordinal) ? method.Name[4..] : method.Name;
            if (method.ReturnType.IsValueType)
            {
                var nothing = il.DeclareLocal(method.ReturnType);
                il.Emit(OpCodes.Ldloca, nothing);
                il.Emit(OpCodes.Initobj, method.ReturnType);
                il.Emit(OpCodes.Ldloc, nothing);
            }
            else
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldstr, property);
                il.Emit(OpCodes.Callvirt, baseType.GetMethod(nameof(IEmittedBase.Member))!);
                il.Emit(OpCodes.Castclass, method.ReturnType);
            }
        }

        il.Emit(OpCodes.Ret);
    }

    private static MethodBuilder Override(TypeBuilder type, string name, Type returns, Type[] parameters) =>
        type.DefineMethod(
            name, MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig | MethodAttributes.ReuseSlot,
            returns, parameters);

    // The runtime goes by the attribute's name, wherever it is defined.
    private ConstructorInfo DefineIgnoresAccessChecks()
    {
        var type = _module.DefineType(
            "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute", TypeAttributes.Public, typeof(Attribute));
        var constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [typeof(string)]);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(Attribute).GetConstructor(BindingFlags.NonPublic | BindingFlags.Instance, [])!);
        il.Emit(OpCodes.Ret);
        return type.CreateType().GetConstructor([typeof(string)])!;
    }

    private static IEnumerable<Assembly> AssembliesOf(Type type)
    {
        yield return type.Assembly;
        foreach (var argument in type.GenericTypeArguments.Append(type.GetElementType()).OfType<Type>())
        {
            foreach (var assembly in AssembliesOf(argument))
                yield return assembly;
        }

        if (type.BaseType is { } parent)
        {
            foreach (var assembly in AssembliesOf(parent))
                yield return assembly;
        }
    }
}
