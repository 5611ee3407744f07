using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Validation;

/// <summary>Retry and Catch.</summary>
internal sealed partial class DefinitionReader
{
    private const long MaxDelay = 31_622_400;

    private List<Retrier> ReadRetry(FieldReader fields)
    {
        var retriers = new List<Retrier>();
        ForEach(fields, "Retry", (retry, isLast) =>
        {
            retry.Require("ErrorEquals");
            var errors = ReadErrorEquals(retry, isLast);
            var interval = retry.Integer("IntervalSeconds", 0, MaxSeconds);
            var attempts = retry.Integer("MaxAttempts", 0, MaxSeconds);
            var rate = retry.Number("BackoffRate", 1, double.MaxValue);
            var cap = retry.Integer("MaxDelaySeconds", 1, MaxDelay);
            var jitter = retry.OneOf("JitterStrategy", "NONE", "FULL");
            if (cap is { } longest && longest <= (interval ?? 1))
                retry.Refuse("MaxDelaySeconds must be greater than IntervalSeconds", retry.At("MaxDelaySeconds"));
            retriers.Add(new Retrier(errors)
            {
                IntervalSeconds = interval ?? 1,
                MaxAttempts = attempts ?? 3,
                BackoffRate = rate ?? 2,
                MaxDelaySeconds = cap,
                FullJitter = jitter == "FULL",
                Comment = Comment(retry),
            });
        });
        return retriers;
    }

    private List<Catcher> ReadCatch(FieldReader fields)
    {
        var catchers = new List<Catcher>();
        ForEach(fields, "Catch", (handler, isLast) =>
        {
            handler.Require("ErrorEquals", "Next");
            var at = $"Catch[{catchers.Count}]/";
            catchers.Add(new Catcher(ReadErrorEquals(handler, isLast), handler.Text("Next") ?? "")
            {
                ResultPath = ResultPathField(handler),
                Output = TemplateField(handler, QueryLanguage.Jsonata, "Output", at),
                Assign = AssignField(handler, at),
                Comment = Comment(handler),
            });
        });
        return catchers;
    }

    private void ForEach(FieldReader fields, string name, Action<FieldReader, bool> read)
    {
        if (fields.Array(name) is not { } items)
            return;
        for (var i = 0; i < items.Count; i++)
        {
            if (FieldsOf(items[i], fields.At(name).Item(i), fields.Language) is not { } item)
                continue;
            read(item, i == items.Count - 1);
            item.Finish();
        }
    }

    private List<string> ReadErrorEquals(FieldReader fields, bool isLast)
    {
        var names = new List<string>();
        if (fields.Filled("ErrorEquals") is not { } items)
            return names;
        var place = fields.At("ErrorEquals");
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is not JsonString { Value: var name })
            {
                sink.Schema("Expected value of type String", place.Item(i));
                continue;
            }

            if (name == ErrorNames.All && (items.Count > 1 || !isLast))
                sink.Schema("States.ALL must appear alone and at end of list", place.Item(i));
            names.Add(name);
        }

        return names;
    }
}
