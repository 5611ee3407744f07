using System.Globalization;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>
/// Writes the stubs of tests as a mock file of Step Functions Local.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html.
/// </summary>
internal static class MockFileText
{
    /// <summary>A mock file with a test case for each execution, in the machine that it is of.</summary>
    /// <param name="tests">The tests, each with what the file calls its machine.</param>
    public static string Write(IReadOnlyList<(RecordedTest Test, string Machine)> tests)
    {
        var machines = new JsonObject.Builder();
        var responses = new JsonObject.Builder();
        var called = new HashSet<string>(StringComparer.Ordinal);
        foreach (var machine in tests.GroupBy(test => test.Machine))
        {
            var cases = new JsonObject.Builder();
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (test, _) in machine)
            {
                var name = Another(test.Record.Name ?? "Recorded", names);
                var states = new JsonObject.Builder();
                foreach (var stub in test.Stubs)
                {
                    var response = Another($"{machine.Key}.{name}.{stub.State}", called);
                    states.Set(stub.State, JsonValue.From(response));
                    responses.Set(response, Answers(stub));
                }

                cases.Set(name, states.ToObject());
            }

            machines.Set(machine.Key, JsonObject.Of(("TestCases", cases.ToObject())));
        }

        return JsonWriter.Indented(JsonObject.Of(("StateMachines", machines.ToObject()), ("MockedResponses", responses.ToObject()))) + "\n";
    }

    /// <summary>What a mock file cannot say of a test's stubs: a sentence each.</summary>
    /// <param name="test">The test.</param>
    public static IReadOnlyList<string> Notes(RecordedTest test) =>
    [
        .. test.Stubs.Where(stub => stub.Answers.Any(answer => answer is { Kind: TestAnswerKind.NeverAnswers, Attempt.Error: null }))
            .Select(stub => $"'{stub.State}' was never answered; in a mock file it times out."),
        .. test.Stubs.Where(stub => stub.Answers.Any(answer => answer is { Kind: TestAnswerKind.Fails, Attempt.Error: null }))
            .Select(stub => $"'{stub.State}' failed without an error name; in a mock file it must have one."),
    ];

    /// <summary>The name or, where it is taken, the name with a number.</summary>
    private static string Another(string first, HashSet<string> names)
    {
        var name = first;
        for (var i = 2; !names.Add(name); i++)
            name = string.Create(CultureInfo.InvariantCulture, $"{first}-{i}");
        return name;
    }

    private static JsonObject Answers(TestStub stub)
    {
        var answers = new JsonObject.Builder();
        var at = 0;
        foreach (var answer in stub.Answers)
        {
            var last = at + answer.Times - 1;
            var first = at.ToString(CultureInfo.InvariantCulture);
            answers.Set(answer.Times == 1 ? first : string.Create(CultureInfo.InvariantCulture, $"{first}-{last}"), Answer(answer));
            at = last + 1;
        }

        return answers.ToObject();
    }

    private static JsonObject Answer(TestAnswer answer)
    {
        if (answer.Kind == TestAnswerKind.Returns)
            return JsonObject.Of(("Return", answer.Output));
        var error = JsonObject.Of(("Error", JsonValue.From(answer.Attempt.Error ?? ErrorNames.Timeout)));
        return JsonObject.Of(("Throw", answer.Attempt.Cause is { } cause ? error.With("Cause", JsonValue.From(cause)) : error));
    }
}
