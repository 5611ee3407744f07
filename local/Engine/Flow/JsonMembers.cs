using System.Reflection;
using Stateside.Language.Shapes;

namespace Stateside.Engine.Flow;

/// <summary>The members that System.Text.Json finds in a type, and which of them must be there.</summary>
/// <param name="options">The serializer's options.</param>
/// <param name="places">Where members are declared.</param>
/// <param name="shapeOf">The shape of a member's value by its type, the side that it is looked at from, and its attributes.</param>
internal sealed class JsonMembers(
    JsonOptions options, SourcePlaces places, Func<AnnotatedType, TypeView, IList<CustomAttributeData>, Shape> shapeOf)
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The members of a type.</summary>
    public ObjectShape Of(AnnotatedType type, TypeView view)
    {
        var constructor = ConstructorOf(type.Type);
        var parameters = constructor?.GetParameters() ?? [];
        var setsAll = constructor?.GetCustomAttributesData().Any(IsNamed("System.Diagnostics.CodeAnalysis.SetsRequiredMembersAttribute")) == true;
        var members = new List<KeyValuePair<string, ShapeMember>>();
        var rest = view == TypeView.Gives || IsClosed(type.Type) ? Shape.Never : Shape.Anything;
        foreach (var member in MembersOf(type.Type))
        {
            var attributes = member.GetCustomAttributesData();
            if (JsonAttributes.Find(attributes, "JsonExtensionDataAttribute") is not null)
            {
                rest = Shape.Anything;
                continue;
            }

            var name = JsonAttributes.Find(attributes, "JsonPropertyNameAttribute") is { ConstructorArguments: [{ Value: string named }] }
                ? named
                : options.Naming?.ConvertName(member.Name) ?? member.Name;
            var ignore = JsonAttributes.Find(attributes, "JsonIgnoreAttribute") is { } ignored
                ? (JsonIgnore)(JsonAttributes.Named(ignored, "Condition") as int? ?? (int)JsonIgnore.Always)
                : options.Ignore;
            var parameter = !CanBeRead(member, attributes) ? null : parameters.FirstOrDefault(one =>
                string.Equals(one.Name, member.Name, StringComparison.OrdinalIgnoreCase) && one.ParameterType == AnnotatedTypeOf(member));
            if (ignore == JsonIgnore.Always || ignore == (view == TypeView.Gives ? JsonIgnore.WhenWriting : JsonIgnore.WhenReading)
                || !(view == TypeView.Gives ? CanBeRead(member, attributes) : parameter is not null || CanBeSet(member, attributes)))
            {
                // It is passed over, which is not the same as unknown.
                if (view != TypeView.Gives && rest.IsNever && CanBeRead(member, attributes))
                    members.Add(new(name, new ShapeMember(Shape.Anything, false)));
                continue;
            }

            var its = AnnotatedType.Of(member, type);
            var shape = shapeOf(its, view, attributes);
            var isRequired = view == TypeView.Gives
                ? IsWritten(shape, ignore)
                : IsRequired(attributes, setsAll) || IsWanted(parameter, its, view);
            if (view == TypeView.Gives && ignore is JsonIgnore.WhenWritingNull or JsonIgnore.WhenWritingDefault)
                shape = shape.IsAnything ? shape : shape.Without(ShapeKinds.Null);
            if (!shape.IsNever)
                members.Add(new(name, new ShapeMember(shape, isRequired, places.Of(member))));
        }

        return new ObjectShape(members.DistinctBy(member => member.Key, StringComparer.Ordinal), rest, places.Of(type.Type));
    }

    private static bool IsWritten(Shape shape, JsonIgnore ignore) => ignore switch
    {
        JsonIgnore.WhenWritingNull => !shape.MayBe(ShapeKinds.Null),
        JsonIgnore.WhenWritingDefault => false,
        _ => true,
    };

    /// <summary>Whether reading fails without it.</summary>
    private static bool IsRequired(IList<CustomAttributeData> attributes, bool setsAll) =>
        JsonAttributes.Find(attributes, "JsonRequiredAttribute") is not null
        || (!setsAll && attributes.Any(IsNamed("System.Runtime.CompilerServices.RequiredMemberAttribute")));

    /// <summary>Whether a constructor takes it for granted; reading gives it a default, which for a reference is null.</summary>
    private bool IsWanted(ParameterInfo? parameter, AnnotatedType type, TypeView view) =>
        parameter is { HasDefaultValue: false } && (options.RequiresParameters
            || (view == TypeView.Expects && (type.Type.IsValueType ? type.Type.Name != "Nullable`1" : type.Null == Nullness.Never)));

    private bool IsClosed(Type type) =>
        JsonAttributes.Find(type, "JsonUnmappedMemberHandlingAttribute") is { ConstructorArguments: [{ Value: int handling }] }
            ? handling != 0
            : options.RefusesUnknown;

    private bool CanBeRead(MemberInfo member, IList<CustomAttributeData> attributes) => member is PropertyInfo property
        ? property.GetMethod is { } get && (get.IsPublic || IsIncluded(attributes))
        : IsField(member, attributes);

    private bool CanBeSet(MemberInfo member, IList<CustomAttributeData> attributes) => member is PropertyInfo property
        ? property.SetMethod is { } set && (set.IsPublic || IsIncluded(attributes))
        : IsField(member, attributes) && !((FieldInfo)member).IsInitOnly;

    private bool IsField(MemberInfo member, IList<CustomAttributeData> attributes) =>
        member is FieldInfo field && (IsIncluded(attributes) || (options.IncludesFields && field.IsPublic));

    private static bool IsIncluded(IList<CustomAttributeData> attributes) => JsonAttributes.Find(attributes, "JsonIncludeAttribute") is not null;

    private static Type AnnotatedTypeOf(MemberInfo member) => member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType;

    /// <summary>Properties and fields, those of the derived type first; one that hides or overrides another stands for it.</summary>
    private static IEnumerable<MemberInfo> MembersOf(Type type)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        IEnumerable<Type> types = type.IsInterface ? type.GetInterfaces().Prepend(type) : BasesOf(type);
        foreach (var at in types)
        {
            foreach (var property in at.GetProperties(Declared))
            {
                if (property.GetIndexParameters().Length == 0 && names.Add(property.Name))
                    yield return property;
            }

            foreach (var field in at.GetFields(Declared))
            {
                if (!field.Name.StartsWith('<') && names.Add(field.Name))
                    yield return field;
            }
        }
    }

    private static IEnumerable<Type> BasesOf(Type type)
    {
        for (var at = type; at is not null && at.FullName is not ("System.Object" or "System.ValueType"); at = at.BaseType)
            yield return at;
    }

    /// <summary>The constructor that reading calls; null where it needs none, or where there is none that it could call.</summary>
    private static ConstructorInfo? ConstructorOf(Type type)
    {
        var all = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        if (all.FirstOrDefault(one => JsonAttributes.Find(one.GetCustomAttributesData(), "JsonConstructorAttribute") is not null) is { } named)
            return named;
        var open = all.Where(one => one.IsPublic).ToList();
        if (open.FirstOrDefault(one => one.GetParameters().Length == 0) is { } plain)
            return plain;
        var hasOne = !type.IsValueType || type is { Namespace: "System.Collections.Generic", Name: "KeyValuePair`2" };
        return hasOne && open is [var only] ? only : null;
    }

    private static Func<CustomAttributeData, bool> IsNamed(string name) => attribute => attribute.AttributeType.FullName == name;
}
