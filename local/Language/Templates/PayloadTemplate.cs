using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Shapes;

namespace Stateside.Language.Templates;

/// <summary>
/// JSON with embedded paths, intrinsic functions or expressions, compiled; it evaluates to a payload.
/// See https://states-language.net/spec.html#payload-template.
/// </summary>
internal abstract class PayloadTemplate
{
    /// <summary>Works the payload out.</summary>
    /// <exception cref="StatesException">A path names nothing, or a function or an expression failed.</exception>
    public abstract JsonValue Evaluate(EvaluationContext context);

    /// <summary>What is known of the payload.</summary>
    /// <param name="scope">What is known of what it looks at.</param>
    /// <returns>What it is where working it out does not fail; never, where that is certain to.</returns>
    public Shape ShapeOf(ShapeScope scope) => scope.Giving(Known(scope));

    /// <summary>Works out what is known of the payload.</summary>
    protected abstract Shape Known(ShapeScope scope);

    /// <summary>The path, call or expression that gives it, as it is written; null where more than one does, or none.</summary>
    public virtual string? Written => null;

    /// <summary>Every JSONPath in it, in the order in which they are written, those in functions' arguments included.</summary>
    public virtual IEnumerable<JsonPath> Paths => [];
}

/// <summary>A part of a template that is written out.</summary>
internal sealed class LiteralTemplate(JsonValue value) : PayloadTemplate
{
    /// <summary>The value.</summary>
    public JsonValue Value { get; } = value;

    public override JsonValue Evaluate(EvaluationContext context) => Value;

    protected override Shape Known(ShapeScope scope) => Shape.Constant(Value);
}

/// <summary>An object of which at least one member must be worked out.</summary>
internal sealed class ObjectTemplate(string[] keys, PayloadTemplate[] members) : PayloadTemplate
{
    /// <summary>The keys of the payload.</summary>
    public IReadOnlyList<string> Keys => keys;

    /// <summary>What gives the values, in the order of the keys.</summary>
    public IReadOnlyList<PayloadTemplate> Members => members;

    public override IEnumerable<JsonPath> Paths => members.SelectMany(member => member.Paths);

    public override JsonValue Evaluate(EvaluationContext context)
    {
        var builder = new JsonObject.Builder(keys.Length);
        for (var i = 0; i < keys.Length; i++)
            builder.Set(keys[i], members[i].Evaluate(context));
        return builder.ToObject();
    }

    protected override Shape Known(ShapeScope scope)
    {
        var made = new Dictionary<string, ShapeMember>(keys.Length, StringComparer.Ordinal);
        var fails = false;
        for (var i = 0; i < keys.Length; i++)
        {
            var shape = members[i].ShapeOf(scope.Member(members[i] is PathTemplate or IntrinsicTemplate ? keys[i] + JsonPathTemplate.Mark : keys[i]));
            fails |= shape.IsNever;
            made[keys[i]] = new ShapeMember(shape, true);
        }

        return fails ? Shape.Never : Shape.Of(new ObjectShape(made, Shape.Never));
    }
}

/// <summary>An array of which at least one item must be worked out.</summary>
internal sealed class ArrayTemplate(PayloadTemplate[] items) : PayloadTemplate
{
    /// <summary>What gives the items.</summary>
    public IReadOnlyList<PayloadTemplate> Items => items;

    public override IEnumerable<JsonPath> Paths => items.SelectMany(item => item.Paths);

    public override JsonValue Evaluate(EvaluationContext context) =>
        JsonArray.Of(Array.ConvertAll(items, item => item.Evaluate(context)));

    protected override Shape Known(ShapeScope scope) => Shape.Tuple([.. items.Select((item, index) => item.ShapeOf(scope.Item(index)))]);
}

/// <summary>A value looked up by a path.</summary>
/// <param name="field">The field as it is written, such as <c>id.$</c> or <c>TimeoutSecondsPath</c>.</param>
/// <param name="path">The path.</param>
internal sealed class PathTemplate(string field, JsonPath path) : PayloadTemplate
{
    /// <summary>The field as it is written.</summary>
    public string Field { get; } = field;

    /// <summary>The path.</summary>
    public JsonPath Path { get; } = path;

    public override string Written => Path.Text;

    public override IEnumerable<JsonPath> Paths => [Path];

    public override JsonValue Evaluate(EvaluationContext context) => PathFields.Evaluate(Field, Path, context);

    protected override Shape Known(ShapeScope scope) => PathFields.ShapeOf(Field, Path, scope);
}
