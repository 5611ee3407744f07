using System.Globalization;

namespace Stateside.Language.Services;

/// <summary>The kinds of value in requests and answers.</summary>
internal enum ShapeKind
{
    String,
    Integer,
    Long,
    Float,
    Double,
    Boolean,
    Timestamp,
    Blob,
    List,
    Map,
    Structure,
}

/// <summary>A name space of XML and the prefix that its declaration has.</summary>
internal sealed record ShapeNamespace(string Uri, string? Prefix)
{
    internal static ShapeNamespace? Of(string? text) => text?.Split(' ') switch
    {
        null => null,
        [var uri] => new(uri, null),
        var parts => new(parts[0], parts[1]),
    };
}

/// <summary>What a value in a request or an answer is, and how it stands on the wire.</summary>
internal sealed class ServiceShape
{
    private static readonly string[] Kinds =
        ["string", "integer", "long", "float", "double", "boolean", "timestamp", "blob", "list", "map", "structure"];

    private static readonly ServiceShape[] Plain =
        [.. Kinds.Take((int)ShapeKind.List).Select((name, kind) => new ServiceShape((ShapeKind)kind, name))];

    private readonly ServiceModel? _service;
    private readonly string? _item;
    private readonly string? _key;
    private readonly Dictionary<string, ServiceMember>? _byName;

    private ServiceShape(ShapeKind kind, string name)
    {
        Kind = kind;
        Name = name;
    }

    internal ServiceShape(ServiceModel service, string line, ReadOnlySpan<string> members)
    {
        _service = service;
        var words = line.Split(' ');
        var facets = new Facets(words, words[0] switch { "list" => 3, "map" => 4, _ => 2 });
        Kind = (ShapeKind)Array.IndexOf(Kinds, words[0]);
        Name = words[1];
        if (Kind == ShapeKind.List)
        {
            _item = words[2];
        }
        else if (Kind == ShapeKind.Map)
        {
            _key = words[2];
            _item = words[3];
        }

        Least = Number(facets.Text("min"));
        Most = Number(facets.Text("max"));
        Values = facets.Text("enum")?.Split('|') ?? [];
        Pattern = facets.Text("pattern");
        TimeFormat = facets.Text("time");
        Namespace = ShapeNamespace.Of(facets.Text("ns"));
        Payload = facets.Text("payload");
        Root = facets.Text("root");
        ItemName = facets.Text("item");
        KeyName = facets.Text("key");
        ValueName = facets.Text("value");
        ErrorCode = facets.Text("error");
        IsFlat = facets.Has("flat");
        IsStream = facets.Has("stream");
        NeedsLength = facets.Has("length");
        IsDocument = facets.Has("document");
        IsSparse = facets.Has("sparse");
        ElementOrder = facets.Text("order")?.Split(',');
        if (Kind != ShapeKind.Structure)
            return;
        var all = new ServiceMember[members.Length];
        for (var i = 0; i < members.Length; i++)
            all[i] = new ServiceMember(service, members[i].Split(' '));
        Members = all;
        if (all.Length > 8)
            _byName = all.ToDictionary(member => member.Name, StringComparer.Ordinal);
    }

    /// <summary>The kind.</summary>
    public ShapeKind Kind { get; }

    /// <summary>The name in the model.</summary>
    public string Name { get; }

    /// <summary>The shortest text or list, or the smallest number; null for no limit.</summary>
    public double? Least { get; }

    /// <summary>The longest text or list, or the largest number; null for no limit.</summary>
    public double? Most { get; }

    /// <summary>The texts that it may be; empty for any.</summary>
    public IReadOnlyList<string> Values { get; } = [];

    /// <summary>The regular expression that texts match; null for none.</summary>
    public string? Pattern { get; }

    /// <summary>How a time is written: iso8601, rfc822 or unixTimestamp; null as its place on the wire has it.</summary>
    public string? TimeFormat { get; }

    /// <summary>The name space of a structure, or of a list's items, in XML; null for that of the service.</summary>
    public ShapeNamespace? Namespace { get; }

    /// <summary>The member of a structure that is the whole body; null when the body has members.</summary>
    public string? Payload { get; }

    /// <summary>The element that a structure is in XML, where it is a body.</summary>
    public string? Root { get; }

    /// <summary>The element that an item of a list is; null for member.</summary>
    public string? ItemName { get; }

    /// <summary>The element that a key of a map is; null for key.</summary>
    public string? KeyName { get; }

    /// <summary>The element that a value of a map is; null for value.</summary>
    public string? ValueName { get; }

    /// <summary>Of an exception its code on the wire, and after a blank its HTTP status where the model has one; else null.</summary>
    public string? ErrorCode { get; }

    /// <summary>Whether a list's items, or a map's entries, stand where the list would.</summary>
    public bool IsFlat { get; }

    /// <summary>Whether a blob is a stream: the whole body, read as it comes.</summary>
    public bool IsStream { get; }

    /// <summary>Whether the length of a stream must be told.</summary>
    public bool NeedsLength { get; }

    /// <summary>Whether a structure stands for any JSON.</summary>
    public bool IsDocument { get; }

    /// <summary>Whether a list or map may hold nulls.</summary>
    public bool IsSparse { get; }

    /// <summary>The order of a structure's elements in XML; null for that of the members.</summary>
    public IReadOnlyList<string>? ElementOrder { get; }

    /// <summary>The members of a structure, in the model's order; empty of anything else.</summary>
    public IReadOnlyList<ServiceMember> Members { get; } = [];

    /// <summary>The shape of a list's items or of a map's values.</summary>
    public ServiceShape Item => field ??= _service!.Shape(_item!);

    /// <summary>The shape of a map's keys.</summary>
    public ServiceShape Key => field ??= _service!.Shape(_key!);

    /// <summary>The shape of a plain kind that has no rules of its own; null when there is no such kind.</summary>
    internal static ServiceShape? OfKind(string name)
    {
        var kind = Array.IndexOf(Kinds, name);
        return kind >= 0 && kind < Plain.Length ? Plain[kind] : null;
    }

    /// <summary>A member by its name in the API; null when there is none.</summary>
    public ServiceMember? Find(string name)
    {
        if (_byName is not null)
            return _byName.GetValueOrDefault(name);
        foreach (var member in Members)
        {
            if (member.Name == name)
                return member;
        }

        return null;
    }

    /// <summary>The member of a structure that a parameter is; null when it has none of that name.</summary>
    /// <param name="name">What the parameter is called.</param>
    /// <param name="isOptimized">Whether it is an optimized integration's.</param>
    public ServiceMember? FindParameter(string name, bool isOptimized)
    {
        for (var i = 0; i < Members.Count; i++)
        {
            var member = Members[i];
            if (isOptimized ? member.OptimizedName == name : member.SdkName == name || member.OtherName == name)
                return member;
        }

        return null;
    }

    private static double? Number(string? text) => text is null ? null : double.Parse(text, CultureInfo.InvariantCulture);
}
