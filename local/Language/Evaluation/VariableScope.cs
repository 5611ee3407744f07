using System.Diagnostics.CodeAnalysis;
using Stateside.Language.Json;

namespace Stateside.Language.Evaluation;

/// <summary>
/// The variables that Assign has set: those of this line of progress, then those of the lines around it. Immutable; a branch or an
/// iteration sees its parent's variables as they were when it began and keeps its own to itself.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html.
/// </summary>
internal sealed class VariableScope(JsonObject own, VariableScope? outer = null)
{
    private readonly VariableScope? _outer = outer;

    /// <summary>No variables.</summary>
    public static VariableScope Empty { get; } = new(JsonObject.Empty);

    /// <summary>The variables set in this line of progress, by name.</summary>
    public JsonObject Own { get; } = own;

    /// <summary>Looks a variable up, from the inside out.</summary>
    /// <param name="name">The name, without the dollar sign.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether it was ever set.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out JsonValue? value)
    {
        for (var scope = this; scope is not null; scope = scope._outer)
        {
            if (scope.Own.TryGetValue(name, out value))
                return true;
        }

        value = null;
        return false;
    }

    /// <summary>This scope after an Assign.</summary>
    /// <param name="assigned">The variables set, by name.</param>
    /// <returns>The new scope; the one around it is the same.</returns>
    public VariableScope With(JsonObject assigned)
    {
        if (assigned.Count == 0)
            return this;
        if (Own.Count == 0)
            return new VariableScope(assigned, _outer);
        var builder = Own.ToBuilder();
        for (var i = 0; i < assigned.Count; i++)
            builder.Set(assigned.Keys[i], assigned.Values[i]);
        return new VariableScope(builder.ToObject(), _outer);
    }

    /// <summary>A scope inside this one, empty of its own.</summary>
    public VariableScope Inner() => new(JsonObject.Empty, this);
}
