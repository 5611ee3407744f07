using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// Between JSON and the objects of an AWS SDK package, whose types are known only when it is loaded. Members are found by name in any
/// casing. Texts, times and bytes are as definitions have them: an SDK integration gives times as ISO 8601 text and bytes as the text
/// they are in UTF-8, an optimized one times in milliseconds and bytes in base64.
/// </summary>
/// <param name="isOptimized">Whether an optimized integration speaks.</param>
internal sealed partial class SdkValues(bool isOptimized)
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public;
    private const string ServiceResponseType = "Amazon.Runtime.AmazonWebServiceResponse";
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>An object of the SDK with these members.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="members">The members; what is null is left out.</param>
    /// <param name="place">Where they are, for the error; empty for the request itself.</param>
    /// <exception cref="FormatException">A member is not known, or its value is not of its kind.</exception>
    public object ToObject(Type type, JsonObject members, string place)
    {
        var target = Activator.CreateInstance(type) ?? throw new FormatException($"{type.Name} cannot be made.");
        foreach (var (name, value) in members)
        {
            if (value is JsonNull)
                continue;
            var property = Array.Find(type.GetProperties(Members), property => property.CanWrite && string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
                ?? throw new FormatException($"{type.Name} has no member '{name}'{(place.Length == 0 ? "" : $" (at {place})")}.");
            property.SetValue(target, ToValue(property.PropertyType, value, place.Length == 0 ? name : $"{place}.{name}"));
        }

        return target;
    }

    /// <summary>An answer's members as a state gives them.</summary>
    /// <returns>The members that the answer has.</returns>
    public JsonObject FromObject(object response)
    {
        var type = response.GetType();
        var members = new JsonObject.Builder();
        foreach (var property in type.GetProperties(Members))
        {
            if (!property.CanRead || property.GetIndexParameters().Length > 0 || property.DeclaringType?.FullName == ServiceResponseType || !IsSet(type, property, response))
                continue;
            if (property.GetValue(response) is { } value)
                members.Set(isOptimized ? property.Name : Acronyms().Replace(property.Name, word => word.Value[0] + word.Value[1..].ToLowerInvariant()), FromValue(value));
        }

        return members.ToObject();
    }

    private object ToValue(Type declared, JsonValue value, string place)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type == typeof(MemoryStream) || type == typeof(Stream))
            return new MemoryStream(Bytes(value, place));
        return value switch
        {
            JsonString { Value: var text } when type == typeof(string) => text,
            _ when type == typeof(string) => throw Wrong("a string", value, place),
            JsonString { Value: var text } when IsConstant(type) => Activator.CreateInstance(type, text)!,
            _ when type == typeof(DateTime) => Time(value, place),
            JsonBoolean { Value: var flag } when type == typeof(bool) => flag,
            JsonNumber number when type.IsPrimitive || type == typeof(decimal) => Number(type, number, place),
            JsonArray items when ElementOf(type, typeof(List<>)) is [var element] => List(type, element, items, place),
            JsonObject members when ElementOf(type, typeof(Dictionary<,>)) is [var key, var element] => Dictionary(type, key, element, members, place),
            JsonObject members when type.IsClass && !IsConstant(type) && ElementOf(type, typeof(List<>)) is [] => ToObject(type, members, place),
            _ => throw Wrong(type.Name, value, place),
        };
    }

    private IList List(Type type, Type element, JsonArray items, string place)
    {
        var list = (IList)Activator.CreateInstance(Concrete(type, typeof(List<>), element))!;
        for (var at = 0; at < items.Count; at++)
            list.Add(ToValue(element, items[at], string.Create(CultureInfo.InvariantCulture, $"{place}[{at}]")));
        return list;
    }

    private IDictionary Dictionary(Type type, Type key, Type element, JsonObject members, string place)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(Concrete(type, typeof(Dictionary<,>), key, element))!;
        foreach (var (name, value) in members)
            dictionary.Add(ToValue(key, JsonValue.From(name), place), ToValue(element, value, $"{place}.{name}"));
        return dictionary;
    }

    private byte[] Bytes(JsonValue value, string place)
    {
        if (!isOptimized)
            return Encoding.UTF8.GetBytes(value is JsonString text ? text.Value : JsonWriter.Compact(value));
        if (value is not JsonString { Value: var base64 })
            return Encoding.UTF8.GetBytes(JsonWriter.Compact(value));
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : throw Wrong("bytes in base64", value, place);
    }

    private DateTime Time(JsonValue value, string place) => value switch
    {
        JsonNumber number => DateTime.UnixEpoch.AddMilliseconds(isOptimized ? number.Double : number.Double * 1000),
        JsonString text when DateTimeOffset.TryParse(text.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time.UtcDateTime,
        _ => throw Wrong("a time in ISO 8601", value, place),
    };

    private static object Number(Type type, JsonNumber number, string place)
    {
        try
        {
            return number.IsInt64
                ? Convert.ChangeType(number.Int64, type, CultureInfo.InvariantCulture)
                : Convert.ChangeType(number.Double, type, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is OverflowException or InvalidCastException)
        {
            throw Wrong(type.Name, number, place);
        }
    }

    private JsonValue FromValue(object value) => value switch
    {
        string text => JsonValue.From(text),
        bool flag => JsonValue.From(flag),
        DateTime time when isOptimized => JsonValue.From(new DateTimeOffset(time.ToUniversalTime()).ToUnixTimeMilliseconds()),
        DateTime time => ExecutionAnswers.Time(new DateTimeOffset(time.ToUniversalTime())),
        int or long or short or byte => JsonValue.From(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        float single => JsonNumber.Parse(single.ToString("R", CultureInfo.InvariantCulture)),
        double or decimal => JsonValue.From(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        MemoryStream bytes => Text(bytes.ToArray()),
        Stream stream => Text(ReadAll(stream)),
        IDictionary entries => FromEntries(entries),
        IEnumerable items => JsonArray.Of(items.Cast<object?>().Select(item => item is null ? JsonValue.Null : FromValue(item))),
        _ when IsConstant(value.GetType()) => JsonValue.From(value.ToString()),
        _ => FromObject(value),
    };

    private JsonObject FromEntries(IDictionary entries)
    {
        var members = new JsonObject.Builder(entries.Count);
        foreach (DictionaryEntry entry in entries)
            members.Set(entry.Key.ToString()!, entry.Value is null ? JsonValue.Null : FromValue(entry.Value));
        return members.ToObject();
    }

    /// <summary>Bytes as text; those that are none stay in base64, so that nothing is lost.</summary>
    private JsonString Text(byte[] bytes)
    {
        try
        {
            return new JsonString(isOptimized ? Convert.ToBase64String(bytes) : StrictUtf8.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            return new JsonString(Convert.ToBase64String(bytes));
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>The SDK's types say by a method of their own whether a member was given: a number that was not is 0 in the third version.</summary>
    private static bool IsSet(Type type, PropertyInfo property, object response) =>
        type.GetMethod($"IsSet{property.Name}", Members | BindingFlags.NonPublic, Type.EmptyTypes)?.Invoke(response, null) is not false;

    private static bool IsConstant(Type type) => IsOf(type, "Amazon.Runtime.ConstantClass");

    /// <summary>Whether a type derives from one of AWSSDK.Core, of whichever copy.</summary>
    public static bool IsOf(Type type, string ancestor)
    {
        for (var at = type.BaseType; at is not null; at = at.BaseType)
        {
            if (at.FullName == ancestor)
                return true;
        }

        return false;
    }

    /// <summary>What a list or dictionary holds; none when the type is neither.</summary>
    private static Type[] ElementOf(Type type, Type kind)
    {
        if (!type.IsGenericType)
            return [];
        var arguments = type.GetGenericArguments();
        return arguments.Length == kind.GetGenericArguments().Length && type.IsAssignableFrom(kind.MakeGenericType(arguments)) ? arguments : [];
    }

    private static Type Concrete(Type type, Type kind, params Type[] arguments) => type.IsInterface ? kind.MakeGenericType(arguments) : type;

    private static FormatException Wrong(string expected, JsonValue value, string place)
    {
        var text = JsonWriter.Compact(value);
        return new FormatException($"{place} must be {expected}, but it is {(text.Length > 100 ? text[..100] + "…" : text)}.");
    }

    /// <summary>
    /// State machines have the names of the SDK for Java, which writes acronyms as words: DbInstanceIdentifier for DBInstanceIdentifier.
    /// </summary>
    [GeneratedRegex("[A-Z]{2,}(?=[A-Z][a-z]|[0-9]|$)")]
    private static partial Regex Acronyms();
}
