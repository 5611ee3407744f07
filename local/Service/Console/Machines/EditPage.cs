using Stateside.Engine.Checks;
using Stateside.Engine.Operations;
using Stateside.Engine.Store;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Validation;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Machines;

/// <summary>
/// Edits a definition: its mistakes and its graph follow as it is written. What comes from a file is saved to that file, and the reload
/// takes it over; what came over the API is saved as a new revision; what stands within a template is edited there.
/// </summary>
internal sealed class EditPage(ConsoleServices services, MachineFrame frame)
{
    /// <summary>So many findings are shown; whoever mends these sees the next.</summary>
    private const int MostFindings = 200;

    private sealed record Draft(string Text, string? Version = null);

    private sealed record Caret(string Text, int Line = 1, int Column = 1);

    private sealed record Finding(string Severity, string Code, string Message, string? Remedy, string? Location, int Line, int Column);

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("machines/{machine}/edit", ShowAsync),
        ConsoleRoute.Post("machines/{machine}/edit/check", CheckAsync),
        ConsoleRoute.Post("machines/{machine}/edit/known", KnowAsync),
        ConsoleRoute.Post("machines/{machine}/edit/save", SaveAsync),
    ];

    private Task ShowAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var declared = frame.Declared(machine);
        var file = EditableDefinition.Read(declared);
        var isLocked = declared is not null && file is null;
        var text = file?.Text ?? machine.Revision.DefinitionText;
        var place = declared?.Definition?.File ?? declared?.Place.File;
        return request.PageAsync(MachineFrame.Page(machine, "edit", Html.Of(
            $"""
            <div class="split edit">
            <section class="card" aria-labelledby="text-title">
              <form id="edit" data-check="{Links.Machine(machine.Arn, "edit")}/check" data-known="{Links.Machine(machine.Arn, "edit")}/known" data-save="{Links.Machine(machine.Arn, "edit")}/save" data-version="{file?.Version ?? machine.Revision.RevisionId}">
              <header class="editor-head"><h2 id="text-title">{(file is null ? "Definition" : Path.GetFileName(file.Path))}</h2>
                <span id="changed" class="tag" hidden>not saved</span>
                <button type="button" class="small" id="format">Format</button>
                <button class="primary small" id="save" disabled>{(declared is null ? "Save as a new revision" : "Save to file")}</button></header>
              {(isLocked ? Html.Of($"<p class=\"hint pad\">This definition is made from <span class=\"mono\">{Path.GetFileName(place!)}</span>, which no page can write back to: try changes here, and make them there.</p>") : null)}
              {Editor.Field("text", "Definition, JSON", text, "full")}
              </form>
              <div id="failure" class="notice problem" role="alert" hidden></div>
            </section>
            <div class="stack">
            <section class="card" aria-labelledby="graph-title">
              <header><h2 id="graph-title">Graph</h2></header>
              {GraphMarkup.Frame(GraphMarkup.Drawing(machine.Revision.Definition, machine.Name))}
            </section>
            <section class="card" aria-labelledby="findings-title">
              <header><h2 id="findings-title">Findings</h2><span id="verdict" class="hint" role="status"></span></header>
              <ol id="findings" class="findings"></ol>
            </section>
            <section class="card" aria-labelledby="known-title">
              <header><h2 id="known-title">What is known of the data</h2></header>
              <div id="known" class="body known" tabindex="0" role="group" aria-labelledby="known-title"></div>
            </section>
            </div>
            </div>
            """), "edit.js"));
    }

    private async Task CheckAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var draft = await request.BodyAsync<Draft>();
        var parsed = Parse(machine, EditableDefinition.Read(frame.Declared(machine)), draft.Text);
        var seen = parsed.Definition ?? parsed.Draft;
        await request.JsonAsync(new
        {
            isValid = parsed.IsValid,
            findings = parsed.Diagnostics.Take(MostFindings).Select(d => new Finding(
                d.Severity == Severity.Error ? "error" : "warning", d.Code, d.Message, d.Remedy, d.Location, d.Line, d.Column)),
            more = Math.Max(0, parsed.Diagnostics.Count - MostFindings),
            svg = seen is null ? null : GraphMarkup.Drawing(seen, machine.Name).ToString(),
        });
    }

    /// <summary>What is known of the data at the caret, and what goes wrong with it: beside the check, which waits for nothing.</summary>
    private async Task KnowAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var caret = await request.BodyAsync<Caret>();
        var file = EditableDefinition.Read(frame.Declared(machine));
        var text = file?.Filled(caret.Text) ?? caret.Text;
        var known = await services.Known.LookAsync(machine.Arn, machine.Entry.Type, text, request.Aborted);

        // The template's values move what stands behind them, and a text may be JSON only with them in it.
        var locator = text != caret.Text && JsonReader.TryParse(caret.Text, out _) ? new JsonLocator(caret.Text) : known.Locator;
        var place = locator.PlaceAt(new TextPosition(caret.Line, caret.Column));
        var places = new FlowPlaces(text, (line, column) => new TemplatePlace("", line, column), _ => caret.Text);
        await request.JsonAsync(new
        {
            state = known.Find(place)?.State.Name,
            markup = KnownMarkup.Of(known, place).ToString(),
            findings = known.Findings.Take(MostFindings).Select(finding => Of(finding, places.Of(finding))),
            more = Math.Max(0, known.Findings.Count - MostFindings),
        });
    }

    private static Finding Of(FlowFinding finding, TemplatePlace place) => new(
        finding.IsError ? "error" : "warning", finding.Code, finding.Statement, finding.Remedy, finding.Place.ToString(),
        place.Line, place.Column);

    private async Task SaveAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var draft = await request.BodyAsync<Draft>();
        var declared = frame.Declared(machine);
        var file = EditableDefinition.Read(declared);
        var parsed = Parse(machine, file, draft.Text);
        if (parsed.Definition is not { } definition)
            throw ConsoleException.Invalid("A definition with errors is not saved. Mend them first.");
        if (file is not null)
        {
            await request.JsonAsync(new { version = file.Save(draft.Text, draft.Version ?? ""), message = $"Saved to {file.Path}." });
            return;
        }

        if (declared is not null)
            throw ConsoleException.Invalid("This definition is part of a template: make the change there.");
        if (machine.Revision.RevisionId != draft.Version)
            throw ConsoleException.Conflict("Somebody else has saved another revision since this page was loaded. Copy your text, load the page again and bring both together.");
        var update = new UpdateStateMachineRequest(machine.Arn, draft.Text, null, null, null, null, null, null);
        await new StateMachineOperations(services.State).UpdateAsync(update, request.Aborted);
        await request.JsonAsync(new { version = services.Catalog.FindCurrent(machine.Arn)?.RevisionId, message = "Saved as a new revision." });
    }

    private static ParsedDefinition Parse(Machine machine, EditableDefinition? file, string text) =>
        machine.Entry.Type.Parse(file?.Filled(text) ?? text);
}
