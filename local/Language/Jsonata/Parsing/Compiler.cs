using System.Runtime.CompilerServices;
using Stateside.Language.Json;
using Stateside.Language.Jsonata.Nodes;

namespace Stateside.Language.Jsonata.Parsing;

/// <summary>Makes the nodes that run out of the resolved syntax: which frame and slot each variable is in is settled here.</summary>
internal sealed class Compiler
{
    private readonly GlobalTable _globals;
    private int _captures;

    private Compiler(GlobalTable globals) => _globals = globals;

    /// <summary>Compiles an expression.</summary>
    /// <param name="expression">The resolved syntax.</param>
    /// <param name="globals">Takes the names that the expression does not bind.</param>
    /// <returns>The node, and how many slots the outermost frame needs.</returns>
    public static (Node Node, int Slots) Compile(SyntaxNode expression, GlobalTable globals)
    {
        var scope = new Scope(null);
        BoundNames.Declare(expression, scope);
        return (new Compiler(globals).Make(expression, scope, null), scope.Count);
    }

    private Node Make(SyntaxNode syntax, Scope scope, Scope? tuple)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw JsonataException.Guard("Stack overflow error: the expression is nested too deeply.");
        if (syntax.IsTailCall)
            return new TailCallNode(MakeCallee(syntax, scope), Arguments(syntax, scope));
        var filterScope = scope;
        if (syntax.Predicates is not null && syntax.Kind == SyntaxKind.Block && syntax.IsTuple)
        {
            // The predicate looks back up the path that the block ends with.
            if (tuple is null)
            {
                tuple = new Scope(null);
                BoundNames.DeclareInnerTuple(syntax, tuple);
            }

            filterScope = tuple.TupleWithin(scope);
        }

        var isWrapped = syntax.Predicates is not null || (syntax.Group is not null && syntax.Kind != SyntaxKind.Path);
        var node = MakeOne(syntax, scope, tuple, syntax.KeepArray && !isWrapped);
        if (syntax.Predicates is not null)
        {
            var slots = filterScope.IsTuple && !ReferenceEquals(filterScope, scope) ? filterScope.Count : 0;
            var filters = syntax.Predicates.Select(stage => MakeFilter(stage.Filter!, filterScope, slots));
            node = new PredicatedNode(node, [.. filters]) { KeepArray = syntax.KeepArray };
        }

        if (syntax.Group is not null && syntax.Kind != SyntaxKind.Path)
            node = new GroupedNode(node, MakeGroup(syntax.Group, scope, 0));
        return node;
    }

    private Node MakeOne(SyntaxNode syntax, Scope scope, Scope? tuple, bool keepArray)
    {
        switch (syntax.Kind)
        {
            case SyntaxKind.String or SyntaxKind.Number or SyntaxKind.Value:
                return new LiteralNode(syntax.Value);
            case SyntaxKind.Variable:
                return Variable(syntax.Text, scope);
            case SyntaxKind.Name:
                return new NameNode(syntax.Text, syntax.Start, syntax.Position);
            case SyntaxKind.Wildcard:
                return new WildcardNode { KeepArray = keepArray };
            case SyntaxKind.Descendant:
                return new DescendantsNode { KeepArray = keepArray };
            case SyntaxKind.Parent:
                return Variable(syntax.Slot!.Label, scope);
            case SyntaxKind.Regex:
                return new RegexNode(syntax.Regex!, syntax.Position);
            case SyntaxKind.Path:
                return MakePath(syntax, scope, tuple);
            case SyntaxKind.Binary:
                return MakeBinary(syntax, scope);
            case SyntaxKind.Unary:
                return MakeUnary(syntax, scope, keepArray);
            case SyntaxKind.Condition:
                return new ConditionNode(
                    Make(syntax.Condition!, scope, null),
                    Make(syntax.Then!, scope, null),
                    syntax.Else is null ? null : Make(syntax.Else, scope, null))
                { KeepArray = keepArray, AsksWhetherThere = syntax.Symbol == "?:" };
            case SyntaxKind.Block:
                return MakeBlock(syntax, scope, tuple, keepArray);
            case SyntaxKind.Bind:
                return new BindNode(scope[syntax.Left!.Text], Make(syntax.Right!, scope, null)) { KeepArray = keepArray };
            case SyntaxKind.Call:
                return new CallNode(MakeCallee(syntax, scope), Arguments(syntax, scope)) { KeepArray = keepArray };
            case SyntaxKind.PartialCall:
                return new PartialCallNode(
                    MakeCallee(syntax, scope),
                    [.. syntax.Items.Select(item => item.Kind == SyntaxKind.Operator ? null : Make(item, scope, null))]);
            case SyntaxKind.Lambda:
                return MakeLambda(syntax, scope);
            case SyntaxKind.Apply:
                return MakeApply(syntax, scope, keepArray);
            case SyntaxKind.Transform:
                _captures++;
                return MakeTransform(syntax, scope);
            default:
                throw new JsonataException("S0206") { Position = syntax.Position, Token = syntax.Token };
        }
    }

    private Node Variable(string name, Scope scope)
    {
        if (name.Length == 0)
            return new ContextNode();
        var places = new List<(int Hops, int Slot)>();
        Node? otherwise = null;
        var hops = 0;
        for (var at = scope; at is not null; at = at.Outer)
        {
            if (at.TryGet(name, out var slot))
            {
                if (at.IsParameter(name))
                {
                    otherwise = new ParameterNode(hops, slot);
                    break;
                }

                places.Add((hops, slot));
            }

            hops++;
        }

        otherwise ??= name[0] == '!' ? new LiteralNode(null) : new GlobalNode(_globals.IndexOf(name));
        return places.Count == 0 ? otherwise : new VariableNode([.. places], otherwise);
    }

    private CompositeNode MakeBinary(SyntaxNode syntax, Scope scope)
    {
        var left = Make(syntax.Left!, scope, null);
        var right = Make(syntax.Right!, scope, null);
        var symbol = syntax.Text;
        var keep = syntax.KeepArray;
        return symbol switch
        {
            "+" or "-" or "*" or "/" or "%" => new ArithmeticNode(left, right, symbol, syntax.Position),
            "=" or "!=" => new EqualityNode(left, right, symbol, syntax.Position),
            "<" or "<=" or ">" or ">=" => new ComparisonNode(left, right, symbol, syntax.Position),
            "&" => new ConcatenationNode(left, right, symbol, syntax.Position),
            "in" => new InclusionNode(left, right, symbol, syntax.Position),
            "and" or "or" => new BooleanNode(left, right, symbol, syntax.Position),
            _ => new RangeNode(left, right, symbol, syntax.Position) { KeepArray = keep },
        };
    }

    private CompositeNode MakeUnary(SyntaxNode syntax, Scope scope, bool keepArray)
    {
        switch (syntax.Text)
        {
            case "[":
                var items = syntax.Items.Select(item => (Make(item, scope, null), item.Value is JsonString { Value: "[" }));
                return new ArrayNode([.. items], syntax.IsConstructor) { KeepArray = keepArray };
            case "{":
                return new ObjectNode(MakeGroup(syntax, scope, 0)) { KeepArray = keepArray };
            default:
                return new NegationNode(Make(syntax.Inner!, scope, null), syntax.Position);
        }
    }

    private GroupNode MakeGroup(SyntaxNode syntax, Scope scope, int tupleSlots) =>
        new([.. syntax.Pairs.Select(pair => (Own(pair.Key, scope, null), Own(pair.Value, scope, null)))], tupleSlots, syntax.Position);

    private BlockNode MakeBlock(SyntaxNode syntax, Scope scope, Scope? tuple, bool keepArray)
    {
        var own = new Scope(scope);
        foreach (var item in syntax.Items)
            BoundNames.Declare(item, own);
        var inner = own.Count > 0 ? own : scope;
        var expressions = new Node[syntax.Items.Count];
        for (var i = 0; i < expressions.Length; i++)
        {
            // A path around may go on with the tuples of the last expression.
            expressions[i] = Make(syntax.Items[i], inner, i == expressions.Length - 1 ? tuple : null);
        }

        return new BlockNode(expressions, own.Count) { KeepArray = keepArray };
    }

    private Node[] Arguments(SyntaxNode syntax, Scope scope) => [.. syntax.Items.Select(item => Make(item, scope, null))];

    private Callee MakeCallee(SyntaxNode syntax, Scope scope)
    {
        var callee = syntax.Inner!;
        var field = callee.Kind == SyntaxKind.Path && callee.Items[0].Value is JsonString name ? name.Value : null;
        var forgotten = field is { Length: > 0 } && callee.Items[0].Kind == SyntaxKind.Name ? Variable(field, scope) : null;
        return new Callee(Make(callee, scope, null), field ?? callee.Token, forgotten, syntax.Position);
    }

    private LambdaNode MakeLambda(SyntaxNode syntax, Scope scope)
    {
        var own = new Scope(scope);
        foreach (var parameter in syntax.Items)
            own.DeclareParameter(parameter.Text);
        var parameters = own.Count;
        BoundNames.Declare(syntax.Inner!, own);
        var before = _captures;
        var body = Make(syntax.Inner!, own, null);
        var captures = _captures > before;
        _captures++;
        return new LambdaNode(parameters, own.Count, syntax.Signature, captures) { Body = body };
    }

    private ApplyNode MakeApply(SyntaxNode syntax, Scope scope, bool keepArray)
    {
        // A call on the right takes the left side as its first argument; predicates behind such a call go unheard.
        var call = syntax.Right!;
        Node right = call.Kind == SyntaxKind.Call ? new CallNode(MakeCallee(call, scope), Arguments(call, scope)) : Make(call, scope, null);
        return new ApplyNode(Make(syntax.Left!, scope, null), right, syntax.Position) { KeepArray = keepArray };
    }

    private TransformNode MakeTransform(SyntaxNode syntax, Scope scope) => new(
        Make(syntax.Inner!, scope, null),
        Make(syntax.Then!, scope, null),
        syntax.Else is null ? null : Make(syntax.Else, scope, null),
        Variable("clone", scope),
        (syntax.Position, syntax.Then!.Position, syntax.Else?.Position ?? -1));

    private Node MakePath(SyntaxNode syntax, Scope scope, Scope? tuple)
    {
        var isTuple = syntax.Items.Exists(step => step.IsTuple);
        var isInner = syntax.IsTuple && tuple is not null;

        // The tuples of a path within a path become tuples of the path around, so they share its slots.
        var names = isInner ? tuple! : new Scope(null);
        if (isTuple && !isInner)
            BoundNames.DeclareTuple(syntax, names);
        var own = isTuple ? names.TupleWithin(scope) : scope;
        var inTuples = false;
        var steps = new Step[syntax.Items.Count];
        for (var i = 0; i < steps.Length; i++)
        {
            inTuples |= syntax.Items[i].IsTuple;
            steps[i] = MakeStep(syntax.Items[i], i == 0, inTuples ? own : scope, inTuples ? own : null);
        }

        var startsWithVariable = syntax.Items[0].Kind == SyntaxKind.Variable;
        if (!isTuple)
        {
            var group = syntax.Group is null ? null : MakeGroup(syntax.Group, scope, 0);
            return new PathNode(steps, startsWithVariable, syntax.KeepSingletonArray, group) { KeepArray = syntax.KeepArray };
        }

        var tupleGroup = syntax.Group is null ? null : MakeGroup(syntax.Group, own, own.Count);
        return new TuplePathNode(steps, own.Count, startsWithVariable, syntax.IsTuple, syntax.KeepSingletonArray, tupleGroup)
        {
            KeepArray = syntax.KeepArray,
        };
    }

    private Step MakeStep(SyntaxNode syntax, bool isFirst, Scope scope, Scope? tuple)
    {
        var slots = tuple?.Count ?? 0;
        var node = syntax.Kind == SyntaxKind.Sort
            ? new SortNode([.. syntax.Terms.Select(term => (Own(term.Expression, scope, null), term.Descending))], slots, syntax.Position)
            : Own(syntax, scope, tuple);
        var stages = syntax.Stages is null ? [] : syntax.Stages.Select(stage => stage.Filter is null
            ? new StepStage(null, tuple![stage.Index!])
            : new StepStage(MakeFilter(stage.Filter, scope, slots), -1));
        return new Step(node)
        {
            Stages = [.. stages],
            IsOpeningConstructor = isFirst && syntax.IsConstructor,
            IsTuple = syntax.IsTuple,
            FocusSlot = syntax.Focus is null ? -1 : tuple![syntax.Focus],
            IndexSlot = syntax.Index is null ? -1 : tuple![syntax.Index],
            AncestorSlot = syntax.Ancestor is null ? -1 : tuple![syntax.Ancestor.Label],
        };
    }

    /// <summary>What stands in brackets. A number is a position, whatever is written behind it.</summary>
    private Filter MakeFilter(SyntaxNode syntax, Scope scope, int tupleSlots) =>
        new(syntax.Kind == SyntaxKind.Number ? new LiteralNode(syntax.Value) : Own(syntax, scope, null), tupleSlots);

    /// <summary>An expression evaluated for each tuple; what it binds outside any block is bound for that evaluation alone.</summary>
    private Node Own(SyntaxNode syntax, Scope scope, Scope? tuple)
    {
        if (!scope.IsTuple)
            return Make(syntax, scope, tuple);
        var own = new Scope(scope);
        BoundNames.Declare(syntax, own);
        return own.Count == 0 ? Make(syntax, scope, tuple) : new FrameNode(Make(syntax, own, tuple), own.Count);
    }
}
