using Stateside.Engine.Embedded.DynamoDb;
using Stateside.Engine.Embedded.S3;
using Stateside.Engine.Embedded.Storage;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;

namespace Stateside.Engine.Embedded;

/// <summary>
/// DynamoDB and S3 within this process, for the tables and buckets that a template declares and for tasks alone: there is no endpoint.
/// </summary>
internal sealed class EmbeddedStores : IDisposable
{
    private const string FileName = "stores.db";

    private readonly StoreFile _file;
    private readonly DynamoDbStore _tables;
    private readonly S3Store _buckets;

    /// <summary>Stores without tables or buckets yet.</summary>
    /// <param name="folder">Where their file is or will be; null to keep nothing.</param>
    /// <param name="time">The clock of what they note.</param>
    public EmbeddedStores(string? folder, TimeProvider time)
    {
        _file = new StoreFile(folder is null ? null : Path.Combine(folder, FileName));
        _tables = new DynamoDbStore(_file, time);
        _buckets = new S3Store(_file, time);
        All = [new EmbeddedDynamoDb(_tables, time), new EmbeddedS3(_buckets, time)];
    }

    /// <summary>Where tasks meet them.</summary>
    public IReadOnlyList<IEmbeddedStore> All { get; }

    /// <summary>Takes over the tables and buckets of a template.</summary>
    public void Declare(TemplateModel template)
    {
        _tables.Declare(template.Resources
            .Where(resource => resource is { PhysicalId: not null, Type: "AWS::DynamoDB::Table" or "AWS::DynamoDB::GlobalTable" or "AWS::Serverless::SimpleTable" })
            .Select(resource => TableSchema.Read(resource.PhysicalId!, resource.Properties, resource.Type == "AWS::Serverless::SimpleTable"))
            .OfType<TableSchema>());
        _buckets.Declare(template.Resources
            .Where(resource => resource is { PhysicalId: not null, Type: "AWS::S3::Bucket" })
            .Select(resource => resource.PhysicalId!));
    }

    public void Dispose() => _file.Dispose();
}
