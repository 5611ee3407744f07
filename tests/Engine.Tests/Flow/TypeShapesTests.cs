using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Stateside.Engine.Flow;
using Stateside.Engine.Tests.Functions;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Engine.Tests.Flow;

/// <summary>What is told of C# types from their metadata, held against what Lambda's serializer makes of their objects.</summary>
public sealed class TypeShapesTests : IDisposable
{
    private const int Objects = 150;

    private static readonly string Path = System.IO.Path.Combine(HandlerFixtures.Output("Shapes"), "Shapes.dll");
    private static readonly string[] Unsaid =
    [
        "not in a supported", "NotSupportedException", "metadata propert", "discriminator", "Data+Converted", "Data+Odd", "Data+Square", "Data+Circle",
        "Data+Numbered", "Data+Tree", "System.Byte[]", "System.DateTime.", "System.Nullable`1[System.DateTime]",
    ];

    private readonly MetadataLoadContext _metadata = new(new PathAssemblyResolver(
        Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!, "*.dll")
            .Concat(Directory.GetFiles(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "*.dll"))
            .DistinctBy(System.IO.Path.GetFileName)));
    private readonly SourcePlaces _places = new();
    private readonly AssemblyLoadContext _real = new HandlersBeside(Path);

    [Theory]
    [InlineData("Amazon.Lambda.Serialization.SystemTextJson.DefaultLambdaJsonSerializer")]
    [InlineData("Amazon.Lambda.Serialization.SystemTextJson.CamelCaseLambdaJsonSerializer")]
    [InlineData("Shapes.SnakeSerializer")]
    [InlineData("Shapes.StrictSerializer")]
    public void What_a_serializer_writes_is_admitted_and_what_is_not_admitted_it_cannot_read(string name)
    {
        var (options, serializer) = SerializerOf(name);
        var refused = 0;
        var asked = 0;
        foreach (var type in RealTypes())
        {
            var random = new Random(21);
            var (gives, accepts) = (Of(type.FullName!, TypeView.Gives, options), Of(type.FullName!, TypeView.Accepts, options));
            for (var i = 0; i < Objects; i++)
            {
                var json = Write(serializer, type, new Instances(random).Make(type)!);
                Assert.True(gives.Admits(json), $"{type.Name} is written as {json.Text}, which {gives} does not admit");
                var changed = i % 3 == 0 ? json : Changed(json, random);
                var problem = Read(serializer, type, changed);
                asked++;
                if (!accepts.Admits(changed))
                {
                    refused++;
                    Assert.True(problem is not null, $"{type.Name} is read from {changed.Text}, which {accepts} does not admit");
                }
                else if (!IsOfForm(problem))
                {
                    Assert.True(problem is null, $"{type.Name} is not read from {changed.Text}, which {accepts} admits: {problem}");
                }
            }
        }

        Assert.True(refused > asked / 10, $"{refused} of {asked} were refused");
    }

    [Theory]
    [InlineData("Line", TypeView.Gives, """{ "Sku": text, "Note"?: text, "Quantity": number, "Price": number, "IsGift": boolean }""")]
    [InlineData("Line", TypeView.Accepts, """{ "Sku"?: text or null, "Note"?: text or null, "Quantity"?: number, "Price"?: number, "IsGift"?: boolean, … } or null""")]
    [InlineData("Line", TypeView.Expects, """{ "Sku": text, "Note"?: text or null, "Quantity": number, "Price": number, "IsGift"?: boolean, … } or null""")]
    [InlineData("Named", TypeView.Gives, """{ "the-id": text, "Must": number, "Always": text or null, "NotZero"?: number, "Line"?: { "Sku": text, "Note"?: text, "Quantity": number, "Price": number, "IsGift": boolean } }""")]
    [InlineData("Enums", TypeView.Gives, """{ "Size": number, "Maybe"?: number, "Color": "Red" or "dark-green" or number, "Days": number, "Text": "Small" or "VeryLarge" or number, "Colors": [ "Red" or "dark-green" or number, … ] }""")]
    [InlineData("Chosen", TypeView.Expects, """{ "Id": text, "Count": number, … } or null""")]
    [InlineData("Converted", TypeView.Gives, """{ "Text"?: anything, "Odd"?: anything }""")]
    [InlineData("Extended", TypeView.Gives, """{ "Id": number, … }""")]
    [InlineData("Order", TypeView.Gives, """{ "Id": text, "Lines": [ { "Sku": text, "Note"?: text, "Quantity": number, "Price": number, "IsGift": boolean }, … ], "First"?: { "Sku": text, "Note"?: text, "Quantity": number, "Price": number, "IsGift": boolean }, "Counts": { …: number }, "Tags": [ text, … ], "Notes": [ text or null, … ] }""")]
    [InlineData("Pages", TypeView.Gives, """{ "Lines": { "Value": { "Sku": text, "Note"?: text, "Quantity": number, "Price": number, "IsGift": boolean }, "Items": [ { "Sku": text, "Note"?: text, "Quantity": number, "Price": number, "IsGift": boolean }, … ], "Next"?: text }, "Texts": { "Value"?: text, "Items": [ text or null, … ], "Next"?: text }, "Numbers": { "Value": number, "Items": [ number, … ], "Next"?: text } }""")]
    public void A_type_looks_so(string type, object view, string shape)
    {
        var found = Of($"Shapes.Data+{type}", (TypeView)view, new JsonOptions());

        Assert.Equal(shape, (view is TypeView.Gives ? found.Without(ShapeKinds.Null) : found).ToString());
    }

    [Fact]
    public void A_member_knows_its_line()
    {
        var line = Of("Shapes.Data+Order", TypeView.Gives, new JsonOptions()).Members!.Find("Lines")!.Shape.List!.Rest;

        var origin = line.Members!.Find("Quantity")!.Origin!;

        Assert.Equal("Data.Line.Quantity", origin.Name);
        Assert.EndsWith("Data.cs", origin.File, StringComparison.Ordinal);
        Assert.Contains("record Line(", File.ReadLines(origin.File!).ElementAt(origin.Line - 1), StringComparison.Ordinal);
        Assert.Equal("Data.Line", line.Members.Origin!.Name);
    }

    [Theory]
    [InlineData("Shapes.WaywardSerializer")]
    [InlineData("Shapes.OwnSerializer")]
    public void A_serializer_with_code_of_its_own_may_do_anything(string name) => Assert.Null(SerializerReader.OptionsOf(Metadata(name)));

    public void Dispose()
    {
        _metadata.Dispose();
        _places.Dispose();
        _real.Unload();
    }

    private Shape Of(string type, TypeView view, JsonOptions options) => new TypeShapes(options, _places).Of(AnnotatedType.Of(Metadata(type)), view);

    private Type Metadata(string name) => name.StartsWith("Amazon", StringComparison.Ordinal)
        ? _metadata.LoadFromAssemblyName("Amazon.Lambda.Serialization.SystemTextJson").GetType(name, throwOnError: true)!
        : _metadata.LoadFromAssemblyPath(Path).GetType(name, throwOnError: true)!;

    private (JsonOptions Options, object Serializer) SerializerOf(string name)
    {
        var type = name.StartsWith("Amazon", StringComparison.Ordinal)
            ? _real.LoadFromAssemblyName(new AssemblyName("Amazon.Lambda.Serialization.SystemTextJson")).GetType(name, throwOnError: true)!
            : _real.LoadFromAssemblyPath(Path).GetType(name, throwOnError: true)!;
        return (SerializerReader.OptionsOf(Metadata(name))!, Activator.CreateInstance(type)!);
    }

    private IEnumerable<Type> RealTypes() => _real.LoadFromAssemblyPath(Path).GetType("Shapes.Data")!.GetNestedTypes()
        .Where(type => !type.IsEnum && !type.IsGenericType && !type.Name.EndsWith("Converter", StringComparison.Ordinal) && type.Name != "Backwards");

    private static JsonValue Write(object serializer, Type type, object value)
    {
        using var stream = new MemoryStream();
        serializer.GetType().GetMethod("Serialize")!.MakeGenericMethod(type).Invoke(serializer, [value, stream]);
        return JsonReader.Parse(Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static string? Read(object serializer, Type type, JsonValue json)
    {
        try
        {
            serializer.GetType().GetMethod("Deserialize")!.MakeGenericMethod(type).Invoke(serializer, [new MemoryStream(Encoding.UTF8.GetBytes(json.Text))]);
            return null;
        }
        catch (TargetInvocationException e)
        {
            var inner = e.InnerException!.InnerException ?? e.InnerException;
            return $"{inner.GetType().Name}: {inner.Message} {inner.InnerException?.Message}";
        }
    }

    /// <summary>
    /// Whether a shape says nothing of what is wrong: how a text is written, what a converter makes of it, which of several types it is,
    /// and what is far inside a type that is inside itself. Lambda's own converters take more than the stand-in for its package.
    /// </summary>
    private static bool IsOfForm(string? problem) => problem is not null && Unsaid.Any(words => problem.Contains(words, StringComparison.Ordinal));

    /// <summary>The same with one member or item changed, left out or added.</summary>
    private static JsonValue Changed(JsonValue json, Random random) => json switch
    {
        JsonObject { Count: > 0 } members when random.Next(3) > 0 => ChangedMember(members, random),
        JsonObject members => members.With("unheardOf", JsonValue.True),
        JsonArray { Count: > 0 } items => JsonArray.Of(items.Select((item, index) => index == 0 ? Changed(item, random) : item)),
        _ => random.Next(5) switch
        {
            0 => JsonValue.Null,
            1 => JsonValue.From(7),
            2 => JsonValue.True,
            3 => JsonObject.Of(("x", JsonValue.From(1))),
            _ => JsonArray.Of(JsonValue.From(2)),
        },
    };

    private static JsonObject ChangedMember(JsonObject members, Random random)
    {
        var name = members.Keys[random.Next(members.Count)];
        return random.Next(3) == 0
            ? JsonObject.Of([.. members.Where(member => member.Key != name).Select(member => (member.Key, member.Value))])
            : members.With(name, Changed(members[name]!, random));
    }

    private sealed class HandlersBeside(string path) : AssemblyLoadContext(isCollectible: true)
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            _resolver.ResolveAssemblyToPath(assemblyName) is { } found ? LoadFromAssemblyPath(found) : null;
    }
}
