using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Service.Console.Pages;

/// <summary>What is known of the data, as pages show it: laid out as <c>stateside shapes</c> does.</summary>
internal static class KnownMarkup
{
    /// <summary>So many characters fit into a line of a panel.</summary>
    private const int Width = 60;

    /// <summary>More than that nobody reads in a panel.</summary>
    private const int MostCharacters = 20_000;

    /// <summary>Of so many ways into a state each is told by itself.</summary>
    private const int MostWays = 12;

    /// <summary>A section that is closed, and is filled when it is opened.</summary>
    /// <param name="link">Where what stands in it can be had.</param>
    public static Html Section(string link) => Html.Of(
        $"""
        <details class="value known-section" data-known="{link}"><summary><h3>What is known of the data</h3></summary>
        <div class="known" tabindex="0" role="group" aria-label="What is known of the data"></div>
        </details>
        """);

    /// <summary>What is known of a state.</summary>
    /// <param name="known">The definition that it is in.</param>
    /// <param name="name">The state's name.</param>
    public static Html Of(Known known, string name) => Html.Of($"{(known.Find(name) is { } state ? Parts(state) : null)}{Notes(known)}");

    /// <summary>What is known at a place: of the field that it is in, and of its state.</summary>
    /// <param name="known">The definition.</param>
    /// <param name="place">The place.</param>
    public static Html Of(Known known, JsonPlace place)
    {
        if (known.Flow is null)
            return Html.Of($"{Notes(known)}");
        if (known.Find(place) is not { } state)
            return Html.Of($"<p class=\"hint\">Go to a state in the text or in the graph: what is known of its data stands here.</p>{Notes(known)}");
        return Html.Of(
            $"""
            <p class="visit-line"><b><bdi>{state.State.Name}</bdi></b> <span class="tag">{state.State.Type}</span></p>
            {Field(known, state, place)}
            {Parts(state)}
            {Notes(known)}
            """);
    }

    private static Html Field(Known known, StateFlow state, JsonPlace place)
    {
        var fields = known.FieldsOf(state);
        for (var at = place; at is not null && !at.Is(state.Place); at = at.Outer)
        {
            if (fields.LastOrDefault(field => field.Place.Is(at)) is { } found)
                return Field(found, state);
        }

        return Html.Empty;
    }

    private static Html Field(FieldFlow field, StateFlow state)
    {
        var (given, isRule) = (field.Given, field.Place is { Index: >= 0, Outer.Key: "Choices" });
        List<(string Name, Shape Shape)> parts = [];
        if (isRule)
        {
            parts.Add(("input where it holds", field.Gives));
            parts.AddRange(field.Gives.IsNever ? [] : StateLayout.Of(given.Variables));
        }
        else
        {
            if (!given.Input.Equals(state.Input) || (given.Result is null && given.ErrorOutput is null))
                parts.Add(("looks at", given.Input));
            if (given.Result is { } result)
                parts.Add(("result", result));
            if (given.ErrorOutput is { } error)
                parts.Add(("error", error));
            parts.Add(("gives", field.Gives));
        }

        return Html.Of(
            $"""
            <section class="known-field" aria-labelledby="known-field">
            <h3 id="known-field"><span class="hint">at</span> <bdi class="mono">{Within(field.Place, state.Place)}</bdi></h3>
            {Parts(parts)}
            </section>
            """);
    }

    private static Html Parts(StateFlow state)
    {
        if (state.In.Count == 0)
            return Html.Of($"<p class=\"hint\">No data ever comes to this state.</p>");
        var differ = state.In.Count > 1 && state.In.Any(way => !way.Data.Equals(state.In[0].Data));
        return Html.Of($"{Parts(StateLayout.Of(state))}{(differ ? Ways(state) : null)}");
    }

    private static Html Ways(StateFlow state) => Html.Of(
        $"""
        <details class="known-ways"><summary>The input by each of {state.In.Count} ways</summary>
        {Parts(state.In.Take(MostWays).Select(way => (way.Edge.ToString(), way.Data)))}
        {(state.In.Count > MostWays ? Html.Of($"<p class=\"hint\">and by {state.In.Count - MostWays} more</p>") : null)}
        </details>
        """);

    private static Html Parts(IEnumerable<(string Name, Shape Shape)> parts) => Html.Of(
        $"""<dl class="known-parts">{parts.Select(part => Html.Of($"<div><dt><bdi>{part.Name}</bdi></dt><dd>{Text(part.Shape)}</dd></div>"))}</dl>""");

    private static Html Text(Shape shape)
    {
        var text = ShapeLayout.Write(shape, Width);
        return text.Length <= MostCharacters ? Html.Of($"<pre class=\"json\">{JsonMarkup.Colored(text)}</pre>") : Html.Of(
            $"<pre class=\"json\">{JsonMarkup.Colored(text[..MostCharacters])}</pre><p class=\"hint\">This is the beginning of {text.Length} characters.</p>");
    }

    private static Html? Notes(Known known) => known.Notes.Count == 0 ? null : Html.Of(
        $"""<div class="known-notes">{known.Notes.Take(MostWays).Select(note => Html.Of($"<p class=\"hint\">{note}</p>"))}</div>""");

    private static string Within(JsonPlace place, JsonPlace state)
    {
        var text = place.ToString();
        var outer = state.ToString();
        return text.Length > outer.Length ? text[(outer.Length + 1)..] : text;
    }
}
