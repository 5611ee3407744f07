using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Service.Console.Executions;

/// <summary>Which events to list.</summary>
/// <param name="Groups">A bit for each <see cref="EventGroup"/>; 0 for all.</param>
/// <param name="State">Only those of this state; null for all.</param>
/// <param name="Text">Only those that hold this text somewhere, in whatever case; null for all.</param>
internal sealed record EventFilter(int Groups, string? State, string? Text)
{
    /// <summary>Whether every event passes.</summary>
    public bool IsAll => Groups == 0 && State is null && Text is null;

    /// <summary>Whether an event's kind and state pass.</summary>
    public bool Takes(TimelineEvent entry) =>
        (Groups == 0 || EventGroups.IsIn(EventKinds.Of(entry.Type), Groups)) && (State is null || entry.Visit?.Name == State);

    /// <summary>Whether an event holds the text.</summary>
    public bool TakesText(HistoryEvent e, TimelineEvent entry) => Text is null || Holds(e.Type.Name()) || Holds(entry.Visit?.Name) || Holds(e.Details);

    private bool Holds(string? text) => text?.Contains(Text!, StringComparison.OrdinalIgnoreCase) == true;

    private bool Holds(EventDetails? details) => details?.Fields.Any(field => field.Value switch
    {
        string text => Holds(text),
        JsonValue value => Holds(value.Text),
        EventDetails nested => nested.Fields.Any(inner => Holds(inner.Name)) || Holds(nested),
        _ => false,
    }) == true;
}

/// <summary>The events of a history that pass a filter; it goes on where the history has grown.</summary>
internal sealed class EventMatches(EventFilter filter)
{
    private const int EventsAtOnce = 1_000;

    private readonly List<int> _ids = [];
    private long _seen;

    public EventFilter Filter => filter;

    public IReadOnlyList<int> Ids => _ids;

    /// <summary>Looks at the events that came since it last did.</summary>
    /// <param name="view">The view, up to date.</param>
    /// <param name="read">Reads so many events of the history from a number on.</param>
    public void CatchUp(ExecutionTimeline view, Func<long, int, IReadOnlyList<HistoryEvent>> read)
    {
        while (_seen < view.LastEventId)
        {
            var to = Math.Min(view.LastEventId, _seen + EventsAtOnce);
            if (filter.Text is null)
            {
                for (var id = _seen + 1; id <= to; id++)
                    Look(view, id, null);
            }
            else
            {
                foreach (var e in read(_seen + 1, (int)(to - _seen)))
                    Look(view, e.Id, e);
            }

            _seen = to;
        }
    }

    private void Look(ExecutionTimeline view, long id, HistoryEvent? e)
    {
        var entry = view.Events[(int)id - 1];
        if (filter.Takes(entry) && (e is null || filter.TakesText(e, entry)))
            _ids.Add((int)id);
    }
}
