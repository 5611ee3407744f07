using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Stateside.Aws.Services;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Aws.Ssm;

/// <summary>
/// Parameter Store's actions on the parameters that a template declares. Each action is one transaction.
/// See https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html.
/// </summary>
/// <param name="file">Where values are kept.</param>
/// <param name="time">The clock.</param>
internal sealed class ParameterStore(StoreFile file, TimeProvider time)
{
    private const int MostNames = 10;
    private const int StandardLength = 4096;
    private const int AdvancedLength = 8192;

    private static readonly string[] Covered =
        ["GetParameter", "GetParameters", "GetParametersByPath", "GetParameterHistory", "DescribeParameters", "PutParameter"];

    private const string NameRequirements =
        "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\". "
        + "It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, numbers, or the following symbols: "
        + ". (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash "
        + "symbol \"/\". Valid example: /get/parameters2-/by1./path0_.";

    private readonly VersionFile _versions = new(file, "ssm");
    private volatile IReadOnlyList<ParameterSettings> _parameters = [];

    /// <summary>Whether there are parameters.</summary>
    public bool HasAny => _parameters.Count > 0;

    /// <summary>Says which parameters there are.</summary>
    public void Declare(IEnumerable<ParameterSettings> parameters) =>
        _parameters = [.. parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)];

    /// <summary>The parameter that a name or an ARN means, with or without a version; null when it is none of these.</summary>
    public ParameterSettings? Find(string name) => Split(name).Parameter;

    /// <summary>Whether there is a parameter under a path.</summary>
    public bool HasUnder(string path) => _parameters.Any(parameter => IsUnder(parameter.Name, path, isRecursive: true));

    /// <summary>Does what a request asks for.</summary>
    /// <exception cref="StoreRefusal">Parameter Store would refuse, or this one does not cover it.</exception>
    public JsonObject Execute(string action, JsonObject request) => file.InTransaction(
        () => action switch
        {
            "GetParameter" => JsonObject.Of(("Parameter", Get(Needed(request, "Name"), IsTrue(request, "WithDecryption")))),
            "GetParameters" => GetMany(request),
            "GetParametersByPath" => GetByPath(request),
            "GetParameterHistory" => History(request),
            "DescribeParameters" => Describe(request),
            "PutParameter" => Put(request),
            _ => throw StoreCoverage.NotCovered("SSM", $"{action}: it covers {string.Join(", ", Covered)}"),
        },
        writes: true);

    private static JsonObject Paged(JsonObject request, string member, int most, IEnumerable<JsonValue> all) =>
        ListPage.Of(request, member, most, all, () => new StoreRefusal("InvalidNextToken", "The specified token isn't valid.", 400));

    private static StoreRefusal NotFound() => new("ParameterNotFound", "", 400);

    private static StoreRefusal NoVersion(ParameterSettings parameter, string kind, string which) => new(
        "ParameterVersionNotFound", $"Systems Manager could not find {kind} {which} of {parameter.Name}. Verify the {kind} and try again.", 400);

    private static StoreRefusal Invalid(string message) => new("ValidationException", message, 400);

    private static string Needed(JsonObject request, string member) => request.Text(member) is { Length: > 0 } text
        ? text
        : throw Invalid(
            $"1 validation error detected: Value at '{char.ToLowerInvariant(member[0])}{member[1..]}' failed to satisfy constraint: Member must not be null");

    private static bool IsTrue(JsonObject request, string member) => request[member] is JsonBoolean { Value: true };

    /// <summary>The parameter of a name or an ARN, and what stands behind it after a colon.</summary>
    private (ParameterSettings? Parameter, string? Selector) Split(string name)
    {
        foreach (var parameter in _parameters)
        {
            foreach (var its in new[] { parameter.Name, parameter.Arn })
            {
                if (name == its)
                    return (parameter, null);
                if (name.Length > its.Length && name[its.Length] == ':' && name.StartsWith(its, StringComparison.Ordinal))
                    return (parameter, name[(its.Length + 1)..]);
            }
        }

        return (null, null);
    }

    /// <summary>The parameter's versions, the newest first; the declared value among them.</summary>
    private List<ValueVersion> VersionsOf(ParameterSettings parameter)
    {
        var declared = parameter.Declared.Text;
        if (_versions.Declared(parameter.Name) != declared)
            _versions.Add(parameter.Name, parameter.Declared, declared, time.GetUtcNow().ToUnixTimeMilliseconds());
        return _versions.Of(parameter.Name);
    }

    private JsonObject Get(string name, bool decrypts)
    {
        var (parameter, selector) = Split(name);
        if (parameter is null)
            throw NotFound();
        var versions = VersionsOf(parameter);
        if (selector is null)
            return Shown(parameter, versions[0], null, decrypts);
        if (!long.TryParse(selector, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw NoVersion(parameter, "label", selector);
        return versions.Find(version => version.Number == number) is { } found
            ? Shown(parameter, found, $":{selector}", decrypts)
            : throw NoVersion(parameter, "version", selector);
    }

    private JsonObject GetMany(JsonObject request)
    {
        var names = (request["Names"] as JsonArray ?? JsonArray.Empty)
            .OfType<JsonString>().Select(name => name.Value).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count is 0 or > MostNames)
        {
            throw Invalid(
                $"1 validation error detected: Value '[{string.Join(", ", names)}]' at 'names' failed to satisfy constraint: "
                + $"Member must have length {(names.Count == 0 ? "greater than or equal to 1" : $"less than or equal to {MostNames}")}");
        }

        var found = new List<JsonValue>();
        var invalid = new List<JsonValue>();
        foreach (var name in names)
        {
            try
            {
                found.Add(Get(name, IsTrue(request, "WithDecryption")));
            }
            catch (StoreRefusal)
            {
                invalid.Add(JsonValue.From(name));
            }
        }

        return JsonObject.Of(("Parameters", JsonArray.Of(found)), ("InvalidParameters", JsonArray.Of(invalid)));
    }

    private JsonObject GetByPath(JsonObject request)
    {
        var path = Needed(request, "Path");
        if (!path.StartsWith('/'))
            throw Invalid(NameRequirements);
        var decrypts = IsTrue(request, "WithDecryption");
        var found = Filtered(request).Where(parameter => IsUnder(parameter.Name, path, IsTrue(request, "Recursive")));
        return Paged(request, "Parameters", 10, found.Select(parameter => (JsonValue)Shown(parameter, VersionsOf(parameter)[0], null, decrypts)));
    }

    private static bool IsUnder(string name, string path, bool isRecursive)
    {
        var folder = path.TrimEnd('/') + "/";
        if (!name.StartsWith('/'))
            return folder == "/" && (isRecursive || !name.Contains('/', StringComparison.Ordinal));
        return name.StartsWith(folder, StringComparison.Ordinal) && (isRecursive || name.IndexOf('/', folder.Length) < 0);
    }

    private JsonObject History(JsonObject request)
    {
        var parameter = Split(Needed(request, "Name")).Parameter ?? throw NotFound();
        return Paged(request, "Parameters", 50, Enumerable.Reverse(VersionsOf(parameter)).Select(version =>
            (JsonValue)Described(parameter, version).With("Value", ValueOf(version, IsTrue(request, "WithDecryption"))).With("Labels", JsonArray.Empty)));
    }

    private JsonObject Describe(JsonObject request) => Paged(request, "Parameters", 50, Filtered(request).Select(parameter =>
        (JsonValue)Described(parameter, VersionsOf(parameter)[0]).With("ARN", JsonValue.From(parameter.Arn))));

    private JsonObject Put(JsonObject request)
    {
        var name = Needed(request, "Name");
        var value = Needed(request, "Value");
        if (Find(name) is not { } parameter)
            throw StoreCoverage.NotCovered("SSM", $"parameters that no template declares, such as {name}");
        var before = VersionsOf(parameter)[0].Content;
        if (!IsTrue(request, "Overwrite"))
        {
            throw new StoreRefusal(
                "ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.", 400);
        }

        var content = before.ToBuilder().Set("Value", JsonValue.From(value));
        foreach (var member in new[] { "Type", "Description", "AllowedPattern", "Tier", "DataType" })
        {
            if (request.Text(member) is { } text)
                content.Set(member, JsonValue.From(text));
        }

        var now = content.ToObject();
        if (now.Text("Type") is not ("String" or "StringList" or "SecureString"))
            throw new StoreRefusal("UnsupportedParameterType", $"{now.Text("Type")} is not a supported parameter type.", 400);
        if (now.Text("AllowedPattern") is { Length: > 0 } pattern && !IsMatch(value, pattern))
            throw new StoreRefusal("ParameterPatternMismatchException", $"Parameter value, cannot be validated against allowedPattern: {pattern}", 400);
        var isStandard = (now.Text("Tier") ?? "Standard") == "Standard";
        if (value.Length > (isStandard ? StandardLength : AdvancedLength))
        {
            throw Invalid(isStandard
                ? $"Standard tier parameters support a maximum parameter value of {StandardLength} characters. To create a larger parameter value, "
                    + "upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
                : $"Advanced tier parameters support a maximum parameter value of {AdvancedLength} characters.");
        }

        var number = _versions.Add(parameter.Name, now, null, time.GetUtcNow().ToUnixTimeMilliseconds());
        return JsonObject.Of(("Version", JsonValue.From(number)), ("Tier", JsonValue.From(now.Text("Tier") ?? "Standard")));
    }

    private static bool IsMatch(string value, string pattern)
    {
        try
        {
            return Regex.IsMatch(value, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException)
        {
            throw new StoreRefusal("InvalidAllowedPatternException", $"The allowed pattern {pattern} is not a valid regular expression.", 400);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>The parameters that a request's filters let through.</summary>
    private IEnumerable<ParameterSettings> Filtered(JsonObject request)
    {
        IEnumerable<ParameterSettings> found = _parameters;
        var filters = (request["ParameterFilters"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>()
            .Select(filter => (Key: filter.Text("Key"), Option: filter.Text("Option") ?? "Equals", Values: filter["Values"]))
            .Concat((request["Filters"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>()
                .Select(filter => (Key: filter.Text("Key"), Option: "BeginsWith", filter["Values"])));
        foreach (var (key, option, given) in filters)
        {
            var values = (given as JsonArray ?? JsonArray.Empty).OfType<JsonString>().Select(value => value.Value).ToList();
            found = key switch
            {
                "Name" => found.Where(parameter => values.Exists(value => option switch
                {
                    "BeginsWith" => parameter.Name.TrimStart('/').StartsWith(value.TrimStart('/'), StringComparison.Ordinal),
                    "Contains" => parameter.Name.Contains(value, StringComparison.Ordinal),
                    _ => parameter.Name == value,
                })),
                "Type" => found.Where(parameter => values.Contains(VersionsOf(parameter)[0].Content.Text("Type")!)),
                "Tier" => found.Where(parameter => values.Contains(VersionsOf(parameter)[0].Content.Text("Tier") ?? "Standard")),
                "Path" => found.Where(parameter => values.Exists(value => IsUnder(parameter.Name, value, option == "Recursive"))),
                _ => throw StoreCoverage.NotCovered("SSM", $"filters by {key}"),
            };
        }

        return found;
    }

    private static JsonObject Shown(ParameterSettings parameter, ValueVersion version, string? selector, bool decrypts)
    {
        var shown = new JsonObject.Builder()
            .Set("Name", JsonValue.From(parameter.Name)).Set("Type", version.Content["Type"]!).Set("Value", ValueOf(version, decrypts))
            .Set("Version", JsonValue.From(version.Number));
        if (selector is not null)
            shown.Set("Selector", JsonValue.From(selector));
        return shown.Set("LastModifiedDate", MadeOf(version)).Set("ARN", JsonValue.From(parameter.Arn))
            .Set("DataType", version.Content["DataType"] ?? JsonValue.From("text")).ToObject();
    }

    private static JsonObject Described(ParameterSettings parameter, ValueVersion version)
    {
        var described = new JsonObject.Builder().Set("Name", JsonValue.From(parameter.Name)).Set("Type", version.Content["Type"]!);
        if (version.Content.Text("Type") == "SecureString")
            described.Set("KeyId", JsonValue.From("alias/aws/ssm"));
        described.Set("LastModifiedDate", MadeOf(version)).Set("Version", JsonValue.From(version.Number))
            .Set("Tier", version.Content["Tier"] ?? JsonValue.From("Standard")).Set("DataType", version.Content["DataType"] ?? JsonValue.From("text"));
        foreach (var member in new[] { "Description", "AllowedPattern" })
        {
            if (version.Content[member] is { } text)
                described.Set(member, text);
        }

        return described.ToObject();
    }

    private static JsonValue MadeOf(ValueVersion version) => ApiTime.Of(DateTimeOffset.FromUnixTimeMilliseconds(version.Made));

    /// <summary>The value; of a secure one without leave to decrypt it something that tells nothing of it.</summary>
    private static JsonValue ValueOf(ValueVersion version, bool decrypts) => decrypts || version.Content.Text("Type") != "SecureString"
        ? version.Content["Value"]!
        : JsonValue.From($"AQICAH{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{version.Made} {version.Content.Text}")))}");
}
