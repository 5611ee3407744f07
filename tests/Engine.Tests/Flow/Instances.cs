using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Stateside.Engine.Tests.Flow;

/// <summary>Makes objects of types as C# says that they may be: what is never null is not.</summary>
internal sealed class Instances(Random random)
{
    private static readonly NullabilityInfoContext Nullness = new();

    public object? Make(Type type, NullabilityInfo? info = null, int level = 0)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return random.Next(3) == 0 ? null : Make(value, null, level);
        var mayBeNull = info is not null && info.WriteState != NullabilityState.NotNull && info.ReadState != NullabilityState.NotNull;
        if (!type.IsValueType && mayBeNull && (level > 4 || random.Next(3) == 0))
            return null;
        if (Simple(type) is { } simple)
            return simple;
        if (type.IsEnum)
            return Enum.ToObject(type, random.Next(3));
        if (type.IsArray)
            return MakeArray(type.GetElementType()!, info?.ElementType, level);
        if (Dictionary(type) is { } arguments)
            return MakeDictionary(arguments, info, level);
        if (type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type))
            return MakeList(type.GetGenericArguments()[0], info?.GenericTypeArguments.FirstOrDefault(), level);
        return MakeObject(type, level);
    }

    private object MakeObject(Type type, int level)
    {
        // Of what stands for a type's argument the runtime does not know what C# says.
        if (type.GetCustomAttributes<JsonDerivedTypeAttribute>().ToList() is { Count: > 0 } derived)
            type = derived[random.Next(derived.Count)].DerivedType;
        var constructor = type.GetConstructors().OrderByDescending(one => one.IsDefined(typeof(JsonConstructorAttribute))).ThenBy(one => one.GetParameters().Length).FirstOrDefault();
        if (type.IsValueType && type.GetConstructors().MaxBy(one => one.GetParameters().Length) is { } whole)
            constructor = whole;
        var made = constructor is null
            ? Activator.CreateInstance(type)!
            : constructor.Invoke([.. constructor.GetParameters().Select(parameter => Make(parameter.ParameterType, type.IsGenericType ? null : Nullness.Create(parameter), level + 1))]);
        foreach (var property in type.GetProperties().Where(property => property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0))
        {
            if (!property.IsDefined(typeof(JsonExtensionDataAttribute)))
                property.SetValue(made, Make(property.PropertyType, type.IsGenericType ? null : Nullness.Create(property), level + 1));
            else if (random.Next(2) == 0)
                property.SetValue(made, new Dictionary<string, JsonElement> { ["extra"] = JsonDocument.Parse("[1]").RootElement });
        }

        return made;
    }

    private object? Simple(Type type)
    {
        if (type == typeof(string))
            return random.Next(4) == 0 ? "" : $"t{random.Next(100)}";
        if (type == typeof(object))
            return random.Next(2) == 0 ? random.Next() : "object";
        if (type == typeof(JsonElement))
            return JsonDocument.Parse(random.Next(2) == 0 ? "{\"a\": 1}" : "[null]").RootElement;
        if (type == typeof(JsonNode) || type == typeof(JsonObject))
            return new JsonObject { ["a"] = random.Next() };
        if (type == typeof(JsonArray))
            return new JsonArray(1, "two");
        if (type == typeof(Guid))
            return new Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        if (type == typeof(Uri))
            return new Uri("https://example.org/");
        if (type == typeof(Version))
            return new Version(1, 2);
        if (type == typeof(DateTime))
            return new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), DateTimeKind.Utc);
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero);
        if (type == typeof(DateOnly))
            return DateOnly.FromDayNumber(random.Next(100_000));
        if (type == typeof(TimeOnly))
            return new TimeOnly(random.Next(24), 5);
        if (type == typeof(TimeSpan))
            return TimeSpan.FromSeconds(random.Next());
        if (type == typeof(bool))
            return random.Next(2) == 0;
        if (type == typeof(char))
            return (char)('a' + random.Next(26));
        if (type.IsPrimitive || type == typeof(decimal))
            return Convert.ChangeType(random.Next(100), type, System.Globalization.CultureInfo.InvariantCulture);
        return null;
    }

    private Array MakeArray(Type item, NullabilityInfo? info, int level)
    {
        var array = Array.CreateInstance(item, Length(level));
        for (var i = 0; i < array.Length; i++)
            array.SetValue(Make(item, info, level + 1), i);
        return array;
    }

    private object MakeList(Type item, NullabilityInfo? info, int level)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        for (var i = Length(level); i > 0; i--)
            list.Add(Make(item, info, level + 1));
        return list;
    }

    private object MakeDictionary(Type[] arguments, NullabilityInfo? info, int level)
    {
        var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
        for (var i = Length(level); i > 0; i--)
            map[$"k{i}"] = Make(arguments[1], info?.GenericTypeArguments.ElementAtOrDefault(1), level + 1);
        return map;
    }

    private int Length(int level) => level > 4 ? 0 : random.Next(3);

    private static Type[]? Dictionary(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is { Length: 2 } arguments && typeof(IDictionary).IsAssignableFrom(type) ? arguments : null;
}
