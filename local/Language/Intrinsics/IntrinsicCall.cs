using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Shapes;

namespace Stateside.Language.Intrinsics;

/// <summary>
/// A call of an intrinsic function: <c>States.Format('{} of {}', $.count, $.total)</c>.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html.
/// </summary>
internal sealed class IntrinsicCall
{
    private readonly IntrinsicFunction _function;
    private readonly IntrinsicArgument[] _arguments;

    internal IntrinsicCall(string text, IntrinsicFunction function, IntrinsicArgument[] arguments)
    {
        Text = text;
        _function = function;
        _arguments = arguments;
    }

    /// <summary>The call as it is written.</summary>
    public string Text { get; }

    /// <summary>Whether the function takes as many arguments as are given. A call with too few or too many fails when it runs.</summary>
    public bool HasRightNumberOfArguments => _function.Takes(_arguments.Length);

    /// <summary>Every path among the arguments, those of calls inside included.</summary>
    public IEnumerable<JsonPath> Paths => _arguments.SelectMany(argument => argument.Paths);

    /// <summary>This call and the calls among its arguments, outer before inner.</summary>
    public IEnumerable<IntrinsicCall> Calls => [this, .. _arguments.SelectMany(argument => argument.Call?.Calls ?? [])];

    /// <summary>Compiles a call.</summary>
    /// <exception cref="JsonPathException">The text is not a call of an intrinsic function.</exception>
    public static IntrinsicCall Parse(string text) => new IntrinsicParser(text).Read();

    /// <summary>Works the call out.</summary>
    /// <exception cref="StatesException">
    /// States.Runtime: a path names nothing or an argument is wrong. The cause names the whole outer call.
    /// </exception>
    public JsonValue Evaluate(EvaluationContext context)
    {
        try
        {
            return EvaluateInner(context);
        }
        catch (IntrinsicProblemException e)
        {
            throw new StatesException(ErrorNames.Runtime, e.About(Text));
        }
    }

    internal JsonValue EvaluateInner(EvaluationContext context)
    {
        var arguments = new JsonValue[_arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = _arguments[i].Evaluate(context);
        if (!HasRightNumberOfArguments)
            throw _function.WrongNumberOfArguments();
        return _function.Apply(new IntrinsicArguments(_function, _arguments, arguments, context));
    }

    /// <summary>What is known of what the call gives.</summary>
    /// <param name="scope">What is known of where its paths are looked up.</param>
    /// <returns>What it gives where it does not fail; never, where it is certain to.</returns>
    public Shape ShapeOf(ShapeScope scope)
    {
        var shape = ShapeOfResult(scope);
        scope.Found?.Invoke(Text, shape);
        return shape;
    }

    private Shape ShapeOfResult(ShapeScope scope)
    {
        var arguments = Array.ConvertAll(_arguments, argument => argument.ShapeOf(scope));
        if (Array.Exists(arguments, argument => argument.IsNever))
            return Shape.Never;
        if (HasRightNumberOfArguments)
            return _function.ShapeOf(new IntrinsicShapes(this, _function, _arguments, arguments, scope));
        scope.Report?.Invoke(new ShapeProblem(
            ShapeProblemKind.NeverTaken, Text, 0, $"{_function.Name} does not take {_arguments.Length} {(_arguments.Length == 1 ? "argument" : "arguments")}"));
        return Shape.Never;
    }

    public override string ToString() => Text;
}

/// <summary>A call cannot be worked out. Never leaves <see cref="IntrinsicCall.Evaluate"/>.</summary>
/// <param name="problem">What is wrong, in AWS's words.</param>
/// <param name="isMissing">Whether a path among the arguments names nothing.</param>
internal sealed class IntrinsicProblemException(string problem, bool isMissing = false) : Exception(problem)
{
    /// <summary>The whole sentence.</summary>
    /// <param name="call">The outermost call, as it is written.</param>
    public string About(string call) => isMissing
        ? $"The function '{call}' had the following error: {Message}"
        : $"There was an error while evaluating the intrinsic function: {call}. {Message}";
}
