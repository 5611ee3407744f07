namespace Stateside.Language.Services;

/// <summary>One action of a service.</summary>
internal sealed class ServiceAction
{
    internal ServiceAction(ServiceModel service, string line)
    {
        Service = service;
        var words = line.Split(' ');
        var facets = new Facets(words, 4);
        Name = words[1];
        Method = words[2];
        Uri = words[3];
        Input = facets.Text("in") is { } input ? service.Shape(input) : null;
        Output = facets.Text("out") is { } output ? service.Shape(output) : null;
        Root = facets.Text("root");
        RootNamespace = ShapeNamespace.Of(facets.Text("ns"));
        Wrapper = facets.Text("wrapper");
        HostPrefix = facets.Text("host");
        ChecksumMember = facets.Text("checksum");
        NeedsChecksum = facets.Has("crc32");
        NeedsMd5 = facets.Has("md5");
        IsCompressed = facets.Has("compressed");
        IsUnsignedPayload = facets.Has("unsigned");
        IsAnonymous = facets.Has("anonymous");
        Errors = facets.Text("errors")?.Split(',') ?? [];
    }

    /// <summary>The service.</summary>
    public ServiceModel Service { get; }

    /// <summary>The name in the API, such as PutItem.</summary>
    public string Name { get; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The path with its members in braces, and the fixed part of the query.</summary>
    public string Uri { get; }

    /// <summary>The request; null when it has no members.</summary>
    public ServiceShape? Input { get; }

    /// <summary>The answer; null when it has no members.</summary>
    public ServiceShape? Output { get; }

    /// <summary>The root of the request's XML; null where its payload says it.</summary>
    public string? Root { get; }

    /// <summary>The name space of that root; null for none.</summary>
    public ShapeNamespace? RootNamespace { get; }

    /// <summary>The element about a query API's answer; null for none.</summary>
    public string? Wrapper { get; }

    /// <summary>What stands before the host, with members in braces; null for nothing.</summary>
    public string? HostPrefix { get; }

    /// <summary>The member that names the checksum's algorithm; null for none.</summary>
    public string? ChecksumMember { get; }

    /// <summary>Whether the request must have a checksum.</summary>
    public bool NeedsChecksum { get; }

    /// <summary>Whether the request must have an MD5 or another checksum, by the older rule.</summary>
    public bool NeedsMd5 { get; }

    /// <summary>Whether long requests are compressed.</summary>
    public bool IsCompressed { get; }

    /// <summary>Whether the payload is left out of the signature.</summary>
    public bool IsUnsignedPayload { get; }

    /// <summary>Whether the request is not signed.</summary>
    public bool IsAnonymous { get; }

    /// <summary>The names of its exceptions, as the model has them.</summary>
    public IReadOnlyList<string> Errors { get; }
}
