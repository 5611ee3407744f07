using System.Diagnostics.CodeAnalysis;
using Stateside.Language.Json;

namespace Stateside.Language.Evaluation;

/// <summary>
/// The variables that Assign has set: those of this line of progress, then those of the lines around it. Immutable; a branch or an
/// iteration sees its parent's variables as they were when it began and keeps its own to itself.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html.
/// </summary>
internal sealed class VariableScope
{
    private readonly JsonObject _own;
    private readonly VariableScope? _outer;

    /// <summary>A scope.</summary>
    /// <param name="own">The variables set in this line of progress.</param>
    /// <param name="outer">The scope around it.</param>
    public VariableScope(JsonObject own, VariableScope? outer = null)
    {
        _own = own;
        _outer = outer;
    }

    /// <summary>No variables.</summary>
    public static VariableScope Empty { get; } = new(JsonObject.Empty);

    /// <summary>The variables set in this line of progress, by name.</summary>
    public JsonObject Own => _own;

    /// <summary>The scope around it.</summary>
    public VariableScope? Outer => _outer;

    /// <summary>Looks a variable up, from the inside out.</summary>
    /// <param name="name">The name, without the dollar sign.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether it was ever set.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out JsonValue? value)
    {
        for (var scope = this; scope is not null; scope = scope._outer)
        {
            if (scope._own.TryGetValue(name, out value))
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
        if (_own.Count == 0)
            return new VariableScope(assigned, _outer);
        var builder = _own.ToBuilder();
        for (var i = 0; i < assigned.Count; i++)
            builder.Set(assigned.Keys[i], assigned.Values[i]);
        return new VariableScope(builder.ToObject(), _outer);
    }

    /// <summary>A scope inside this one.</summary>
    /// <returns>The scope, empty of its own.</returns>
    public VariableScope Inner() => new(JsonObject.Empty, this);
}
