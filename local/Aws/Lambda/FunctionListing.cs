using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.Lambda;

/// <summary>A function as Lambda tells of it. What only a deployment gives, such as the size of its code, is made up.</summary>
/// <param name="function">The function.</param>
/// <param name="properties">Its properties in the template.</param>
/// <param name="location">Where it is.</param>
/// <param name="declared">When it was declared.</param>
internal sealed class FunctionListing(TemplateFunction function, JsonObject properties, AwsLocation location, DateTimeOffset declared)
{
    private readonly LocalFunction _named = new(function.Name, function.Arn) { Qualifiers = function.Qualifiers };

    public string Name => function.Name;

    public string Arn => function.Arn;

    /// <summary>Its versions: the one that is not published, and the published ones.</summary>
    public IEnumerable<string> Versions => function.Qualifiers.Where(qualifier => VersionOf(qualifier) == qualifier);

    /// <summary>The version that a qualifier stands for; null when there is no such version or alias.</summary>
    public string? VersionOf(string qualifier) => _named.VersionOf(qualifier);

    /// <summary>What GetFunction answers.</summary>
    public JsonObject Whole(string arn, string version)
    {
        var answer = new JsonObject.Builder()
            .Set("Configuration", Configuration(arn, version))
            .Set("Code", JsonObject.Of(("RepositoryType", JsonValue.From(function.IsImage ? "ECR" : "S3"))));
        if (function.ReservedConcurrency is { } reserved)
            answer.Set("Concurrency", JsonObject.Of(("ReservedConcurrentExecutions", JsonValue.From(reserved))));
        return answer.ToObject();
    }

    /// <summary>How a version is set up.</summary>
    /// <param name="arn">The ARN as it was asked for.</param>
    /// <param name="version">The version.</param>
    public JsonObject Configuration(string arn, string version)
    {
        var all = new JsonObject.Builder();
        Add("FunctionName", function.Name);
        Add("FunctionArn", arn);
        Add("Runtime", function.Runtime);
        Add("Role", properties.Text("Role") ?? location.RoleArn($"{function.LogicalId}Role"));
        Add("Handler", function.Handler);
        all.Set("CodeSize", JsonValue.From(0));
        Add("Description", properties.Text("Description") ?? "");
        all.Set("Timeout", JsonValue.From((int)function.Timeout.TotalSeconds)).Set("MemorySize", JsonValue.From(function.MemorySize));
        Add("LastModified", declared.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture));
        Add("CodeSha256", Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(function.Arn))));
        Add("Version", version);
        if (function.Environment.Count > 0)
        {
            all.Set("Environment", JsonObject.Of((
                "Variables", JsonObject.Of([.. function.Environment.Select(variable => (variable.Key, JsonValue.From(variable.Value)))]))));
        }

        all.Set("TracingConfig", JsonObject.Of(("Mode", JsonValue.From("PassThrough"))));
        Add("RevisionId", new Chance(Chance.Derive(0, arn)).NextId().ToString());
        Add("State", "Active");
        Add("LastUpdateStatus", "Successful");
        Add("PackageType", function.IsImage ? "Image" : "Zip");
        all.Set("Architectures", properties["Architectures"] as JsonArray ?? JsonArray.Of(JsonValue.From("x86_64")))
            .Set("EphemeralStorage", JsonObject.Of(("Size", JsonValue.From(512))))
            .Set("LoggingConfig", JsonObject.Of(("LogFormat", JsonValue.From("Text")), ("LogGroup", JsonValue.From($"/aws/lambda/{function.Name}"))));
        return all.ToObject();

        void Add(string name, string? value)
        {
            if (value is not null)
                all.Set(name, JsonValue.From(value));
        }
    }
}
