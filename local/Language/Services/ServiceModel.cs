using System.Collections.Concurrent;

namespace Stateside.Language.Services;

/// <summary>How a service's requests and answers stand on the wire. See https://smithy.io/2.0/aws/protocols/index.html.</summary>
internal enum ServiceProtocol
{
    Json,
    RestJson,
    RestXml,
    Query,
    Ec2,
    Cbor,
}

/// <summary>One AWS service: its protocol, its actions and its shapes, each read from the service's text when it is first asked for.</summary>
internal sealed class ServiceModel
{
    private readonly string[] _lines;
    private readonly Dictionary<string, int> _shapeLines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _actionLines = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ServiceShape> _shapes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ServiceAction> _actions = new(StringComparer.Ordinal);
    private readonly Lazy<Dictionary<string, string>> _errors;

    internal ServiceModel(string text)
    {
        _lines = text.Split('\n');
        for (var i = 0; i < _lines.Length; i++)
        {
            var line = _lines[i];
            if (line.Length == 0 || line[0] == ' ')
                continue;
            var word = Word(line, 0);
            var second = Word(line, word.Length + 1);
            switch (word)
            {
                case "service":
                    ClientName = second;
                    Id = Facets.Unescape(line[(word.Length + second.Length + 2)..]);
                    break;
                case "protocol":
                    Protocol = second switch
                    {
                        "json" => ServiceProtocol.Json,
                        "rest-json" => ServiceProtocol.RestJson,
                        "rest-xml" => ServiceProtocol.RestXml,
                        "query" => ServiceProtocol.Query,
                        "ec2" => ServiceProtocol.Ec2,
                        "cbor" => ServiceProtocol.Cbor,
                        _ => throw new InvalidOperationException($"There is no protocol such as {second}."),
                    };
                    JsonVersion = second == "json" ? Word(line, word.Length + second.Length + 2) : null;
                    break;
                case "api":
                    ApiVersion = second;
                    break;
                case "target":
                    Target = second;
                    break;
                case "endpoint":
                    EndpointPrefix = second;
                    if (line.Split(' ') is [_, _, var host, var region])
                        Global = (host, region);
                    break;
                case "signing":
                    SigningName = second;
                    break;
                case "xmlns":
                    XmlNamespace = second;
                    break;
                case "query-compatible":
                    IsQueryCompatible = true;
                    break;
                case "action":
                    _actionLines.Add(second, i);
                    break;
                default:
                    _shapeLines.Add(second, i);
                    break;
            }
        }

        _errors = new(ReadErrors);
    }

    /// <summary>The service as resources name it after <c>aws-sdk:</c>, such as dynamodb.</summary>
    public string Name => ClientName.ToLowerInvariant();

    /// <summary>The service as the second SDK for Java names its client, such as DynamoDb: what SDK integrations' errors begin with.</summary>
    public string ClientName { get; } = "";

    /// <summary>The service's id, such as DynamoDB or Lex Runtime V2.</summary>
    public string Id { get; } = "";

    /// <summary>What stands after <c>AWS_ENDPOINT_URL_</c> in the variable with its endpoint, such as LEX_RUNTIME_V2.</summary>
    public string VariableName => Id.ToUpperInvariant().Replace(' ', '_').Replace('-', '_');

    /// <summary>The protocol.</summary>
    public ServiceProtocol Protocol { get; }

    /// <summary>The version of the JSON protocol: 1.0 or 1.1; null of the other protocols.</summary>
    public string? JsonVersion { get; }

    /// <summary>The API's version, such as 2012-08-10.</summary>
    public string ApiVersion { get; } = "";

    /// <summary>What stands before the action in the X-Amz-Target header; in CBOR the service in the path. Null of the other protocols.</summary>
    public string? Target { get; }

    /// <summary>The first part of AWS's host name.</summary>
    public string EndpointPrefix { get; } = "";

    /// <summary>Host and signing region of a service that AWS has at one place for all regions; null of the others.</summary>
    public (string Host, string Region)? Global { get; }

    /// <summary>The service as signatures name it; null when its requests carry none.</summary>
    public string? SigningName { get; }

    /// <summary>The name space of its XML; null for none.</summary>
    public string? XmlNamespace { get; }

    /// <summary>Whether it tells its older error codes to those who ask.</summary>
    public bool IsQueryCompatible { get; }

    /// <summary>The names of all actions, as the API has them.</summary>
    public IReadOnlyCollection<string> ActionNames => _actionLines.Keys;

    /// <summary>Finds an action.</summary>
    /// <param name="name">Its name in the API, such as PutItem.</param>
    /// <returns>The action; null when there is none of that name.</returns>
    public ServiceAction? FindAction(string name)
    {
        if (_actions.TryGetValue(name, out var known))
            return known;
        return _actionLines.TryGetValue(name, out var at) ? _actions.GetOrAdd(name, new ServiceAction(this, _lines[at])) : null;
    }

    /// <summary>Finds an action by what resources call it.</summary>
    /// <param name="name">The name, such as putItem: that of the API with its first letters small.</param>
    /// <returns>The action; null when there is none of that name.</returns>
    public ServiceAction? FindResource(string name) =>
        name.Length > 0 && char.IsAsciiLetterLower(name[0]) ? FindAction(char.ToUpperInvariant(name[0]) + name[1..]) : null;

    /// <summary>The name of the exception that the model has for an error's code.</summary>
    /// <param name="code">The code on the wire, without a name space.</param>
    /// <returns>The exception's name, such as ResourceNotFoundException or NoSuchKey; null when the model has none for it.</returns>
    public string? FindError(string code) => _errors.Value.GetValueOrDefault(code);

    /// <summary>A shape by its name in the model; null when there is none of that name.</summary>
    internal ServiceShape? FindShape(string name) => _shapeLines.ContainsKey(name) ? Shape(name) : null;

    /// <summary>A shape by its name in the model, or one of the plain kinds.</summary>
    internal ServiceShape Shape(string name)
    {
        if (!_shapeLines.ContainsKey(name) && ServiceShape.OfKind(name) is { } plain)
            return plain;
        return _shapes.TryGetValue(name, out var known) ? known : _shapes.GetOrAdd(name, Read(name));
    }

    private ServiceShape Read(string name)
    {
        var at = _shapeLines[name];
        var end = at + 1;
        while (end < _lines.Length && _lines[end].StartsWith(' '))
            end++;
        return new ServiceShape(this, _lines[at], _lines.AsSpan((at + 1)..end));
    }

    private Dictionary<string, string> ReadErrors()
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, at) in _shapeLines)
        {
            if (_lines[at].StartsWith("structure ", StringComparison.Ordinal) && new Facets(_lines[at].Split(' '), 2).Text("error") is { } error)
            {
                errors[error.Split(' ')[0]] = name;
                errors.TryAdd(name, name);
            }
        }

        return errors;
    }

    private static string Word(string line, int from)
    {
        if (from >= line.Length)
            return "";
        var end = line.IndexOf(' ', from);
        return end < 0 ? line[from..] : line[from..end];
    }
}
