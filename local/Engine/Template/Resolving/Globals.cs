using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Template.Resolving;

/// <summary>
/// SAM's Globals: what all resources of a type share. Maps merge key by key, lists append the resource's items to the shared ones, and
/// for anything else the resource's own value counts; an intrinsic function is such a value.
/// See https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html.
/// </summary>
internal static class Globals
{
    /// <summary>The properties of a resource with the shared ones.</summary>
    public static MapNode Merge(MapNode? globals, string type, MapNode own)
    {
        const string Serverless = "AWS::Serverless::";
        return type.StartsWith(Serverless, StringComparison.Ordinal) && globals?[type[Serverless.Length..]] is MapNode shared
            ? (MapNode)Merge(shared, own)
            : own;
    }

    private static TemplateNode Merge(TemplateNode shared, TemplateNode own) => (shared, own) switch
    {
        (MapNode { Intrinsic: null } a, MapNode { Intrinsic: null } b) => new MapNode(
            b.Place,
            [
                .. a.Members.Select(member => b[member.Key] is { } mine ? member with { Value = Merge(member.Value, mine) } : member),
                .. b.Members.Where(member => a[member.Key] is null),
            ]),
        (ListNode a, ListNode b) => new ListNode(b.Place, [.. a.Items, .. b.Items]),
        _ => own,
    };
}
