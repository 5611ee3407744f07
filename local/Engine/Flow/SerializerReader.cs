using System.Reflection;

namespace Stateside.Engine.Flow;

/// <summary>
/// What a handler's serializer makes of types, read from its attribute and its constructors. One that somebody wrote themselves may make
/// anything of them, but where all it does is to set options of one of Lambda's.
/// See https://docs.aws.amazon.com/lambda/latest/dg/csharp-handler.html#csharp-handler-serializer.
/// </summary>
internal static class SerializerReader
{
    private const string SystemText = "Amazon.Lambda.Serialization.SystemTextJson.";
    private const BindingFlags Own =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The options of a serializer.</summary>
    /// <param name="serializer">Its type.</param>
    /// <returns>The options; null where it may do anything.</returns>
    public static JsonOptions? OptionsOf(Type serializer)
    {
        var ways = new List<Type>();
        for (var at = serializer; ; at = at.BaseType)
        {
            if (at is null)
                return null;
            if (Known(at) is { } known)
            {
                ways.Reverse();
                return ways.Aggregate((JsonOptions?)known, (options, way) => options is null ? null : SerializerCode.Apply(way, options));
            }

            // What it overrides could do anything.
            if (at.GetMethods(Own).Length > 0 || at.GetConstructors(Own).Length != 1)
                return null;
            ways.Add(at);
        }
    }

    private static JsonOptions? Known(Type type) => type.IsConstructedGenericType
        ? type.GetGenericTypeDefinition().FullName == $"{SystemText}SourceGeneratorLambdaJsonSerializer`1" ? OfContext(type) : null
        : type.FullName switch
        {
            $"{SystemText}DefaultLambdaJsonSerializer" => new JsonOptions(),
            $"{SystemText}CamelCaseLambdaJsonSerializer" or $"{SystemText}LambdaJsonSerializer" =>
                new JsonOptions { Naming = System.Text.Json.JsonNamingPolicy.CamelCase },
            _ => null,
        };

    /// <summary>
    /// Early versions, which have no constructor that takes options, go by those of the context; later ones by Lambda's own.
    /// </summary>
    private static JsonOptions? OfContext(Type serializer)
    {
        var takesOptions = serializer.GetGenericTypeDefinition().GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .Any(parameter => parameter.ParameterType is { IsConstructedGenericType: true } type
                && type.GetGenericArguments()[0].FullName == "System.Text.Json.JsonSerializerOptions");
        if (takesOptions)
            return new JsonOptions();
        var options = new JsonOptions { IgnoresCase = false, Ignore = JsonIgnore.Never };
        var attribute = serializer.GetGenericArguments()[0].GetCustomAttributesData()
            .FirstOrDefault(one => one.AttributeType.FullName == "System.Text.Json.Serialization.JsonSourceGenerationOptionsAttribute");
        if (attribute is null)
            return options;
        if (attribute.ConstructorArguments is [{ Value: 1 }])
            options = options with { Naming = System.Text.Json.JsonNamingPolicy.CamelCase, IgnoresCase = true, Numbers = 1 };
        return attribute.NamedArguments.Aggregate(
            (JsonOptions?)options,
            (all, named) => all?.With(named.MemberName, named.TypedValue.Value is bool truth ? truth ? 1 : 0 : named.TypedValue.Value));
    }
}
