using System.Globalization;
using Stateside.Engine.History;
using Stateside.Engine.Replay;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Conformance.Replays;

/// <summary>
/// Writes what recordings become into a folder: a test in C# and a mock file each, with what the mock file's test case is to come to.
/// tests/replay/check_tests.py makes a project of them and runs it.
/// </summary>
internal static class RecordedTestFiles
{
    /// <summary>Writes them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="replayed">What was replayed, by the ids of the cases.</param>
    /// <param name="most">How many to take at most, evenly from all.</param>
    public static void Write(string folder, IReadOnlyList<(string Id, ReplaySetup Setup)> replayed, int most)
    {
        Directory.CreateDirectory(folder);
        var able = replayed.Where(one => RecordedTest.WhyNot(one.Setup.Record) is null
            && one.Setup.Machine.Type.Parse(one.Setup.Machine.DefinitionText).Definition is not null).ToList();
        var step = Math.Max(1, able.Count / (double)most);
        var cases = new JsonObject.Builder();
        var count = 0;
        for (var at = 0.0; at < able.Count && count < most; at += step, count++)
        {
            var (id, setup) = able[(int)at];
            var test = RecordedTest.Of(Replayer.Run(setup), []);
            var name = string.Create(CultureInfo.InvariantCulture, $"Case{(int)at:000}");
            File.WriteAllText(Path.Combine(folder, $"{name}.cs"), TestCode.Write(name, [(test, new TestWorkflow.Text(setup.Machine.DefinitionText))]));
            File.WriteAllText(Path.Combine(folder, $"{name}.asl.json"), setup.Machine.DefinitionText);
            File.WriteAllText(Path.Combine(folder, $"{name}.mocks.json"), MockFileText.Write([(test, setup.Machine.Name)]));
            var record = setup.Record;
            File.WriteAllText(Path.Combine(folder, $"{name}.expected.json"), JsonWriter.Indented(JsonObject.Of(
                ("start", JsonValue.From(record.StartDate.ToString("O", CultureInfo.InvariantCulture))),
                ("isExpress", JsonValue.From(record.IsExpress)),
                ("input", JsonValue.From(record.Input!.Text)),
                ("testCase", JsonValue.From(record.Name ?? "Recorded")),
                ("isLike", JsonValue.From(IsLike(test))),
                ("status", JsonValue.From(record.Status.ToString())),
                ("error", JsonValue.From(record.Error)),
                ("output", JsonArray.Of(test.Output.Select(part => (JsonValue)JsonObject.Of(("path", JsonValue.From(part.Path)), ("value", part.Value))))))));
            cases.Set(name, JsonValue.From(id));
        }

        File.WriteAllText(Path.Combine(folder, "cases.json"), JsonWriter.Indented(cases.ToObject()));
        Console.WriteLine($"{count} of {able.Count} recordings that a test can be made of, {replayed.Count - able.Count} cannot");
    }

    /// <summary>Whether a mock file says all: it knows no answer that never comes, no stop from outside and no redrive.</summary>
    private static bool IsLike(RecordedTest test) => MockFileText.Notes(test).Count == 0 && test.Record.Status != ExecutionStatus.Aborted
        && test.Record.Status != ExecutionStatus.TimedOut && !test.Record.Events.Any(e => e is { Subject: EventSubject.Execution, Says: EventSays.Redriven });
}
