using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Flow;

/// <summary>What is known of one field of a state, or of a part of it.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Given">What it looks at.</param>
/// <param name="Gives">What it gives; of a rule of a Choice, the input that is left where the rule holds.</param>
internal sealed record FieldFlow(JsonPlace Place, ShapeScope Given, Shape Gives);
