using System.Reflection;

namespace Stateside.Engine.Flow;

/// <summary>Attributes of System.Text.Json as metadata have them.</summary>
internal static class JsonAttributes
{
    private const string Namespace = "System.Text.Json.Serialization.";

    /// <summary>The attribute of a type; null when it has none.</summary>
    public static CustomAttributeData? Find(Type type, string name) => Find(type.GetCustomAttributesData(), name);

    /// <summary>The attribute of that name, or one that somebody derived from a converter's; null when there is none.</summary>
    public static CustomAttributeData? Find(IList<CustomAttributeData> attributes, string name) =>
        attributes.FirstOrDefault(one => one.AttributeType.FullName == Namespace + name || one.AttributeType.BaseType?.FullName == Namespace + name);

    /// <summary>All attributes of that name.</summary>
    public static IEnumerable<CustomAttributeData> All(Type type, string name) =>
        type.GetCustomAttributesData().Where(one => one.AttributeType.FullName == Namespace + name);

    /// <summary>A named argument's value; null when it is not given.</summary>
    public static object? Named(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.MemberName == name).TypedValue.Value;

    /// <summary>Whether a converter of enumerations makes texts of them; null for any other converter.</summary>
    public static bool? ConverterOf(CustomAttributeData attribute)
    {
        var converter = attribute.ConstructorArguments is [{ Value: Type type }] ? type.Name : null;
        return converter switch
        {
            "JsonStringEnumConverter" or "JsonStringEnumConverter`1" => true,
            "JsonNumberEnumConverter`1" => false,
            _ => null,
        };
    }
}
