using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Language.Validation;

/// <summary>
/// Builds the tree of a definition from its JSON, field by field. Where something is wrong it leaves a finding and goes on; a tree with
/// findings is thrown away at the end.
/// </summary>
internal sealed partial class DefinitionReader(DiagnosticSink sink, DefinitionOptions options)
{
    /// <summary>The longest name of a state, in characters.</summary>
    private const int MaxNameLength = 80;

    /// <summary>The largest number of seconds that the service takes where it takes any.</summary>
    private const long MaxSeconds = 99_999_999;

    /// <summary>Definitions inside definitions more deeply than this are refused before they can exhaust the stack.</summary>
    private const int MaxNesting = 50;

    private QueryLanguage _machineLanguage;
    private bool _express = options.Express;
    private int _nesting;

    public Definition? ReadMachine(JsonObject machine)
    {
        var fields = new FieldReader(machine, JsonPlace.Root, sink);
        _machineLanguage = ReadQueryLanguage(fields) ?? QueryLanguage.JsonPath;
        fields.Require("States", "StartAt");
        _ = fields.OneOf("Version", "1.0");
        var timeout = fields.Integer("TimeoutSeconds", 0, MaxSeconds);

        // The service takes 0, which limits nothing.
        return ReadStates(fields, timeout == 0 ? null : timeout, null);
    }

    public State? ReadLoneState(string name, JsonObject state)
    {
        var language = state["QueryLanguage"] is JsonString { Value: "JSONata" } ? QueryLanguage.Jsonata : QueryLanguage.JsonPath;
        _machineLanguage = language;
        return ReadState(name, state, JsonPlace.Root);
    }

    /// <summary>The fields of an object; null of anything else, which is a finding.</summary>
    private FieldReader? FieldsOf(JsonValue value, JsonPlace place, QueryLanguage language = QueryLanguage.JsonPath)
    {
        if (value is JsonObject members)
            return new FieldReader(members, place, sink) { Language = language };
        sink.Schema("Expected value of type Object", place);
        return null;
    }

    /// <summary>A branch of a Parallel state or the item processor of a Map.</summary>
    private Definition? ReadInner(JsonValue value, JsonPlace place, bool isProcessor)
    {
        if (FieldsOf(value, place) is not { } fields)
            return null;
        if (_nesting >= MaxNesting)
        {
            sink.Error(DiagnosticCodes.TooDeeplyNested, "The states are too deeply nested", place);
            return null;
        }

        fields.Require("States", "StartAt");
        var processor = isProcessor ? ReadProcessorConfig(fields) : null;
        var outerIsExpress = _express;
        _express |= processor is { Express: true };
        _nesting++;
        var definition = ReadStates(fields, null, processor);
        _nesting--;
        _express = outerIsExpress;
        return definition;
    }

    private Definition? ReadStates(FieldReader fields, long? timeout, ProcessorConfig? processor)
    {
        var startAt = fields.Text("StartAt");
        var states = new List<State>();
        if (fields.Object("States") is { } members)
        {
            var place = fields.At("States");
            if (members.Count == 0)
                sink.Schema("Value cannot be empty", place);
            for (var i = 0; i < members.Count; i++)
            {
                var name = members.Keys[i];
                CheckName(name, place.Member(name));
                if (ReadState(name, members.Values[i], place.Member(name)) is { } state)
                    states.Add(state);
            }
        }

        fields.Finish();
        if (startAt is null || states.Count == 0)
            return null;
        return new Definition(startAt, states)
        {
            Comment = Comment(fields),
            QueryLanguage = _machineLanguage,
            TimeoutSeconds = timeout,
            Processor = processor,
        };
    }

    private void CheckName(string name, JsonPlace place)
    {
        if (name.Length == 0)
            sink.Error(DiagnosticCodes.InvalidStateName, "State name must not be empty", place);
        else if (name.Length > MaxNameLength)
            sink.Error(DiagnosticCodes.InvalidStateName, $"Invalid State name: {name} exceeds the {MaxNameLength}-character limit allowed by the service", place);
    }

    private static QueryLanguage? ReadQueryLanguage(FieldReader fields) =>
        fields.OneOf("QueryLanguage", "JSONPath", "JSONata") switch
        {
            "JSONPath" => QueryLanguage.JsonPath,
            "JSONata" => QueryLanguage.Jsonata,

            // The service takes whatever is not exactly JSONPath for JSONata, beside saying that it is wrong.
            _ => fields.Has("QueryLanguage") ? QueryLanguage.Jsonata : null,
        };

    private static string? Comment(FieldReader fields) => (fields.Take("Comment") as JsonString)?.Value;
}
