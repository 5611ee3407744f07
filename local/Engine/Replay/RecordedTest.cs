using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>How a stub answers an attempt.</summary>
internal enum TestAnswerKind
{
    /// <summary>With a value.</summary>
    Returns,

    /// <summary>With an error.</summary>
    Fails,

    /// <summary>Not at all: it runs into its timeout, or what is around it ends.</summary>
    NeverAnswers,
}

/// <summary>An answer of a stub.</summary>
/// <param name="Kind">How it answers.</param>
/// <param name="Attempt">The attempt that it was recorded of, the first where several were answered the same.</param>
internal sealed record TestAnswer(TestAnswerKind Kind, RecordedAttempt Attempt)
{
    /// <summary>How long it took; zero where that makes no difference.</summary>
    public TimeSpan After { get; init; }

    /// <summary>How often it is given, one after the other.</summary>
    public int Times { get; init; } = 1;

    /// <summary>What the task gives, without what the SDK tells of its request where the workflow does not ask for that.</summary>
    public JsonValue Output { get; init; } = JsonObject.Empty;

    /// <summary>What is returned: of a function what it returned, without what Lambda puts around it.</summary>
    public JsonValue Value => Attempt.FunctionAnswer ?? Output;

    /// <summary>Whether another answer is the same, whenever it is given.</summary>
    public bool IsSame(TestAnswer other) => Kind == other.Kind && After == other.After
        && (Kind == TestAnswerKind.NeverAnswers
            || (Attempt.Error == other.Attempt.Error && Attempt.Cause == other.Attempt.Cause && Output.Equals(other.Output)));
}

/// <summary>What answers for a state's tasks, in the order in which they were asked for.</summary>
/// <param name="State">The state.</param>
/// <param name="Answers">The answers.</param>
internal sealed record TestStub(string State, IReadOnlyList<TestAnswer> Answers);

/// <summary>A value that is expected at a place.</summary>
/// <param name="Path">The place; <c>$</c> for all of it.</param>
/// <param name="Value">The value.</param>
internal sealed record ExpectedValue(string Path, JsonValue Value);

/// <summary>
/// A test made of a recorded execution: what it is given, what answers in the place of its tasks, what is expected. Written as code by
/// <see cref="TestCode"/>, and its stubs as a mock file by <see cref="MockFileText"/>.
/// </summary>
internal sealed record RecordedTest
{
    /// <summary>What it was made of.</summary>
    public required RecordedExecution Record { get; init; }

    /// <summary>The stubs, in the order in which their states were entered.</summary>
    public required IReadOnlyList<TestStub> Stubs { get; init; }

    /// <summary>What answers where a distributed Map reads its items, and takes its results: the resource, and an answer for each map run.</summary>
    public IReadOnlyList<(string Resource, IReadOnlyList<JsonValue> Answers)> MapStubs { get; init; } = [];

    /// <summary>The states that were entered, in order.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>Whether nothing may stand between them; else branches or items do, in an order of their own.</summary>
    public bool IsWholePath { get; init; }

    /// <summary>The states inside of Parallels and Maps, each with how often it was visited.</summary>
    public IReadOnlyList<(string State, int Times)> Visits { get; init; } = [];

    /// <summary>The states that were tried again, each with the errors that led to it.</summary>
    public IReadOnlyList<(string State, IReadOnlyList<string> Errors)> Retries { get; init; } = [];

    /// <summary>The states whose errors were caught.</summary>
    public IReadOnlyList<(string State, string Error, string? Next)> Catches { get; init; } = [];

    /// <summary>What functions and activities were given.</summary>
    public IReadOnlyList<(string State, ExpectedValue Sent)> Sent { get; init; } = [];

    /// <summary>What the execution gave.</summary>
    public IReadOnlyList<ExpectedValue> Output { get; init; } = [];

    /// <summary>The cause that is expected of one that failed; null for any.</summary>
    public string? Cause { get; init; }

    /// <summary>What the record does not tell, and what is not expected: a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What keeps a record from becoming a test, as the end of a sentence; null for nothing.</summary>
    /// <param name="record">The record.</param>
    public static string? WhyNot(RecordedExecution record) =>
        !record.HasData ? "it has no data: a test needs what the execution was given and what its tasks answered"
        : record.Input is null ? "its input was not recorded"
        : record.Status == ExecutionStatus.Running ? "the execution was still under way: what came of it is not recorded"
        : null;

    /// <summary>Makes a test of a record.</summary>
    /// <param name="result">The record, and what came of replaying it.</param>
    /// <param name="children">The records of its map runs' children, where there are any.</param>
    public static RecordedTest Of(ReplayResult result, IReadOnlyList<ReplaySetup> children) => new Maker(result, children).Make();

    private sealed class Maker
    {
        // Three, since a coin falls the same way twice.
        private static readonly ulong[] ChanceSeeds = [101, 103, 107];

        private static readonly string[] SdkMembers = ["SdkHttpMetadata", "SdkResponseMetadata"];

        private readonly ReplayResult _result;
        private readonly ReplaySetup _setup;
        private readonly RecordedExecution _record;
        private readonly ExecutionTimeline _timeline;
        private readonly IReadOnlyList<RecordedTask> _tasks;
        private readonly IReadOnlyList<ReplaySetup> _children;
        private readonly IReadOnlyList<RecordedTask> _childTasks;
        private readonly IReadOnlyList<Finding> _chance;
        private readonly ExpectableValues _expectable;
        private readonly List<string> _notes = [];

        public Maker(ReplayResult result, IReadOnlyList<ReplaySetup> children)
        {
            (_result, _setup, _record, _children) = (result, result.Setup, result.Setup.Record, children);
            _timeline = _setup.Timeline();
            _tasks = RecordedTask.Of(_record, _timeline);
            _childTasks = [.. children.SelectMany(child => RecordedTask.Of(child.Record, child.Timeline()))];
            _chance = ChanceIn(result);
            _expectable = new ExpectableValues(
                _setup, _tasks.Concat(_childTasks).SelectMany(task => task.Attempts), _chance.SelectMany(finding => finding.Differences).Select(difference => difference.Other));
        }

        public RecordedTest Make()
        {
            AddNotes();
            if (_chance.Count > 0)
                _notes.Add($"Chance or the clock has a part in {string.Join(", ", _chance.Select(finding => $"'{finding.State}'").Distinct())}: take out what is expected and comes of it.");
            var visits = _timeline.Visits;
            var output = _record.Output is { } given ? _expectable.Of(given, Chance(_record.Events[^1].Id)) : [];
            if (_record.Output is not null && output is not [{ Path: "$" }])
                _notes.Add("Of the output only that is expected which is no time, no id and no chance.");
            return new RecordedTest
            {
                Record = _record,
                Stubs = Stubs(),
                MapStubs = MapStubs(),
                Path = [.. visits.Where(visit => visit.Depth == 0).Select(visit => visit.Name)],
                IsWholePath = visits.All(visit => visit.Depth == 0),
                Visits = [.. visits.Where(IsCounted).GroupBy(visit => visit.Name).Select(same => (same.Key, same.Count()))],
                Retries = [.. Retries()],
                Catches = [.. visits.Where(visit => visit is { Depth: 0, Status: VisitStatus.Caught, Error: not null })
                    .Select(visit => (visit.Name, visit.Error!, NextOf(visit))).Distinct()],
                Sent = [.. Sent()],
                Output = output,
                Cause = CauseToExpect(),
                Notes = _notes,
            };
        }

        private void AddNotes()
        {
            if (_result.First is not null)
                _notes.Add("Today's definition goes another way than the record, as 'stateside replay' tells: the test fails until either is changed.");
            if (_timeline.MapRuns.Count == 0)
                return;
            foreach (var map in _timeline.MapRuns.Select(run => run.Map.Name).Distinct())
            {
                if (MapOf(map) is not { } state)
                    continue;
                if (state.ItemReader is { } reader && ItemsOf(reader.Resource.Text) is null)
                    _notes.Add($"Where '{map}' read its items the history does not tell: fill the bucket, or test.Resource(\"{reader.Resource.Text}\").Returns(…).");
                if (state.ResultWriter?.Resource is { } writer && ResultsOf(writer.Text) is null)
                    _notes.Add($"What '{map}' gave is not all in the history: have a bucket for its results, or test.Resource(\"{writer.Text}\").Returns(…).");
                var untold = state.ItemProcessor.AllStates().OfType<TaskState>().Select(task => task.Name).Except(_childTasks.Select(task => task.State)).ToList();
                if (untold.Count > 0)
                    _notes.Add($"What the items of '{map}' did stands in histories of their own (--children): stub {string.Join(", ", untold.Select(name => $"'{name}'"))}.");
            }
        }

        private MapState? MapOf(string name) => _setup.Definition.AllStates().OfType<MapState>().FirstOrDefault(state => state.Name == name);

        private List<(string Resource, IReadOnlyList<JsonValue> Answers)> MapStubs()
        {
            var maps = _timeline.MapRuns.Select(run => MapOf(run.Map.Name)).OfType<MapState>().ToList();
            var readers = maps.Select(map => map.ItemReader?.Resource.Text).OfType<string>().Distinct().Select(resource => (resource, ItemsOf(resource)));
            var writers = maps.Select(map => map.ResultWriter?.Resource?.Text).OfType<string>().Distinct().Select(resource => (resource, ResultsOf(resource)));
            return [.. readers.Concat(writers).Where(stub => stub.Item2 is not null).Select(stub => (stub.resource, stub.Item2!))];
        }

        /// <summary>What was read there for each map run; null where nothing tells: then the children of each were recorded, each of one item as it was read.</summary>
        private List<JsonValue>? ItemsOf(string resource)
        {
            var items = new List<JsonValue>();
            foreach (var run in _timeline.MapRuns.Where(run => MapOf(run.Map.Name)?.ItemReader?.Resource.Text == resource))
            {
                var children = _children.Where(child => child.Record.MapRunArn == run.Arn).OrderBy(child => child.Record.StartDate).ToList();
                if (children.Count == 0 || MapOf(run.Map.Name) is not { ItemSelector: null, ItemBatcher: null } || children.Exists(child => child.Record.Input is null))
                    return null;
                items.Add(JsonArray.Of(children.Select(child => child.Record.Input!)));
            }

            return items;
        }

        /// <summary>What came of each map run whose results were written there; null where nothing tells.</summary>
        private List<JsonValue>? ResultsOf(string resource)
        {
            var results = new List<JsonValue>();
            foreach (var run in _timeline.MapRuns.Where(run => MapOf(run.Map.Name)?.ResultWriter?.Resource?.Text == resource))
            {
                if (run.Status != ExecutionStatus.Succeeded || run.Map.ExitedEventId is not { } exited
                    || MapOf(run.Map.Name) is not { GivesResultAsItIs: true } || _record[exited]["output"] is not JsonValue output)
                {
                    return null;
                }

                results.Add(output);
            }

            return results;
        }

        private List<TestStub> Stubs()
        {
            var stubs = new List<TestStub>();
            foreach (var tasks in _tasks.Concat(_childTasks).GroupBy(task => task.State))
            {
                // The order of numbers is that of the requests. Children have numbers of their own, and come one after the other.
                var attempts = tasks.SelectMany(task => task.Attempts.Select(attempt => (Task: task, Attempt: attempt))).ToList();
                if (!tasks.Any(_childTasks.Contains))
                    attempts = [.. attempts.OrderBy(asked => asked.Attempt.Scheduled.Id)];
                var answers = new List<TestAnswer>();
                foreach (var (task, attempt) in attempts)
                {
                    var answer = AnswerOf(task, attempt);
                    if (answers.Count > 0 && answers[^1].IsSame(answer))
                        answers[^1] = answers[^1] with { Times = answers[^1].Times + 1 };
                    else
                        answers.Add(answer);
                }

                if (answers.Count > 0)
                    stubs.Add(new TestStub(tasks.Key, answers));
            }

            return stubs;
        }

        private TestAnswer AnswerOf(RecordedTask task, RecordedAttempt attempt)
        {
            // What ends within a moment, where nothing goes on beside it, may as well end at once.
            var took = (attempt.Ended ?? attempt.Begun) - attempt.Begun;
            var after = took >= TimeSpan.FromSeconds(1) || (IsBesideWhatEnds(task.Visit) && took > TimeSpan.Zero) ? took : TimeSpan.Zero;
            if (attempt.Outcome is null)
                return new TestAnswer(TestAnswerKind.NeverAnswers, attempt);
            if (attempt.Succeeded)
                return new TestAnswer(TestAnswerKind.Returns, attempt) { After = after, Output = OutputOf(attempt) };
            var (timeout, heartbeat) = (attempt.Scheduled["timeoutInSeconds"], attempt.Scheduled["heartbeatInSeconds"]);
            var isUnanswered = attempt.Error switch
            {
                ErrorNames.Timeout => timeout is not null && heartbeat is null,
                ErrorNames.HeartbeatTimeout => heartbeat is not null,
                _ => false,
            };
            return isUnanswered
                ? new TestAnswer(TestAnswerKind.NeverAnswers, attempt)
                : new TestAnswer(TestAnswerKind.Fails, attempt) { After = after };
        }

        private JsonValue OutputOf(RecordedAttempt attempt)
        {
            if (attempt.Output is not JsonObject output || SdkMembers.Any(name => _setup.Machine.DefinitionText.Contains(name, StringComparison.Ordinal)))
                return attempt.Output ?? JsonObject.Empty;
            return JsonObject.Of([.. output.Where(member => !SdkMembers.Contains(member.Key)).Select(member => (member.Key, member.Value))]);
        }

        /// <summary>Whether a branch or an item stands beside others that were ended because of one that failed: then it counts who is first.</summary>
        private static bool IsBesideWhatEnds(Visit visit)
        {
            for (var outer = visit.Outer; outer is not null; outer = outer.Outer)
            {
                if (outer.Status != VisitStatus.Succeeded || outer.Attempts.Count > 1)
                    return true;
            }

            return false;
        }

        private bool IsCounted(Visit visit)
        {
            for (var outer = visit.Outer; outer is not null; outer = outer.Outer)
            {
                if (outer.Status != VisitStatus.Succeeded || outer.Attempts.Count > 1)
                    return false;
            }

            return visit.Depth > 0 && !_timeline.Visits.Any(other => other.Name == visit.Name && other.IsSuperseded);
        }

        private IEnumerable<(string, IReadOnlyList<string>)> Retries()
        {
            if (_record.Events.Any(e => e is { Subject: EventSubject.Execution, Says: EventSays.Redriven }))
                yield break;
            foreach (var visits in _timeline.Visits.Where(visit => visit.Type == "Task").GroupBy(visit => visit.Name))
            {
                var errors = visits.SelectMany(visit => visit.Attempts.SkipLast(1)).Select(attempt => attempt.Error).ToList();
                if (errors.Count > 0 && errors.TrueForAll(error => error is not null) && visits.All(visit => visit.Depth == 0))
                    yield return (visits.Key, errors!);
            }
        }

        private string? NextOf(Visit visit) => visit.ExitedEventId is { } exited
            ? _timeline.Visits.FirstOrDefault(next => next.PreviousEventId == exited)?.Name
            : null;

        private IEnumerable<(string, ExpectedValue)> Sent()
        {
            foreach (var tasks in _tasks.GroupBy(task => task.State).Where(tasks => tasks.All(task => task.Path.Count == 0)))
            {
                // Requests to services name what a deployment made; what functions and workers are given is the workflow's own.
                if (tasks.Last().Attempts is not [.., var last] || (last.FunctionPayload ?? (last.Service is null ? last.Payload : null)) is not { } sent)
                    continue;
                if (sent is JsonString text && last.Service is not null)
                {
                    if (!JsonReader.TryParse(text.Value, out sent))
                        continue;
                }

                var chance = Chance(last.Scheduled.Id).Select(path =>
                    last.Service is not null && path.StartsWith("$.Payload", StringComparison.Ordinal) ? $"${path["$.Payload".Length..]}" : path);
                foreach (var expected in _expectable.Of(sent, chance.ToHashSet(StringComparer.Ordinal)))
                    yield return (tasks.Key, expected);
            }
        }

        /// <summary>What Step Functions words is not the author's: of causes only that of a Fail state, and of a task what it said.</summary>
        private string? CauseToExpect() => _record is { Status: ExecutionStatus.Failed, Cause: { Length: > 0 } cause } && _expectable.IsKnown(cause) ? cause : null;

        /// <summary>The places of an event where chance or the clock made a value.</summary>
        private HashSet<string> Chance(long eventId) =>
            [.. _chance.Where(finding => finding.EventId == eventId).SelectMany(finding => finding.Differences).Select(difference => difference.Path)];

        /// <summary>
        /// What comes otherwise where chance and the clock are others. A replay may meet the recorded numbers where the record is one of ours,
        /// so it is run with others in any case.
        /// </summary>
        private static IReadOnlyList<Finding> ChanceIn(ReplayResult result)
        {
            var divergences = result.Divergences.Select(finding => finding.Key).ToHashSet();
            return
            [
                .. result.Tolerated,
                .. ChanceSeeds.SelectMany(seed => ReplayPass.Run(result.Setup, seed, TimeSpan.FromDays(seed)).Findings)
                    .Where(finding => !divergences.Contains(finding.Key)),
            ];
        }
    }
}
