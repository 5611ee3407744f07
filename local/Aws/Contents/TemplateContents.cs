using Stateside.Aws.DynamoDb;
using Stateside.Aws.Services;
using Stateside.Engine;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Services;

namespace Stateside.Aws.Contents;

/// <summary>Something of a template that holds content.</summary>
/// <param name="LogicalId">Its key in the template.</param>
/// <param name="Name">Its name on AWS.</param>
/// <param name="Arn">Its ARN.</param>
internal sealed record Declared(string LogicalId, string Name, string Arn);

/// <summary>
/// What lies in the tables, buckets, queues and topics that a template declares, for those who are no client of AWS: the console, seeds
/// and tests. They name each by its logical id or by its name.
/// </summary>
internal sealed class TemplateContents
{
    public const string TableService = "dynamodb";
    public const string BucketService = "s3";
    public const string QueueService = "sqs";
    public const string TopicService = "sns";

    private readonly LocalService _service;
    private readonly EmbeddedServices _services;

    /// <summary>What lies in what a template declares.</summary>
    /// <param name="service">The service that has taken over the template.</param>
    /// <param name="template">The template.</param>
    public TemplateContents(LocalService service, TemplateModel template)
    {
        _service = service;
        var services = _services = (EmbeddedServices)service.Embedded!;
        Tables =
        [
            .. Of(template, DynamoDbService.Types)
                .Where(table => services.Tables.Has(table.Name)),
        ];
        Buckets = [.. Of(template, "AWS::S3::Bucket").Where(bucket => services.Buckets.Has(bucket.Name))];
        Queues = [.. Of(template, "AWS::SQS::Queue").Where(queue => services.Queues.Find(queue.Name) is not null)];
        Topics = EmbeddedServices.Serves(TopicService) ? [.. Of(template, "AWS::SNS::Topic")] : [];
    }

    /// <summary>Why what is here is not what the workflow uses: its service is at an endpoint of its own. Null where it is what it uses.</summary>
    /// <param name="service">The service, such as dynamodb.</param>
    public string? Elsewhere(string service) =>
        _service.EndpointOf(service) is { } url
            ? $"{ServiceModels.Find(service)?.Id ?? service} is at {url}, as its endpoint is configured: what it has lies there and not in Stateside."
            : null;

    public IReadOnlyList<Declared> Tables { get; }

    public IReadOnlyList<Declared> Buckets { get; }

    public IReadOnlyList<Declared> Queues { get; }

    public IReadOnlyList<Declared> Topics { get; }

    /// <exception cref="ContentException">There is none of that name.</exception>
    public TableContent Table(string name) => new(Find(Tables, name, "table", TableService), _services.Tables);

    /// <exception cref="ContentException">There is none of that name.</exception>
    public BucketContent Bucket(string name) => new(Find(Buckets, name, "bucket", BucketService), _services.Buckets);

    /// <exception cref="ContentException">There is none of that name.</exception>
    public QueueContent Queue(string name) => new(Find(Queues, name, "queue", QueueService), _services.Queues);

    /// <exception cref="ContentException">There is none of that name.</exception>
    public TopicContent Topic(string name) => new(Find(Topics, name, "topic", TopicService), _services);

    /// <summary>Does something with a store; what it refuses is told in its words.</summary>
    internal static T Asking<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (StoreRefusal refusal)
        {
            throw new ContentException(refusal.Message);
        }
    }

    private static IEnumerable<Declared> Of(TemplateModel template, params string[] types) => template.Resources
        .Where(resource => resource.PhysicalId is not null && types.Contains(resource.Type))
        .Select(resource => new Declared(resource.LogicalId, NameOf(resource), resource.Arn ?? ""))
        .OrderBy(declared => declared.LogicalId, StringComparer.Ordinal);

    /// <summary>Ref gives tables and buckets by their names, and addresses and ARNs of what else there is.</summary>
    private static string NameOf(TemplateResource resource) =>
        resource.PhysicalId![(resource.PhysicalId!.AsSpan().LastIndexOfAny('/', ':') + 1)..];

    private Declared Find(IReadOnlyList<Declared> all, string name, string kind, string service)
    {
        if (Elsewhere(service) is { } reason)
            throw new ContentException(reason);
        if ((all.FirstOrDefault(declared => declared.LogicalId == name) ?? all.FirstOrDefault(declared => declared.Name == name)) is { } found)
            return found;
        var names = all.SelectMany(declared => new[] { declared.LogicalId, declared.Name }).Distinct();
        throw new ContentException($"The template has no {kind} '{name}'. {Nearest.Hint(name, names, $"{kind}s")}");
    }
}
