using System.Collections.Frozen;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// How one action of S3 stands on the wire: a row of <c>s3-operations.json</c>.
/// See https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html.
/// </summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Uri">The path with its members in braces, and the fixed part of the query.</param>
/// <param name="In">Where the members of the request stand.</param>
/// <param name="Out">Where the members of the answer stand.</param>
/// <param name="NeedsChecksum">Whether S3 takes the request only with a checksum.</param>
internal sealed record S3Operation(string Method, string Uri, S3Members In, S3Members Out, bool NeedsChecksum)
{
    private static readonly FrozenDictionary<string, S3Operation> ByName = Read();

    /// <summary>The action of that name; null when it is none that is known.</summary>
    /// <param name="action">The action, such as GetObject.</param>
    public static S3Operation? Find(string action) => ByName.GetValueOrDefault(action);

    private static FrozenDictionary<string, S3Operation> Read()
    {
        using var reader = new StreamReader(typeof(S3Operation).Assembly.GetManifestResourceStream("s3-operations.json")!);
        var rows = (JsonObject)JsonReader.Parse(reader.ReadToEnd());
        return rows.ToFrozenDictionary(
            row => row.Key,
            row =>
            {
                var members = (JsonObject)row.Value;
                return new S3Operation(
                    members.Text("method")!, members.Text("uri")!, new S3Members((JsonObject)members["in"]!), new S3Members((JsonObject)members["out"]!),
                    members.ContainsKey("checksum"));
            },
            StringComparer.Ordinal);
    }
}

/// <summary>Where the members of a request or of an answer stand.</summary>
internal sealed class S3Members
{
    /// <summary>Reads one side of a row.</summary>
    public S3Members(JsonObject side)
    {
        Path = Names(side, "path");
        Query = Names(side, "query");
        Headers = [.. Members(side, "headers").Select(member => member.Value is JsonObject header
            ? (member.Key, header.Text("header")!, S3Shape.Of(header["shape"]!))
            : (member.Key, ((JsonString)member.Value).Value, S3Shape.Text))];
        Body = [.. Members(side, "body").Select(member => S3Shape.Named(member.Key, member.Value))];
        Prefix = Members(side, "prefix").Select(member => (member.Key, ((JsonString)member.Value).Value)).FirstOrDefault();
        Content = side.Text("content");
        Root = side["root"] is JsonObject root
            ? new S3Member(root.Text("member")!, root.Text("element")!, S3Shape.Of(root["shape"]!))
            : null;
    }

    /// <summary>Members in the path: the member and its name in braces.</summary>
    public (string Member, string Name)[] Path { get; }

    /// <summary>Members in the query.</summary>
    public (string Member, string Name)[] Query { get; }

    /// <summary>Members in headers.</summary>
    public (string Member, string Header, S3Shape Shape)[] Headers { get; }

    /// <summary>The member whose keys are headers of their own, and what stands before them: Metadata.</summary>
    public (string? Member, string Prefix) Prefix { get; }

    /// <summary>The member that is the streamed content.</summary>
    public string? Content { get; }

    /// <summary>The member that is the XML body's root.</summary>
    public S3Member? Root { get; }

    /// <summary>Members in the XML body.</summary>
    public S3Member[] Body { get; }

    private static JsonObject Members(JsonObject side, string name) => side[name] as JsonObject ?? JsonObject.Empty;

    private static (string, string)[] Names(JsonObject side, string name) =>
        [.. Members(side, name).Select(member => (member.Key, ((JsonString)member.Value).Value))];
}

/// <summary>A member and the XML element it stands in.</summary>
internal sealed record S3Member(string Name, string Element, S3Shape Shape);

/// <summary>What a value is in XML and in headers.</summary>
internal sealed record S3Shape(string Kind)
{
    /// <summary>A text.</summary>
    public static readonly S3Shape Text = new("text");

    /// <summary>The members of a structure.</summary>
    public S3Member[] Members { get; init; } = [];

    /// <summary>What a list's items are; null of anything else.</summary>
    public S3Shape? Item { get; init; }

    /// <summary>The element of a list's items; null when they stand for themselves where the list would.</summary>
    public string? ItemElement { get; init; }

    /// <summary>Reads a shape of a row.</summary>
    public static S3Shape Of(JsonValue json) => json switch
    {
        JsonString text => new S3Shape(text.Value),
        JsonObject list when list["list"] is { } item => new S3Shape("list") { Item = Of(item), ItemElement = list.Text("item") },
        JsonObject structure => new S3Shape("structure") { Members = [.. ((JsonObject)structure["members"]!).Select(member => Named(member.Key, member.Value))] },
        _ => throw new InvalidOperationException($"There is no shape such as {json}."),
    };

    /// <summary>Reads a member of a row.</summary>
    /// <param name="name">The member.</param>
    /// <param name="json">Its shape, with the element's name where it has another.</param>
    public static S3Member Named(string name, JsonValue json) => json is JsonObject named && named.Text("element") is { } element
        ? new S3Member(name, element, Of(named["shape"]!))
        : new S3Member(name, name, Of(json));
}
