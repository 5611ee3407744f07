namespace Stateside.Language.Services;

/// <summary>Where a member of a request or an answer stands.</summary>
internal enum MemberPlace
{
    Body,
    Path,
    Query,
    Header,

    /// <summary>Headers that begin alike, such as <c>x-amz-meta-</c>: one for each entry of a map.</summary>
    Headers,

    /// <summary>The status of an answer.</summary>
    Status,
}

/// <summary>A member of a structure.</summary>
internal sealed class ServiceMember
{
    private readonly ServiceModel _service;
    private readonly string _shape;
    private readonly string? _sdk;

    internal ServiceMember(ServiceModel service, string[] words)
    {
        // Lines of members begin with a blank, so that the first word is empty.
        _service = service;
        _shape = words[2];
        IsRequired = words[1][^1] == '!';
        Name = IsRequired ? words[1][..^1] : words[1];
        var facets = new Facets(words, 3);
        WireName = facets.Text("as");
        Place = facets.Text("at") switch
        {
            null => MemberPlace.Body,
            "uri" => MemberPlace.Path,
            "querystring" => MemberPlace.Query,
            "header" => MemberPlace.Header,
            "headers" => MemberPlace.Headers,
            "statusCode" => MemberPlace.Status,
            var other => throw new InvalidOperationException($"There is no place such as {other}."),
        };
        _sdk = facets.Text("sdk");
        OtherName = facets.Text("also");
        QueryName = facets.Text("query");
        TimeFormat = facets.Text("time");
        Namespace = ShapeNamespace.Of(facets.Text("ns"));
        IsFlat = facets.Has("flat");
        IsAttribute = facets.Has("attribute");
        IsToken = facets.Has("token");
        IsLabel = facets.Has("label");
        IsStream = facets.Has("stream");
        IsJsonText = facets.Has("json");
    }

    /// <summary>The name in the API.</summary>
    public string Name { get; }

    /// <summary>The name in parameters and results of SDK integrations.</summary>
    public string SdkName => field ??= MemberNames.Sdk(_sdk ?? Name);

    /// <summary>A further name in parameters of SDK integrations; null for none.</summary>
    public string? OtherName { get; }

    /// <summary>The name in parameters and results of optimized integrations.</summary>
    public string OptimizedName => field ??= MemberNames.Optimized(Name);

    /// <summary>Whether a request must have it.</summary>
    public bool IsRequired { get; }

    /// <summary>The name on the wire where it has another there; else null.</summary>
    public string? WireName { get; }

    /// <summary>Where it stands.</summary>
    public MemberPlace Place { get; }

    /// <summary>Its name in the forms of EC2, where it has one of its own; else null.</summary>
    public string? QueryName { get; }

    /// <summary>How a time is written here; null as its shape says.</summary>
    public string? TimeFormat { get; }

    /// <summary>Its name space in XML; null for that of the service.</summary>
    public ShapeNamespace? Namespace { get; }

    /// <summary>Whether its items or entries stand where it would.</summary>
    public bool IsFlat { get; }

    /// <summary>Whether it is an attribute in XML.</summary>
    public bool IsAttribute { get; }

    /// <summary>Whether the SDK makes it up where it is absent, so that a request that is sent twice does its work once.</summary>
    public bool IsToken { get; }

    /// <summary>Whether it is a part of the host.</summary>
    public bool IsLabel { get; }

    /// <summary>Whether it is a stream.</summary>
    public bool IsStream { get; }

    /// <summary>Whether it is JSON that a header has in base64.</summary>
    public bool IsJsonText { get; }

    /// <summary>What it is.</summary>
    public ServiceShape Shape => field ??= _service.Shape(_shape);
}
