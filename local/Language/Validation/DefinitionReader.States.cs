using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Services;
using Stateside.Language.Templates;

namespace Stateside.Language.Validation;

/// <summary>The states, one method each, and the fields that they share.</summary>
internal sealed partial class DefinitionReader
{
    private State? ReadState(string name, JsonValue value, JsonPlace place)
    {
        if (FieldsOf(value, place) is not { } fields)
            return null;
        fields.Language = StateLanguage(fields);
        var outerType = _stateType;
        var type = _stateType = fields.Kind("Type", "Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map");
        State? state = type switch
        {
            "Task" => ReadTask(name, fields),
            "Pass" => ReadPass(name, fields),
            "Choice" => ReadChoice(name, fields),
            "Wait" => ReadWait(name, fields),
            "Parallel" => ReadParallel(name, fields),
            "Map" => ReadMap(name, fields),
            "Succeed" => new SucceedState { Name = name, QueryLanguage = fields.Language },
            "Fail" => ReadFail(name, fields),
            _ => null,
        };
        if (type is null)
        {
            _stateType = outerType;
            return null;
        }

        if (state is not null)
            state = WithSharedFields(state, type, fields);
        fields.Finish();
        _stateType = outerType;

        // A Map whose processor cannot be read is left out of the tree; its other fields have been looked at all the same.
        return state is MapState { ItemProcessor: var processor } && ReferenceEquals(processor, NoDefinition) ? null : state;
    }

    private QueryLanguage StateLanguage(FieldReader fields)
    {
        var own = ReadQueryLanguage(fields);
        if (own == QueryLanguage.JsonPath && _machineLanguage == QueryLanguage.Jsonata)
        {
            fields.Refuse("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", fields.At("QueryLanguage"));
            fields.IgnoresOtherLanguage = true;
        }

        return own ?? _machineLanguage;
    }

    /// <summary>The fields that all types have, or all but a few.</summary>
    private State WithSharedFields(State state, string type, FieldReader fields)
    {
        state = state with { Comment = Comment(fields) };
        if (type == "Fail")
            return state;
        state = state with
        {
            InputPath = PathField(fields, "InputPath"),
            OutputPath = PathField(fields, "OutputPath"),
            Output = TemplateField(fields, QueryLanguage.Jsonata, "Output"),
        };
        if (type == "Succeed")
            return state;
        state = state with { Assign = AssignField(fields) };
        return type == "Choice" ? state : state with { Next = ReadNext(fields) };
    }

    /// <summary>Where the state leads to; null when it ends.</summary>
    private static string? ReadNext(FieldReader fields)
    {
        var ends = fields.Flag("End");
        var next = fields.Text("Next");
        if (ends != false)
            fields.ExactlyOne("Next", "End");
        else if (next is null)
            fields.RequireOne("Next", "End");
        return next;
    }

    private TaskState? ReadTask(string name, FieldReader fields)
    {
        fields.Require("Resource");
        var resource = fields.Text("Resource") is { } text ? ReadResource(text, fields.At("Resource"), IsForTasks) : null;
        var task = new TaskState
        {
            Name = name,
            QueryLanguage = fields.Language,
            Resource = resource ?? UnknownResource,
            TimeoutSeconds = SecondsField(fields, "TimeoutSeconds", 1),
            HeartbeatSeconds = SecondsField(fields, "HeartbeatSeconds", 1),
            Credentials = ReadCredentials(fields, resource),
            Problems = resource is null ? null : ProblemsOf(resource),
        };
        if (Constant(task.HeartbeatSeconds) > Constant(task.TimeoutSeconds))
            fields.Refuse("HeartbeatSeconds must be smaller than TimeoutSeconds", fields.At("HeartbeatSeconds"));
        task = (TaskState)WithWorkFields(task, fields);
        if (resource is { Kind: ResourceKind.Optimized or ResourceKind.AwsSdk, Service.Length: > 0 } && !options.IsAccepted)
            CheckArguments(resource, fields);
        return task;
    }

    private static double? Constant(ValueField? field) => field?.Template is LiteralTemplate { Value: JsonNumber number } ? number.Double : null;

    private bool IsForTasks(TaskResource resource) =>
        (options.IsAccepted && resource.Kind == ResourceKind.AwsSdk) || OptimizedIntegrations.IsForTasks(resource);

    /// <summary>What a Task's finished parameters are held against; the service's model is read when the first are there.</summary>
    private static Func<JsonObject, IReadOnlyList<string>?>? ProblemsOf(TaskResource resource)
    {
        if (resource.Kind is not (ResourceKind.Optimized or ResourceKind.AwsSdk))
            return null;
        var request = new Lazy<IntegrationRequest?>(() => IntegrationRequest.Find(resource));
        return parameters => request.Value?.Problems(parameters, ParameterForm.Values);
    }

    /// <summary>Parameters or Arguments as far as they are known already.</summary>
    private void CheckArguments(TaskResource resource, FieldReader fields)
    {
        var (name, form) = fields.Language == QueryLanguage.Jsonata
            ? ("Arguments", ParameterForm.Jsonata)
            : ("Parameters", ParameterForm.JsonPath);
        if (!fields.Has(name))
        {
            sink.Schema($"{name} field is required for resource ARN: {resource.Text}", fields.At("Resource"));
            return;
        }

        if (fields.Value[name] is not JsonObject given || IntegrationRequest.Find(resource)?.Problems(given, form) is not { } problems)
            return;
        foreach (var problem in problems)
            sink.Schema(problem, fields.At(name));
    }

    private WorkState WithWorkFields(WorkState state, FieldReader fields) => state with
    {
        Arguments = ArgumentsField(fields),
        ResultSelector = TemplateField(fields, QueryLanguage.JsonPath, "ResultSelector"),
        ResultPath = ResultPathField(fields),
        Retry = ReadRetry(fields),
        Catch = ReadCatch(fields),
    };

    private PayloadTemplate? ReadCredentials(FieldReader fields, TaskResource? resource)
    {
        if (fields.Object("Credentials") is not { } credentials)
            return null;
        if (resource is { Kind: ResourceKind.Activity })
            sink.Schema("The field 'Credentials' is not supported for activities", fields.At("Credentials"));
        if (!credentials.ContainsKey("RoleArn") && !credentials.ContainsKey("RoleArn.$"))
            sink.Schema("The field 'RoleArn' is required but was missing", fields.At("Credentials"));
        return CompileTemplate(credentials, fields.Language, fields.At("Credentials"), "Credentials");
    }

    private PassState ReadPass(string name, FieldReader fields) => new()
    {
        Name = name,
        QueryLanguage = fields.Language,
        Result = ReadPassResult(fields),
        Parameters = TemplateField(fields, QueryLanguage.JsonPath, "Parameters"),
        ResultPath = ResultPathField(fields),
    };

    private JsonValue? ReadPassResult(FieldReader fields)
    {
        var result = fields.TakeFor(QueryLanguage.JsonPath, "Result");
        if (result is not null)
            WarnOfStaticPaths(result, fields.At("Result"));
        return result;
    }

    private WaitState ReadWait(string name, FieldReader fields)
    {
        fields.ExactlyOne("SecondsPath", "Seconds", "TimestampPath", "Timestamp");
        return new WaitState
        {
            Name = name,
            QueryLanguage = fields.Language,
            Seconds = SecondsField(fields, "Seconds", 0, exclusive: false),
            Timestamp = ReadTimestamp(fields),
        };
    }

    private ValueField? ReadTimestamp(FieldReader fields)
    {
        var value = fields.Text("Timestamp");
        if (ReferenceField(fields, "TimestampPath") is { } path)
            return path;
        if (value is not { } text)
            return null;
        if (fields.Language == QueryLanguage.Jsonata && IsExpression(text, fields.At("Timestamp")))
            return ExpressionField(fields, "Timestamp", text, JsonataExpectation.String);
        if (!Timestamp.IsRfc3339(text))
            sink.Schema("String does not match RFC3339 timestamp", fields.At("Timestamp"));
        return new ValueField("Timestamp", new LiteralTemplate(new JsonString(text)));
    }

    private ParallelState ReadParallel(string name, FieldReader fields)
    {
        fields.Require("Branches");
        var branches = new List<Definition>();
        if (fields.Filled("Branches") is { } items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (ReadInner(items[i], fields.At("Branches").Item(i), isProcessor: false) is { } branch)
                    branches.Add(branch);
            }
        }

        return (ParallelState)WithWorkFields(new ParallelState { Name = name, QueryLanguage = fields.Language, Branches = branches }, fields);
    }

    private FailState ReadFail(string name, FieldReader fields)
    {
        fields.AtMostOne("Error", "ErrorPath");
        fields.AtMostOne("Cause", "CausePath");
        return new FailState
        {
            Name = name,
            QueryLanguage = fields.Language,
            Error = TextField(fields, "Error"),
            Cause = TextField(fields, "Cause"),
        };
    }

    /// <summary>A string that may be an expression, or a path or intrinsic function in the field of that name with Path at its end.</summary>
    private ValueField? TextField(FieldReader fields, string name)
    {
        var value = fields.Text(name);
        if (fields.TakeFor(QueryLanguage.JsonPath, name + "Path") is { } path)
            return fields.AsText(path, name + "Path") is { } query ? CompileValue(query, fields.At(name + "Path"), name + "Path") : null;
        if (value is not { } text)
            return null;
        if (fields.Language == QueryLanguage.Jsonata && IsExpression(text, fields.At(name)))
            return ExpressionField(fields, name, text, JsonataExpectation.String);
        if (fields.Language == QueryLanguage.JsonPath)
            WarnOfMissingPath(text, fields.At(name));
        return new ValueField(name, new LiteralTemplate(new JsonString(text)));
    }

    /// <summary>An integer, an expression, or a reference path in the field of that name with Path at its end.</summary>
    private ValueField? SecondsField(FieldReader fields, string name, long minimum, bool exclusive = true) =>
        IntegerField(fields, name, minimum, MaxSeconds, exclusive);

    private ValueField? IntegerField(FieldReader fields, string name, long minimum, long maximum, bool exclusive = true) =>
        NumericField(fields, name, exclusive, value => fields.AsInteger(value, name, minimum, maximum) is not null);

    private ValueField? NumberField(FieldReader fields, string name, double minimum, double maximum) =>
        NumericField(fields, name, exclusive: true, value => fields.AsNumber(value, name, minimum, maximum) is not null);

    private ValueField? NumericField(FieldReader fields, string name, bool exclusive, Func<JsonValue?, bool> isRight)
    {
        if (exclusive)
            fields.AtMostOne(name, name + "Path");
        var value = fields.Take(name);
        if (ReferenceField(fields, name + "Path") is { } path)
            return path;
        if (value is JsonString text && fields.Language == QueryLanguage.Jsonata && JsonataTemplate.IsExpression(text.Value))
            return ExpressionField(fields, name, text.Value, JsonataExpectation.Number);
        return isRight(value) ? new ValueField(name, new LiteralTemplate(value!)) : null;
    }

    private ValueField? ReferenceField(FieldReader fields, string name) =>
        fields.TakeFor(QueryLanguage.JsonPath, name) is { } value && fields.AsText(value, name) is { } text
                && CompileReference(text, fields.At(name), allowsContext: false) is { } path
            ? PathValue(name, path)
            : null;

    private JsonPath? PathField(FieldReader fields, string name) => fields.TakeFor(QueryLanguage.JsonPath, name) switch
    {
        null => JsonPath.Root,
        JsonNull => null,
        var value => fields.AsText(value, name) is { } text ? CompilePath(text, fields.At(name)) : null,
    };

    private ReferencePath? ResultPathField(FieldReader fields) => fields.TakeFor(QueryLanguage.JsonPath, "ResultPath") switch
    {
        null => ReferencePath.Root,
        JsonNull => null,
        var value => fields.AsText(value, "ResultPath") is { } text ? CompileResultPath(text, fields.At("ResultPath")) : null,
    };

    /// <summary>Parameters in JSONPath, Arguments in JSONata.</summary>
    private PayloadTemplate? ArgumentsField(FieldReader fields, string outer = "") =>
        TemplateField(fields, QueryLanguage.JsonPath, "Parameters", outer) ?? TemplateField(fields, QueryLanguage.Jsonata, "Arguments", outer);

    private PayloadTemplate? TemplateField(FieldReader fields, QueryLanguage language, string name, string outer = "")
    {
        if (fields.TakeFor(language, name) is not { } value)
            return null;
        if (language == QueryLanguage.JsonPath && name is not "Parameters" && value is not JsonObject)
        {
            sink.Schema("Expected value of type Object", fields.At(name));
            return null;
        }

        return CompileTemplate(value, language, fields.At(name), outer + name);
    }

    private PayloadTemplate? AssignField(FieldReader fields, string outer = "")
    {
        if (fields.Object("Assign") is not { } assign)
            return null;
        CheckVariableNames(assign, fields);
        return CompileTemplate(assign, fields.Language, fields.At("Assign"), outer + "Assign");
    }
}
