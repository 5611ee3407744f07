using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;
using Stateside.Language.Templates;

namespace Stateside.Language.Validation;

/// <summary>The Map state and what a distributed one adds.</summary>
internal sealed partial class DefinitionReader
{
    /// <summary>The longest label, in characters.</summary>
    private const int MaxLabelLength = 40;

    private const long MaxItems = 100_000_000;
    private const long MaxBatchBytes = 262_144;
    private const string NotAllowed = "The field 'Resource' does not match any of the allowed values";

    private readonly HashSet<string> _labels = new(StringComparer.Ordinal);

    private MapState ReadMap(string name, FieldReader fields)
    {
        // Iterator is the older spelling.
        fields.ExactlyOne("ItemProcessor", "Iterator");
        var spelling = fields.Has("ItemProcessor") ? "ItemProcessor" : "Iterator";
        _ = fields.Take("Iterator");
        var processor = fields.Take(spelling) is { } inner ? ReadInner(inner, fields.At(spelling), isProcessor: true) : null;
        fields.AtMostOne("ItemSelector", "Parameters");
        return new MapState
        {
            Name = name,
            QueryLanguage = fields.Language,
            ItemProcessor = processor ?? NoDefinition,
            Items = ReadItems(fields),
            ItemSelector = ReadItemSelector(fields),
            MaxConcurrency = IntegerField(fields, "MaxConcurrency", 0, long.MaxValue),
            ToleratedFailureCount = IntegerField(fields, "ToleratedFailureCount", 0, long.MaxValue),
            ToleratedFailurePercentage = NumberField(fields, "ToleratedFailurePercentage", 0, 100),
            Label = ReadLabel(fields),
            ItemReader = ReadItemReader(fields),
            ItemBatcher = ReadItemBatcher(fields),
            ResultWriter = ReadResultWriter(fields),
            ResultSelector = TemplateField(fields, QueryLanguage.JsonPath, "ResultSelector"),
            ResultPath = ResultPathField(fields),
            Retry = ReadRetry(fields),
            Catch = ReadCatch(fields),
        };
    }

    private ProcessorConfig? ReadProcessorConfig(FieldReader fields)
    {
        if (fields.Object("ProcessorConfig") is not { } members)
            return null;
        var config = new FieldReader(members, fields.At("ProcessorConfig"), sink);
        var mode = config.Has("Mode") ? config.Kind("Mode", "INLINE", "DISTRIBUTED") : "INLINE";
        if (mode is null)
            return null;
        var distributed = mode == "DISTRIBUTED";
        if (distributed && _express)
            sink.Schema("The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines", config.At("Mode"));

        // An inline Map has no child executions, so the field is not supported there.
        var type = distributed ? config.OneOf("ExecutionType", "STANDARD", "EXPRESS") : null;
        if (distributed)
            config.Require("ExecutionType");
        config.Finish();
        return new ProcessorConfig(distributed, type == "EXPRESS");
    }

    private ValueField? ReadItems(FieldReader fields)
    {
        if (fields.TakeFor(QueryLanguage.JsonPath, "ItemsPath") is { } path)
        {
            return fields.AsText(path, "ItemsPath") is { } text && CompileReference(text, fields.At("ItemsPath"), allowsContext: true) is { } compiled
                ? PathValue("ItemsPath", compiled)
                : null;
        }

        return fields.TakeFor(QueryLanguage.Jsonata, "Items") switch
        {
            null => null,
            JsonString text when IsExpression(text.Value, fields.At("Items")) => ExpressionField(fields, "Items", text.Value, JsonataExpectation.Array),
            var items when CompileTemplate(items, QueryLanguage.Jsonata, fields.At("Items"), "Items") is { } template => new ValueField("Items", template),
            _ => null,
        };
    }

    private PayloadTemplate? ReadItemSelector(FieldReader fields)
    {
        // Parameters is the older spelling.
        var older = TemplateField(fields, QueryLanguage.JsonPath, "Parameters");
        return fields.Take("ItemSelector") is { } selector
            ? CompileTemplate(selector, fields.Language, fields.At("ItemSelector"), "ItemSelector")
            : older;
    }

    private string? ReadLabel(FieldReader fields)
    {
        if (fields.Text("Label") is not { } label)
            return null;
        var place = fields.At("Label");
        if (label.Length == 0)
            sink.Error(DiagnosticCodes.InvalidLabelName, "Label cannot be empty", place);
        else if (label.Length > MaxLabelLength)
            sink.Error(DiagnosticCodes.InvalidLabelName, $"Label cannot exceed {MaxLabelLength} characters", place);
        else if (IndexOfBadLabelCharacter(label) is var at && at >= 0)
            sink.Error(DiagnosticCodes.InvalidLabelName, $"Label contains invalid character: '{label[at]}'", place);
        else if (!_labels.Add(label))
            sink.Error(DiagnosticCodes.DuplicateLabelName, $"Duplicate Label name: {label}", place);
        return label;
    }

    private static int IndexOfBadLabelCharacter(string label)
    {
        for (var i = 0; i < label.Length; i++)
        {
            var c = label[i];
            if (char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c) || "<>{}[]?*\"#%\\^|~`$&,;:/".Contains(c, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }

    private FieldReader? Section(FieldReader fields, string name) =>
        fields.Object(name) is { } members ? new FieldReader(members, fields.At(name), sink) { Language = fields.Language } : null;

    private ItemReader? ReadItemReader(FieldReader fields)
    {
        if (Section(fields, "ItemReader") is not { } reader)
            return null;
        reader.Require("Resource");
        var resource = reader.Text("Resource") is { } text ? ReadResource(text, reader.At("Resource"), OptimizedIntegrations.IsForReading, NotAllowed) : null;
        var arguments = ArgumentsField(reader, "ItemReader/");
        ValueField? maxItems = null;
        var configuration = JsonObject.Empty;
        if (Section(reader, "ReaderConfig") is { } config)
        {
            configuration = config.Value;
            maxItems = IntegerField(config, "MaxItems", 0, MaxItems);
            ReadInputType(config);
            if (configuration["InputType"] is JsonString { Value: "PARQUET" })
                RefuseVersions(reader);
        }

        reader.Finish();
        return new ItemReader(resource ?? UnknownResource, arguments, configuration, maxItems);
    }

    /// <summary>Of a Parquet file no version can be asked for.</summary>
    private void RefuseVersions(FieldReader reader)
    {
        var name = reader.Language == QueryLanguage.Jsonata ? "Arguments" : "Parameters";
        if (reader.Value[name] is not JsonObject asked)
            return;
        var parameters = new FieldReader(asked, reader.At(name), sink);
        foreach (var key in asked.Keys)
        {
            if (key is "VersionId" or "VersionId.$")
                parameters.Refuse($"Field '{key}' is not supported", parameters.At(key));
        }
    }

    /// <summary>What is read and how: the type says which other fields there are.</summary>
    private void ReadInputType(FieldReader config)
    {
        var isFlattened = config.OneOf("Transformation", "NONE", "LOAD_AND_FLATTEN") == "LOAD_AND_FLATTEN";
        var type = config.Has("InputType") || isFlattened ? config.Kind("InputType", "CSV", "JSON", "JSONL", "PARQUET", "MANIFEST") : "";
        if (type is null)
            return;
        if (type == "CSV")
        {
            if (config.Kind("CSVHeaderLocation", "FIRST_ROW", "GIVEN") is not { } location)
                return;
            if (location == "GIVEN")
            {
                config.Require("CSVHeaders");
                _ = config.Array("CSVHeaders");
            }
        }
        else if (type is "MANIFEST" or "")
        {
            _ = config.OneOf("CSVHeaderLocation", "FIRST_ROW", "GIVEN");
            _ = config.Array("CSVHeaders");
        }

        if (type is "CSV" or "MANIFEST" or "")
            _ = config.OneOf("CSVDelimiter", "COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB");
        if (type != "JSON")
            _ = config.OneOf("ManifestType", "ATHENA_DATA", "S3_INVENTORY");

        if (TextField(config, "ItemsPointer")?.Template is LiteralTemplate { Value: JsonString { Value: [not '/', ..] pointer } })
            sink.Schema($"Invalid input: JSON Pointer expression must start with '/': \"{pointer}\"", config.At("ItemsPointer"));
        config.Finish();
    }

    private ItemBatcher? ReadItemBatcher(FieldReader fields)
    {
        if (Section(fields, "ItemBatcher") is not { } batcher)
            return null;
        batcher.AtLeastOne(
            fields.Language == QueryLanguage.JsonPath
                ? ["MaxItemsPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"]
                : ["MaxItemsPerBatch", "MaxInputBytesPerBatch"]);
        var items = IntegerField(batcher, "MaxItemsPerBatch", 0, MaxItems);
        var bytes = IntegerField(batcher, "MaxInputBytesPerBatch", 0, MaxBatchBytes);
        var input = batcher.Take("BatchInput") is { } batchInput
            ? CompileTemplate(batchInput, fields.Language, batcher.At("BatchInput"), "ItemBatcher/BatchInput")
            : null;
        batcher.Finish();
        return new ItemBatcher(items, bytes, input);
    }

    private ResultWriter? ReadResultWriter(FieldReader fields)
    {
        if (Section(fields, "ResultWriter") is not { } writer)
            return null;
        writer.AtLeastOne("Resource", "WriterConfig");
        var resource = writer.Text("Resource") is { } text ? ReadResource(text, writer.At("Resource"), OptimizedIntegrations.IsForWriting, NotAllowed) : null;
        var arguments = ArgumentsField(writer, "ResultWriter/");
        var configuration = JsonObject.Empty;
        if (Section(writer, "WriterConfig") is { } config)
        {
            configuration = config.Value;
            _ = config.OneOf("Transformation", "NONE", "COMPACT", "FLATTEN");
            _ = config.OneOf("OutputType", "JSON", "JSONL");
            config.Finish();
        }

        writer.Finish();
        return new ResultWriter(resource, arguments, configuration);
    }
}
