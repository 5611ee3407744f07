using System.Reflection;
using System.Text.Json;
using Stateside.Language.Shapes;

namespace Stateside.Engine.Flow;

/// <summary>Of which side a type is looked at.</summary>
internal enum TypeView
{
    /// <summary>What is written of it.</summary>
    Gives,

    /// <summary>What it can be read from; from anything else it is certain that it cannot.</summary>
    Accepts,

    /// <summary>The same, as C# says that it is: what is never null is there.</summary>
    Expects,
}

/// <summary>
/// The JSON of types as System.Text.Json reads and writes them with Lambda's converters. What has a converter of its own, and what it
/// would not serialize, may be anything. See https://learn.microsoft.com/dotnet/standard/serialization/system-text-json/overview.
/// </summary>
/// <param name="options">The serializer's options.</param>
/// <param name="places">Where members are declared.</param>
internal sealed class TypeShapes(JsonOptions options, SourcePlaces places)
{
    private const int MostLevels = 16;

    /// <summary>A type inside itself is followed so often.</summary>
    private const int MostRepeats = 2;

    /// <summary>So many types are looked at for one shape; types that lead to one another could take forever.</summary>
    private const int MostTypes = 5000;

    private static readonly Shape Bytes = Shape.Text.Join(Shape.ListOf(Shape.Number));
    private readonly Dictionary<Type, int> _within = [];
    private int _level;
    private int _seen;

    /// <summary>The shape of a value of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="view">Of which side.</param>
    public Shape Of(AnnotatedType type, TypeView view)
    {
        _seen = 0;
        return Value(type, view, options.Numbers);
    }

    private Shape Value(AnnotatedType annotated, TypeView view, int numbers)
    {
        var type = annotated.Type;
        if (_level > MostLevels || ++_seen > MostTypes || type.IsPointer || type.IsByRef)
            return Shape.Anything;
        if (!type.IsValueType)
            return OrNull(Reference(annotated, view, numbers), annotated, view);
        if (type is { Namespace: "System", Name: "Nullable`1" })
            return Value(annotated.Arguments[0], view, numbers).Join(Shape.Null);

        // The options' converters come before those of types.
        if (type.IsEnum && options.HasTextEnums)
            return Enumeration(type, view, true, options.EnumNaming);
        if (JsonAttributes.Find(type, "JsonConverterAttribute") is { } converter)
            return Converted(converter, annotated, view);
        return type.IsEnum ? Enumeration(type, view, false, null) : Plain(type, view, numbers) ?? Other(annotated, view);
    }

    private Shape OrNull(Shape shape, AnnotatedType type, TypeView view)
    {
        if (shape.IsAnything)
            return shape;
        var isRefused = type.Null == Nullness.Never && options.RespectsNullness;
        return view switch
        {
            TypeView.Accepts when !isRefused => shape.Join(Shape.Null),
            _ when type.Null != Nullness.Never => shape.Join(Shape.Null),
            _ => shape,
        };
    }

    private Shape Reference(AnnotatedType annotated, TypeView view, int numbers)
    {
        var type = annotated.Type;
        if (JsonAttributes.Find(type, "JsonConverterAttribute") is { } converter)
            return Converted(converter, annotated, view);
        switch (type.FullName)
        {
            case "System.String" or "System.Uri" or "System.Version" or "System.IO.MemoryStream":
                return Shape.Text;
            case "System.Text.Json.Nodes.JsonObject":
                return Shape.AnyObject;
            case "System.Text.Json.Nodes.JsonArray":
                return Shape.AnyList;
        }

        if (type.IsArray)
        {
            var item = annotated.Arguments[0];
            if (type.GetArrayRank() != 1)
                return Shape.Anything;
            if (item.Type.FullName == "System.Byte")
                return Bytes;
            return Shape.ListOf(Inner(item, view, numbers));
        }

        if (type is { Name: "FSharpOption`1", Namespace: "Microsoft.FSharp.Core" })
            return Inner(annotated.Arguments[0], view, numbers).Join(Shape.Null);
        if (BaseNamed(type, "Amazon.Runtime.ConstantClass"))
            return Shape.Text;
        if (DictionaryValue(annotated) is { } value)
            return Shape.Of(new ObjectShape([], Inner(value, view, numbers)));
        if (ItemOf(annotated) is { } inner)
            return Shape.ListOf(Inner(inner, view, numbers));
        return Other(annotated, view);
    }

    private Shape Inner(AnnotatedType type, TypeView view, int numbers)
    {
        _level++;
        var shape = Value(type, view, numbers);
        _level--;
        return shape;
    }

    /// <summary>What has members.</summary>
    private Shape Other(AnnotatedType annotated, TypeView view)
    {
        var type = annotated.Type;
        if (DictionaryValue(annotated) is { } value)
            return Shape.Of(new ObjectShape([], Inner(value, view, options.Numbers)));
        if (ItemOf(annotated) is { } item)
            return Shape.ListOf(Inner(item, view, options.Numbers));
        if (!HasMembers(type))
            return Shape.Anything;
        var repeats = _within.GetValueOrDefault(type);
        if (repeats >= MostRepeats)
            return Shape.AnyObject;
        _within[type] = repeats + 1;
        _level++;
        var shape = Polymorphic(annotated, view) ?? Shape.Of(new JsonMembers(options, places, Inner).Of(annotated, view));
        _level--;
        _within[type] = repeats;
        return shape;
    }

    private Shape? Polymorphic(AnnotatedType annotated, TypeView view)
    {
        var type = annotated.Type;
        var derived = JsonAttributes.All(type, "JsonDerivedTypeAttribute").ToList();
        if (derived.Count == 0)
            return null;
        var discriminator = JsonAttributes.Find(type, "JsonPolymorphicAttribute") is { } polymorphic
            ? JsonAttributes.Named(polymorphic, "TypeDiscriminatorPropertyName") as string ?? "$type"
            : "$type";
        var reader = new JsonMembers(options, places, Inner);
        var isItself = derived.Exists(one => (one.ConstructorArguments[0].Value as Type) == type);
        var shape = type.IsAbstract || (isItself && view == TypeView.Gives) ? Shape.Never : Shape.Of(reader.Of(annotated, view));
        foreach (var one in derived)
        {
            if (one.ConstructorArguments[0].Value is not Type kind)
                return Shape.Anything;
            var members = reader.Of(kind == type ? annotated : AnnotatedType.Of(kind), view);
            var id = one.ConstructorArguments.Count < 2
                ? null
                : one.ConstructorArguments[1].Value is string name ? Shape.TextOf(name) : Shape.Number;
            if (id is not null && view == TypeView.Gives)
                members = members.With(discriminator, id, places.Of(kind));
            else if (id is null && view != TypeView.Gives)
                continue;
            else if (view != TypeView.Gives)
                members = members.With(discriminator, Shape.Anything.OrNothing());
            shape = shape.Join(Shape.Of(members));
        }

        // A runtime type further down is written as the nearest of these where the type says so.
        return shape.IsNever ? Shape.AnyObject : shape;
    }

    private Shape Converted(CustomAttributeData attribute, AnnotatedType annotated, TypeView view)
    {
        var of = annotated.Type is { Namespace: "System", Name: "Nullable`1" } ? annotated.Arguments[0].Type : annotated.Type;
        if (!of.IsEnum || JsonAttributes.ConverterOf(attribute) is not { } textEnums)
            return Shape.Anything;
        return of == annotated.Type ? Enumeration(of, view, textEnums, null) : Enumeration(of, view, textEnums, null).Join(Shape.Null);
    }

    /// <summary>A property's value, whose attributes may say otherwise how it is converted.</summary>
    internal Shape Inner(AnnotatedType type, TypeView view, IList<CustomAttributeData> attributes)
    {
        if (JsonAttributes.Find(attributes, "JsonConverterAttribute") is { } converter)
            return Converted(converter, type, view);
        var numbers = JsonAttributes.Find(attributes, "JsonNumberHandlingAttribute") is { ConstructorArguments: [{ Value: int handling }] }
            ? handling
            : options.Numbers;
        return Inner(type, view, numbers);
    }

    private Shape Enumeration(Type type, TypeView view, bool isText, JsonNamingPolicy? naming)
    {
        if (!isText)
            return view == TypeView.Gives || options.Numbers == 0 ? Shape.Number : Shape.Number.Join(Shape.Text);
        if (view != TypeView.Gives || type.GetCustomAttributesData().Any(one => one.AttributeType.FullName == "System.FlagsAttribute"))
            return Shape.Text.Join(Shape.Number);

        // A number that has no name is written as it is.
        var names = type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field =>
            JsonAttributes.Find(field.GetCustomAttributesData(), "JsonStringEnumMemberNameAttribute")
                is { ConstructorArguments: [{ Value: string named }] }
                ? named
                : naming?.ConvertName(field.Name) ?? field.Name);
        return Shape.TextOf(names).Join(Shape.Number);
    }

    // Null for what is no plain value. Bits of JsonNumberHandling: 1 reads numbers from texts, 2 writes them so, 4 has NaN as text.
    private static Shape? Plain(Type type, TypeView view, int numbers)
    {
        if (type.Namespace == "System")
        {
            switch (type.Name)
            {
                case "Boolean":
                    return Shape.Boolean;
                case "Byte" or "SByte" or "Int16" or "UInt16" or "Int32" or "UInt32" or "Int64" or "UInt64" or "Int128" or "UInt128"
                    or "Single" or "Double" or "Half" or "Decimal":
                    return numbers == 0 ? Shape.Number : view == TypeView.Gives && (numbers & 6) == 0 ? Shape.Number : Shape.Number.Join(Shape.Text);
                case "DateTime":
                    // Lambda's converter reads seconds too.
                    return view == TypeView.Gives ? Shape.Text : Shape.Text.Join(Shape.Number);
                case "Char" or "DateTimeOffset" or "DateOnly" or "TimeOnly" or "TimeSpan" or "Guid":
                    return Shape.Text;
                case "Memory`1" or "ReadOnlyMemory`1":
                    return type.GetGenericArguments()[0].Name == "Byte" ? Shape.Text : Shape.AnyList;
            }
        }

        return null;
    }

    private static bool HasMembers(Type type)
    {
        var name = type.FullName ?? "";
        if (name.StartsWith("System.", StringComparison.Ordinal))
            return name.StartsWith("System.Tuple`", StringComparison.Ordinal) || name.StartsWith("System.ValueTuple`", StringComparison.Ordinal)
                || name.StartsWith("System.Collections.Generic.KeyValuePair`", StringComparison.Ordinal);
        return !BaseNamed(type, "System.Delegate") && !BaseNamed(type, "System.Exception") && !BaseNamed(type, "System.IO.Stream")
            && !BaseNamed(type, "System.Reflection.MemberInfo")
            && !name.StartsWith("Microsoft.FSharp.", StringComparison.Ordinal)
            && !type.GetInterfaces().Any(one => one.FullName is "System.Collections.IEnumerable" || one.Name == "IAsyncEnumerable`1")
            && !IsUnion(type);
    }

    /// <summary>A union of F#, which has no form in JSON.</summary>
    private static bool IsUnion(Type type) => type.GetCustomAttributesData().Any(attribute =>
        attribute.AttributeType.FullName == "Microsoft.FSharp.Core.CompilationMappingAttribute"
        && attribute.ConstructorArguments is [{ Value: int and 1 }, ..]);

    private static bool BaseNamed(Type type, string name)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            if (at.FullName == name)
                return true;
        }

        return false;
    }

    private static AnnotatedType? DictionaryValue(AnnotatedType annotated) =>
        Argument(annotated, "System.Collections.Generic.IDictionary`2", 1)
        ?? Argument(annotated, "System.Collections.Generic.IReadOnlyDictionary`2", 1);

    private static AnnotatedType? ItemOf(AnnotatedType annotated) => Argument(annotated, "System.Collections.Generic.IEnumerable`1", 0);

    /// <summary>An argument of an interface that a type is or has, with what is said of it where the type itself names it.</summary>
    private static AnnotatedType? Argument(AnnotatedType annotated, string name, int index)
    {
        var found = annotated.Type.GetInterfaces().Prepend(annotated.Type)
            .FirstOrDefault(one => one.IsConstructedGenericType && one.GetGenericTypeDefinition().FullName == name);
        if (found is null)
            return null;
        var arguments = found.GetGenericArguments();
        var type = arguments[index];
        return annotated.Arguments.Count == arguments.Length && annotated.Arguments[index].Type == type
            ? annotated.Arguments[index]
            : AnnotatedType.Of(type);
    }
}
