namespace Stateside.Language.Jsonata.Parsing;

/// <summary>Finds the variables that an expression binds in the frame it is evaluated in, before any reference to them is compiled.</summary>
internal static class BoundNames
{
    /// <summary>Declares what <c>:=</c> binds. Blocks, functions and tuples have frames of their own.</summary>
    public static void Declare(SyntaxNode? node, Scope scope)
    {
        if (node is null)
            return;
        foreach (var stage in node.Predicates ?? [])
            Declare(stage.Filter, scope);
        if (node.Group is not null && node.Kind != SyntaxKind.Path)
            DeclarePairs(node.Group, scope);
        switch (node.Kind)
        {
            case SyntaxKind.Block or SyntaxKind.Lambda:
                return;
            case SyntaxKind.Bind:
                scope.Declare(node.Left!.Text);
                break;
            case SyntaxKind.Path:
                DeclarePath(node, scope);
                return;
        }

        Declare(node.Left, scope);
        Declare(node.Right, scope);
        Declare(node.Inner, scope);
        Declare(node.Condition, scope);
        Declare(node.Then, scope);
        Declare(node.Else, scope);
        foreach (var item in node.Items)
            Declare(item, scope);
        DeclarePairs(node, scope);
        foreach (var term in node.Terms)
            Declare(term.Expression, scope);
    }

    /// <summary>Declares what the tuples of a path hold: variables after <c>@</c> and <c>#</c>, and parents looked back at.</summary>
    public static void DeclareTuple(SyntaxNode path, Scope scope)
    {
        foreach (var step in path.Items)
        {
            if (step.Focus is not null)
                scope.Declare(step.Focus);
            if (step.Index is not null)
                scope.Declare(step.Index);
            if (step.Ancestor is not null)
                scope.Declare(step.Ancestor.Label);
            foreach (var stage in step.Stages ?? [])
            {
                if (stage.Index is not null)
                    scope.Declare(stage.Index);
            }

            DeclareInnerTuple(step, scope);
        }
    }

    /// <summary>Declares what the tuples hold that come out of a block which ends with a path.</summary>
    public static void DeclareInnerTuple(SyntaxNode step, Scope scope)
    {
        while (step.Kind == SyntaxKind.Block && step.Items.Count > 0)
            step = step.Items[^1];
        if (step.Kind == SyntaxKind.Path && step.IsTuple)
            DeclareTuple(step, scope);
    }

    private static void DeclarePath(SyntaxNode path, Scope scope)
    {
        foreach (var step in path.Items)
        {
            if (step.IsTuple)
                return;
            Declare(step, scope);
            foreach (var stage in step.Stages ?? [])
                Declare(stage.Filter, scope);
        }

        if (path.Group is not null)
            DeclarePairs(path.Group, scope);
    }

    private static void DeclarePairs(SyntaxNode node, Scope scope)
    {
        foreach (var (key, value) in node.Pairs)
        {
            Declare(key, scope);
            Declare(value, scope);
        }
    }
}
