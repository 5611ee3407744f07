using System.Collections.Frozen;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Shapes;
using Stateside.Language.Templates;

namespace Stateside.Language.Services;

/// <summary>How parameters are given.</summary>
internal enum ParameterForm
{
    /// <summary>As they go out.</summary>
    Values,

    /// <summary>As the template of a JSONPath state: what its keys with <c>.$</c> hold is not known yet.</summary>
    JsonPath,

    /// <summary>As the template of a JSONata state: what its expressions give is not known yet.</summary>
    Jsonata,
}

/// <summary>
/// What a Task may ask of its resource, and what Step Functions says of parameters that ask something else. It says so when a machine is
/// created, as far as the parameters are known, and again when the Task is about to start. Rules that go further, such as lengths, are
/// the service's. See https://docs.aws.amazon.com/step-functions/latest/dg/connect-parameters.html.
/// </summary>
internal sealed class IntegrationRequest
{
    /// <summary>A name may be meant where so many changes of a letter make it of the one that is given.</summary>
    private const int MostSlips = 2;

    /// <summary>Members of optimized integrations that may be any JSON where the API wants a text.</summary>
    private static readonly FrozenSet<(string Service, string Member)> JsonTexts =
        new[] { ("events", "Detail"), ("sns", "Message"), ("sqs", "MessageBody") }.ToFrozenSet();

    private readonly ServiceShape? _shape;
    private readonly string? _optimized;

    private IntegrationRequest(ServiceShape? shape, string? optimized)
    {
        _shape = shape;
        _optimized = optimized;
    }

    /// <summary>Finds what a resource can be asked.</summary>
    /// <param name="resource">The resource.</param>
    /// <returns>Its request; null when it takes any parameters or is unknown.</returns>
    public static IntegrationRequest? Find(TaskResource resource)
    {
        if (OwnRequests.Find(resource) is { } own)
            return new IntegrationRequest(own, resource.Service);
        return ServiceIntegration.Find(resource) is { } integration
            ? new IntegrationRequest(integration.Action.Input, integration.Optimized?.Prefix)
            : null;
    }

    /// <summary>What Step Functions says of parameters, in its order.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="form">How they are given.</param>
    /// <returns>The sentences; null when there is nothing to say.</returns>
    public IReadOnlyList<string>? Problems(JsonObject parameters, ParameterForm form)
    {
        var found = new Finding(form);
        CheckMembers(_shape, parameters, ref found);
        for (var i = 0; i < _shape?.Members.Count; i++)
        {
            var member = _shape.Members[i];
            if (IsRequired(member) && !found.Has(parameters, NameOf(member)) && (member.OtherName is null || !found.Has(parameters, member.OtherName)))
                found.Add($"The field '{NameOf(member)}' is required but was missing");
        }

        if (_optimized == ApiGatewayRequest.Service)
            ApiGatewayRequest.Check(parameters, ref found);
        else if (_optimized == HttpInvokeRequest.Service)
            HttpInvokeRequest.Check(parameters, ref found);
        return found.Problems;
    }

    /// <summary>
    /// What it may be asked: parameters of another shape are among those that have <see cref="Problems"/>, or that the service refuses. Of
    /// what is no object nothing is said.
    /// </summary>
    public Shape Accepts()
    {
        var known = Structure(_shape, [], new Dictionary<string, int>(StringComparer.Ordinal));
        var required = (_shape?.Members ?? []).Where(member => IsRequired(member) && member.OtherName is null)
            .Select(NameOf).ToHashSet(StringComparer.Ordinal);
        var members = known.Names.Select(name => KeyValuePair.Create(name, known.Find(name)! with { IsCertain = required.Contains(name) }));
        return Shape.Anything.Without(ShapeKinds.Object).Join(Shape.Of(new ObjectShape(members, Shape.Never, known.Origin)));
    }

    private ObjectShape Structure(ServiceShape? structure, List<string> path, Dictionary<string, int> within)
    {
        var members = new Dictionary<string, ShapeMember>(StringComparer.Ordinal);
        foreach (var member in structure?.Members ?? [])
        {
            path.Add(NameOf(member));
            var origin = new ShapeOrigin(string.Join('.', path));
            var accepted = new ShapeMember(AcceptedValue(member.Shape, NameOf(member), path, within), false, origin);
            members.TryAdd(NameOf(member), accepted);
            if (_optimized is null && member.OtherName is { } other)
                members.TryAdd(other, accepted);
            path.RemoveAt(path.Count - 1);
        }

        return new ObjectShape(members, Shape.Never);
    }

    // As CheckValue has it of values that go out.
    private Shape AcceptedValue(ServiceShape shape, string field, List<string> path, Dictionary<string, int> within)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Structure when shape.IsDocument:
                return Shape.Anything;
            case ShapeKind.Structure:
                var repeats = within.GetValueOrDefault(shape.Name);
                if (repeats > 1)
                    return OrNull(Shape.AnyObject);
                within[shape.Name] = repeats + 1;
                var structure = Structure(shape, path, within);
                within[shape.Name] = repeats;
                return OrNull(Shape.Of(structure));
            case ShapeKind.Map:
                return OrNull(Shape.Of(new ObjectShape([], AcceptedValue(shape.Item, field, path, within))));
            case ShapeKind.List when shape.Item.Kind > ShapeKind.Blob:
                return OrNull(Shape.ListOf(AcceptedValue(shape.Item, field, path, within)));
            case ShapeKind.List:
                return OrNull(Shape.AnyList);
            case ShapeKind.String when _optimized is not null && !JsonTexts.Contains((_optimized, field)):
                return OrNull(Shape.Text);
            case ShapeKind.Blob when _optimized == "lambda":
                return Shape.Anything.Without(ShapeKinds.Number | ShapeKinds.Boolean);
            case ShapeKind.String or ShapeKind.Blob:
                return Shape.Anything;
            default:
                // Numbers, times and truth may be texts.
                return Shape.Anything.Without(ShapeKinds.List | ShapeKinds.Object);
        }
    }

    private static Shape OrNull(Shape shape) => shape.Join(Shape.Null);

    private void CheckMembers(ServiceShape? structure, JsonObject given, ref Finding found)
    {
        for (var i = 0; i < given.Count; i++)
        {
            var key = given.Keys[i];

            // AWS lets a name that it does not know pass until the Task starts where a path gives its value.
            if (found.IsPath(key))
                continue;
            if (structure?.FindParameter(key, _optimized is not null) is { } member)
                CheckValue(member.Shape, key, given.Values[i], ref found);
            else
                found.Add($"The field \"{key}\" is not supported by Step Functions{Suggestion(structure, key)}");
        }
    }

    private void CheckValue(ServiceShape shape, string field, JsonValue value, ref Finding found)
    {
        if (found.IsUnknown(value))
            return;
        switch (shape.Kind)
        {
            case ShapeKind.Structure when !shape.IsDocument && value is JsonObject members:
                CheckMembers(shape, members, ref found);
                break;
            case ShapeKind.List when value is JsonArray items && shape.Item.Kind > ShapeKind.Blob:
                foreach (var item in items)
                    CheckValue(shape.Item, field, item, ref found);
                break;
            case ShapeKind.Map when value is JsonObject entries:
                for (var i = 0; i < entries.Count; i++)
                {
                    if (!found.IsPath(entries.Keys[i]))
                        CheckValue(shape.Item, entries.Keys[i], entries.Values[i], ref found);
                }

                break;
            case ShapeKind.Structure when !shape.IsDocument && found.IsFinal && value is not JsonNull:
            case ShapeKind.Map when found.IsFinal && value is not JsonNull:
                found.Add($"The value for the field '{field}' must be an OBJECT");
                break;
            case ShapeKind.List when found.IsFinal && value is not (JsonArray or JsonNull):
                found.Add($"The value for the field '{field}' must be an ARRAY");
                break;
            case ShapeKind.String when _optimized is not null && value is not (JsonString or JsonNull)
                                       && !JsonTexts.Contains((_optimized, field)):
            case ShapeKind.Blob when _optimized == "lambda" && value is JsonNumber or JsonBoolean:
                found.Add($"The value for the field '{field}' must be a STRING");
                break;
        }
    }

    private string NameOf(ServiceMember member) => _optimized is null ? member.SdkName : member.OptimizedName;

    /// <summary>A token that an SDK makes up where it is absent is asked for all the same, but in optimized integrations.</summary>
    private bool IsRequired(ServiceMember member) => member.IsRequired && !(member.IsToken && _optimized is not null);

    private string Suggestion(ServiceShape? structure, string name)
    {
        string? nearest = null;
        var least = MostSlips;
        foreach (var member in structure?.Members ?? [])
        {
            // Of two that are as near, AWS names the later one.
            var slips = Slips(name, NameOf(member));
            if (slips <= least)
                (nearest, least) = (NameOf(member), slips);
        }

        return nearest is null ? "" : $". Did you mean '{nearest}'?";
    }

    /// <summary>The Levenshtein distance; more than all that count where the lengths tell.</summary>
    private static int Slips(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > MostSlips)
            return int.MaxValue;
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    /// <summary>What is found of one Task's parameters.</summary>
    internal struct Finding(ParameterForm form)
    {
        private List<string>? _problems;
        private HashSet<string>? _known;

        /// <summary>The sentences, each once; null for none.</summary>
        public readonly IReadOnlyList<string>? Problems => _problems;

        /// <summary>Adds a sentence.</summary>
        public void Add(string problem)
        {
            _problems ??= [];
            _known ??= new HashSet<string>(StringComparer.Ordinal);
            if (_known.Add(problem))
                _problems.Add(problem);
        }

        /// <summary>Whether the values are those that go out.</summary>
        public readonly bool IsFinal => form == ParameterForm.Values;

        /// <summary>Whether a path gives the value of a key.</summary>
        public readonly bool IsPath(string key) => form == ParameterForm.JsonPath && key.EndsWith(".$", StringComparison.Ordinal);

        /// <summary>Whether a value is worked out when the Task starts.</summary>
        public readonly bool IsUnknown(JsonValue value) =>
            form == ParameterForm.Jsonata && value is JsonString { Value: var text } && JsonataTemplate.IsExpression(text);

        /// <summary>Whether a member is given, known or not; null is given too.</summary>
        public readonly bool Has(JsonObject given, string name) =>
            given.ContainsKey(name) || (form == ParameterForm.JsonPath && given.ContainsKey($"{name}.$"));
    }
}
