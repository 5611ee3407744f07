using System.Globalization;
using System.Runtime.CompilerServices;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Parsing;

/// <summary>
/// The second pass over an expression: dots become paths of steps, brackets become predicates of their step, literals in paths become
/// names, and every <c>%</c> finds the step whose input it stands for.
/// </summary>
internal sealed class PathResolver
{
    private readonly List<ParentSlot> _parents = [];

    public static SyntaxNode Resolve(SyntaxNode expression)
    {
        var result = new PathResolver().Process(expression);
        if (result.Kind == SyntaxKind.Parent || result.SeekingParent is not null)
            throw new JsonataException("S0217") { Position = result.Position, Token = KindName(result) };
        return result;
    }

    private static string KindName(SyntaxNode node) => node.Kind switch
    {
        SyntaxKind.Call => "function",
        SyntaxKind.PartialCall => "partial",
        _ => node.Kind.ToString().ToLowerInvariant(),
    };

    private SyntaxNode Process(SyntaxNode node)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw JsonataException.Guard("Stack overflow error: the expression is nested too deeply.");
        var result = node.Kind switch
        {
            SyntaxKind.Binary => Binary(node),
            SyntaxKind.Unary => Unary(node),
            SyntaxKind.Call or SyntaxKind.PartialCall => Call(node),
            SyntaxKind.Lambda => Lambda(node),
            SyntaxKind.Condition => Condition(node),
            SyntaxKind.Transform => Transform(node),
            SyntaxKind.Block => Block(node),
            SyntaxKind.Name => Name(node),
            SyntaxKind.Parent => Parent(node),
            SyntaxKind.Operator => Operator(node),
            SyntaxKind.End => throw new JsonataException("S0207") { Position = node.Position, Token = node.Token },
            _ => node,
        };
        result.KeepArray |= node.KeepArray;
        return result;
    }

    private SyntaxNode Binary(SyntaxNode node)
    {
        switch (node.Text)
        {
            case ".":
                return Dot(node);
            case "[":
                return Predicate(node);
            case "{":
                return Grouping(node);
            case "^":
                return OrderBy(node);
            case ":=":
                {
                    var result = SyntaxNode.Made(SyntaxKind.Bind, node);
                    result.Left = Process(node.Left!);
                    result.Right = Process(node.Right!);
                    PushAncestry(result, result.Right);
                    return result;
                }

            case "@":
                return Focus(node);
            case "#":
                return Index(node);
            case "~>":
                {
                    var result = SyntaxNode.Made(SyntaxKind.Apply, node);
                    result.Left = Process(node.Left!);
                    result.Right = Process(node.Right!);
                    result.KeepArray = result.Left.KeepArray || result.Right.KeepArray;
                    return result;
                }

            default:
                {
                    var result = SyntaxNode.Made(SyntaxKind.Binary, node);
                    result.Left = Process(node.Left!);
                    result.Right = Process(node.Right!);
                    PushAncestry(result, result.Left);
                    PushAncestry(result, result.Right);
                    return result;
                }
        }
    }

    private SyntaxNode Dot(SyntaxNode node)
    {
        var first = Process(node.Left!);
        var path = first.Kind == SyntaxKind.Path ? first : Path(node, first);
        if (first.Kind == SyntaxKind.Parent)
            path.SeekingParent = [first.Slot!];
        var rest = Process(node.Right!);
        if (rest.Kind == SyntaxKind.Path)
        {
            path.Items.AddRange(rest.Items);
        }
        else
        {
            if (rest.Predicates is not null)
            {
                rest.Stages = rest.Predicates;
                rest.Predicates = null;
            }

            path.Items.Add(rest);
        }

        foreach (var step in path.Items)
        {
            if (step.Kind is SyntaxKind.Number or SyntaxKind.Value)
                throw new JsonataException("S0213") { Position = step.Position, Value = step.Value };
        }

        foreach (var step in path.Items)
        {
            if (step.Kind == SyntaxKind.String)
                step.Kind = SyntaxKind.Name;
        }

        path.KeepSingletonArray |= path.Items.Exists(step => step.KeepArray);
        MarkConstructor(path.Items[0]);
        MarkConstructor(path.Items[^1]);
        ResolveAncestry(path);
        return path;
    }

    private static SyntaxNode Path(SyntaxNode at, SyntaxNode step)
    {
        var path = SyntaxNode.Made(SyntaxKind.Path, at);
        path.Items.Add(step);
        return path;
    }

    private static void MarkConstructor(SyntaxNode step) => step.IsConstructor |= step.Is(SyntaxKind.Unary, "[");

    private SyntaxNode Predicate(SyntaxNode node)
    {
        var result = Process(node.Left!);
        var inPath = result.Kind == SyntaxKind.Path;
        var step = inPath ? result.Items[^1] : result;
        if (step.Group is not null)
            throw new JsonataException("S0209") { Position = node.Position };
        var predicate = Process(node.Right!);
        if (predicate.SeekingParent is not null)
        {
            foreach (var slot in predicate.SeekingParent)
            {
                if (slot.Level == 1)
                    SeekParent(step, slot);
                else
                    slot.Level--;
            }

            PushAncestry(step, predicate);
        }

        var stage = new Stage(predicate, null);
        if (inPath)
            (step.Stages ??= []).Add(stage);
        else
            (step.Predicates ??= []).Add(stage);
        return result;
    }

    private SyntaxNode Grouping(SyntaxNode node)
    {
        var result = Process(node.Left!);
        if (result.Group is not null)
            throw new JsonataException("S0210") { Position = node.Position };
        result.Group = SyntaxNode.Made(SyntaxKind.Unary, node);
        result.Group.Pairs = node.Pairs.ConvertAll(pair => (Process(pair.Key), Process(pair.Value)));
        return result;
    }

    private SyntaxNode OrderBy(SyntaxNode node)
    {
        var result = Process(node.Left!);
        if (result.Kind != SyntaxKind.Path)
            result = Path(node, result);
        var sort = SyntaxNode.Made(SyntaxKind.Sort, node);
        foreach (var term in node.Terms)
        {
            var expression = Process(term.Expression);
            PushAncestry(sort, expression);
            sort.Terms.Add(term with { Expression = expression });
        }

        result.Items.Add(sort);
        ResolveAncestry(result);
        return result;
    }

    private SyntaxNode Focus(SyntaxNode node)
    {
        var result = Process(node.Left!);
        var step = result.Kind == SyntaxKind.Path ? result.Items[^1] : result;
        if (step.Stages is not null || step.Predicates is not null)
            throw new JsonataException("S0215") { Position = node.Position };
        if (step.Kind == SyntaxKind.Sort)
            throw new JsonataException("S0216") { Position = node.Position };
        step.KeepArray |= node.KeepArray;
        step.Focus = node.Right!.Text;
        step.IsTuple = true;
        return result;
    }

    private SyntaxNode Index(SyntaxNode node)
    {
        var result = Process(node.Left!);
        var step = result;
        if (result.Kind == SyntaxKind.Path)
        {
            step = result.Items[^1];
        }
        else
        {
            result = Path(node, result);
            if (step.Predicates is not null)
            {
                step.Stages = step.Predicates;
                step.Predicates = null;
            }
        }

        if (step.Stages is null)
            step.Index = node.Right!.Text;
        else
            step.Stages.Add(new Stage(null, node.Right!.Text));
        step.IsTuple = true;
        return result;
    }

    private SyntaxNode Unary(SyntaxNode node)
    {
        var result = SyntaxNode.Made(SyntaxKind.Unary, node);
        switch (node.Text)
        {
            case "[":
                foreach (var item in node.Items)
                {
                    var value = Process(item);
                    PushAncestry(result, value);
                    result.Items.Add(value);
                }

                return result;
            case "{":
                foreach (var (key, value) in node.Pairs)
                {
                    var pair = (Process(key), Process(value));
                    PushAncestry(result, pair.Item1);
                    PushAncestry(result, pair.Item2);
                    result.Pairs.Add(pair);
                }

                return result;
            default:
                result.Inner = Process(node.Inner!);
                if (result.Inner.Kind == SyntaxKind.Number)
                {
                    result.Inner.Value = JsonNumber.Of(-((JsonNumber)result.Inner.Value!).Double);
                    return result.Inner;
                }

                PushAncestry(result, result.Inner);
                return result;
        }
    }

    private SyntaxNode Call(SyntaxNode node)
    {
        var result = SyntaxNode.Made(node.Kind, node);
        foreach (var argument in node.Items)
        {
            var value = argument.Kind == SyntaxKind.Operator && argument.Symbol == "?" ? argument : Process(argument);
            PushAncestry(result, value);
            result.Items.Add(value);
        }

        result.Inner = Process(node.Inner!);
        return result;
    }

    private SyntaxNode Lambda(SyntaxNode node)
    {
        var result = SyntaxNode.Made(SyntaxKind.Lambda, node);
        result.Items = node.Items;
        result.Signature = node.Signature;
        result.Inner = Process(node.Inner!);
        MarkTailCalls(result.Inner);
        return result;
    }

    private static void MarkTailCalls(SyntaxNode node)
    {
        switch (node.Kind)
        {
            case SyntaxKind.Call when node.Predicates is null:
                node.IsTailCall = true;
                break;
            case SyntaxKind.Condition:
                MarkTailCalls(node.Then!);
                if (node.Else is not null)
                    MarkTailCalls(node.Else);
                break;
            case SyntaxKind.Block when node.Items.Count > 0:
                MarkTailCalls(node.Items[^1]);
                break;
        }
    }

    private SyntaxNode Condition(SyntaxNode node)
    {
        var result = SyntaxNode.Made(SyntaxKind.Condition, node);
        result.Condition = Process(node.Condition!);
        PushAncestry(result, result.Condition);
        result.Then = Process(node.Then!);
        PushAncestry(result, result.Then);
        if (node.Else is not null)
        {
            result.Else = Process(node.Else);
            PushAncestry(result, result.Else);
        }

        return result;
    }

    private SyntaxNode Transform(SyntaxNode node)
    {
        var result = SyntaxNode.Made(SyntaxKind.Transform, node);
        result.Inner = Process(node.Inner!);
        result.Then = Process(node.Then!);
        result.Else = node.Else is null ? null : Process(node.Else);
        return result;
    }

    private SyntaxNode Block(SyntaxNode node)
    {
        var result = SyntaxNode.Made(SyntaxKind.Block, node);
        foreach (var item in node.Items)
        {
            var part = Process(item);
            PushAncestry(result, part);
            result.IsConstructor |= part.IsConstructor || (part.Kind == SyntaxKind.Path && part.Items[0].IsConstructor);
            result.Items.Add(part);
        }

        return result;
    }

    private static SyntaxNode Name(SyntaxNode node)
    {
        var path = Path(node, node);
        path.KeepSingletonArray = node.KeepArray;
        return path;
    }

    private SyntaxNode Parent(SyntaxNode node)
    {
        var result = SyntaxNode.Made(SyntaxKind.Parent, node);
        result.Slot = new ParentSlot("!" + _parents.Count.ToString(CultureInfo.InvariantCulture), _parents.Count);
        _parents.Add(result.Slot);
        return result;
    }

    private static SyntaxNode Operator(SyntaxNode node)
    {
        // The words "and", "or" and "in" may be names of fields.
        if (node.Symbol is not ("and" or "or" or "in"))
            throw new JsonataException("S0201") { Position = node.Position, Token = node.Token };
        node.Kind = SyntaxKind.Name;
        return Name(node);
    }

    private static void PushAncestry(SyntaxNode result, SyntaxNode value)
    {
        if (value.SeekingParent is null && value.Kind != SyntaxKind.Parent)
            return;
        var slots = value.SeekingParent ?? [];
        if (value.Kind == SyntaxKind.Parent)
            slots.Add(value.Slot!);
        if (result.SeekingParent is null)
            result.SeekingParent = slots;
        else
            result.SeekingParent.AddRange(slots.ToArray());
    }

    private void ResolveAncestry(SyntaxNode path)
    {
        var last = path.Items[^1];
        var slots = last.SeekingParent ?? [];
        if (last.Kind == SyntaxKind.Parent)
            slots.Add(last.Slot!);
        foreach (var slot in slots.ToArray())
        {
            var index = path.Items.Count - 2;
            while (slot.Level > 0)
            {
                if (index < 0)
                {
                    (path.SeekingParent ??= []).Add(slot);
                    break;
                }

                // Steps that bind their focus do not move on, so of several in a row only the first counts.
                var step = path.Items[index--];
                while (index >= 0 && step.Focus is not null && path.Items[index].Focus is not null)
                    step = path.Items[index--];
                SeekParent(step, slot);
            }
        }
    }

    private void SeekParent(SyntaxNode node, ParentSlot slot)
    {
        switch (node.Kind)
        {
            case SyntaxKind.Name or SyntaxKind.Wildcard:
                slot.Level--;
                if (slot.Level == 0)
                {
                    if (node.Ancestor is not null)
                        _parents[slot.Index].Label = node.Ancestor.Label;
                    node.Ancestor = slot;
                    node.IsTuple = true;
                }

                break;
            case SyntaxKind.Parent:
                slot.Level++;
                break;
            case SyntaxKind.Block:
                if (node.Items.Count > 0)
                {
                    node.IsTuple = true;
                    SeekParent(node.Items[^1], slot);
                }

                break;
            case SyntaxKind.Path:
                node.IsTuple = true;
                var index = node.Items.Count - 1;
                SeekParent(node.Items[index--], slot);
                while (slot.Level > 0 && index >= 0)
                    SeekParent(node.Items[index--], slot);
                break;
            default:
                throw new JsonataException("S0217") { Position = node.Position, Token = KindName(node) };
        }
    }
}
