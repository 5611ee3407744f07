using System.Diagnostics.CodeAnalysis;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Paths;

/// <summary>What a path starts from.</summary>
internal enum PathRoot
{
    /// <summary><c>$</c>: the input of the field.</summary>
    Input,

    /// <summary><c>$$</c>: the context object.</summary>
    Context,

    /// <summary><c>$name</c>: a variable.</summary>
    Variable,
}

/// <summary>
/// A compiled JSONPath, in the dialect of the library that Step Functions uses, Jayway JsonPath 2.0.0 over Jackson's nodes: wildcards,
/// unions, slices, descent and filters beside members and items. See https://states-language.net/spec.html#path.
/// </summary>
public sealed class JsonPath
{
    private readonly CompiledSteps _steps;

    private JsonPath(string text, PathRoot rootKind, string? variableName, CompiledSteps steps)
    {
        Text = text;
        RootKind = rootKind;
        VariableName = variableName;
        _steps = steps;
    }

    /// <summary>The path <c>$</c>.</summary>
    internal static JsonPath Root { get; } = Parse("$");

    /// <summary>The path as it is written.</summary>
    public string Text { get; }

    /// <summary>What the path starts from.</summary>
    internal PathRoot RootKind { get; }

    /// <summary>The variable it starts from, without the dollar sign; null when it starts from something else.</summary>
    internal string? VariableName { get; }

    /// <summary>Whether the path names at most one value. One that may name several always gives an array.</summary>
    public bool IsDefinite => _steps.IsDefinite;

    /// <summary>Whether it is a reference path: members and items alone, so that it can name only one node.</summary>
    internal bool IsReference => _steps.IsReference;

    /// <summary>Whether the path is <c>$</c>, <c>$$</c> or a variable's name alone.</summary>
    internal bool IsRootAlone => _steps.Steps.Length == 0;

    internal CompiledSteps Steps => _steps;

    /// <summary>Whether it tells of a place, wherever a value has it, if it is named: by members and items, all of them, or at any depth.</summary>
    internal bool TellsPlaces => RootKind == PathRoot.Input && !IsRootAlone
        && Array.TrueForAll(_steps.Steps, step => step is MemberStep or MembersStep or IndexStep or WildcardStep or DescentStep);

    /// <summary>Whether a place is one that this path names, or lies below one.</summary>
    /// <param name="place">The place: members and items alone.</param>
    internal bool Covers(JsonPath place) => Covers(_steps.Steps, place._steps.Steps);

    /// <summary>Compiles a path.</summary>
    /// <param name="text">The path.</param>
    /// <returns>The compiled path.</returns>
    /// <exception cref="JsonPathException">The text is not a path.</exception>
    public static JsonPath Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (kind, variable, steps) = PathParser.Read(text);
        return new JsonPath(text, kind, variable, steps);
    }

    /// <summary>Compiles a path, or says what is wrong with it.</summary>
    /// <param name="text">The path.</param>
    /// <param name="path">The compiled path.</param>
    /// <param name="problem">What is wrong, with the place.</param>
    /// <returns>Whether the text is a path.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path, [NotNullWhen(false)] out JsonPathException? problem)
    {
        try
        {
            (path, problem) = (Parse(text), null);
            return true;
        }
        catch (JsonPathException e)
        {
            (path, problem) = (null, e);
            return false;
        }
    }

    private static bool Covers(ReadOnlySpan<PathStep> steps, ReadOnlySpan<PathStep> place)
    {
        if (steps.IsEmpty)
            return true;
        if (place.IsEmpty)
            return false;
        return steps[0] switch
        {
            DescentStep => Covers(steps[1..], place) || Covers(steps, place[1..]),
            WildcardStep => Covers(steps[1..], place[1..]),
            MembersStep several => place[0] is MemberStep member && several.Names.Contains(member.Name) && Covers(steps[1..], place[1..]),
            var step => step == place[0] && Covers(steps[1..], place[1..]),
        };
    }

    /// <summary>Looks the path up in a value.</summary>
    /// <param name="input">What <c>$</c> stands for; a path that starts from something else names nothing here.</param>
    /// <param name="value">
    /// The value it names. Of a path that is not definite: an array of all that it names, empty when it names nothing.
    /// </param>
    /// <returns>Whether it names a value. A path that is not definite does not where a step fits nothing that is there.</returns>
    public bool TryEvaluate(JsonValue input, out JsonValue value)
    {
        ArgumentNullException.ThrowIfNull(input);
        value = JsonValue.Null;
        return RootKind == PathRoot.Input && _steps.Evaluate(input, input, out value) == PathOutcome.Found;
    }

    /// <summary>Looks the path up.</summary>
    /// <param name="context">Where.</param>
    /// <param name="value">
    /// The value it names. Of a path that is not definite: an array of all that it names, empty when it names nothing.
    /// </param>
    /// <returns>Whether it names a value. A path that is not definite does not where a step fits nothing that is there.</returns>
    /// <exception cref="StatesException">The path leads to more than can be followed.</exception>
    internal bool TryEvaluate(EvaluationContext context, out JsonValue value)
    {
        if (StartIn(context) is not { } start)
        {
            value = JsonValue.Null;
            return false;
        }

        var outcome = _steps.Evaluate(start, start, out value, _steps.IsDefinite ? null : context.Budget);
        return outcome != PathOutcome.GivenUp
            ? outcome == PathOutcome.Found
            : throw new StatesException(ErrorNames.Runtime, $"Invalid path '{Text}' : {PathWalk.TooMany}");
    }

    /// <summary>Looks the path up as the argument of a function, for which nothing lies beyond an array, not even a null.</summary>
    /// <param name="context">Where.</param>
    /// <param name="value">The value it names.</param>
    /// <returns>Whether it names a value.</returns>
    internal bool TryEvaluateArgument(EvaluationContext context, out JsonValue value) =>
        TryEvaluate(context, out value) && !(value is JsonNull && StartIn(context) is { } start && _steps.IsBeyond(start, start));

    /// <summary>Whether a step of the path fits nothing that it came to, such as an index of a text.</summary>
    internal bool IsUnfit(JsonValue start, EvaluationContext context) => _steps.Evaluate(start, start, out _, context.Budget) == PathOutcome.Unfit;

    /// <summary>Why the path names nothing, in the words AWS reports: <c>No results for path: $['a']</c>.</summary>
    internal string DescribeMissing(EvaluationContext context) =>
        StartIn(context) is { } start ? _steps.DescribeFailure(start, start, budget: context.Budget) : $"The variable '{VariableName}' has not been set.";

    /// <summary>What the path starts from: the input, the context object or a variable's value.</summary>
    /// <param name="context">Where.</param>
    /// <returns>The value; null when it is a variable that was never set.</returns>
    internal JsonValue? StartIn(EvaluationContext context) => RootKind switch
    {
        PathRoot.Input => context.Input,
        PathRoot.Context => context.ContextObject,
        _ => context.Variables.TryGet(VariableName!, out var value) ? value : null,
    };

    /// <summary>What is known of what the path names.</summary>
    /// <param name="scope">What is known of where it is looked up.</param>
    /// <returns>Of a path that may name nothing: that, too.</returns>
    internal Shape ShapeOf(ShapeScope scope)
    {
        var shape = new ShapeWalk(this, scope).Run();
        scope.Found?.Invoke(Text, shape);
        return shape;
    }

    /// <summary>What is known of what the path starts from.</summary>
    internal Shape StartIn(ShapeScope scope) => RootKind switch
    {
        PathRoot.Input => scope.Input,
        PathRoot.Context => scope.ContextObject,
        _ => scope.Variable(VariableName!),
    };

    /// <inheritdoc/>
    public override string ToString() => Text;
}
