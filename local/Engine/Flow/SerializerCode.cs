using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Stateside.Engine.Flow;

/// <summary>
/// Reads what the constructor of a serializer sets, without running it: the constructor hands its base a lambda, and the lambda sets
/// options to what stands there, one after the other. Anything else in their code is something that is not known.
/// </summary>
internal sealed class SerializerCode
{
    private const int MostBytes = 4096;
    private const string Options = "JsonSerializerOptions";

    private readonly MetadataReader _metadata;
    private readonly PEReader _file;
    private readonly List<MethodDefinitionHandle> _lambdas = [];
    private JsonOptions? _options;

    private SerializerCode(PEReader file, JsonOptions options)
    {
        _file = file;
        _metadata = file.GetMetadataReader();
        _options = options;
    }

    /// <summary>Options as a serializer's constructor leaves them.</summary>
    /// <param name="serializer">The serializer's type, which has one constructor and no method.</param>
    /// <param name="options">The options of its base.</param>
    /// <returns>The options; null where it is not known what it does.</returns>
    public static JsonOptions? Apply(Type serializer, JsonOptions options)
    {
        using var file = new PEReader(File.OpenRead(serializer.Assembly.Location));
        var code = new SerializerCode(file, options);
        var token = serializer.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)[0].MetadataToken;
        if (!code.Read((MethodDefinitionHandle)MetadataTokens.EntityHandle(token), isConstructor: true))
            return null;
        foreach (var lambda in code._lambdas)
        {
            if (!code.Read(lambda, isConstructor: false))
                return null;
        }

        return code._options;
    }

    private bool Read(MethodDefinitionHandle method, bool isConstructor)
    {
        var definition = _metadata.GetMethodDefinition(method);
        var code = _file.GetMethodBody(definition.RelativeVirtualAddress).GetILReader();
        var stack = new Stack<object?>();
        if (code.Length > MostBytes)
            return false;
        while (code.RemainingBytes > 0)
        {
            if (!Step(ref code, stack, isConstructor))
                return false;
        }

        return _options is not null;
    }

    private bool Step(ref BlobReader code, Stack<object?> stack, bool isConstructor)
    {
        switch ((ILOpCode)code.ReadByte())
        {
            case ILOpCode.Nop or ILOpCode.Ret:
                return true;
            case ILOpCode.Ldarg_0 or ILOpCode.Ldarg_1:
                stack.Push(this);
                return true;
            case ILOpCode.Ldnull:
                stack.Push(null);
                return true;
            case >= ILOpCode.Ldc_i4_m1 and <= ILOpCode.Ldc_i4_8 and var short0:
                stack.Push((int)short0 - (int)ILOpCode.Ldc_i4_0);
                return true;
            case ILOpCode.Ldc_i4_s:
                stack.Push((int)code.ReadSByte());
                return true;
            case ILOpCode.Ldc_i4:
                stack.Push(code.ReadInt32());
                return true;
            case ILOpCode.Dup:
                stack.Push(stack.Peek());
                return true;
            case ILOpCode.Pop:
                return stack.TryPop(out _);

            // A lambda that is made once: it is made, whichever way the branch goes.
            case ILOpCode.Ldsfld when isConstructor:
                code.ReadInt32();
                stack.Push(this);
                return true;
            case ILOpCode.Stsfld when isConstructor:
                code.ReadInt32();
                return stack.TryPop(out _);
            case ILOpCode.Brtrue_s when isConstructor:
                code.ReadSByte();
                return stack.TryPop(out _);
            case (ILOpCode)0xfe when isConstructor && code.ReadByte() == ((int)ILOpCode.Ldftn & 0xff):
                if (MetadataTokens.EntityHandle(code.ReadInt32()) is not { Kind: HandleKind.MethodDefinition } lambda)
                    return false;
                _lambdas.Add((MethodDefinitionHandle)lambda);
                stack.Push(this);
                return true;
            case ILOpCode.Newobj:
                return Make(MetadataTokens.EntityHandle(code.ReadInt32()), stack, isConstructor);
            case ILOpCode.Call or ILOpCode.Callvirt:
                return Call(MetadataTokens.EntityHandle(code.ReadInt32()), stack, isConstructor);
            default:
                return false;
        }
    }

    private bool Make(EntityHandle handle, Stack<object?> stack, bool isConstructor)
    {
        var (type, name, count) = MemberOf(handle);
        if (name != ".ctor" || stack.Count < count)
            return false;
        var arguments = Take(stack, count);
        switch (type)
        {
            case "Action`1" when isConstructor:
                stack.Push(this);
                return true;
            case "JsonStringEnumConverter" when !isConstructor:
                stack.Push(new TextEnums(arguments.Length > 0 ? arguments[0] as string : null));
                return true;
            default:
                return false;
        }
    }

    private bool Call(EntityHandle handle, Stack<object?> stack, bool isConstructor)
    {
        var (type, name, count) = MemberOf(handle);
        if (isConstructor)
        {
            // That of its base; writer's options do not matter, and what else there could be is not called in this way.
            stack.Clear();
            return name == ".ctor";
        }

        switch (type, name)
        {
            case ("JsonNamingPolicy", _) when name.StartsWith("get_", StringComparison.Ordinal):
                stack.Push($"{type}.{name["get_".Length..]}");
                return true;
            case ("JavaScriptEncoder", _) when count == 0 && name.StartsWith("get_", StringComparison.Ordinal):
                stack.Push(null);
                return true;
            case (Options, "get_Converters"):
                return stack.Count > 0;
            case ("ICollection`1", "Add") when stack.Count > 1 && stack.Pop() is TextEnums enums:
                stack.Pop();
                _options = _options! with { HasTextEnums = true, EnumNaming = enums.Naming is null ? null : JsonOptions.PolicyOf(enums.Naming) };
                return true;
            case (Options, _) when name.StartsWith("set_", StringComparison.Ordinal) && count == 1 && stack.Count > 1:
                var value = stack.Pop();
                stack.Pop();
                _options = _options!.With(name["set_".Length..], value);
                return _options is not null;
            default:
                return false;
        }
    }

    private static object?[] Take(Stack<object?> stack, int count)
    {
        var taken = new object?[count];
        for (var i = count - 1; i >= 0; i--)
            taken[i] = stack.Pop();
        return taken;
    }

    private (string Type, string Name, int Parameters) MemberOf(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.MemberReference:
                var reference = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                return (TypeName(reference.Parent), _metadata.GetString(reference.Name), Parameters(reference.Signature));
            case HandleKind.MethodDefinition:
                var method = _metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                return (TypeName(method.GetDeclaringType()), _metadata.GetString(method.Name), Parameters(method.Signature));
            default:
                return ("", "", 0);
        }
    }

    private int Parameters(BlobHandle signature)
    {
        var reader = _metadata.GetBlobReader(signature);
        var header = reader.ReadSignatureHeader();
        if (header.IsGeneric)
            reader.ReadCompressedInteger();
        return reader.ReadCompressedInteger();
    }

    private string TypeName(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeReference:
                return _metadata.GetString(_metadata.GetTypeReference((TypeReferenceHandle)handle).Name);
            case HandleKind.TypeDefinition:
                return _metadata.GetString(_metadata.GetTypeDefinition((TypeDefinitionHandle)handle).Name);
            case HandleKind.TypeSpecification:
                // A constructed type: GENERICINST, CLASS or VALUETYPE, and the type.
                var reader = _metadata.GetBlobReader(_metadata.GetTypeSpecification((TypeSpecificationHandle)handle).Signature);
                return reader.ReadSignatureTypeCode() == SignatureTypeCode.GenericTypeInstance && reader.ReadByte() is 0x12 or 0x11
                    ? TypeName(reader.ReadTypeHandle())
                    : "";
            default:
                return "";
        }
    }

    /// <summary>A converter that writes enumerations as texts, and the policy that names them.</summary>
    private sealed record TextEnums(string? Naming);
}
