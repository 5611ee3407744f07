using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amazon.Lambda.Core;
using Amazon.Lambda.Serialization.SystemTextJson;

namespace Shapes;

/// <summary>Types as handlers take and give them: what their JSON is made of is told from them, and held against a serializer's.</summary>
public static class Data
{
    public enum Size
    {
        Small,
        VeryLarge,
    }

    [JsonConverter(typeof(JsonStringEnumConverter<Color>))]
    public enum Color
    {
        Red,
        [JsonStringEnumMemberName("dark-green")]
        DarkGreen,
    }

    [Flags]
    public enum Days
    {
        None = 0,
        Monday = 1,
        Tuesday = 2,
    }

    public sealed record Line(string Sku, string? Note, long Quantity, decimal Price, bool IsGift = false);

    public sealed record Order(string Id, IReadOnlyList<Line> Lines, Line? First, Dictionary<string, int> Counts, string[] Tags, List<string?> Notes);

    public sealed class Plain
    {
        public string Name { get; set; } = "";

        public string? Other { get; set; }

        public int Count { get; init; }

        public double? Ratio { get; set; }

        public string Computed => Name + Count;

        public string Kept { get; private set; } = "kept";

        [JsonInclude]
        public string Told { get; private set; } = "told";

        internal string Hidden { get; set; } = "";

#pragma warning disable CA1051 // Some serializers are told to write fields.
        public string Field = "";
#pragma warning restore CA1051
    }

    public sealed class Named
    {
        [JsonPropertyName("the-id")]
        public required string Id { get; init; }

        [JsonRequired]
        public int Must { get; set; }

        [JsonIgnore]
        public string Never { get; set; } = "";

        [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
        public string? Always { get; set; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public int NotZero { get; set; }

        [JsonPropertyOrder(-1)]
        public required Line? Line { get; set; }
    }

    public sealed class Values
    {
        public Guid Id { get; set; }

        public DateTime At { get; set; }

        public DateTimeOffset Zoned { get; set; }

        public DateOnly Day { get; set; }

        public TimeOnly Time { get; set; }

        public TimeSpan Span { get; set; }

        public Uri? Link { get; set; }

        public Version? Version { get; set; }

        public char Letter { get; set; } = 'a';

        public byte Small { get; set; }

        public float Single { get; set; }

        public ulong Long { get; set; }

        public byte[]? Bytes { get; set; }

        public bool? Maybe { get; set; }

        public DateTime? Later { get; set; }
    }

    public sealed record Enums(Size Size, Size? Maybe, Color Color, Days Days, [property: JsonConverter(typeof(JsonStringEnumConverter<Size>))] Size Text, List<Color> Colors);

    public sealed record Open(JsonElement Element, object? Anything, JsonNode? Node, JsonObject? Members, JsonArray? Items);

    public sealed class Extended
    {
        public int Id { get; set; }

        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Rest { get; set; }
    }

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    public sealed record Strict(string Id, int? Count);

    public class Base
    {
        public string Id { get; set; } = "";

        public virtual string Kind { get; set; } = "";
    }

    public sealed class Derived : Base
    {
        public override string Kind { get; set; } = "derived";

        public int More { get; set; }
    }

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(Circle), "circle")]
    [JsonDerivedType(typeof(Square), "square")]
    [JsonDerivedType(typeof(Numbered), 7)]
    public abstract record Figure(string Label);

    public sealed record Circle(string Label, double Radius) : Figure(Label);

    public sealed record Square(string Label, double Side) : Figure(Label);

    public sealed record Numbered(string Label) : Figure(Label);

    public sealed record Drawing(List<Figure> Figures, Figure? Last);

    public sealed record Tree(string Name, List<Tree> Children, Tree? Next);

    public sealed record Page<T>(T Value, IReadOnlyList<T> Items, string? Next);

    public sealed record Pages(Page<Line> Lines, Page<string?> Texts, Page<int> Numbers);

    public readonly record struct Point(int X, int Y);

    public sealed record Points(Point One, Point? Two, Point[] All, (int, string) Pair, Tuple<int, string> Both, KeyValuePair<string, int> Entry);

    public sealed class Chosen
    {
        public Chosen(string id) => Id = id;

        [JsonConstructor]
        public Chosen(string id, int count)
        {
            Id = id;
            Count = count;
        }

        public string Id { get; }

        public int Count { get; }

        public int Lost { get; } = 3;
    }

    public sealed record Converted([property: JsonConverter(typeof(Backwards))] string Text, Odd Odd);

    [JsonConverter(typeof(OddConverter))]
    public sealed record Odd(int Value);

    public sealed record Numbers([property: JsonNumberHandling(JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString)] int Text, int Plain);

    public sealed class Backwards : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => $"{reader.GetInt32()}";

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Length);
    }

    public sealed class OddConverter : JsonConverter<Odd>
    {
        public override Odd Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!.Length);

        public override void Write(Utf8JsonWriter writer, Odd value, JsonSerializerOptions options) => writer.WriteStringValue($"{value.Value}");
    }
}

/// <summary>A serializer that sets options of Lambda's.</summary>
public sealed class SnakeSerializer() : DefaultLambdaJsonSerializer(options =>
{
    options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
    options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
    options.PropertyNameCaseInsensitive = false;
    options.NumberHandling = JsonNumberHandling.AllowReadingFromString;
    options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
});

/// <summary>A strict one.</summary>
public sealed class StrictSerializer() : DefaultLambdaJsonSerializer(options =>
{
    options.IncludeFields = true;
    options.RespectNullableAnnotations = true;
    options.RespectRequiredConstructorParameters = true;
    options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
});

/// <summary>One whose code could do anything.</summary>
public sealed class WaywardSerializer() : DefaultLambdaJsonSerializer(options => options.PropertyNamingPolicy = Choose())
{
    private static JsonNamingPolicy? Choose() => Environment.TickCount64 > 0 ? JsonNamingPolicy.CamelCase : null;
}

/// <summary>One of its own.</summary>
public sealed class OwnSerializer : ILambdaSerializer
{
    public T Deserialize<T>(Stream requestStream) => JsonSerializer.Deserialize<T>(requestStream)!;

    public void Serialize<T>(T response, Stream responseStream) => responseStream.WriteByte((byte)'7');
}

/// <summary>Handlers of such types.</summary>
public static class DataHandlers
{
    public static Task<Data.Order?> Orders(Data.Named named, ILambdaContext context) => Task.FromResult<Data.Order?>(null);

    [LambdaSerializer(typeof(CamelCaseLambdaJsonSerializer))]
    public static Data.Line Camel(Data.Line line) => line;

    [LambdaSerializer(typeof(SnakeSerializer))]
    public static Data.Line Snake(Data.Line line) => line;

    [LambdaSerializer(typeof(OwnSerializer))]
    public static Data.Line Own(Data.Line line) => line;

    [LambdaSerializer(typeof(WaywardSerializer))]
    public static Data.Line Wayward(Data.Line line) => line;
}
