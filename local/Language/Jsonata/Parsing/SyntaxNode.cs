using Stateside.Language.Json;
using Stateside.Language.Jsonata.Patterns;

namespace Stateside.Language.Jsonata.Parsing;

/// <summary>What a piece of an expression is.</summary>
internal enum SyntaxKind
{
    End,
    Operator,
    Name,
    Variable,
    String,
    Number,
    Value,
    Regex,
    Binary,
    Unary,
    Wildcard,
    Descendant,
    Parent,
    Call,
    PartialCall,
    Lambda,
    Block,
    Condition,
    Transform,
    Path,
    Bind,
    Apply,
    Sort,
}

/// <summary>
/// A token that grew into a tree. The parser fills it in as it reads; <see cref="PathResolver"/> then turns dots and brackets into
/// paths of steps; <see cref="Compiler"/> makes what runs. Nobody else sees it.
/// </summary>
internal sealed class SyntaxNode(SyntaxKind kind, string symbol, JsonValue? value, int start, int position)
{
    public SyntaxKind Kind { get; set; } = kind;

    /// <summary>What the grammar knows the token by: an operator itself, else "(name)", "(literal)", "(regex)" or "(end)".</summary>
    public string Symbol { get; } = symbol;

    /// <summary>The operator, name or literal.</summary>
    public JsonValue? Value { get; set; } = value;

    /// <summary>Where the token starts.</summary>
    public int Start { get; } = start;

    /// <summary>Where the token ends, which is the place errors name.</summary>
    public int Position { get; } = position;

    public RegexLiteral? Regex { get; init; }

    /// <summary>A value for error messages: the token as text.</summary>
    public string? Token => Value switch
    {
        JsonString text => text.Value,
        null => null,
        _ => Value.Text,
    };

    public string Text => ((JsonString)Value!).Value;

    public SyntaxNode? Left { get; set; }

    public SyntaxNode? Right { get; set; }

    /// <summary>A block's expressions, an array's items, a call's arguments, a lambda's parameters or a path's steps.</summary>
    public List<SyntaxNode> Items { get; set; } = [];

    /// <summary>An object's members or a group's.</summary>
    public List<(SyntaxNode Key, SyntaxNode Value)> Pairs { get; set; } = [];

    public List<SortTerm> Terms { get; set; } = [];

    /// <summary>The function called, or a lambda's body, or a negated expression, or a transform's pattern.</summary>
    public SyntaxNode? Inner { get; set; }

    public Signature? Signature { get; set; }

    public SyntaxNode? Condition { get; set; }

    public SyntaxNode? Then { get; set; }

    public SyntaxNode? Else { get; set; }

    public bool KeepArray { get; set; }

    /// <summary>Of a path: one of its steps keeps arrays.</summary>
    public bool KeepSingletonArray { get; set; }

    /// <summary>An array constructor that opens or closes a path.</summary>
    public bool IsConstructor { get; set; }

    /// <summary>A call in tail position.</summary>
    public bool IsTailCall { get; set; }

    /// <summary>Predicates on something that is no path.</summary>
    public List<Stage>? Predicates { get; set; }

    /// <summary>Predicates and position bindings on a path's step.</summary>
    public List<Stage>? Stages { get; set; }

    public SyntaxNode? Group { get; set; }

    /// <summary>The variable after <c>@</c>.</summary>
    public string? Focus { get; set; }

    /// <summary>The variable after <c>#</c>.</summary>
    public string? Index { get; set; }

    /// <summary>Whether this step or path binds variables or is some step's parent.</summary>
    public bool IsTuple { get; set; }

    /// <summary>The parent that <c>%</c> stands for.</summary>
    public ParentSlot? Slot { get; set; }

    /// <summary>The parent that this step's input is.</summary>
    public ParentSlot? Ancestor { get; set; }

    /// <summary>Parents still to be found further out.</summary>
    public List<ParentSlot>? SeekingParent { get; set; }

    public static SyntaxNode Made(SyntaxKind kind, SyntaxNode at) => new(kind, at.Symbol, at.Value, at.Start, at.Position);

    public bool Is(SyntaxKind kind, string value) => Kind == kind && Value is JsonString text && text.Value == value;

    /// <summary>A copy for an expression that stands for two, such as the condition and the result of <c>?:</c>.</summary>
    public SyntaxNode Clone() => new(Kind, Symbol, Value, Start, Position)
    {
        Regex = Regex,
        Left = Left?.Clone(),
        Right = Right?.Clone(),
        Items = Items.ConvertAll(item => item.Clone()),
        Pairs = Pairs.ConvertAll(pair => (pair.Key.Clone(), pair.Value.Clone())),
        Terms = Terms.ConvertAll(term => term with { Expression = term.Expression.Clone() }),
        Inner = Inner?.Clone(),
        Signature = Signature,
        Condition = Condition?.Clone(),
        Then = Then?.Clone(),
        Else = Else?.Clone(),
        KeepArray = KeepArray,
    };
}

internal sealed record SortTerm(SyntaxNode Expression, bool Descending);

/// <summary>A predicate, or a variable that takes the position.</summary>
internal sealed record Stage(SyntaxNode? Filter, string? Index);

/// <summary>What a <c>%</c> stands for, until it is found how many steps up that is.</summary>
internal sealed class ParentSlot(string label, int index)
{
    public string Label { get; set; } = label;

    public int Level { get; set; } = 1;

    public int Index { get; } = index;
}
