using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Template.Resolving;

/// <content>Conditions.</content>
internal sealed partial class Resolver
{
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly List<string> _deciding = [];

    /// <summary>Those whose findings were made already, for whom.</summary>
    private readonly HashSet<(string Name, Asker Asker)> _undecided = [];

    /// <summary>Whether a deployment would create a resource; one whose condition cannot be decided counts as created.</summary>
    public bool IsCreated(DeclaredResource resource, Asker asker)
    {
        if (resource.Body["Condition"] is not { } condition)
            return true;
        if (condition is ScalarNode { Text: { } name })
            return Condition(name, condition.Place, asker) is not false;

        // It takes no function: one that refers to the resource itself could never be worked out.
        log.Mistake(asker, condition.Place, "A resource's Condition must be the name of one of the template's Conditions.");
        return true;
    }

    private bool? Condition(string name, TemplatePlace place, Asker asker)
    {
        Bounds.Step(place);
        if (_known.TryGetValue(name, out var known))
            return known;
        if (_undecided.Contains((name, asker)))
            return null;
        if (_conditions?[name] is not { } node)
        {
            log.Mistake(
                asker, place, $"There is no condition '{name}'.",
                Nearest.Hint(name, _conditions?.Members.Select(member => member.Key) ?? [], "conditions"));
            return null;
        }

        if (_deciding.Contains(name, StringComparer.Ordinal))
        {
            log.Mistake(asker, place, $"The condition '{name}' depends on itself: {string.Join(" -> ", _deciding.SkipWhile(n => n != name))} -> {name}.");
            return null;
        }

        _deciding.Add(name);
        var truth = Truth(node, asker);
        _deciding.RemoveAt(_deciding.Count - 1);
        if (truth is { } decided)
            _known[name] = decided;
        else
            _undecided.Add((name, asker));
        return truth;
    }

    private bool? Truth(TemplateNode node, Asker asker)
    {
        Bounds.Step(node.Place);
        if (node is not MapNode { Members: [var call] })
            return Literal(node, asker);
        switch (call.Key)
        {
            case "Condition":
                return Text(call.Value, "The name of a condition", asker) is { } name ? Condition(name, call.Value.Place, asker) : null;
            case "Fn::Not":
                return Arguments(call, 1, 1, "a list of one condition", asker) is [var negated] ? !Truth(negated, asker) : null;
            case "Fn::And":
                return Arguments(call, 2, 10, "a list of 2 to 10 conditions", asker) is { } all
                    ? Together(all, asker) is { } truths ? truths.TrueForAll(t => t) : null
                    : null;
            case "Fn::Or":
                return Arguments(call, 2, 10, "a list of 2 to 10 conditions", asker) is { } any
                    ? Together(any, asker) is { } choices ? choices.Exists(t => t) : null
                    : null;
            case "Fn::Equals":
                if (Arguments(call, 2, 2, "a list of two values", asker) is not [var left, var right]
                    || Resolve(left, asker) is not { } a
                    || Resolve(right, asker) is not { } b)
                {
                    return null;
                }

                // CloudFormation compares text: the parameter "true" equals the Boolean.
                return ScalarNode.TextOf(a) is { } x && ScalarNode.TextOf(b) is { } y ? x == y : a.Equals(b);
            default:
                return Literal(node, asker);
        }
    }

    private List<bool>? Together(IReadOnlyList<TemplateNode> nodes, Asker asker)
    {
        var truths = nodes.Select(node => Truth(node, asker)).ToList();
        return truths.Contains(null) ? null : truths.ConvertAll(truth => truth!.Value);
    }

    private bool? Literal(TemplateNode node, Asker asker)
    {
        if (Resolve(node, asker) is not { } value)
            return null;
        if (bool.TryParse(ScalarNode.TextOf(value), out var truth))
            return truth;
        log.Mistake(asker, node.Place, "A condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition.");
        return null;
    }
}
