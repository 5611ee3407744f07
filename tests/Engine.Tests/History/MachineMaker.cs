using System.Globalization;
using Stateside.Language.Evaluation;

namespace Stateside.Engine.Tests.History;

/// <summary>Makes up definitions.</summary>
internal sealed class MachineMaker(Chance chance)
{
    private int _states;

    public string Make() => Machine(2);

    private string Machine(int depth)
    {
        var names = Enumerable.Range(0, 1 + Below(3)).Select(_ => string.Create(CultureInfo.InvariantCulture, $"S{++_states}")).ToList();
        var states = names.Select((name, i) => $"\"{name}\": {State(depth, i + 1 < names.Count ? names[i + 1] : null, names)}");
        return $$"""{ "StartAt": "{{names[0]}}", "States": { {{string.Join(", ", states)}} } }""";
    }

    private string State(int depth, string? next, List<string> names)
    {
        var end = next is null ? "\"End\": true" : $"\"Next\": \"{next}\"";
        var kind = Below(depth > 0 ? 9 : 5);
        var handlers = "";
        if (kind is 0 or 1 or >= 5)
        {
            if (Below(3) == 0)
                handlers += ", \"Retry\": [{ \"ErrorEquals\": [\"States.ALL\"], \"IntervalSeconds\": 1, \"MaxAttempts\": 1 }]";
            if (next is not null && Below(4) == 0)
                handlers += $", \"Catch\": [{{ \"ErrorEquals\": [\"States.ALL\"], \"ResultPath\": null, \"Next\": \"{names[^1]}\" }}]";
        }

        return kind switch
        {
            0 or 1 => $$"""{ "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:F{{Below(2)}}", "ResultPath": null{{handlers}}, {{end}} }""",
            2 => $$"""{ "Type": "Wait", "Seconds": {{Below(4)}}, {{end}} }""",
            3 => $$"""{ "Type": "Pass", {{end}} }""",
            4 => next is null && Below(2) == 0 ? """{ "Type": "Fail", "Error": "No" }""" : $$"""{ "Type": "Pass", {{end}} }""",
            5 or 6 => $$"""{ "Type": "Parallel", "ResultPath": null{{handlers}}, {{end}}, "Branches": [{{string.Join(", ", Enumerable.Range(0, 1 + Below(3)).Select(_ => Machine(depth - 1)))}}] }""",
            _ => $$"""{ "Type": "Map", "ItemsPath": "$$.Execution.Input.items", "MaxConcurrency": {{Below(3)}}, "ItemSelector": {}, "ResultPath": null{{handlers}}, {{end}}, "ItemProcessor": {{Machine(depth - 1)}} }""",
        };
    }

    private int Below(int count) => (int)(chance.NextBits() % (ulong)count);
}
