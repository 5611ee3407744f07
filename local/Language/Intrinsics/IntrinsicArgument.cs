using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Paths;

namespace Stateside.Language.Intrinsics;

/// <summary>An argument of a call: a value written out, a path or a call.</summary>
/// <param name="Literal">The value written out.</param>
/// <param name="Source">Of a string written out: what stands between its quotation marks, backslashes included.</param>
/// <param name="Path">The path.</param>
/// <param name="Call">The call.</param>
internal sealed record IntrinsicArgument(JsonValue? Literal, string? Source, JsonPath? Path, IntrinsicCall? Call)
{
    public IEnumerable<JsonPath> Paths => Path is not null ? [Path] : Call?.Paths ?? [];

    public JsonValue Evaluate(EvaluationContext context)
    {
        if (Literal is not null)
            return Literal;
        if (Call is not null)
            return Call.EvaluateInner(context);
        return Path!.TryEvaluate(context, out var value) ? value : throw new IntrinsicProblemException(Missing(Path, context), isMissing: true);
    }

    private static string Missing(JsonPath path, EvaluationContext context)
    {
        // A path into the context object is told as one into the input, and the input is shown.
        var isContext = path.RootKind == PathRoot.Context;
        var subject = $"The JsonPath argument for the field '{(isContext ? path.Text[1..] : path.Text)}'";
        return isContext ? $"{subject} could not be found in the input '{context.Input.Text}'" : PathFields.NotInInput(subject, path, context);
    }
}
