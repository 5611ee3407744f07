using System.Text.RegularExpressions;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>What is replayed on what.</summary>
/// <param name="Record">The recorded execution.</param>
/// <param name="Machine">Today's machine.</param>
internal sealed partial record ReplaySetup(RecordedExecution Record, StateMachine Machine)
{
    /// <summary>What the execution runs: the machine's definition, or of a map run's child the item processor.</summary>
    public Definition Definition { get; init; } = Machine.Definition;

    /// <summary>Of a map run's child the execution that the map run is of; null of any other.</summary>
    public ReplaySetup? Parent { get; init; }

    /// <summary>The execution that it all began with.</summary>
    public ReplaySetup Root => Parent?.Root ?? this;

    /// <summary>What states, functions and other things are called today that were called otherwise then: new names by old ones.</summary>
    public IReadOnlyDictionary<string, string> Renames { get; init; } = new Dictionary<string, string>();

    /// <summary>What may differ wherever it stands.</summary>
    public IgnoredPaths Ignored { get; init; } = IgnoredPaths.None;

    /// <summary>The region that requests are made in.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>What children of map runs run: the item processor of the Map that their map run is of. They may have children themselves.</summary>
    /// <param name="roots">The executions that are no children.</param>
    /// <param name="children">The children, in any order.</param>
    /// <exception cref="RecordException">One is of none of them.</exception>
    public static IReadOnlyList<ReplaySetup> ChildrenOf(IReadOnlyList<ReplaySetup> roots, IReadOnlyList<RecordedExecution> children)
    {
        var all = roots.ToList();
        for (var waiting = children.ToList(); waiting.Count > 0;)
        {
            var count = waiting.RemoveAll(child =>
            {
                if (all.Select(parent => parent.ChildOf(child)).FirstOrDefault(made => made is not null) is not { } made)
                    return false;
                all.Add(made);
                return true;
            });
            if (count == 0)
                throw new RecordException($"{waiting[0].Source}: it is a child of the map run {waiting[0].MapRunArn}, which is in none of the histories.");
        }

        return all[roots.Count..];
    }

    /// <summary>What a child of one of its map runs runs; null where it is none.</summary>
    /// <param name="child">The child.</param>
    public ReplaySetup? ChildOf(RecordedExecution child) =>
        child.MapRunArn is { } run && MapOf(run) is { } processor ? this with { Record = child, Definition = processor, Parent = this } : null;

    /// <summary>The record as today's definition tells it.</summary>
    public ExecutionTimeline Timeline()
    {
        var timeline = new ExecutionTimeline(Definition);
        foreach (var e in Record.Events)
        {
            timeline.Take(e["name"] is string name && Renames.TryGetValue(name, out var now)
                ? e with { Details = new EventDetails([.. e.Details!.Fields.Select(field => field.Name == "name" ? (field.Name, now) : field)]) }
                : e);
        }

        return timeline;
    }

    /// <summary>What the state of an event is called today.</summary>
    /// <param name="recorded">The event.</param>
    public string? NameOf(HistoryEvent recorded) => recorded["name"] is string name ? Renames.GetValueOrDefault(name, name) : null;

    /// <summary>Whether two resources are the same, where they are deployed to different accounts and regions, under names that were made up.</summary>
    /// <param name="now">Today's.</param>
    /// <param name="then">The recorded one.</param>
    public bool IsSameResource(string now, string then)
    {
        if (now == then || Renames.GetValueOrDefault(then) == now)
            return true;
        var (ours, theirs) = (now.Split(':', 6), then.Split(':', 6));
        if (ours is ["arn", _, var service, _, _, var rest] && theirs is ["arn", _, var other, _, _, var otherRest])
            return service == other && IsSameName(rest, otherRest);
        if (Uri.TryCreate(now, UriKind.Absolute, out var url) && Uri.TryCreate(then, UriKind.Absolute, out var otherUrl)
            && url.Scheme is "http" or "https" && otherUrl.Scheme is "http" or "https")
        {
            // The address of a queue ends with account and name.
            return QueueUrl().IsMatch(url.AbsolutePath) && QueueUrl().IsMatch(otherUrl.AbsolutePath) && IsSameName(url.Segments[^1], otherUrl.Segments[^1]);
        }

        return IsSameName(now, then);
    }

    /// <summary>Whether a difference in what a task is given is one of where things are deployed.</summary>
    /// <param name="difference">The difference: today's value and the recorded one.</param>
    public bool IsSameElsewhere(ValueDifference difference) =>
        difference is { One: JsonString now, Other: JsonString then } && IsSameResource(now.Value, then.Value);

    /// <summary>The item processor of the Map that a map run is of; null where the record has no such map run, or the Map is no more.</summary>
    /// <param name="mapRunArn">The map run.</param>
    private Definition? MapOf(string mapRunArn)
    {
        var started = Record.Events.FirstOrDefault(e => e is { Subject: EventSubject.MapRun, Says: EventSays.Started } && e["mapRunArn"] as string == mapRunArn);
        for (var at = started; at is not null; at = at.PreviousEventId == 0 ? null : Record[at.PreviousEventId])
        {
            if (at is { Subject: EventSubject.State, Says: EventSays.Entered, Kind.StateType: "Map" })
                return Definition.AllStates().OfType<MapState>().FirstOrDefault(map => map.Name == NameOf(at))?.ItemProcessor;
        }

        return null;
    }

    /// <summary>Whether a name is another's, or was made up from it when it was deployed.</summary>
    /// <param name="name">The name.</param>
    /// <param name="deployed">The one on AWS.</param>
    public static bool IsMadeUpFrom(string name, string deployed) => name == deployed
        || (MadeUpName().Match(deployed) is { Success: true, Groups: [_, { Value: var part }] } && (part == name || part.EndsWith($"-{name}", StringComparison.Ordinal)));

    /// <summary>Whether a name is the other with what CloudFormation puts around the names it makes up: the stack before it, an id after it.</summary>
    private bool IsSameName(string now, string then)
    {
        if (now == then || Renames.GetValueOrDefault(then) == now)
            return true;
        if (MadeUpName().Match(then) is not { Success: true } match)
            return false;
        var name = match.Groups[1].Value;
        var own = MadeUpName().Match(now) is { Success: true } ours ? ours.Groups[1].Value : now;
        return name == own || name.EndsWith($"-{own}", StringComparison.Ordinal) || name.EndsWith($":{own}", StringComparison.Ordinal)
            || (own.Split(':') is [var kind, var ownName]
                && name.StartsWith($"{kind}:", StringComparison.Ordinal) && name.EndsWith($"-{ownName}", StringComparison.Ordinal));
    }

    [GeneratedRegex("^/[0-9]{12}/[^/]+$")]
    private static partial Regex QueueUrl();

    [GeneratedRegex("^(.+)-[A-Za-z0-9]{10,13}$")]
    private static partial Regex MadeUpName();
}
