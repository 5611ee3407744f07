using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Conformance.Replays;

/// <summary>A history in a recording of AWS, with the definition that it is of.</summary>
/// <param name="Id">The case and what it calls the history.</param>
/// <param name="Definition">The definition's text.</param>
/// <param name="Input">The input that was sent; null for none.</param>
/// <param name="Events">The recorded events, as the API or the log group has them, with placeholders.</param>
/// <param name="IsLog">Whether they are log lines.</param>
/// <param name="IsExpress">Whether the machine is an Express one.</param>
internal sealed partial record RecordedCase(string Id, string Definition, JsonValue? Input, JsonArray Events, bool IsLog, bool IsExpress)
{
    /// <summary>What this recording has in the place of what differs from run to run, beside what all have.</summary>
    public required IReadOnlyList<string> Placeholders { get; init; }

    /// <summary>All histories of AWS in a folder of cases.</summary>
    public static IEnumerable<RecordedCase> In(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var json in JsonReader.Parse(File.ReadAllText(file)) is JsonArray cases ? cases.OfType<JsonObject>() : [])
            {
                if (Text(json["evidence"])?.StartsWith("aws", StringComparison.Ordinal) == true && json["expected"] is JsonObject)
                {
                    foreach (var found in new CaseReader(json).Read())
                        yield return found;
                }
            }
        }
    }

    private static string? Text(JsonValue? value) => (value as JsonString)?.Value;

    /// <summary>Goes through what a case asks, so that it knows which machine each history is of.</summary>
    private sealed partial class CaseReader(JsonObject json)
    {
        private readonly Dictionary<string, (string Definition, bool IsExpress)> _machines = [];
        private readonly Dictionary<string, (string Machine, JsonValue? Input)> _executions = [];
        private readonly Dictionary<string, string> _histories = [];
        private readonly Dictionary<string, string> _answers = [];
        private readonly Dictionary<string, string> _resources = [];
        private readonly List<(Regex Pattern, string Replacement)> _replacements = [];

        public IEnumerable<RecordedCase> Read()
        {
            var id = Text(json["id"])!.Split("::", 2)[1];
            Take(json["setup"] as JsonArray);
            foreach (var execution in json["executions"] is JsonArray several ? several.OfType<JsonObject>() : [json])
                TakeExecution(execution);
            foreach (var (call, observed) in json["observe"] as JsonObject ?? JsonObject.Empty)
            {
                if (Text((observed as JsonObject)?["call"]) == "GetExecutionHistory")
                    _histories[call] = Text(((JsonObject)observed)["execution"])!;
            }

            Take(json["steps"] as JsonArray);
            foreach (var resource in (json["resources"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>())
                AddResource(resource);
            AddReplacements();
            string[] placeholders = [.. (json["transformers"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>().Select(transformer => Text(transformer["replacement"])).OfType<string>().Distinct()];
            var matches = json["matches"] as JsonObject ?? JsonObject.Empty;
            foreach (var (key, value) in (JsonObject)json["expected"]!)
            {
                var call = Text((matches[key] as JsonObject)?["$ref"]) ?? _answers.GetValueOrDefault(key);
                if (value is JsonObject history && history["events"] is JsonArray { Count: > 0 } events && (events[0] as JsonObject)?["previousEventId"] is not null
                    && call is not null && _histories.TryGetValue(call, out var execution) && Case(execution) is var (definition, input, isExpress))
                {
                    yield return new RecordedCase($"{id} {key}", definition, input, (JsonArray)Filled(events), false, isExpress) { Placeholders = placeholders };
                }
                else if (value is JsonArray { Count: > 0 } lines && (lines[0] as JsonObject)?["execution_arn"] is not null
                    && _executions.Count == 1 && Case(_executions.Keys.Single()) is var (logged, loggedInput, isLoggedExpress))
                {
                    yield return new RecordedCase($"{id} {key}", logged, loggedInput, (JsonArray)Filled(lines), true, isLoggedExpress) { Placeholders = placeholders };
                }
            }
        }

        private (string Definition, JsonValue? Input, bool IsExpress)? Case(string execution)
        {
            if (!_executions.TryGetValue(execution, out var started) || !_machines.TryGetValue(started.Machine, out var machine))
                return null;
            return (Concrete(machine.Definition), started.Input is null ? null : JsonReader.Parse(Concrete(JsonWriter.Compact(Plain(started.Input)))), machine.IsExpress);
        }

        private void TakeExecution(JsonObject execution)
        {
            var machine = Text(execution["machine"]) ?? Text(execution["machine_id"]);
            if (machine is null || (Text(execution["execution_id"]) ?? Text(execution["id"])) is not { } id || (execution["definition"] ?? json["definition"]) is not { } definition)
                return;
            _machines.TryAdd(machine, (TextOf(definition), Text(execution["type"] ?? json["type"]) == "EXPRESS"));
            _executions[id] = (machine, execution["input"]);
        }

        private void Take(JsonArray? steps)
        {
            foreach (var step in (steps ?? JsonArray.Empty).OfType<JsonObject>())
            {
                Take(step["poll"] as JsonArray);
                Take(step["background"] as JsonArray);
                if (Text(step["match"]) is { } key && Text((step["value"] as JsonObject)?["$ref"]) is { } answer)
                    _answers[key] = answer;
                if (Text(step["id"]) is not { } id || step["params"] is not JsonObject parameters)
                    continue;
                switch (Text(step["op"]))
                {
                    case "CreateStateMachine" when parameters["definition"] is { } definition:
                        _machines[id] = (TextOf(definition), Text(parameters["type"]) == "EXPRESS");
                        _resources[$"{id}.stateMachineArn"] = $"arn:aws:states:us-east-1:111111111111:stateMachine:{Text(parameters["name"])}";
                        break;
                    case "CreateActivity":
                        _resources[$"{id}.activityArn"] = $"arn:aws:states:us-east-1:111111111111:activity:{Text(parameters["name"])}";
                        break;
                    case "UpdateStateMachine" when parameters["definition"] is { } definition && MachineOf(parameters) is { } updated && _machines.ContainsKey(updated):
                        _machines[updated] = (TextOf(definition), _machines[updated].IsExpress);
                        break;
                    case "StartExecution" or "StartSyncExecution" when MachineOf(parameters) is { } machine:
                        _executions[id] = (machine, parameters["input"] is JsonObject input ? input["$json"] : parameters["input"] is JsonString text && JsonReader.TryParse(text.Value, out var given) ? given : null);
                        break;
                    case "GetExecutionHistory" when Reference().Match(Text(parameters["executionArn"]) ?? "") is { Success: true } execution:
                        _histories[id] = execution.Groups[1].Value;
                        break;
                }
            }
        }

        private static string? MachineOf(JsonObject parameters) =>
            Reference().Match(Text(parameters["stateMachineArn"]) ?? "") is { Success: true } match ? match.Groups[1].Value : null;

        private static string TextOf(JsonValue definition) => definition switch
        {
            JsonObject wrapped when wrapped["$json"] is { } inner => JsonWriter.Compact(Plain(inner)),
            JsonObject wrapped when wrapped["$text"] is JsonString text => text.Value,
            JsonString text => text.Value,
            _ => JsonWriter.Compact(Plain(definition)),
        };

        /// <summary>A value with its long texts written out.</summary>
        private static JsonValue Plain(JsonValue value) => value switch
        {
            JsonObject wrapped when wrapped["$repeat"] is JsonArray parts => new JsonString(string.Concat(parts.Select(part => part is JsonObject repeated
                ? string.Concat(Enumerable.Repeat(Text(repeated["text"]), (int)((JsonNumber)repeated["count"]!).Int64))
                : Text(part)))),
            JsonObject members => JsonObject.Of([.. members.Select(member => (member.Key, Plain(member.Value)))]),
            JsonArray items => JsonArray.Of(items.Select(Plain)),
            _ => value,
        };

        private void AddResource(JsonObject resource)
        {
            var (at, name, service) = (Text(resource["ref"])!, Text(resource["name"]) ?? "", Text(resource["service"]));
            var account = resource["account"] is null ? "111111111111" : "<secondary_test_aws_account_id>";
            _resources[$"{at}.arn"] = service switch
            {
                "iam" => $"arn:aws:iam::{account}:role/{name}",
                "lambda" => $"arn:aws:lambda:us-east-1:{account}:function:{name}",
                _ => $"arn:aws:{service}:us-east-1:{account}:{name}",
            };
            _resources[$"{at}.url"] = $"https://sqs.us-east-1.amazonaws.com/{account}/{name}";
            _resources[$"{at}.name"] = name;
        }

        private void AddReplacements()
        {
            foreach (var transformer in (json["transformers"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>())
            {
                var (pattern, replacement) = (Text(transformer["regex"]) ?? Text(transformer["text"]), Text(transformer["replacement"]));
                if (pattern is null || replacement is null || Resolved(pattern) is not { } resolved || resolved.Contains("${", StringComparison.Ordinal)
                    || resolved.StartsWith("arn:", StringComparison.Ordinal) || resolved.StartsWith("2026-", StringComparison.Ordinal))
                {
                    // Without its ARNs a definition is none, nor waits it for what is no time.
                    continue;
                }

                try
                {
                    _replacements.Add((new Regex(Text(transformer["kind"]) == "text" ? Regex.Escape(resolved) : resolved), replacement));
                }
                catch (ArgumentException)
                {
                    // A pattern of Python's that is none here only leaves a placeholder unfilled.
                }
            }
        }

        /// <summary>A text of the case as the recording would show it, but for placeholders that every recording has.</summary>
        private string Concrete(string text)
        {
            text = Resolved(text)!;
            foreach (var (pattern, replacement) in _replacements)
                text = pattern.Replace(text, _ => replacement);
            return General(text);
        }

        private string Resolved(string text)
        {
            for (var i = 0; i < 3; i++)
            {
                text = Use().Replace(text, match => match.Groups[1].Value switch
                {
                    "account" => "111111111111",
                    "account2" => "<secondary_test_aws_account_id>",
                    "region" => "us-east-1",
                    "now" => "2026-01-01T00:00:00",
                    ['u', 'i', 'd', .. var number] => $"uid{number}x",
                    var use => _resources.GetValueOrDefault(use, match.Value),
                });
            }

            return text;
        }

        private static JsonValue Filled(JsonValue value) => value switch
        {
            JsonString text => new JsonString(General(text.Value)),
            JsonArray items => JsonArray.Of(items.Select(Filled)),
            JsonObject members => JsonObject.Of([.. members.Select(member => (General(member.Key), Filled(member.Value)))]),
            _ => value,
        };

        private static string General(string text) => text
            .Replace("<partition>", "aws", StringComparison.Ordinal)
            .Replace("<region>", "us-east-1", StringComparison.Ordinal)
            .Replace("<secondary_test_aws_account_id>", "222222222222", StringComparison.Ordinal)
            .Replace("<test_aws_account_id>", "111111111111", StringComparison.Ordinal);

        [GeneratedRegex(@"^\$\{(r\d+)\.")]
        private static partial Regex Reference();

        [GeneratedRegex(@"\$\{([^{}]*)\}")]
        private static partial Regex Use();
    }
}
