using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Shapes;

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
        return Path!.TryEvaluateArgument(context, out var value)
            ? value
            : throw new IntrinsicProblemException(PathFields.MissingArgument(Path, context), isMissing: true);
    }

    /// <summary>What is known of it; never, where it is certain to fail the call.</summary>
    public Shape ShapeOf(ShapeScope scope)
    {
        if (Literal is not null)
            return Shape.Constant(Literal);
        return Call is not null ? Call.ShapeOf(scope) : Path!.ShapeOf(scope).Without(ShapeKinds.Nothing);
    }
}
