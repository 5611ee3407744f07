using Stateside.Aws.Services;
using Stateside.Engine.Tasks;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Aws.Secrets;

/// <summary>
/// Secrets Manager's actions on the secrets that a template declares. Each action is one transaction.
/// See https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html.
/// </summary>
/// <param name="file">Where values are kept.</param>
/// <param name="time">The clock.</param>
/// <param name="seed">What generated values and ids of versions derive from.</param>
internal sealed class SecretStore(StoreFile file, TimeProvider time, ulong seed)
{
    private const string Current = "AWSCURRENT";
    private const string Previous = "AWSPREVIOUS";
    private const int MostBytes = 65_536;
    private const int MostListed = 100;

    private static readonly string[] Covered =
    [
        "GetSecretValue", "BatchGetSecretValue", "PutSecretValue", "UpdateSecret", "DescribeSecret", "ListSecrets", "ListSecretVersionIds", "GetRandomPassword",
    ];

    private readonly VersionFile _versions = new(file, "secretsmanager");
    private volatile IReadOnlyList<SecretSettings> _secrets = [];

    /// <summary>Whether there are secrets.</summary>
    public bool HasAny => _secrets.Count > 0;

    /// <summary>Says which secrets there are.</summary>
    public void Declare(IEnumerable<SecretSettings> secrets) => _secrets = [.. secrets.OrderBy(secret => secret.Name, StringComparer.Ordinal)];

    /// <summary>The secret that somebody means; null when it is none of these.</summary>
    public SecretSettings? Find(string id) => _secrets.FirstOrDefault(secret => secret.Is(id));

    /// <summary>Does what a request asks for.</summary>
    /// <exception cref="StoreRefusal">Secrets Manager would refuse, or the store does not cover it.</exception>
    public JsonObject Execute(string action, JsonObject request, string requestId) => file.InTransaction(
        () => action switch
        {
            "GetSecretValue" => ValueOf(SecretOf(request), request.Text("VersionId"), request.Text("VersionStage")),
            "BatchGetSecretValue" => Batch(request),
            "PutSecretValue" => Put(SecretOf(request), request, requestId),
            "UpdateSecret" => Update(SecretOf(request), request, requestId),
            "DescribeSecret" => Describe(SecretOf(request), "VersionIdsToStages"),
            "ListSecrets" => Paged(request, "SecretList", Filtered(request).Select(secret => (JsonValue)Describe(secret, "SecretVersionsToStages"))),
            "ListSecretVersionIds" => ListVersions(SecretOf(request)),
            "GetRandomPassword" => JsonObject.Of(("RandomPassword", JsonValue.From(SecretSettings.Password(request, ChanceOf(requestId))))),
            _ => throw StoreCoverage.NotCovered("Secrets Manager", $"{action}: it covers {string.Join(", ", Covered)}"),
        },
        writes: true);

    private static JsonObject Paged(JsonObject request, string member, IEnumerable<JsonValue> all) =>
        ListPage.Of(request, member, MostListed, all, () => new StoreRefusal("InvalidNextTokenException", "The NextToken is invalid.", 400));

    private static StoreRefusal NotFound(string message = "Secrets Manager can't find the specified secret.") =>
        new("ResourceNotFoundException", message, 400);

    private static StoreRefusal Invalid(string message) => new("InvalidParameterException", message, 400);

    private SecretSettings SecretOf(JsonObject request) =>
        Find(request.Text("SecretId") is { Length: > 0 } id ? id : throw Invalid("You must provide a value for the SecretId parameter."))
        ?? throw NotFound();

    private Chance ChanceOf(string name, long number = 0) => new(Chance.Derive(seed, name, number));

    /// <summary>The secret's versions, the newest first; the declared value among them.</summary>
    private List<SecretVersion> VersionsOf(SecretSettings secret)
    {
        var versions = Read(secret);

        // A deployment generates a value once.
        var declared = secret.Value
            ?? (secret.Generated is { } how && versions.Count == 0 ? SecretSettings.Generate(how, ChanceOf(secret.Arn)) : null);
        if (declared is null || _versions.Declared(secret.Name) == declared)
            return versions;
        var id = ChanceOf($"{secret.Arn} {declared}", versions.Count).NextId().ToString();
        Add(secret, versions, new SecretVersion(0, id, [Current], 0) { Text = declared }, declared);
        return Read(secret);
    }

    private List<SecretVersion> Read(SecretSettings secret) => _versions.Of(secret.Name).ConvertAll(SecretVersion.Read);

    private void Add(SecretSettings secret, List<SecretVersion> versions, SecretVersion added, string? declared)
    {
        // A label stands at one version; what was current is then the previous one.
        var before = versions.Find(version => version.Stages.Contains(Current));
        foreach (var version in versions)
        {
            var stages = version.Stages.Except(added.Stages).ToList();
            if (added.Stages.Contains(Current))
            {
                stages.Remove(Previous);
                if (version == before)
                    stages.Add(Previous);
            }

            if (!stages.SequenceEqual(version.Stages))
                _versions.Change(secret.Name, version.Number, (version with { Stages = stages }).Write());
        }

        _versions.Add(secret.Name, added.Write(), declared, time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private JsonObject ValueOf(SecretSettings secret, string? id, string? stage)
    {
        var versions = VersionsOf(secret);
        var found = versions.Find(version => id is null ? version.Stages.Contains(stage ?? Current) : version.Id == id);
        if (found is null)
        {
            throw NotFound(id is null
                ? $"Secrets Manager can't find the specified secret value for staging label: {stage ?? Current}"
                : $"Secrets Manager can't find the specified secret value for VersionId: {id}");
        }

        if (id is not null && stage is not null && !found.Stages.Contains(stage))
            throw new StoreRefusal("InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId.", 400);
        var answer = new JsonObject.Builder()
            .Set("ARN", JsonValue.From(secret.Arn)).Set("Name", JsonValue.From(secret.Name)).Set("VersionId", JsonValue.From(found.Id));
        if (found.Text is not null)
            answer.Set("SecretString", JsonValue.From(found.Text));
        if (found.Bytes is not null)
            answer.Set("SecretBinary", JsonValue.From(found.Bytes));
        return answer.Set("VersionStages", found.StagesJson).Set("CreatedDate", found.MadeJson).ToObject();
    }

    private JsonObject Batch(JsonObject request)
    {
        var values = new List<JsonValue>();
        var errors = new List<JsonValue>();
        if (request["SecretIdList"] is JsonArray ids)
        {
            if (request["Filters"] is JsonArray { Count: > 0 })
                throw Invalid("Either 'SecretIdList' or 'Filters' must be provided, but not both.");
            foreach (var id in ids.OfType<JsonString>())
            {
                try
                {
                    values.Add(ValueOf(Find(id.Value) ?? throw NotFound(), null, null));
                }
                catch (StoreRefusal refusal)
                {
                    errors.Add(JsonObject.Of(("SecretId", id), ("ErrorCode", JsonValue.From(refusal.Code)), ("Message", JsonValue.From(refusal.Message))));
                }
            }

            return JsonObject.Of(("SecretValues", JsonArray.Of(values)), ("Errors", JsonArray.Of(errors)));
        }

        if (request["Filters"] is not JsonArray)
            throw Invalid("Either 'SecretIdList' or 'Filters' must be provided, but not both.");
        var found = Filtered(request).Where(secret => VersionsOf(secret).Count > 0);
        return Paged(request, "SecretValues", found.Select(secret => (JsonValue)ValueOf(secret, null, null))).With("Errors", JsonArray.Empty);
    }

    private JsonObject Put(SecretSettings secret, JsonObject request, string requestId)
    {
        var (text, bytes) = (request.Text("SecretString"), request.Text("SecretBinary"));
        if (text is null && bytes is null)
            throw Invalid("You must provide either SecretString or SecretBinary.");
        if (text is not null && bytes is not null)
            throw Invalid("You can't specify both a binary secret value and a string secret value in the same secret.");
        if ((text is null ? bytes!.Length / 4 * 3 : System.Text.Encoding.UTF8.GetByteCount(text)) > MostBytes)
            throw Invalid($"The secret value can't be longer than {MostBytes} bytes.");
        var id = request.Text("ClientRequestToken") ?? ChanceOf($"{secret.Arn} {requestId}").NextId().ToString();
        var stages = (request["VersionStages"] as JsonArray ?? JsonArray.Of(JsonValue.From(Current)))
            .OfType<JsonString>().Select(stage => stage.Value).ToList();
        var versions = VersionsOf(secret);
        if (versions.Find(version => version.Id == id) is not { } known)
        {
            // The first value there is, is the current one.
            if (versions.Count == 0 && !stages.Contains(Current))
                stages.Add(Current);
            Add(secret, versions, known = new SecretVersion(0, id, stages, 0) { Text = text, Bytes = bytes }, null);
        }
        else if (known.Text != text || known.Bytes != bytes)
        {
            throw new StoreRefusal(
                "ResourceExistsException",
                $"You can't use ClientRequestToken {id} because that value is already in use for a version of secret {secret.Arn}.", 400);
        }

        return JsonObject.Of(
            ("ARN", JsonValue.From(secret.Arn)), ("Name", JsonValue.From(secret.Name)), ("VersionId", JsonValue.From(known.Id)),
            ("VersionStages", known.StagesJson));
    }

    private JsonObject Update(SecretSettings secret, JsonObject request, string requestId)
    {
        if (request.Text("Description") is not null || request.Text("KmsKeyId") is not null)
            throw StoreCoverage.NotCovered("Secrets Manager", "UpdateSecret of anything but the value");
        var answer = Put(secret, request, requestId);
        return JsonObject.Of(("ARN", answer["ARN"]!), ("Name", answer["Name"]!), ("VersionId", answer["VersionId"]!));
    }

    private JsonObject Describe(SecretSettings secret, string stages)
    {
        var versions = VersionsOf(secret);
        var answer = new JsonObject.Builder().Set("ARN", JsonValue.From(secret.Arn)).Set("Name", JsonValue.From(secret.Name));
        foreach (var name in new[] { "Description", "KmsKeyId" })
        {
            if (secret.Properties.Text(name) is { } text)
                answer.Set(name, JsonValue.From(text));
        }

        if (versions.Count > 0)
            answer.Set("LastChangedDate", versions[0].MadeJson).Set("CreatedDate", versions[^1].MadeJson);
        if (secret.Properties["Tags"] is JsonArray tags)
            answer.Set("Tags", tags);
        var labeled = versions.Where(version => version.Stages.Count > 0).Select(version => (version.Id, (JsonValue)version.StagesJson)).ToArray();
        return answer.Set(stages, JsonObject.Of(labeled)).ToObject();
    }

    private JsonObject ListVersions(SecretSettings secret) => JsonObject.Of(
        ("ARN", JsonValue.From(secret.Arn)), ("Name", JsonValue.From(secret.Name)),
        ("Versions", JsonArray.Of(VersionsOf(secret).Where(version => version.Stages.Count > 0).Select(version => JsonObject.Of(
            ("VersionId", JsonValue.From(version.Id)), ("VersionStages", version.StagesJson), ("CreatedDate", version.MadeJson))))));

    /// <summary>The secrets that filters let through: by the beginnings of what they are called and described as.</summary>
    private IEnumerable<SecretSettings> Filtered(JsonObject request)
    {
        IEnumerable<SecretSettings> found = _secrets;
        foreach (var filter in (request["Filters"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>())
        {
            var key = filter.Text("Key");
            if (key is not ("name" or "description" or "all" or "tag-key" or "tag-value"))
                throw StoreCoverage.NotCovered("Secrets Manager", $"filters by {key}");
            var values = (filter["Values"] as JsonArray ?? JsonArray.Empty).OfType<JsonString>().Select(value => value.Value).ToList();
            found = found.Where(secret => values.Any(value => value.StartsWith('!')
                ? !Texts(secret, key).Any(text => text.StartsWith(value[1..], StringComparison.Ordinal))
                : Texts(secret, key).Any(text => text.StartsWith(value, StringComparison.Ordinal))));
        }

        return found;
    }

    private static IEnumerable<string> Texts(SecretSettings secret, string key)
    {
        if (key is "name" or "all")
            yield return secret.Name;
        if (key is "description" or "all" && secret.Properties.Text("Description") is { } description)
            yield return description;
        foreach (var tag in (secret.Properties["Tags"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>())
        {
            if (key is "tag-key" or "all" && tag.Text("Key") is { } name)
                yield return name;
            if (key is "tag-value" or "all" && tag.Text("Value") is { } value)
                yield return value;
        }
    }

    /// <summary>One version of a secret: a text, or bytes in base 64.</summary>
    private sealed record SecretVersion(long Number, string Id, List<string> Stages, long Made)
    {
        public string? Text { get; init; }

        public string? Bytes { get; init; }

        public JsonArray StagesJson => JsonArray.Of(Stages.Select(JsonValue.From));

        public JsonValue MadeJson => ApiTime.Of(DateTimeOffset.FromUnixTimeMilliseconds(Made));

        public static SecretVersion Read(ValueVersion version) => new(
            version.Number, version.Content.Text("Id")!,
            [.. ((JsonArray)version.Content["Stages"]!).Cast<JsonString>().Select(stage => stage.Value)], version.Made)
        {
            Text = version.Content.Text("Text"),
            Bytes = version.Content.Text("Bytes"),
        };

        public JsonObject Write() => JsonObject.Of(
            ("Id", JsonValue.From(Id)), ("Stages", StagesJson), ("Text", JsonValue.From(Text)), ("Bytes", JsonValue.From(Bytes)));
    }
}
