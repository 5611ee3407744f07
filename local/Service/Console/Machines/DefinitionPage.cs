using Stateside.Engine.Store;
using Stateside.Language.Json;
using Stateside.Language.Validation;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Machines;

/// <summary>A machine's definition: its graph beside its text, with what is to be said of a line under it.</summary>
internal sealed class DefinitionPage(ConsoleServices services, MachineFrame frame)
{
    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("machines/{machine}/definition", ShowAsync),
        ConsoleRoute.Get("machines/{machine}/states/{state}/known", KnowAsync),
        ConsoleRoute.Get("machines/{machine}/graph", DrawAsync),
    ];

    private Task ShowAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var text = machine.Revision.DefinitionText;
        var type = machine.Entry.Type;

        // What is one long line nobody can read.
        if (!text.AsSpan().Trim().Contains('\n') && type.Parse(text).Source is { } source)
            text = JsonWriter.Indented(source);
        var diagnostics = type.Parse(text).Diagnostics;
        var declared = frame.Declared(machine);
        return request.PageAsync(MachineFrame.Page(machine, "definition", Html.Of(
            $"""
            <dl class="facts">
              <div><dt>Role</dt><dd class="mono">{machine.Revision.RoleArn}</dd></div>
              <div><dt>Revision</dt><dd class="mono">{machine.Revision.ShownRevisionId ?? "INITIAL"}</dd></div>
              <div><dt>Changed</dt><dd>{Times.Local(machine.Revision.UpdateDate)}</dd></div>
              <div><dt>Comes from</dt><dd>{(declared is null ? "the API" : Path.GetFileName(declared.Definition?.File ?? declared.Place.File))}</dd></div>
            </dl>
            <div class="split definition">
            <section class="card" aria-labelledby="text-title">
              <header><h2 id="text-title">Definition</h2>
                <button type="button" class="small" id="copy-definition">{Icons.Copy}Copy</button>
                <a class="button small" href="{Links.Machine(machine.Arn, "edit")}">Edit</a></header>
              <div id="definition" class="lines json" tabindex="0" role="region" aria-label="Definition">{Lines(text, diagnostics)}</div>
            </section>
            <div class="stack">
            <section class="card" aria-labelledby="graph-title">
              <header><h2 id="graph-title">Graph</h2></header>
              {GraphMarkup.Frame(GraphMarkup.Drawing(machine.Revision.Definition, machine.Name, null), Links.Machine(machine.Arn, "graph"))}
            </section>
            <section id="state" class="card" aria-labelledby="state-title" data-link="{Links.Machine(machine.Arn, "states")}/" hidden>
              <header><h2 id="state-title"></h2></header>
              <div class="body"></div>
            </section>
            </div>
            </div>
            """), "definition.js"));
    }

    private async Task KnowAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        var known = await services.Known.LookAsync(machine.Arn, machine.Entry.Type, machine.Revision.DefinitionText, request.Aborted);
        await request.FragmentAsync(KnownMarkup.Of(known, request["state"]));
    }

    private Task DrawAsync(ConsoleRequest request)
    {
        var machine = frame.Find(request);
        return request.FragmentAsync(GraphMarkup.Drawing(machine.Revision.Definition, machine.Name, GraphMarkup.Folded(request)));
    }

    private static IEnumerable<Html> Lines(string text, IReadOnlyList<Diagnostic> diagnostics)
    {
        var byLine = diagnostics.ToLookup(diagnostic => diagnostic.Line);
        var number = 0;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            yield return Html.Of(
                $"""
                <div class="line" id="L{number}"><code>{JsonMarkup.Colored(line)}</code></div>{byLine[number].Select(Finding)}
                """);
        }
    }

    private static Html Finding(Diagnostic diagnostic)
    {
        var isError = diagnostic.Severity == Severity.Error;
        return Html.Of(
            $"""<div class="finding {(isError ? "error" : "warning")}">{(isError ? Icons.Problem : Icons.Warning)}<span><b>{(isError ? "Error" : "Warning")}</b> {diagnostic.Message} {diagnostic.Remedy} <span class="hint mono">{diagnostic.Code}</span></span></div>""");
    }
}
