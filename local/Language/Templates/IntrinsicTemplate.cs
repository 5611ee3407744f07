using Stateside.Language.Evaluation;
using Stateside.Language.Intrinsics;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Shapes;

namespace Stateside.Language.Templates;

/// <summary>A value worked out by an intrinsic function.</summary>
internal sealed class IntrinsicTemplate(IntrinsicCall call) : PayloadTemplate
{
    /// <summary>The call.</summary>
    public IntrinsicCall Call { get; } = call;

    public override string Written => Call.Text;

    public override IEnumerable<JsonPath> Paths => Call.Paths;

    public override JsonValue Evaluate(EvaluationContext context) => Call.Evaluate(context);

    protected override Shape Known(ShapeScope scope) => Call.ShapeOf(scope);
}
