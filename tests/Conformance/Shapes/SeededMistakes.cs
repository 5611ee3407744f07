using System.Diagnostics;
using System.Text.RegularExpressions;
using Stateside.Conformance.Simulation;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Shapes;
using Stateside.Language.Validation;

namespace Stateside.Conformance.Shapes;

/// <summary>Makes mistakes in machines with which nothing is wrong, ten of each kind, and counts how many are found and where.</summary>
/// <param name="seed">What chooses among the places where each mistake can be made.</param>
internal sealed partial class SeededMistakes(ulong seed)
{
    private const int EachKind = 10;

    private static readonly string[] PathFields = ["InputPath", "OutputPath", "ItemsPath", "Variable", "SecondsPath", "ErrorPath", "CausePath"];

    private readonly List<(string Name, JsonObject Definition, FlowSources Sources)> _machines = [];

    /// <summary>Something that was changed for the worse.</summary>
    /// <param name="Machine">Which machine.</param>
    /// <param name="Definition">The definition with it.</param>
    /// <param name="Sources">Where the data come from with it.</param>
    /// <param name="Place">Where it is; null where it shows elsewhere.</param>
    /// <param name="Right">The name that was right; null where none is to be told.</param>
    /// <param name="What">What was done.</param>
    private sealed record Mistake(string Machine, JsonObject Definition, FlowSources Sources, JsonPlace? Place, string? Right, string What);

    /// <summary>Makes the mistakes in the machines of some templates.</summary>
    /// <param name="templates">The templates.</param>
    /// <param name="show">Whether those that are not found are printed.</param>
    /// <returns>How much is wrong: machines with which something is wrong at first, and mistakes that are not found beyond one in twenty.</returns>
    public int Run(IReadOnlyList<string> templates, bool show)
    {
        var wrong = 0;
        foreach (var path in templates)
        {
            var template = TemplateReader.Read(new TemplateRequest(path) { StandIn = name => $"${{{name}}}" });
            foreach (var machine in template.StateMachines)
            {
                var parsed = DefinitionParser.Parse(machine.Definition!.Text);
                var sources = GivenDefinition.SourcesOf(template, machine);
                var watch = Stopwatch.StartNew();
                var flow = MachineFlow.Of(parsed.Definition!, sources, parsed.Source);
                var findings = flow.Findings();
                var known = new KnownCount();
                known.Add(flow);
                Console.WriteLine($"shapes: {machine.Name} in {watch.Elapsed.TotalMilliseconds:0} ms: {known}");
                if (show)
                    Console.WriteLine($"  not known: {string.Join("; ", known.Unknown)}");
                foreach (var finding in findings)
                    Console.WriteLine($"  {finding.Code}: {finding.Sentence} [{finding.Place}]");
                wrong += findings.Count;
                _machines.Add((machine.Name, parsed.Source!, sources));
            }
        }

        var (made, found, placed, named, toName) = (0, 0, 0, 0, 0);
        foreach (var (kind, mistakes) in Kinds())
        {
            var all = mistakes.ToList();
            var dice = new Dice(seed);
            var (its, before) = (0, found);
            for (; its < EachKind && all.Count > 0; its++)
            {
                var at = dice.Below(all.Count);
                var mistake = all[at];
                all.RemoveAt(at);
                var parsed = DefinitionParser.Parse(JsonWriter.Compact(mistake.Definition));
                var told = parsed.Definition is null
                    ? [.. parsed.Diagnostics.Select(diagnostic => ($"{diagnostic.Location}", (string?)null, diagnostic.Message))]
                    : MachineFlow.Of(parsed.Definition, mistake.Sources, parsed.Source).Findings()
                        .Select(finding => (finding.Place.ToString(), finding.Likely, $"{finding.Code}: {finding.Sentence} [{finding.Place}]")).ToList();
                var there = mistake.Place is null ? told : told.Where(one => IsAt(one.Item1, mistake.Place.ToString())).ToList();
                var right = mistake.Right is null ? there : there.Where(one => one.Item2 == mistake.Right || one.Item3.Contains(mistake.Right, StringComparison.Ordinal)).ToList();
                found += told.Count > 0 ? 1 : 0;
                placed += there.Count > 0 ? 1 : 0;
                toName += mistake.Right is null ? 0 : 1;
                named += mistake.Right is not null && right.Count > 0 ? 1 : 0;
                if (show && (told.Count == 0 || there.Count == 0 || right.Count == 0))
                    Console.WriteLine($"  {kind} in {mistake.Machine}: {mistake.What}: {(told.Count == 0 ? "not found" : $"found as {told[0].Item3}")}");
            }

            made += its;
            Console.WriteLine($"shapes: {kind}: {found - before} of {its} are found");
        }

        Console.WriteLine($"shapes: {found} of {made} mistakes are found, {placed} with their place, {named} of {toName} with the right name");
        return wrong + (found * 20 < made * 19 || made < 100 ? 1 : 0);
    }

    /// <summary>At the place or inside it, or where the field is that it is in.</summary>
    private static bool IsAt(string told, string place) =>
        told.StartsWith(place, StringComparison.Ordinal) || place.StartsWith(told, StringComparison.Ordinal);

    private IEnumerable<(string Kind, IEnumerable<Mistake> Mistakes)> Kinds() =>
    [
        ("a member of a result that is renamed", _machines.SelectMany(RenamedMembers)),
        ("a path that is misspelt", Texts((place, text) => IsPath(place) && !IsIn(place, "ResultSelector") && Path().IsMatch(text) ? Misspelt(text, Path()) : null)),
        ("a ResultPath that drops what is read later", Fields("ResultPath", new JsonString("$.elsewhere")).Concat(Fields("ResultPath", JsonValue.Null))),
        ("a comparison with another type", Comparisons()),
        ("a variable's name that is wrong", Texts((place, text) => Variable().Match(text) is { Success: true } match ? Misspelt(text, Variable(), withName: false) : null)),
        ("a ResultSelector that reads what is not given", Texts((place, text) => IsIn(place, "ResultSelector") && Path().IsMatch(text) ? Misspelt(text, Path()) : null)),
        ("an argument of the wrong type", Arguments((name, value) => name is "TableName" or "QueueUrl" or "StateMachineArn" or "weight" or "label" or "country" || (name == "Key" && value is JsonObject)
            ? value is JsonObject ? new JsonString("one") : JsonReader.Parse("{\"of\": 1}")
            : null)),
        ("an argument that is needed and not given", Arguments((name, _) => name is "TableName" or "QueueUrl" or "StateMachineArn" or "weight" or "label" or "country" or "Bucket" or "Item" or "MessageBody" or "Key" ? JsonValue.Null : null)),
        ("items that are no list", Items()),
        ("a JSONata member that is misspelt", Texts((place, text) => text.StartsWith("{%", StringComparison.Ordinal) && Member().IsMatch(text) ? Misspelt(text, Member()) : null)),
    ];

    private static bool IsPath(JsonPlace place) => place.Key is { } key && (key.EndsWith(".$", StringComparison.Ordinal) || PathFields.Contains(key));

    private static bool IsIn(JsonPlace place, string field)
    {
        for (var at = place; at is not null; at = at.Outer)
        {
            if (at.Key == field)
                return true;
        }

        return false;
    }

    /// <summary>One letter less in a name.</summary>
    private static (string Text, string? Right)? Misspelt(string text, Regex pattern, bool withName = true)
    {
        var name = pattern.Matches(text)[^1].Groups["name"];
        if (name.Length < 4)
            return null;
        return (text.Remove(name.Index + (name.Length / 2), 1), withName ? name.Value : null);
    }

    private IEnumerable<Mistake> Texts(Func<JsonPlace, string, (string Text, string? Right)?> change)
    {
        foreach (var (name, definition, sources) in _machines)
        {
            foreach (var (place, value) in All(definition, JsonPlace.Root))
            {
                if (value is JsonString text && place.Key is not ("Comment" or "Next" or "Default" or "StartAt" or "Resource") && change(place, text.Value) is var (changed, right))
                    yield return new(name, (JsonObject)Put(definition, place, new JsonString(changed))!, sources, place, right, $"{text.Value} to {changed}");
            }
        }
    }

    private IEnumerable<Mistake> Fields(string field, JsonValue changed)
    {
        foreach (var (name, definition, sources) in _machines)
        {
            foreach (var (place, value) in All(definition, JsonPlace.Root))
            {
                // What nobody reads later is missed by nobody, nor is what another state puts there, too.
                if (place.Key == field && value is JsonString text && definition.Text.Split($"\"ResultPath\":{text.Text}").Length == 2
                    && definition.Text.Split($"\"{text.Value}.").Length + definition.Text.Split($" {text.Value}.").Length + definition.Text.Split($"({text.Value}.").Length > 3)
                {
                    yield return new(name, (JsonObject)Put(definition, place, changed)!, sources, null, null, $"{value.Text} to {changed.Text} at {place}");
                }
            }
        }
    }

    private IEnumerable<Mistake> Comparisons()
    {
        foreach (var (name, definition, sources) in _machines)
        {
            foreach (var (place, value) in All(definition, JsonPlace.Root))
            {
                (string Key, JsonValue Value)? other = place.Key switch
                {
                    "StringEquals" or "StringMatches" => ("NumericEquals", JsonValue.From(1)),
                    "NumericGreaterThan" => ("StringEquals", new JsonString("many")),
                    _ => null,
                };
                if (other is var (key, operand))
                {
                    foreach (var (with, to) in ((string, JsonValue)[])[(key, operand), ("BooleanEquals", JsonValue.True)])
                    {
                        var rule = (JsonObject)At(definition, place.Outer!)!;
                        var changed = JsonObject.Of([.. rule.Select(member => member.Key == place.Key ? (with, to) : (member.Key, member.Value))]);
                        yield return new(name, (JsonObject)Put(definition, place.Outer!, changed)!, sources, place.Outer, null, $"{place.Key} to {with}");
                    }
                }
            }
        }
    }

    private IEnumerable<Mistake> Arguments(Func<string, JsonValue, JsonValue?> change)
    {
        foreach (var (name, definition, sources) in _machines)
        {
            foreach (var (place, value) in All(definition, JsonPlace.Root))
            {
                if (place.Outer?.Key is not ("Parameters" or "Arguments") || place.Key is not { } key || change(key.EndsWith(".$", StringComparison.Ordinal) ? key[..^2] : key, value) is not { } changed)
                    continue;
                var members = (JsonObject)At(definition, place.Outer)!;
                var others = JsonObject.Of([.. members.Where(member => member.Key != key).Select(member => (member.Key, member.Value))]);
                if (changed is not JsonNull)
                    others = others.With(key.EndsWith(".$", StringComparison.Ordinal) ? key[..^2] : key, changed);
                yield return new(name, (JsonObject)Put(definition, place.Outer, others)!, sources, place.Outer, key.EndsWith(".$", StringComparison.Ordinal) ? key[..^2] : key, $"{key} at {place}");
            }
        }
    }

    private IEnumerable<Mistake> Items()
    {
        foreach (var (name, definition, sources) in _machines)
        {
            foreach (var (place, value) in All(definition, JsonPlace.Root))
            {
                string[] others = place.Key switch
                {
                    "ItemsPath" => ["$.claimId", "$.total", "$.customer.name", "$$.Execution.Name"],
                    "Items" => ["{% $states.input.shipmentId %}", "{% $many %}", "{% $count($states.input.parcels) %}", "{% $states.input.sender.name %}"],
                    _ => [],
                };
                foreach (var other in others)
                    yield return new(name, (JsonObject)Put(definition, place, new JsonString(other))!, sources, place, null, $"{value.Text} to {other}");
            }
        }
    }

    /// <summary>Renames each member of what a task gives that the machine names.</summary>
    private static IEnumerable<Mistake> RenamedMembers((string Name, JsonObject Definition, FlowSources Sources) machine)
    {
        var results = new Dictionary<string, Shape>(StringComparer.Ordinal);
        var text = machine.Definition.Text;
        var flow = MachineFlow.Of(DefinitionParser.Parse(JsonWriter.Compact(machine.Definition)).Definition!, machine.Sources);
        foreach (var state in flow.States.Where(state => state.State is Language.Definitions.TaskState { Resource.Kind: Language.Definitions.ResourceKind.LambdaFunction }))
            results[state.State.Name] = state.Result;
        foreach (var (state, result) in results)
        {
            foreach (var member in result.Members?.Names ?? [])
            {
                // Its name as a path or an expression reads it.
                if (!Regex.IsMatch(text, $@"\.{Regex.Escape(member)}\b"))
                    continue;
                var sources = machine.Sources with
                {
                    TaskOf = (task, sent) => machine.Sources.TaskOf(task, sent) is { } shapes && task.Name == state ? shapes with { Gives = Renamed(shapes.Gives, member) } : machine.Sources.TaskOf(task, sent),
                };
                yield return new(machine.Name, machine.Definition, sources, null, null, $"{member} of {state}");
            }
        }
    }

    private static Shape Renamed(Shape shape, string member)
    {
        var members = shape.Members!;
        return shape.Without(ShapeKinds.Object).Join(Shape.Of(members.With(member, Shape.Nothing).With($"{member}Renewed", members.At(member), members.Find(member)?.Origin)));
    }

    private static IEnumerable<(JsonPlace Place, JsonValue Value)> All(JsonValue value, JsonPlace place)
    {
        yield return (place, value);
        var inner = value switch
        {
            JsonObject members => members.SelectMany(member => All(member.Value, place.Member(member.Key))),
            JsonArray items => items.SelectMany((item, index) => All(item, place.Item(index))),
            _ => [],
        };
        foreach (var one in inner)
            yield return one;
    }

    private static JsonValue? At(JsonValue root, JsonPlace place) => place.Outer is null ? root : At(root, place.Outer) switch
    {
        JsonObject members => members[place.Key!],
        JsonArray items => items[place.Index],
        _ => null,
    };

    private static JsonValue Put(JsonValue root, JsonPlace place, JsonValue value)
    {
        if (place.Outer is null)
            return value;
        return Put(root, place.Outer, At(root, place.Outer) switch
        {
            JsonObject members => JsonObject.Of([.. members.Select(member => (member.Key, member.Key == place.Key ? value : member.Value))]),
            JsonArray items => JsonArray.Of(items.Select((item, index) => index == place.Index ? value : item)),
            var other => other!,
        });
    }

    [GeneratedRegex(@"\$(?!\$)(\[\d+\])?(\.[A-Za-z]\w*(\[\d+\])?)*\.(?<name>[A-Za-z]\w*)(\[\d+\])?(?!\w*[.(])")]
    private static partial Regex Path();

    [GeneratedRegex(@"(?<![$\w])\$(?<name>(?!states\b)[a-z]\w*)(?![\w(])")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$(states\.(input|result)|\w+)(\.[A-Za-z]\w*)*?\.(?!input\b|result\b|context\b|errorOutput\b)(?<name>[A-Za-z]\w*)")]
    private static partial Regex Member();
}
