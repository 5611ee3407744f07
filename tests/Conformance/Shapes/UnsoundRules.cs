using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Shapes;
using Stateside.Language.Validation;

namespace Stateside.Conformance.Shapes;

/// <summary>
/// Walks that are not sound, each in one rule: they go through a machine from which a field is taken, or are told more than is so. The
/// checks must find every one.
/// </summary>
internal static class UnsoundRules
{
    /// <summary>The walks by what is wrong with them.</summary>
    public static IReadOnlyList<(string Name, Func<ParsedDefinition, FlowSources, MachineFlow> Walk)> All { get; } =
    [
        ("ResultPath is ignored", Without("ResultPath")),
        ("ResultSelector is ignored", Without("ResultSelector")),
        ("InputPath is ignored", Without("InputPath")),
        ("OutputPath is ignored", Without("OutputPath")),
        ("Output is ignored", Without("Output")),
        ("Assign is ignored", Without("Assign")),
        ("catchers are never taken", Without("Catch")),
        ("ItemSelector is ignored", Without("ItemSelector")),
        ("a Choice never goes its Default", Without("Default")),
        ("a Choice goes its first rule alone", Changed(members => members["Choices"] is JsonArray { Count: > 1 } rules ? members.With("Choices", JsonArray.Of(rules[0])) : members)),
        ("a rule holds where its opposite does", Changed(members => members["Variable"] is JsonString && members["Next"] is { } next
            ? JsonObject.Of(("Not", JsonObject.Of([.. members.Where(member => member.Key is not ("Next" or "Assign")).Select(member => (member.Key, member.Value))])), ("Next", next))
            : members)),
        ("branches give in the opposite order", Changed(members => members["Branches"] is JsonArray branches ? members.With("Branches", JsonArray.Of(branches.Reverse())) : members)),
        ("an array has one item at least", Told(shape => Certain(shape, isOfLists: true))),
        ("a member is certain where it is possible", Told(shape => Certain(shape, isOfLists: false))),
        ("null is never a result", Told(shape => shape.Without(ShapeKinds.Null))),
    ];

    private static Func<ParsedDefinition, FlowSources, MachineFlow> Without(string field) =>
        Changed(members => members["Type"] is JsonString || (field is "Output" or "Assign" && members["Next"] is not null)
            ? JsonObject.Of([.. members.Where(member => member.Key != field).Select(member => (member.Key, member.Value))])
            : members);

    private static Func<ParsedDefinition, FlowSources, MachineFlow> Changed(Func<JsonObject, JsonObject> change) => (parsed, sources) =>
    {
        var changed = DefinitionParser.Parse(JsonWriter.Compact(Change(parsed.Source!, change)));
        return changed.Definition is null
            ? MachineFlow.Of(parsed.Definition!, sources, parsed.Source)
            : MachineFlow.Of(changed.Definition, sources, changed.Source);
    };

    private static Func<ParsedDefinition, FlowSources, MachineFlow> Told(Func<Shape, Shape> change) => (parsed, sources) => MachineFlow.Of(
        parsed.Definition!,
        new FlowSources
        {
            Input = change(sources.Input),
            TaskOf = (task, sent) => sources.TaskOf(task, sent) is { } shapes ? shapes with { Gives = change(shapes.Gives) } : null,
        },
        parsed.Source);

    private static JsonValue Change(JsonValue value, Func<JsonObject, JsonObject> change) => value switch
    {
        JsonObject members => change(JsonObject.Of([.. members.Select(member => (member.Key, Change(member.Value, change)))])),
        JsonArray items => JsonArray.Of(items.Select(item => Change(item, change))),
        _ => value,
    };

    private static Shape Certain(Shape shape, bool isOfLists)
    {
        if (shape.IsAnything)
            return shape;
        var others = shape.Without(ShapeKinds.Object | ShapeKinds.List);
        if (shape.Members is { } members)
        {
            others = others.Join(Shape.Of(new ObjectShape(
                members.Names.Select(name => KeyValuePair.Create(name, new ShapeMember(Certain(members.Find(name)!.Shape, isOfLists), !isOfLists || members.Find(name)!.IsCertain))),
                members.Rest)));
        }

        if (shape.List is { } list)
        {
            others = others.Join(Shape.Of(isOfLists && list.First.Count == 0 && !list.Rest.IsNever
                ? new ListShape([list.Rest], list.Rest)
                : new ListShape([.. list.First.Select(item => Certain(item, isOfLists))], list.Rest)));
        }

        return others;
    }
}
