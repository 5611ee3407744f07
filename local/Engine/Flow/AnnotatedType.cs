using System.Reflection;

namespace Stateside.Engine.Flow;

/// <summary>What C# says of null.</summary>
internal enum Nullness
{
    /// <summary>Nothing.</summary>
    Unknown,

    /// <summary>It is never null.</summary>
    Never,

    /// <summary>It may be null.</summary>
    Maybe,
}

/// <summary>
/// A type with what C# says of null in it and its arguments.
/// See https://github.com/dotnet/roslyn/blob/main/docs/features/nullable-metadata.md.
/// </summary>
/// <param name="Type">The type, without open parameters.</param>
/// <param name="Null">What is said of it; nothing of a value.</param>
/// <param name="Arguments">Its arguments, an array's item, the value of a nullable one.</param>
internal sealed record AnnotatedType(Type Type, Nullness Null, IReadOnlyList<AnnotatedType> Arguments)
{
    private const string Namespace = "System.Runtime.CompilerServices.";

    /// <summary>A type of which nothing is said.</summary>
    public static AnnotatedType Of(Type type) => Read(type, type, new Annotations([0]), []);

    /// <summary>A parameter's type.</summary>
    public static AnnotatedType Of(ParameterInfo parameter) =>
        Read(parameter.ParameterType, parameter.ParameterType, AnnotationsOf(parameter.GetCustomAttributesData(), (MethodBase)parameter.Member), []);

    /// <summary>A property's or a field's type.</summary>
    /// <param name="member">The member.</param>
    /// <param name="owner">The type that has it, whose arguments its type may name.</param>
    public static AnnotatedType Of(MemberInfo member, AnnotatedType owner)
    {
        var declaring = member.DeclaringType!;
        var open = declaring.IsConstructedGenericType
            ? declaring.GetGenericTypeDefinition().GetMember(
                member.Name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)[0]
            : member;
        var arguments = declaring == owner.Type ? owner.Arguments : [.. declaring.GetGenericArguments().Select(Of)];
        var attributes = open.GetCustomAttributesData();
        var type = Read(TypeOf(open), TypeOf(member), AnnotationsOf(attributes, open.DeclaringType!), arguments);
        var mayBeNull = attributes.Any(attribute => attribute.AttributeType.FullName is
            "System.Diagnostics.CodeAnalysis.MaybeNullAttribute" or "System.Diagnostics.CodeAnalysis.AllowNullAttribute");
        return mayBeNull ? type with { Null = Nullness.Maybe } : type;
    }

    private static Type TypeOf(MemberInfo member) => member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType;

    private static AnnotatedType Read(Type open, Type closed, Annotations annotations, IReadOnlyList<AnnotatedType> parameters)
    {
        if (open.IsGenericParameter)
        {
            var said = annotations.Next();
            var argument = open.GenericParameterPosition < parameters.Count ? parameters[open.GenericParameterPosition] : Of(closed);
            return said == Nullness.Maybe ? argument with { Null = said } : argument;
        }

        var nullness = Nullness.Unknown;
        if (!open.IsValueType)
            nullness = annotations.Next();
        else if (open.IsGenericType && !IsNullable(open))
            annotations.Next();
        if (open.HasElementType)
            return new(closed, nullness, [Read(open.GetElementType()!, closed.GetElementType()!, annotations, parameters)]);
        var (its, real) = (open.GetGenericArguments(), closed.GetGenericArguments());
        var arguments = new AnnotatedType[its.Length];
        for (var i = 0; i < its.Length; i++)
            arguments[i] = Read(its[i], real[i], annotations, parameters);
        return new(closed, nullness, arguments);
    }

    private static bool IsNullable(Type type) => type is { Namespace: "System", Name: "Nullable`1" };

    private static Annotations AnnotationsOf(IList<CustomAttributeData> attributes, MemberInfo context)
    {
        if (Find(attributes, "NullableAttribute") is { } own)
            return own;
        for (var at = context; at is not null; at = at.DeclaringType)
        {
            if (Find(at.GetCustomAttributesData(), "NullableContextAttribute") is { } general)
                return general;
        }

        return new Annotations([0]);
    }

    private static Annotations? Find(IList<CustomAttributeData> attributes, string name) =>
        attributes.FirstOrDefault(attribute => attribute.AttributeType.FullName == Namespace + name)?.ConstructorArguments is [{ Value: var value }]
            ? value switch
            {
                byte one => new Annotations([one]),
                IReadOnlyCollection<CustomAttributeTypedArgument> all => new Annotations([.. all.Select(each => (byte)each.Value!)]),
                _ => null,
            }
            : null;

    /// <summary>What is said of a type and its arguments, in the order in which they are read; one for all stands alone.</summary>
    private sealed class Annotations(byte[] all)
    {
        private int _at;

        public Nullness Next()
        {
            var next = all.Length == 1 ? all[0] : _at < all.Length ? all[_at++] : (byte)0;
            return (Nullness)next;
        }
    }
}
