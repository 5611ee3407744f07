using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Flow;

/// <summary>Something that goes wrong with the data as far as it is known.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="State">The state that it is found in.</param>
/// <param name="Place">The field.</param>
/// <param name="Offset">Where in the field's text it is; 0 where it is the whole.</param>
/// <param name="Text">The path, call or expression that it is about, as it is written.</param>
/// <param name="Message">What is wrong, as a sentence without a full stop.</param>
internal sealed record FlowFinding(ShapeProblemKind Kind, string State, JsonPlace Place, int Offset, string Text, string Message)
{
    /// <summary>The name that was likely meant; null when none is near.</summary>
    public string? Likely { get; init; }

    /// <summary>Where the data is declared; null when nothing declares it.</summary>
    public ShapeOrigin? Origin { get; init; }

    /// <summary>The ways into the state on which it goes wrong; empty where it does on all.</summary>
    public IReadOnlyList<FlowEdge> Ways { get; init; } = [];

    /// <summary>Whether the state fails, or finds nothing, whichever way an execution comes to it.</summary>
    public bool IsError => Ways.Count == 0
        && Kind is (ShapeProblemKind.NeverFound or ShapeProblemKind.NeverTaken or ShapeProblemKind.WrongType or ShapeProblemKind.MemberMissing);

    /// <summary>The code of findings of this kind.</summary>
    public string Code => CodeOf(Kind);

    /// <summary>The message with the ways, as a sentence.</summary>
    public string Statement => Ways.Count == 0
        ? $"{Message}."
        : $"{Message}, {string.Join(" and ", Ways.Take(3))}{(Ways.Count > 3 ? $" and {Ways.Count - 3} more" : "")}.";

    /// <summary>The likely name and where the data is declared; null when neither is known.</summary>
    public string? Remedy
    {
        get
        {
            var likely = Likely is null ? null : $"Did you mean '{Likely}'?";
            var declared = Origin switch
            {
                null => null,
                { File: null } => $"(see {Origin.Name})",
                { Line: 0 } => $"({Origin.Name} is declared in {FileOf(Origin)})",
                _ => $"({Origin.Name} is declared at {FileOf(Origin)}:{Origin.Line})",
            };
            return likely is null ? declared : declared is null ? likely : $"{likely} {declared}";
        }
    }

    /// <summary>All of it.</summary>
    public string Sentence => Remedy is { } remedy ? $"{Statement} {remedy}" : Statement;

    /// <summary>The code of findings of a kind.</summary>
    public static string CodeOf(ShapeProblemKind kind) => kind switch
    {
        ShapeProblemKind.NeverFound => "DATA_NEVER_FOUND",
        ShapeProblemKind.PartNeverFound => "DATA_PART_NEVER_FOUND",
        ShapeProblemKind.NeverTaken or ShapeProblemKind.PartNeverTaken => "DATA_NEVER_TAKEN",
        ShapeProblemKind.NeverCompares => "DATA_NEVER_COMPARES",
        ShapeProblemKind.NeverHolds => "DATA_NEVER_HOLDS",
        ShapeProblemKind.AlwaysHolds => "DATA_ALWAYS_HOLDS",
        ShapeProblemKind.WrongType => "DATA_WRONG_TYPE",
        ShapeProblemKind.NotExpected => "DATA_NOT_EXPECTED",
        _ => "DATA_MEMBER_MISSING",
    };

    /// <summary>The name of the file: symbols hold the path that it had where it was compiled, of whatever system.</summary>
    private static string FileOf(ShapeOrigin origin) => origin.File![(origin.File!.LastIndexOfAny(['/', '\\']) + 1)..];
}
