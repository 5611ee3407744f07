using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// One service that speaks AWS's JSON protocols: a row of <c>json-services.txt</c>. All that differs between them is data.
/// See https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html.
/// </summary>
internal sealed class JsonService
{
    private static readonly FrozenDictionary<string, JsonService> ByName =
        ReadRows().ToFrozenDictionary(service => service.ClientName, StringComparer.OrdinalIgnoreCase);

    private JsonService(string row)
    {
        var cells = row.Split('|');
        ClientName = cells[0];
        Target = cells[1];
        ContentType = $"application/x-amz-json-{cells[2]}";
        EndpointPrefix = cells[3];
        SigningName = cells[4];
        VariableName = cells[5].ToUpperInvariant();
        IsCamelCase = cells[6] == "camel";
        Times = Names(cells[7]);
        Blobs = Names(cells[8]);
        Maps = Names(cells[9]);
        Modeled = Names(cells[10]);
    }

    /// <summary>The service as the second SDK for Java names its client, such as DynamoDb; in lower case it is what resources say.</summary>
    public string ClientName { get; }

    /// <summary>What stands before the action in the X-Amz-Target header.</summary>
    public string Target { get; }

    /// <summary>The content type of requests.</summary>
    public string ContentType { get; }

    /// <summary>The first part of AWS's host name.</summary>
    public string EndpointPrefix { get; }

    /// <summary>The service as signatures name it.</summary>
    public string SigningName { get; }

    /// <summary>What stands after <c>AWS_ENDPOINT_URL_</c> in the variable with its endpoint.</summary>
    public string VariableName { get; }

    /// <summary>Whether members begin with a small letter on the wire; in state machines they always begin with a capital.</summary>
    public bool IsCamelCase { get; }

    /// <summary>Members that are times: seconds on the wire.</summary>
    public FrozenSet<string> Times { get; }

    /// <summary>Members that are bytes: base64 on the wire.</summary>
    public FrozenSet<string> Blobs { get; }

    /// <summary>Members whose keys are the user's own, of a service in camel case.</summary>
    public FrozenSet<string> Maps { get; }

    /// <summary>Those of the codes common to all services for which this service has an exception of its own.</summary>
    public FrozenSet<string> Modeled { get; }

    /// <summary>Finds a service by what resources call it.</summary>
    /// <param name="name">The name, such as dynamodb.</param>
    /// <param name="service">The service.</param>
    public static bool TryFind(string name, [NotNullWhen(true)] out JsonService? service) => ByName.TryGetValue(name, out service);

    private static FrozenSet<string> Names(string cell) => cell.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static IEnumerable<JsonService> ReadRows()
    {
        using var reader = new StreamReader(typeof(JsonService).Assembly.GetManifestResourceStream("json-services.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                yield return new JsonService(line);
        }
    }
}
