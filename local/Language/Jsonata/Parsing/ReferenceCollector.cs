using System.Runtime.CompilerServices;

namespace Stateside.Language.Jsonata.Parsing;

/// <summary>Finds what an expression refers to outside itself.</summary>
internal sealed class ReferenceCollector
{
    private readonly List<JsonataReference> _references = [];

    public static IReadOnlyList<JsonataReference> Collect(SyntaxNode expression)
    {
        var collector = new ReferenceCollector();
        collector.Visit(expression, Names.Empty.With(Bound(expression)), isTop: true);
        return [.. collector._references.OrderBy(reference => reference.Position)];
    }

    private static IEnumerable<string> Bound(SyntaxNode node)
    {
        var scope = new Scope(null);
        BoundNames.Declare(node, scope);
        return scope.Names;
    }

    /// <summary>Visits an expression.</summary>
    /// <param name="node">The expression.</param>
    /// <param name="names">The variables that the expression around binds.</param>
    /// <param name="isTop">Whether the context is the input document.</param>
    private void Visit(SyntaxNode? node, Names names, bool isTop)
    {
        if (node is null)
            return;
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node.Kind)
        {
            case SyntaxKind.Variable:
                AddVariable(node, [], names, isTop);
                break;
            case SyntaxKind.Name or SyntaxKind.Wildcard or SyntaxKind.Descendant or SyntaxKind.Parent:
                if (isTop)
                    _references.Add(new JsonataReference(JsonataReferenceKind.Field, node.Token ?? "", [], node.Start));
                break;
            case SyntaxKind.Path:
                VisitPath(node, names, isTop);
                return;
            case SyntaxKind.Lambda:
                Visit(node.Inner, names.With(node.Items.Select(item => item.Text)).With(Bound(node.Inner!)), isTop);
                break;
            case SyntaxKind.Block:
                var inner = names.With(node.Items.SelectMany(Bound));
                foreach (var item in node.Items)
                    Visit(item, inner, isTop);
                break;
            case SyntaxKind.Transform:
                Visit(node.Inner, names, isTop: false);
                Visit(node.Then, names, isTop: false);
                Visit(node.Else, names, isTop: false);
                break;
            case SyntaxKind.Bind:
                Visit(node.Right, names, isTop);
                break;
            default:
                VisitParts(node, names, isTop);
                break;
        }

        VisitStages(node.Predicates, names);
        VisitGroup(node, names);
    }

    private void VisitParts(SyntaxNode node, Names names, bool isTop)
    {
        Visit(node.Left, names, isTop);
        Visit(node.Right, names, isTop);
        Visit(node.Inner, names, isTop);
        Visit(node.Condition, names, isTop);
        Visit(node.Then, names, isTop);
        Visit(node.Else, names, isTop);
        foreach (var item in node.Items)
            Visit(item, names, isTop);
        foreach (var (key, value) in node.Pairs)
        {
            Visit(key, names, isTop);
            Visit(value, names, isTop);
        }

        foreach (var term in node.Terms)
            Visit(term.Expression, names, isTop: false);
    }

    private void VisitPath(SyntaxNode path, Names names, bool isTop)
    {
        var tuple = new Scope(null);
        BoundNames.DeclareTuple(path, tuple);
        names = names.With(tuple.Names);
        for (var i = 0; i < path.Items.Count; i++)
        {
            var step = path.Items[i];
            if (i == 0 && step.Kind == SyntaxKind.Variable)
            {
                var fields = path.Items.Skip(1).TakeWhile(next => next.Kind == SyntaxKind.Name).Select(next => next.Text);
                AddVariable(step, [.. fields], names, isTop);
                VisitStages(step.Predicates, names);
            }
            else
            {
                Visit(step, names, isTop && i == 0);
            }

            VisitStages(step.Stages, names);
        }

        VisitGroup(path, names);
    }

    private void VisitStages(List<Stage>? stages, Names names)
    {
        foreach (var stage in stages ?? [])
            Visit(stage.Filter, names, isTop: false);
    }

    private void VisitGroup(SyntaxNode node, Names names)
    {
        if (node.Group is null)
            return;
        foreach (var (key, value) in node.Group.Pairs)
        {
            Visit(key, names, isTop: false);
            Visit(value, names, isTop: false);
        }
    }

    private void AddVariable(SyntaxNode node, IReadOnlyList<string> fields, Names names, bool isTop)
    {
        switch (node.Text)
        {
            case "":
                if (isTop)
                    _references.Add(new JsonataReference(JsonataReferenceKind.Document, "$", fields, node.Start));
                break;
            case "$":
                _references.Add(new JsonataReference(JsonataReferenceKind.Document, "$$", fields, node.Start));
                break;
            case "eval" when !names.Contains("eval"):
                _references.Add(new JsonataReference(JsonataReferenceKind.Eval, "eval", fields, node.Start));
                break;
            case var name when !names.Contains(name):
                if (!Functions.FunctionLibrary.Of(JsonataDialect.StepFunctions).ContainsKey(name))
                    _references.Add(new JsonataReference(JsonataReferenceKind.Variable, name, fields, node.Start));
                break;
        }
    }

    /// <summary>Names in sight, from the inside out.</summary>
    private sealed record Names(HashSet<string> Own, Names? Outer)
    {
        public static readonly Names Empty = new([], null);

        public Names With(IEnumerable<string> names)
        {
            var own = names.ToHashSet(StringComparer.Ordinal);
            return own.Count == 0 ? this : new Names(own, this);
        }

        public bool Contains(string name) => Own.Contains(name) || (Outer?.Contains(name) ?? false);
    }
}
