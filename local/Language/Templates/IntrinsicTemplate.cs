using Stateside.Language.Evaluation;
using Stateside.Language.Intrinsics;
using Stateside.Language.Json;
using Stateside.Language.Paths;

namespace Stateside.Language.Templates;

/// <summary>A value worked out by an intrinsic function.</summary>
/// <param name="field">The field as it is written, such as <c>id.$</c> or <c>ErrorPath</c>.</param>
/// <param name="call">The call.</param>
internal sealed class IntrinsicTemplate(string field, IntrinsicCall call) : PayloadTemplate
{
    /// <summary>The field as it is written.</summary>
    public string Field { get; } = field;

    /// <summary>The call.</summary>
    public IntrinsicCall Call { get; } = call;

    /// <inheritdoc/>
    public override IEnumerable<JsonPath> Paths => Call.Paths;

    /// <inheritdoc/>
    public override JsonValue Evaluate(EvaluationContext context) => Call.Evaluate(context);
}
