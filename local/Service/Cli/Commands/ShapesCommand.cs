using System.CommandLine;
using Stateside.Engine.Flow;
using Stateside.Engine.Functions;
using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Shapes;
using Stateside.Language.Validation;
using Stateside.Service.Cli.Options;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside shapes</c>: what is known of the data at each state before anything runs.</summary>
internal sealed class ShapesCommand(CommandHost host)
{
    private const int Width = 80;

    private readonly MachineArgument _machine = new(name => $"${{{name}}}");

    private readonly CommandOption<string?> _state = CommandOption.Text("--state", "STATE", "Only this state.");

    private readonly CommandOption<bool> _json = CommandOption.OneOf("--format", "How to write what is known", [("text", false), ("json", true)]);

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "shapes",
            """
            Tell what is known of the data at each state before anything runs. Exit code 1 when something is certain to go wrong with it.

              stateside shapes serverless.template
              stateside shapes serverless.template --state-machine OrderIntake --state CreateInvoice
              stateside shapes statemachine/order-intake.asl.json --format json
            """);
        _machine.AddTo(command);
        command.Add(_state.Option);
        command.Add(_json.Option);
        _machine.AddLocationTo(command);
        command.SetAction((parsed, cancellation) => host.GuardAsync(() => RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var chosen = _machine.Read(parsed);
        var definition = DefinitionParser.Parse(chosen.Text, new DefinitionOptions { AllowSubstitutions = true });
        if (definition.Definition is not { } tree)
        {
            var first = definition.Diagnostics.First(diagnostic => diagnostic.Severity == Severity.Error);
            var (file, line, column) = chosen.Locate(first.Line, first.Column);
            throw new UserException($"{file}({line},{column}): {first.Message.Split('\n')[0]} 'stateside validate' tells more.");
        }

        var (sources, notes) = await SourcesAsync(chosen, cancellation).ConfigureAwait(false);
        foreach (var note in notes)
            host.Error.WriteLine(Plain.Line(note));
        var flow = MachineFlow.Of(tree, sources, definition.Source, cancellation);
        var only = _state.Value(parsed);
        var states = flow.States.Where(state => only is null || state.State.Name == only).ToList();
        if (states.Count == 0)
        {
            var likely = LikelyName.Of(only!, flow.States.Select(state => state.State.Name));
            throw new UserException($"{chosen.Title} has no state '{only}'.{(likely is null ? "" : $" Did you mean '{likely}'?")}");
        }

        var findings = flow.Findings().Where(finding => only is null || finding.State == only).ToList();
        var locator = new JsonLocator(chosen.Text);
        if (_json.Value(parsed))
        {
            host.WriteOutput(null, JsonWriter.Indented(JsonObject.Of(
                ("states", JsonArray.Of(states.Select(Json))),
                ("output", ShapeSchema.Of(flow.Output)),
                ("findings", JsonArray.Of(findings.Select(finding => Json(finding, PlaceOf(finding))))))));
        }
        else
        {
            foreach (var state in states)
                Show(state);
            if (only is null)
            {
                host.Output.WriteLine("The machine gives");
                Show(" ", flow.Output);
                host.Output.WriteLine();
            }

            foreach (var finding in findings)
            {
                var (file, line, column) = PlaceOf(finding);
                host.Output.WriteLine(Plain.Line(
                    $"{file}({line},{column}): {(finding.IsError ? "error" : "warning")} {finding.Code}: {finding.Sentence} [{finding.Place}]"));
            }
        }

        return findings.Exists(finding => finding.IsError) ? ExitCodes.Failed : ExitCodes.Success;

        (string File, int Line, int Column) PlaceOf(FlowFinding finding)
        {
            var position = locator.Locate(finding.Place);
            return chosen.Locate(position.Line, position.Column);
        }
    }

    /// <summary>Where the data of a machine come from.</summary>
    private async Task<(FlowSources Sources, IReadOnlyList<string> Notes)> SourcesAsync(GivenMachine chosen, CancellationToken cancellation)
    {
        if (chosen is not { Template: { } template, Machine: { } machine })
            return (TemplateSources.OfDefinition(), []);
        var functions = new FunctionHostOptions { StateDirectory = ServiceOptions.StateFolder(template.Path), OutputDirectory = null };
        var sources = await TemplateSources.ReadAsync(template, functions, host.Time, cancellation).ConfigureAwait(false);
        return (sources.Of(machine), sources.Notes);
    }

    private void Show(StateFlow state)
    {
        host.Output.WriteLine(Plain.Line($"{state.State.Name} ({state.State.Type})"));
        if (state.In.Count == 0)
        {
            host.Output.WriteLine("  never reached");
            host.Output.WriteLine();
            return;
        }

        foreach (var (name, shape) in StateLayout.Of(state))
            Show($"  {name}", shape);
        host.Output.WriteLine();
    }

    private void Show(string label, Shape shape)
    {
        var lead = $"{label,-9} ";
        if (string.IsNullOrWhiteSpace(label))
            lead = "  ";
        var lines = ShapeLayout.Write(shape, Width - lead.Length).Split('\n');
        var fits = lines.Length == 1;
        foreach (var (part, index) in (fits ? lines : ShapeLayout.Write(shape, Width, 4).Split('\n')).Select((part, index) => (part, index)))
        {
            if (index == 0 && !fits)
                host.Output.WriteLine(Plain.Line(lead.TrimEnd()));
            host.Output.WriteLine(Plain.Line(index > 0 ? part : fits ? lead + part : $"    {part}"));
        }
    }

    private static JsonObject Json(StateFlow state) => JsonObject.Of(
        ("name", JsonValue.From(state.State.Name)),
        ("type", JsonValue.From(state.State.Type)),
        ("location", JsonValue.From(state.Place.ToString())),
        ("ways", JsonArray.Of(state.In.Select(way => JsonObject.Of(
            ("from", JsonValue.From(way.Edge.From)),
            ("by", JsonValue.From(way.Edge.Kind.ToString())),
            ("index", JsonValue.From(way.Edge.Index)),
            ("input", ShapeSchema.Of(way.Data)))))),
        ("input", ShapeSchema.Of(state.Input)),
        ("variables", JsonObject.Of([.. state.Variables.Select(pair => (pair.Key, ShapeSchema.Of(pair.Value)))])),
        ("effectiveInput", ShapeSchema.Of(state.EffectiveInput)),
        ("arguments", ShapeSchema.Of(state.Arguments)),
        ("result", ShapeSchema.Of(state.Result)),
        ("output", ShapeSchema.Of(state.Output)),
        ("out", JsonArray.Of(state.Out.Select(way => JsonObject.Of(
            ("to", JsonValue.From(way.To)),
            ("by", JsonValue.From(way.Edge.Kind.ToString())),
            ("index", JsonValue.From(way.Edge.Index)),
            ("output", ShapeSchema.Of(way.Data)))))));

    private static JsonObject Json(FlowFinding finding, (string File, int Line, int Column) place) => JsonObject.Of(
        ("file", JsonValue.From(place.File)),
        ("line", JsonValue.From(place.Line)),
        ("column", JsonValue.From(place.Column)),
        ("severity", JsonValue.From(finding.IsError ? "ERROR" : "WARNING")),
        ("code", JsonValue.From(finding.Code)),
        ("message", JsonValue.From(finding.Sentence)),
        ("location", JsonValue.From(finding.Place.ToString())),
        ("state", JsonValue.From(finding.State)),
        ("text", JsonValue.From(finding.Text)),
        ("offset", JsonValue.From(finding.Offset)),
        ("likely", JsonValue.From(finding.Likely)));
}
