using Stateside.Language.Paths;
using Stateside.Language.Shapes;
using Stateside.Language.Templates;

namespace Stateside.Language.Definitions;

/// <summary>What is known of fields that hold one value, and whether they can mean anything: the counterpart of <see cref="FieldValues"/>.</summary>
internal static class FieldShapes
{
    /// <summary>A field that wants a number; what a path names may be the text of one.</summary>
    /// <param name="field">The field; null for none.</param>
    /// <param name="scope">What the state sees, with the effective input.</param>
    /// <returns>Whether the field can mean anything.</returns>
    public static bool Number(ValueField? field, ShapeScope scope) => Is(field, ShapeKinds.Number | ShapeKinds.Text, "a number", scope);

    /// <summary>A field that wants a text, such as a Fail state's Error.</summary>
    /// <param name="field">The field; null for none.</param>
    /// <param name="scope">What the state sees, with the effective input.</param>
    /// <returns>Whether the field can mean anything.</returns>
    public static bool Text(ValueField? field, ShapeScope scope) => Is(field, ShapeKinds.Text, "text", scope);

    /// <summary>What a Map iterates over.</summary>
    /// <param name="field">ItemsPath or Items; null takes the effective input.</param>
    /// <param name="scope">What the state sees, with the effective input.</param>
    /// <returns>An array or an object; never, where it can be neither.</returns>
    public static Shape Items(ValueField? field, ShapeScope scope)
    {
        var asked = field is null ? scope : scope.Member(field.Name);
        var value = field?.Template.ShapeOf(asked) ?? scope.Input;
        var isInContext = field?.Template is PathTemplate { Path.RootKind: PathRoot.Context };
        var items = value.Only(isInContext ? ShapeKinds.List : ShapeKinds.List | ShapeKinds.Object);
        if (items.IsNever && !value.IsNever)
            asked.Report?.Invoke(new ShapeProblem(ShapeProblemKind.WrongType, Written(field), 0, $"A Map iterates over an array or an object, and this is {value}"));
        return items;
    }

    private static bool Is(ValueField? field, ShapeKinds kinds, string wanted, ShapeScope scope)
    {
        if (field is null or { Template: LiteralTemplate })
            return true;
        var asked = scope.Member(field.Name);
        var value = field.Template.ShapeOf(asked);
        if (value.IsNever || value.MayBe(kinds))
            return !value.IsNever;
        asked.Report?.Invoke(new ShapeProblem(ShapeProblemKind.WrongType, Written(field), 0, $"{field.Name} wants {wanted}, and this is {value}"));
        return false;
    }

    private static string Written(ValueField? field) => field?.Template.Written ?? field?.Name ?? "$";
}
