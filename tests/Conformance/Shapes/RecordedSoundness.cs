using Stateside.Conformance.Replays;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Evaluation;
using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Conformance.Shapes;

/// <summary>Holds every value of the executions that AWS recorded against what is known of it before.</summary>
internal static class RecordedSoundness
{
    /// <summary>Checks the recordings of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="seed">What generalizations derive from.</param>
    /// <returns>How many are wrong.</returns>
    public static int Run(string folder, ulong seed)
    {
        var services = GivenDefinition.Services();
        var maker = new ShapeMaker(new Chance(seed));
        var (executions, wrong, values, known, without) = (0, 0, 0L, 0L, 0);
        foreach (var recorded in RecordedCase.In(folder))
        {
            var parsed = (recorded.IsExpress ? StateMachineType.Express : StateMachineType.Standard).ParseAccepted(recorded.Definition);
            RecordedExecution record;
            try
            {
                record = new RecordedCaseFilling(recorded).Fill();
            }
            catch (RecordException)
            {
                continue;
            }

            if (parsed.Definition is not { } definition || !record.HasData)
            {
                without++;
                continue;
            }

            executions++;
            var input = record.Input ?? JsonObject.Empty;
            IReadOnlyList<(string What, FlowSources Sources)> views =
            [
                ("with nothing known", FlowSources.None),
                ("with the services known", services),
                ("with the input known", services with { Input = Shape.Constant(input) }),
                .. Enumerable.Range(2, 6).Select(share => ($"with a part of the input known ({share})", services with { Input = maker.Generalize(input, share) })),
            ];
            foreach (var (what, sources) in views)
            {
                var witness = new FlowWitness(MachineFlow.Of(definition, sources, parsed.Source), text => IsPlaceholder(recorded, text));
                if (witness.Problem(record.Events, record.Output) is { } problem)
                {
                    wrong++;
                    Console.WriteLine($"{recorded.Id}, {what}: {(problem.Length > 700 ? problem[..700] : problem)}");
                    break;
                }

                values += witness.Values;
                known += witness.Known;
            }
        }

        Console.WriteLine($"shapes: {executions} recorded executions ({without} more have no data), {values} values, of {known} more is known than that they are there; {wrong} are wrong");
        return wrong + (executions == 0 ? 1 : 0);
    }

    /// <summary>Whether a recorded text stands for a value that differs from run to run, also one that was no text.</summary>
    private static bool IsPlaceholder(RecordedCase recorded, string text) =>
        recorded.Placeholders.Contains(text) || text is "date" or "timestamp" or "RequestId" or "X-Amzn-Trace-Id" or "x-amz-crc32" or "x-amzn-RequestId" or "x-amzn-requestid"
        || text.IndexOf('<') is >= 0 and var at && text.IndexOf('>', at) > at;
}
