using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using Stateside.Engine.Files;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Mocks;

/// <summary>A mock file is not right.</summary>
/// <param name="message">What is wrong, with file, line and column.</param>
internal sealed class MockFileException(string message) : Exception(message);

/// <summary>
/// Step Functions Local's mock file: which answers tasks give in the test cases of state machines, without performing anything.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html.
/// </summary>
internal sealed class MockFile
{
    private readonly FrozenDictionary<(string Machine, string Case), FrozenDictionary<string, MockedAnswers>> _cases;
    private readonly FrozenSet<string> _machines;
    private readonly ConcurrentDictionary<string, string> _logicalIds = new(StringComparer.Ordinal);

    private MockFile(FrozenDictionary<(string Machine, string Case), FrozenDictionary<string, MockedAnswers>> cases)
    {
        _cases = cases;
        _machines = cases.Keys.Select(key => key.Machine).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="MockFileException">It cannot be read, or it is not right; the message names the place and the remedy.</exception>
    public static MockFile Read(string path)
    {
        try
        {
            return Parse(UserFile.ReadText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MockFileException($"{path}: the mock file cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="MockFileException">It is not right.</exception>
    public static MockFile Parse(string text, string path) => new(new Reader(text, path).Read());

    /// <summary>Tells what a template calls a machine, which the file may call it too.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="logicalId">Its key in the template.</param>
    public void Know(string machine, string logicalId) => _logicalIds[machine] = logicalId;

    /// <summary>Whether a machine has a test case of that name.</summary>
    public bool Has(string machine, string testCase) => _cases.ContainsKey((Called(machine), testCase));

    /// <summary>The test cases of a machine.</summary>
    public IReadOnlyList<string> TestCases(string machine) => CasesUnder(Called(machine));

    /// <summary>What there is in place of a test case that is not there, one sentence.</summary>
    public string Instead(string machine)
    {
        if (TestCases(machine) is { Count: > 0 } cases)
            return $"It has: {string.Join(", ", cases)}.";
        if (_machines.Count == 0)
            return "The file has none.";
        var listed = _machines.Order(StringComparer.Ordinal).Select(other => $"{other} ({string.Join(", ", CasesUnder(other))})");
        return $"The file's state machines and their test cases: {string.Join("; ", listed)}.";
    }

    /// <summary>The states that a test case names.</summary>
    public IReadOnlyCollection<string> States(string machine, string testCase) =>
        _cases.TryGetValue((Called(machine), testCase), out var states) ? states.Keys : [];

    /// <summary>The answers of a state in a test case; null when the state does the real thing.</summary>
    internal MockedAnswers? Find(string machine, string testCase, string state) =>
        _cases.TryGetValue((Called(machine), testCase), out var states) ? states.GetValueOrDefault(state) : null;

    private List<string> CasesUnder(string name) =>
        [.. _cases.Keys.Where(key => key.Machine == name).Select(key => key.Case).Order(StringComparer.Ordinal)];

    /// <summary>
    /// What the file calls a machine: its name, its logical id, or, since a deployment's names are seldom those of a mock file, whatever
    /// the only machine is called, where no other machine is called so.
    /// </summary>
    private string Called(string machine)
    {
        if (_machines.Contains(machine))
            return machine;
        if (_logicalIds.TryGetValue(machine, out var logicalId) && _machines.Contains(logicalId))
            return logicalId;
        return _machines.Count == 1 && !_logicalIds.ContainsKey(_machines.Items[0]) && !_logicalIds.Values.Contains(_machines.Items[0])
            ? _machines.Items[0]
            : machine;
    }

    private sealed class Reader(string text, string path)
    {
        private readonly JsonLocator _locator = new(text);

        public FrozenDictionary<(string, string), FrozenDictionary<string, MockedAnswers>> Read()
        {
            JsonValue json;
            try
            {
                json = JsonReader.Parse(text);
            }
            catch (JsonSyntaxException e)
            {
                throw new MockFileException($"{path}({e.Line},{e.Column}): {e.Problem}");
            }

            var root = JsonPlace.Root;
            var file = Object(json, root, "a mock file");
            var answers = new Dictionary<string, MockedAnswers>(StringComparer.Ordinal);
            var responses = root.Member("MockedResponses");
            foreach (var (name, value) in Object(file["MockedResponses"] ?? JsonObject.Empty, responses, "MockedResponses"))
                answers[name] = ReadAnswers(name, value, responses.Member(name));
            var cases = new Dictionary<(string, string), FrozenDictionary<string, MockedAnswers>>();
            var machines = root.Member("StateMachines");
            foreach (var (machine, value) in Object(file["StateMachines"] ?? throw Wrong(root, "StateMachines is missing."), machines, "StateMachines"))
            {
                var place = machines.Member(machine);
                var testCases = Object(value, place, "a state machine")["TestCases"]
                    ?? throw Wrong(place, $"the state machine '{machine}' has no TestCases.");
                foreach (var (testCase, states) in Object(testCases, place.Member("TestCases"), "TestCases"))
                    cases[(machine, testCase)] = ReadCase(states, place.Member("TestCases").Member(testCase), answers);
            }

            return cases.ToFrozenDictionary();
        }

        private FrozenDictionary<string, MockedAnswers> ReadCase(JsonValue value, JsonPlace place, Dictionary<string, MockedAnswers> answers)
        {
            var states = new Dictionary<string, MockedAnswers>(StringComparer.Ordinal);
            foreach (var (state, response) in Object(value, place, "a test case"))
            {
                if (response is not JsonString name)
                    throw Wrong(place.Member(state), $"the state '{state}' must name one of MockedResponses.");
                states[state] = answers.GetValueOrDefault(name.Value)
                    ?? throw Wrong(place.Member(state), $"the state '{state}' names the mocked response '{name.Value}', which MockedResponses does not have.");
            }

            return states.ToFrozenDictionary(StringComparer.Ordinal);
        }

        private MockedAnswers ReadAnswers(string name, JsonValue value, JsonPlace place)
        {
            var ranges = new List<MockedAnswer>();
            foreach (var (range, answer) in Object(value, place, "a mocked response"))
            {
                var at = place.Member(range);
                var (first, last) = ReadRange(range) ?? throw Wrong(at, $"'{range}' must be a number such as \"0\" or a range such as \"1-2\".");
                if (ranges.Find(known => first <= known.Last && known.First <= last) is { } other)
                {
                    var present = other.First == other.Last ? $"{other.First}" : $"{other.First}-{other.Last}";
                    throw Wrong(at, $"'{range}' stands for invocations that '{present}' stands for already.");
                }

                ranges.Add(ReadAnswer(first, last, answer, at));
            }

            if (ranges.Count == 0)
                throw Wrong(place, $"the mocked response '{name}' says nothing: give \"0\" a Return or a Throw.");
            return new MockedAnswers(name, [.. ranges]);
        }

        private MockedAnswer ReadAnswer(int first, int last, JsonValue value, JsonPlace place)
        {
            var members = Object(value, place, "a mocked answer");
            var thrown = members["Throw"];
            var returned = members["Return"];
            if (members.Count != 1 || (thrown is null && returned is null))
                throw Wrong(place, "exactly one of Return and Throw must stand here.");
            if (thrown is null)
                return new MockedAnswer(first, last, returned, null, null);
            var error = Object(thrown, place.Member("Throw"), "Throw");
            return new MockedAnswer(
                first, last, null,
                error.Text("Error") ?? throw Wrong(place.Member("Throw"), "Throw must have an Error, a text."),
                error["Cause"] is null or JsonNull or JsonString
                    ? error.Text("Cause")
                    : throw Wrong(place.Member("Throw"), "the Cause of Throw must be a text."));
        }

        private static (int, int)? ReadRange(string range)
        {
            var parts = range.Split('-');
            if (parts.Length > 2 || !Number(parts[0], out var first) || !Number(parts[^1], out var last))
                return null;
            return first <= last ? (first, last) : null;

            static bool Number(string part, out int number) => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        }

        private JsonObject Object(JsonValue value, JsonPlace place, string what) => value as JsonObject ?? throw Wrong(place, $"{what} must be an object.");

        private MockFileException Wrong(JsonPlace place, string problem)
        {
            var position = _locator.Locate(place);
            return new MockFileException($"{path}({position.Line},{position.Column}): {problem}");
        }
    }
}

/// <summary>What a state answers, invocation by invocation.</summary>
internal sealed record MockedAnswers(string Name, MockedAnswer[] Answers)
{
    /// <summary>The answer to an invocation; null when the file has none for it.</summary>
    /// <param name="invocation">Its number, from 0.</param>
    public MockedAnswer? At(int invocation) => Array.Find(Answers, answer => answer.First <= invocation && invocation <= answer.Last);
}

/// <summary>What a state answers to some invocations: an output, or an error and a cause.</summary>
internal sealed record MockedAnswer(int First, int Last, JsonValue? Return, string? Error, string? Cause);
