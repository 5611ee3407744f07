using Stateside.Language.Conditions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Templates;

/// <summary>The Condition of a JSONata Choice rule: a Boolean, or an expression that gives one.</summary>
internal sealed class JsonataCondition(PayloadTemplate template) : Condition
{
    /// <summary>What gives the Boolean.</summary>
    public PayloadTemplate Template { get; } = template;

    public override bool Matches(EvaluationContext context) => Template.Evaluate(context) is JsonBoolean { Value: true };

    public override (ShapeScope? Yes, ShapeScope? No) Answers(ShapeScope scope)
    {
        var answer = Template.ShapeOf(scope.Member("Condition"));
        return (Narrowed(true), Narrowed(false));

        ShapeScope? Narrowed(bool holds) => !answer.MayBe(holds ? ShapeKinds.True : ShapeKinds.False) ? null
            : Template is JsonataTemplate template ? template.Expression.Narrow(scope, holds) : scope;
    }
}
