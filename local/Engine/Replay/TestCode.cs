using System.Globalization;
using System.Text;
using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>Where the test's workflow is found.</summary>
internal abstract record TestWorkflow
{
    private TestWorkflow()
    {
    }

    /// <summary>In a template.</summary>
    /// <param name="Path">The template's path.</param>
    /// <param name="Machine">The machine's logical id.</param>
    internal sealed record Template(string Path, string Machine) : TestWorkflow;

    /// <summary>In a file of its own.</summary>
    /// <param name="Path">The file's path.</param>
    internal sealed record File(string Path) : TestWorkflow;

    /// <summary>In the test.</summary>
    /// <param name="Definition">The definition's text.</param>
    internal sealed record Text(string Definition) : TestWorkflow;
}

/// <summary>Writes tests of recorded executions in C#, for Stateside.Testing and xunit.</summary>
internal static class TestCode
{
    /// <summary>What a test names: a class that is called so would hide it.</summary>
    private static readonly string[] Used =
        ["DateTimeOffset", "Fact", "FactAttribute", "Stateside", "System", "Task", "TimeSpan", "WorkflowTest", "WorkflowTestOptions", "Xunit"];

    /// <summary>A file with a class of tests.</summary>
    /// <param name="className">What the class is to be called, in words.</param>
    /// <param name="tests">The tests, each with where its workflow is found.</param>
    public static string Write(string className, IReadOnlyList<(RecordedTest Test, TestWorkflow Workflow)> tests)
    {
        var name = CSharpText.Name(className);
        if (Used.Contains(name))
            name += "Tests";
        var text = new StringBuilder(
            $$"""
            // Made by 'stateside replay' of what was recorded; it is yours to change.
            using System;
            using System.Threading.Tasks;
            using Stateside.Testing;
            using Xunit;

            public sealed class {{name}}
            {

            """.ReplaceLineEndings("\n"));
        var names = new HashSet<string>(StringComparer.Ordinal) { name };
        foreach (var (i, (test, workflow)) in tests.Index())
        {
            if (i > 0)
                text.Append('\n');
            new Writer(text, test).Write(NameOf(test.Record, names), workflow);
        }

        return text.Append("}\n").ToString();
    }

    private static string NameOf(RecordedExecution record, HashSet<string> names)
    {
        var first = CSharpText.Name($"{record.Name ?? System.IO.Path.GetFileNameWithoutExtension(record.Source)} goes as recorded");
        var name = first;
        for (var i = 2; !names.Add(name); i++)
            name = string.Create(CultureInfo.InvariantCulture, $"{first}_{i}");
        return name;
    }

    private sealed class Writer(StringBuilder text, RecordedTest test)
    {
        private readonly RecordedExecution _record = test.Record;

        // Long values that stand in several places have a name, by their text.
        private readonly Dictionary<string, string> _named = new(StringComparer.Ordinal);

        public void Write(string name, TestWorkflow workflow)
        {
            Line(1, "[Fact]");
            Line(1, $"public async Task {name}()");
            Line(1, "{");
            var ended = (_record.StopDate ?? _record.StartDate) - _record.StartDate;
            Line(2, $"// {CSharpText.Comment(System.IO.Path.GetFileName(_record.Source))}: {_record.Status.Name()} after "
                + string.Create(CultureInfo.InvariantCulture, $"{ended.TotalSeconds:0.###} s, {_record.StartDate.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC."));
            foreach (var note in test.Notes)
                Line(2, $"// {CSharpText.Comment(note)}");
            WriteNamed();
            WriteSetup(workflow);
            foreach (var stub in test.Stubs)
                WriteStub(stub);
            foreach (var (resource, answers) in test.MapStubs)
                Line(2, $"test.Resource({CSharpText.Literal(resource)}){string.Concat(answers.Select(answer => $".Returns({Json(answer, 12)})"))};");
            text.Append('\n');
            WriteRun();
            text.Append('\n');
            WriteExpectations();
            Line(1, "}");
        }

        private void WriteNamed()
        {
            var uses = new List<(string Name, JsonValue Value)> { ("input", _record.Input!) };
            uses.AddRange(test.Stubs.SelectMany(stub => stub.Answers.Where(answer => answer.Kind == TestAnswerKind.Returns)
                .Select(answer => (CSharpText.Name(stub.State) is var name ? $"{char.ToLowerInvariant(name[0])}{name[1..]}Gives" : "", answer.Value))));
            uses.AddRange(test.Sent.Select(sent => ("sent", sent.Sent.Value)));
            uses.AddRange(test.Output.Select(part => ("output", part.Value)));
            var names = new HashSet<string>(StringComparer.Ordinal) { "test", "options", "run", "execution" };
            foreach (var same in uses.Where(use => use.Value is JsonObject or JsonArray && !CSharpText.IsShort(use.Value)).GroupBy(use => JsonWriter.Compact(use.Value)))
            {
                if (same.Count() == 1)
                    continue;
                var (first, value) = same.First();
                var name = first;
                for (var i = 2; !names.Add(name); i++)
                    name = string.Create(CultureInfo.InvariantCulture, $"{first}{i}");
                _named[same.Key] = name;
                Line(2, $"const string {name} = {CSharpText.Json(value, 12)};");
            }
        }

        private string Json(JsonValue value, int indent) =>
            _named.GetValueOrDefault(JsonWriter.Compact(value)) ?? CSharpText.Json(value, indent);

        private string Expected(JsonValue value) => value is JsonObject or JsonArray ? Json(value, 16) : CSharpText.Expected(value);

        private void WriteSetup(TestWorkflow workflow)
        {
            Line(2, "var options = new WorkflowTestOptions");
            Line(2, "{");
            Line(3, $"Start = {CSharpText.Time(_record.StartDate)},");
            if (_record.IsExpress && workflow is not TestWorkflow.Template)
                Line(3, "IsExpress = true,");
            if (IsStopped)
                Line(3, "SkipTime = false,");
            Line(2, "};");
            Line(2, workflow switch
            {
                TestWorkflow.Template(var path, var machine) =>
                    $"await using var test = WorkflowTest.FromTemplate({CSharpText.Literal(Slashes(path))}, {CSharpText.Literal(machine)}, options);",
                TestWorkflow.File(var path) => $"await using var test = WorkflowTest.FromFile({CSharpText.Literal(Slashes(path))}, options);",
                TestWorkflow.Text(var definition) => JsonReader.TryParse(definition, out var json, keepText: true)
                    ? $"await using var test = WorkflowTest.FromDefinition({CSharpText.Json(json, 12)}, options);"
                    : $"await using var test = WorkflowTest.FromDefinition({CSharpText.Literal(definition)}, options);",
                _ => throw new InvalidOperationException($"There is no workflow such as {workflow}."),
            });
        }

        private bool IsStopped => _record.Status == ExecutionStatus.Aborted;

        private void WriteStub(TestStub stub)
        {
            text.Append(' ', 8).Append("test.Task(").Append(CSharpText.Literal(stub.State)).Append(')');
            foreach (var answer in stub.Answers)
            {
                text.Append(stub.Answers.Count > 1 ? "\n            " : "").Append('.').Append(Answer(answer, stub.Answers.Count == 1));
                if (answer.After > TimeSpan.Zero)
                    text.Append(".After(").Append(CSharpText.Duration(answer.After)).Append(')');
            }

            text.Append(";\n");
        }

        private string Answer(TestAnswer answer, bool isOnly)
        {
            var times = answer.Times > 1 ? string.Create(CultureInfo.InvariantCulture, $"times: {answer.Times}") : "";
            var more = times.Length > 0 ? $", {times}" : "";
            return answer.Kind switch
            {
                TestAnswerKind.Returns => $"Returns({Json(answer.Value, isOnly ? 12 : 16)}{more})",
                TestAnswerKind.NeverAnswers => $"NeverAnswers({times})",
                _ when answer.Attempt.Cause is { } cause => $"Fails({Text(answer.Attempt.Error)}, {CSharpText.Literal(cause)}{more})",
                _ => $"Fails({Text(answer.Attempt.Error)}{more})",
            };
        }

        private void WriteRun()
        {
            var input = Json(_record.Input!, 12);
            var redrives = _record.Events.Where(e => e is { Subject: EventSubject.Execution, Says: EventSays.Redriven }).ToList();
            if (redrives.Count == 0 && !IsStopped)
            {
                Line(2, $"var run = await test.RunAsync({input});");
                return;
            }

            Line(2, $"var execution = await test.StartAsync({input});");
            foreach (var _ in redrives)
            {
                Line(2, "await execution.EndAsync();");
                Line(2, "await execution.RedriveAsync();");
            }

            if (!IsStopped)
            {
                Line(2, "var run = await execution.EndAsync();");
                return;
            }

            Line(2, $"await test.AdvanceAsync({CSharpText.Duration(_record.StopDate!.Value - (redrives.Count > 0 ? redrives[^1].Timestamp : _record.StartDate))});");
            Line(2, $"var run = await execution.StopAsync({Text(_record.Error)}, {Text(_record.Cause)});");
        }

        private void WriteExpectations()
        {
            var chain = new List<string>();
            if (test.Path.Count > 0)
                chain.Add($"{(test.IsWholePath ? "ShouldFollow" : "ShouldPass")}({string.Join(", ", test.Path.Select(CSharpText.Literal))})");
            chain.AddRange(test.Visits.Select(visit => string.Create(CultureInfo.InvariantCulture, $"ShouldVisit({CSharpText.Literal(visit.State)}, {visit.Times})")));
            chain.AddRange(test.Sent.Select(sent => sent.Sent.Path == "$"
                ? $"ShouldSend({CSharpText.Literal(sent.State)}, {Expected(sent.Sent.Value)})"
                : $"ShouldSend({CSharpText.Literal(sent.State)}, {CSharpText.Literal(sent.Sent.Path)}, {Expected(sent.Sent.Value)})"));
            chain.AddRange(test.Retries.Select(retry => $"ShouldRetry({CSharpText.Literal(retry.State)}, {string.Join(", ", retry.Errors.Select(CSharpText.Literal))})"));
            chain.AddRange(test.Catches.Select(caught => $"ShouldCatch({CSharpText.Literal(caught.State)}, {CSharpText.Literal(caught.Error)}"
                + $"{(caught.Next is null ? "" : $", next: {CSharpText.Literal(caught.Next)}")})"));
            chain.AddRange(End());
            Line(2, $"run.{string.Join("\n            .", chain)};");
        }

        private IEnumerable<string> End() => _record.Status switch
        {
            ExecutionStatus.Succeeded when test.Output.Count > 0 => test.Output.Select(part => part.Path == "$"
                ? $"ShouldGive({Expected(part.Value)})"
                : $"ShouldGive({CSharpText.Literal(part.Path)}, {Expected(part.Value)})"),
            ExecutionStatus.Succeeded => ["ShouldSucceed()"],
            ExecutionStatus.Failed when _record.Error is { } error && test.Cause is { } cause => [$"ShouldFail({CSharpText.Literal(error)}, {CSharpText.Literal(cause)})"],
            ExecutionStatus.Failed when _record.Error is { } error => [$"ShouldFail({CSharpText.Literal(error)})"],
            ExecutionStatus.Failed => ["ShouldFail()"],
            ExecutionStatus.TimedOut => ["ShouldTimeOut()"],
            _ => ["ShouldBeStopped()"],
        };

        private static string Text(string? text) => text is null ? "null" : CSharpText.Literal(text);

        // A path of Windows leads to the same file when it is written so, and a test runs everywhere.
        private static string Slashes(string path) => path.Replace('\\', '/');

        private void Line(int depth, string line) => text.Append(' ', depth * 4).Append(line).Append('\n');
    }
}
