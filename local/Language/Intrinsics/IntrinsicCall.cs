using System.Diagnostics.CodeAnalysis;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Paths;

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

    /// <summary>The function, such as <c>States.Format</c>.</summary>
    public string Name => _function.Name;

    /// <summary>Whether the function takes as many arguments as are given. A call with too few or too many fails when it runs.</summary>
    public bool HasRightNumberOfArguments => _function.Takes(_arguments.Length);

    /// <summary>Every path among the arguments, those of calls inside included.</summary>
    public IEnumerable<JsonPath> Paths => _arguments.SelectMany(argument => argument.Paths);

    /// <summary>This call and the calls among its arguments, outer before inner.</summary>
    public IEnumerable<IntrinsicCall> Calls => [this, .. _arguments.SelectMany(argument => argument.Call?.Calls ?? [])];

    /// <summary>Compiles a call.</summary>
    /// <param name="text">The call.</param>
    /// <exception cref="JsonPathException">The text is not a call of an intrinsic function.</exception>
    public static IntrinsicCall Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new IntrinsicParser(text).Read();
    }

    /// <summary>Compiles a call, or says what is wrong with it.</summary>
    /// <param name="text">The call.</param>
    /// <param name="call">The compiled call.</param>
    /// <param name="problem">What is wrong, with the place.</param>
    /// <returns>Whether the text is a call of an intrinsic function.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out IntrinsicCall? call, [NotNullWhen(false)] out JsonPathException? problem)
    {
        try
        {
            (call, problem) = (Parse(text), null);
            return true;
        }
        catch (JsonPathException e)
        {
            (call, problem) = (null, e);
            return false;
        }
    }

    /// <summary>Works the call out.</summary>
    /// <param name="context">What it may look at.</param>
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
            throw new StatesException(ErrorNames.Runtime, $"The function '{Text}' had the following error: {e.Message}");
        }
    }

    internal JsonValue EvaluateInner(EvaluationContext context)
    {
        var arguments = new JsonValue[_arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = _arguments[i].Evaluate(context);
        if (!HasRightNumberOfArguments)
            throw _function.InvalidArguments();
        return _function.Apply(new IntrinsicArguments(_function, _arguments, arguments, context));
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A call cannot be worked out. Never leaves <see cref="IntrinsicCall.Evaluate"/>.</summary>
/// <param name="problem">What is wrong, in AWS's words.</param>
internal sealed class IntrinsicProblemException(string problem) : Exception(problem);
