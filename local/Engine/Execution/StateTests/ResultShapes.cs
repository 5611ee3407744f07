using System.Collections.Frozen;
using System.Globalization;
using Stateside.Language.Definitions;

namespace Stateside.Engine.Execution.StateTests;

/// <summary>The kinds of value in a service's answer.</summary>
internal enum ResultKind
{
    Text,
    Number,
    Boolean,
    List,
    Map,
    Object,
}

/// <summary>A member of an object in a service's answer.</summary>
internal sealed record ResultMember(string Name, bool IsRequired, int Shape);

/// <summary>What one value in a service's answer looks like. Shapes of a service refer to one another by number, also to themselves.</summary>
internal sealed class ResultShape(IReadOnlyList<ResultShape> all)
{
    public required ResultKind Kind { get; init; }

    /// <summary>The shortest text or the smallest number.</summary>
    public double Least { get; init; } = double.NegativeInfinity;

    /// <summary>The longest text or the largest number.</summary>
    public double Most { get; init; } = double.PositiveInfinity;

    /// <summary>The texts that it may be; empty for any.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The members of an object.</summary>
    public IReadOnlyList<ResultMember> Members { get; init; } = [];

    /// <summary>The number of the shape of a list's items or a map's values.</summary>
    public int OfNumber { get; init; }

    public ResultShape Of => all[OfNumber];

    public ResultShape MemberShape(ResultMember member) => all[member.Shape];
}

/// <summary>
/// What the answers of AWS services look like, for those in ResultShapes.txt; a result that stands for any other is taken as it is.
/// The file says how it is made and how it reads.
/// </summary>
internal static class ResultShapes
{
    private static readonly Lazy<FrozenDictionary<string, ResultShape>> ByAction = new(Load);

    /// <summary>Optimized integrations whose service has another name among the SDK integrations.</summary>
    private static readonly FrozenDictionary<string, string> OptimizedNames = new Dictionary<string, string>
    {
        ["events"] = "eventbridge",
        ["states"] = "sfn",
        ["bedrock"] = "bedrockruntime",
        ["emr-serverless"] = "emrserverless",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The shape of what a resource gives; null when it can be anything or is not known.</summary>
    public static ResultShape? Find(TaskResource resource)
    {
        // Whoever sends a token back may send anything.
        if (resource.Kind is not (ResourceKind.Optimized or ResourceKind.AwsSdk) || resource.Pattern == IntegrationPattern.WaitForTaskToken)
            return null;
        var service = resource.Kind == ResourceKind.AwsSdk ? resource.Service["aws-sdk:".Length..] : resource.Service;
        service = OptimizedNames.GetValueOrDefault(service, service);
        var action = resource.Action;
        if (resource.Pattern != IntegrationPattern.RequestResponse)
        {
            // A job's result is what its last description says. Of the other jobs the descriptions are cut down before they are given on.
            if (service != "sfn")
                return null;
            action = "describeExecution";
        }

        return ByAction.Value.GetValueOrDefault($"{service}:{action}");
    }

    private static FrozenDictionary<string, ResultShape> Load()
    {
        using var stream = typeof(ResultShapes).Assembly.GetManifestResourceStream("ResultShapes.txt")!;
        using var reader = new StreamReader(stream);
        var actions = new Dictionary<string, ResultShape>(StringComparer.Ordinal);
        var shapes = new List<ResultShape>();
        var service = "";
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "#":
                    break;
                case "service":
                    service = words[1];
                    shapes = [];
                    break;
                case "op":
                    actions[$"{service}:{words[1]}"] = shapes[Number(words[2])];
                    break;
                default:
                    shapes.Add(ReadShape(words, shapes));
                    break;
            }
        }

        return actions.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static ResultShape ReadShape(string[] words, List<ResultShape> all)
    {
        switch (words[0])
        {
            case "o":
                return new ResultShape(all) { Kind = ResultKind.Object, Members = [.. words.Skip(1).Select(ReadMember)] };
            case "l" or "m":
                return new ResultShape(all) { Kind = words[0] == "l" ? ResultKind.List : ResultKind.Map, OfNumber = Number(words[1]) };
            default:
                var range = words.Skip(1).FirstOrDefault(word => word.Contains("..", StringComparison.Ordinal))?.Split("..");
                var values = words.Skip(1).FirstOrDefault(word => !word.Contains("..", StringComparison.Ordinal));
                return new ResultShape(all)
                {
                    Kind = words[0] switch { "n" => ResultKind.Number, "b" => ResultKind.Boolean, _ => ResultKind.Text },
                    Least = Limit(range?[0], double.NegativeInfinity),
                    Most = Limit(range?[1], double.PositiveInfinity),
                    Values = values is null ? [] : values.Replace("\\_", " ", StringComparison.Ordinal).Split('|'),
                };
        }
    }

    private static ResultMember ReadMember(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var isRequired = word[equals - 1] == '!';
        return new ResultMember(word[..(isRequired ? equals - 1 : equals)], isRequired, Number(word[(equals + 1)..]));
    }

    private static double Limit(string? text, double otherwise) =>
        string.IsNullOrEmpty(text) ? otherwise : double.Parse(text, CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
