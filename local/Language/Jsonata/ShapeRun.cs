using System.Runtime.CompilerServices;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata;

/// <summary>The counterpart of <see cref="Bindings"/>.</summary>
/// <param name="outer">The frame around.</param>
/// <param name="slots">What the variables are; null until one is bound.</param>
/// <param name="owner">The node that made the frame.</param>
/// <param name="region">How deep in pieces that may be evaluated any number of times the frame was made.</param>
internal sealed class ShapeFrame(ShapeFrame? outer, ShapeValue?[] slots, object owner, int region)
{
    public ShapeFrame? Outer { get; } = outer;

    public ShapeValue?[] Slots { get; } = slots;

    public object Owner { get; } = owner;

    public int Region { get; } = region;
}

/// <summary>A variable, or something in one.</summary>
/// <param name="Holder">The frame, or the evaluation for a variable bound from outside.</param>
/// <param name="Slot">Which of its variables.</param>
/// <param name="Names">The names behind it, each after a line feed.</param>
internal sealed record ShapePlace(object Holder, int Slot, string Names)
{
    public ShapePlace With(string name) => this with { Names = $"{Names}\n{name}" };
}

/// <summary>One evaluation over shapes: the counterpart of <see cref="Run"/>.</summary>
/// <param name="globals">The names that the expression uses without binding them itself.</param>
/// <param name="variables">What the variables are that are bound from outside; null for a name that none has.</param>
/// <param name="document">The input document.</param>
/// <param name="isService">Whether the evaluation is as Step Functions does it.</param>
internal sealed class ShapeRun(GlobalTable globals, Func<string, Shape?> variables, Shape document, bool isService)
{
    /// <summary>So many steps are made; what takes more may give anything.</summary>
    private const int MostSteps = 20_000;

    /// <summary>So many calls of one function stand within each other.</summary>
    private const int MostCalls = 4;

    /// <summary>Nothing is told of what lies deeper.</summary>
    public const int MostNested = Shape.MaxDepth;

    private readonly HashSet<(object Owner, int Slot)> _unsteady = [];
    private readonly Dictionary<LambdaNode, int> _calls = [];
    private readonly Dictionary<(object Part, int Which), ShapeProblem?> _problems = [];
    private readonly List<(ShapePlace Place, Func<ShapeValue, ShapeValue> Narrow)> _facts = [];
    private int _steps = MostSteps;

    /// <summary>How deep in pieces that may be evaluated any number of times the evaluation is.</summary>
    public int Region { get; set; }

    /// <summary>How deep in pieces that ask whether something is there, so that not to be there is no mistake.</summary>
    public int Asking { get; set; }

    /// <summary>Whether a sequence of one may stay an array: whether <c>[]</c> stands anywhere in the expression.</summary>
    public bool KeepsSingletons { get; init; } = true;

    /// <summary>Whether the evaluation is as Step Functions does it.</summary>
    public bool IsService => isService;

    /// <summary>Whether there was more to do than is done, so that what came out says nothing.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>Whether a variable turned out to be bound any number of times, so that all has to be looked at again.</summary>
    public bool IsToBeRepeated { get; private set; }

    /// <summary>What was found to be wrong, each thing wherever it was looked at.</summary>
    public IEnumerable<ShapeProblem> Problems => IsSpent ? [] : _problems.Values.OfType<ShapeProblem>();

    /// <summary>Begins anew, with what is known by now of variables.</summary>
    public void Begin()
    {
        _problems.Clear();
        _calls.Clear();
        _facts.Clear();
        IsToBeRepeated = false;
        Region = Asking = 0;
    }

    /// <summary>Counts the evaluation of one expression.</summary>
    /// <returns>Whether it may go on.</returns>
    public bool Step()
    {
        if (--_steps < 0 || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            IsSpent = true;
        return !IsSpent;
    }

    public bool EnterCall(LambdaNode function)
    {
        var calls = _calls.GetValueOrDefault(function);
        if (calls >= MostCalls || !Step())
            return false;
        _calls[function] = calls + 1;
        return true;
    }

    public void LeaveCall(LambdaNode function) => _calls[function]--;

    public ShapeFrame NewFrame(object owner, int slots, ShapeFrame? outer)
    {
        var frame = new ShapeFrame(outer, new ShapeValue?[slots], owner, Region);
        for (var i = 0; i < slots; i++)
        {
            if (_unsteady.Contains((owner, i)))
                frame.Slots[i] = ShapeValue.Everything;
        }

        return frame;
    }

    /// <summary>The frame of a tuple, whose variables may be anything.</summary>
    public ShapeFrame NewTupleFrame(object owner, int slots, ShapeFrame? outer)
    {
        var frame = NewFrame(owner, slots, outer);
        System.Array.Fill(frame.Slots, ShapeValue.Everything);
        return frame;
    }

    /// <summary>Binds a variable: for good where the piece is evaluated once, else it may be anything from the start.</summary>
    public void Bind(ShapeFrame frame, int slot, ShapeValue value)
    {
        if (Region > frame.Region)
            IsToBeRepeated |= _unsteady.Add((frame.Owner, slot));
        frame.Slots[slot] = _unsteady.Contains((frame.Owner, slot)) ? ShapeValue.Everything : value;
        for (var i = 0; i < _facts.Count; i++)
        {
            if (ReferenceEquals(_facts[i].Place.Holder, frame) && _facts[i].Place.Slot == slot)
                _facts[i] = (_facts[i].Place, known => known);
        }
    }

    /// <summary>Where a variable is; null where it may be bound any number of times.</summary>
    public ShapePlace? Place(ShapeFrame frame, int slot) => _unsteady.Contains((frame.Owner, slot)) ? null : new ShapePlace(frame, slot, "");

    /// <summary>Takes for known what follows from whether a condition holds.</summary>
    /// <returns>How much was known before, for <see cref="Forget"/>.</returns>
    public int Assume(Node condition, bool holds, ShapeFrame frame)
    {
        var before = _facts.Count;
        condition.Assume(holds, frame, this);
        return before;
    }

    /// <summary>Takes for known what a variable, or something in it, is.</summary>
    public void Assume(Node node, ShapeFrame frame, Func<ShapeValue, ShapeValue> narrow)
    {
        if (node.Place(frame, this) is { } place)
            _facts.Add((place, narrow));
    }

    public void Forget(int facts) => _facts.RemoveRange(facts, _facts.Count - facts);

    /// <summary>What a value is, with all that is known of its place.</summary>
    public ShapeValue Known(ShapePlace? place, ShapeValue value)
    {
        if (place is null || _facts.Count == 0)
            return value;
        foreach (var (at, narrow) in _facts)
        {
            if (at == place)
                value = narrow(value);
        }

        return value;
    }

    /// <summary>What is taken for known of a variable that is bound from outside, and of what lies in it.</summary>
    public IEnumerable<(string Variable, string[] Names, Func<Shape, Shape> Narrow)> Known() =>
        from fact in _facts
        where ReferenceEquals(fact.Place.Holder, this)
        select (globals[fact.Place.Slot], fact.Place.Names.Split('\n')[1..], (Func<Shape, Shape>)(shape => fact.Narrow(new ShapeValue(shape)).Shape));

    /// <summary>Whether anything is taken for known.</summary>
    public bool HasFacts => _facts.Count > 0;

    /// <summary>The counterpart of <see cref="Run.Global"/>.</summary>
    public ShapeValue Global(int index)
    {
        var name = globals[index];
        if (name == "$")
            return new ShapeValue(document);
        var bound = variables(name) ?? Shape.Nothing;
        if (!bound.MayBe(ShapeKinds.Nothing))
            return new ShapeValue(bound);
        return globals.Function(name) is Callable function
            ? new ShapeValue(bound.Without(ShapeKinds.Nothing), function.ShapeOf())
            : new ShapeValue(bound);
    }

    /// <summary>What is wrong with a name that is never there.</summary>
    public ShapeProblem Missing(ShapeValue input, string name, int start, int end)
    {
        var owner = Owner(input, MostNested);
        var there = owner?.Names.Take(8).Select(JsonWriter.Quote).ToArray() ?? [];
        var what = there.Length == 0 ? $"in {input.Told}" : $"where there is {string.Join(", ", there)}{(owner!.Names.Count > there.Length ? ", …" : "")}";
        return new ShapeProblem(
            ShapeProblemKind.PartNeverFound, Source[start..end], start, $"{JsonWriter.Quote(name)} is never there, {what}", owner is null ? null : LikelyName.Of(name, owner.Names), owner?.Origin);
    }

    /// <summary>The text of the expression.</summary>
    public required string Source { get; init; }

    /// <summary>The object that a name is looked up in; null where there is none.</summary>
    private static ObjectShape? Owner(ShapeValue value, int most) => value.Shape.Members ?? (value.MayBeList && most > 0 ? Owner(value.Items(), most - 1) : null);

    /// <summary>Says of a part of the expression that it went well or what was wrong. Only what never goes well is a problem.</summary>
    /// <param name="part">The part.</param>
    /// <param name="which">Which of the things it asks.</param>
    /// <param name="problem">What is wrong; null when nothing is.</param>
    public void Note(object part, int which, ShapeProblem? problem)
    {
        if (Asking > 0)
            problem = null;
        _problems[(part, which)] = _problems.TryGetValue((part, which), out var known) && known is null ? null : problem;
    }
}
