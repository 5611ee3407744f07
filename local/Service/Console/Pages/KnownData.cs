using Stateside.Engine.Flow;
using Stateside.Engine.Store;
using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Service.Console.Pages;

/// <summary>What is known of the data of one definition before it runs.</summary>
/// <param name="Parsed">The definition.</param>
/// <param name="Flow">What is known; null where that is not told.</param>
/// <param name="Findings">What goes wrong with it.</param>
/// <param name="Notes">Why something is not known, one sentence each.</param>
internal sealed record Known(ParsedDefinition Parsed, MachineFlow? Flow, IReadOnlyList<FlowFinding> Findings, IReadOnlyList<string> Notes)
{
    /// <summary>Where things stand in the definition's text.</summary>
    public JsonLocator Locator { get; } = new(Parsed.Text);

    /// <summary>The state of a name; null where there is none, or nothing is told.</summary>
    public StateFlow? Find(string name) => Flow?.States.FirstOrDefault(state => state.State.Name == name);

    /// <summary>The innermost state that a place is in.</summary>
    public StateFlow? Find(JsonPlace place)
    {
        for (var at = place; at is not null && Flow is not null; at = at.Outer)
        {
            if (Flow.States.FirstOrDefault(state => state.Place.Is(at)) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>What the fields of a state look at and give. One asks at a time: what answers for Tasks keeps what it found.</summary>
    public IReadOnlyList<FieldFlow> FieldsOf(StateFlow state)
    {
        lock (Locator)
            return Flow!.FieldsOf(state);
    }
}

/// <summary>Tells what is known of the data of definitions, in a bounded time. The one that was looked at last is kept.</summary>
/// <param name="services">What the console works on.</param>
internal sealed class KnownData(ConsoleServices services)
{
    /// <summary>No longer definition is taken by AWS.</summary>
    private const int LongestText = 1_048_576;

    /// <summary>What takes longer is not told.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    private readonly KnownSources _sources = new(services);
    private volatile Kept? _kept;

    /// <summary>Looks at a definition.</summary>
    /// <param name="arn">The machine's ARN.</param>
    /// <param name="type">Its type.</param>
    /// <param name="text">The definition, the template's values in it.</param>
    /// <param name="cancellation">Stops to look.</param>
    public async Task<Known> LookAsync(string arn, StateMachineType type, string text, CancellationToken cancellation)
    {
        var sources = await _sources.ReadAsync(cancellation).ConfigureAwait(false);
        if (_kept is { } kept && kept.Is(arn, type, text, sources))
            return kept.Known;
        var known = Look(arn, type, text, sources, cancellation);
        _kept = new Kept(arn, type, text, sources, known);
        return known;
    }

    private Known Look(string arn, StateMachineType type, string text, TemplateSources? sources, CancellationToken cancellation)
    {
        if (text.Length > LongestText)
            return new Known(new ParsedDefinition(null, []), null, [], ["Nothing is told of a definition that is longer than AWS takes."]);
        var parsed = type.Parse(text);
        if (parsed.Definition is not { } definition)
            return new Known(parsed, null, [], ["It is told once the definition has no errors."]);
        using var end = new CancellationTokenSource(LongestLook, services.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellation);
        try
        {
            var flow = MachineFlow.Of(definition, SourcesOf(arn, sources), parsed.Source, both.Token);
            return new Known(parsed, flow, flow.Findings(), sources?.Notes ?? []);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Known(parsed, null, [], ["Working it out takes too long here; 'stateside shapes' takes its time."]);
        }
    }

    private static FlowSources SourcesOf(string arn, TemplateSources? sources) =>
        sources?.Template.StateMachines.FirstOrDefault(machine => machine.Arn == arn) is { } declared
            ? sources.Of(declared)
            : TemplateSources.OfDefinition();

    private sealed record Kept(string Arn, StateMachineType Type, string Text, TemplateSources? Sources, Known Known)
    {
        public bool Is(string arn, StateMachineType type, string text, TemplateSources? sources) =>
            Arn == arn && Type == type && ReferenceEquals(Sources, sources) && Text == text;
    }
}
