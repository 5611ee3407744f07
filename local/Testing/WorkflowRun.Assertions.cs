using Stateside.Engine.History;
using Stateside.Language.Json;
using Stateside.Language.Paths;

namespace Stateside.Testing;

// What a test expects. Each gives the run back, so that expectations can be chained, and throws a WorkflowAssertionException with the path otherwise.
public sealed partial class WorkflowRun
{
    /// <summary>It succeeded.</summary>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldSucceed() => ShouldEnd(ExecutionStatus.Succeeded, "to succeed");

    /// <summary>It failed.</summary>
    /// <param name="error">The error name; null for any.</param>
    /// <param name="cause">A part of the cause; null for any.</param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldFail(string? error = null, string? cause = null)
    {
        ShouldEnd(ExecutionStatus.Failed, error is null ? "to fail" : $"to fail with {error}");
        if (error is not null && Error != error)
            throw Failure($"Expected it to fail with {error}, but the error is {Error ?? "unnamed"}.", LastUnfinished());
        if (cause is not null && Cause?.Contains(cause, StringComparison.Ordinal) != true)
            throw Failure($"Expected a cause with\n  {cause}\nbut the cause is\n  {Cause ?? "nothing"}", LastUnfinished());
        return this;
    }

    /// <summary>It took longer than its TimeoutSeconds allow.</summary>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldTimeOut() => ShouldEnd(ExecutionStatus.TimedOut, "to time out");

    /// <summary>It was stopped.</summary>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldBeStopped() => ShouldEnd(ExecutionStatus.Aborted, "to be stopped");

    /// <summary>It succeeded with this output and no other.</summary>
    /// <typeparam name="T">The output's type.</typeparam>
    /// <param name="output">
    /// The output: anything that can be serialized. A string is the text itself, except that one of an object or a list in JSON is that.
    /// </param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldGive<T>(T output)
    {
        ShouldSucceed();
        return ShouldEqual(Expected(output, OutputJson!), OutputJson!, "$", "The output is another", LastOf(Visits));
    }

    /// <summary>It succeeded, and at a place of the output stands a value.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="path">The place, a JSONPath such as <c>$.invoice.total</c>.</param>
    /// <param name="value">
    /// The value: anything that can be serialized. A string is the text itself, except that one of an object or a list in JSON is that.
    /// </param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldGive<T>(string path, T value)
    {
        ShouldSucceed();
        return ShouldHave(path, value, OutputJson!, "the output", LastOf(Visits));
    }

    /// <summary>It went through these states and no others, in this order.</summary>
    /// <param name="states">The names of the states.</param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldFollow(params IReadOnlyList<string> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        foreach (var state in states)
            Check(state);
        for (var i = 0; i < Math.Max(states.Count, Visits.Count); i++)
        {
            if (i >= Visits.Count)
                throw Failure($"Expected the path to go on to {states[i]}, but after {i} states it ended.", null);
            if (i >= states.Count)
                throw Failure($"Expected the path to end after {(i == 0 ? "no state" : states[i - 1])}.", Visits[i], "not expected");
            if (Visits[i].State != states[i])
                throw Failure($"Expected {states[i]} as state {i + 1} of the path, but it was {Visits[i].State}.", Visits[i], $"expected {states[i]}");
        }

        return this;
    }

    /// <summary>It went through these states in this order, and may have been in others between them.</summary>
    /// <param name="states">The names of the states.</param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldPass(params IReadOnlyList<string> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        var at = 0;
        StateVisit? last = null;
        foreach (var state in states)
        {
            Check(state);
            while (at < Visits.Count && Visits[at].State != state)
                at++;
            if (at == Visits.Count)
                throw Failure($"Expected it to pass {state}{(last is null ? "" : $" after {last.State}")}, but it did not.", last, "the last that was as expected");
            last = Visits[at++];
        }

        return this;
    }

    /// <summary>It was in a state.</summary>
    /// <param name="state">The state's name.</param>
    /// <param name="times">How often; null for at least once.</param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldVisit(string state, int? times = null)
    {
        var visits = VisitsTo(state);
        if (times is null ? visits.Count > 0 : visits.Count == times)
            return this;
        throw Failure(
            times is null ? $"Expected it to visit {state}, but it did not." : $"Expected it to visit {state} {Times(times.Value)}, but it did {Times(visits.Count)}.",
            LastOf(visits));
    }

    /// <summary>It was in none of these states.</summary>
    /// <param name="states">The names of the states.</param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldNotVisit(params IReadOnlyList<string> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        foreach (var state in states)
        {
            if (VisitsTo(state) is [var visit, ..])
                throw Failure($"Expected it not to visit {state}, but it did.", visit);
        }

        return this;
    }

    /// <summary>A state was tried again, so often over all stays in it.</summary>
    /// <param name="state">The state's name.</param>
    /// <param name="times">How often; 0 for never.</param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldRetry(string state, int times)
    {
        var visits = VisitsTo(state);
        var retries = visits.Sum(visit => visit.Retries);
        return retries == times ? this : throw Failure($"Expected {state} to be retried {Times(times)}, but it was {Times(retries)}.", LastOf(visits));
    }

    /// <summary>A state was tried again after these errors and no others, in this order.</summary>
    /// <param name="state">The state's name.</param>
    /// <param name="errors">The error names.</param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldRetry(string state, params IReadOnlyList<string> errors)
    {
        var visits = VisitsTo(state);
        var met = visits.SelectMany(visit => visit.Retried).ToList();
        return met.SequenceEqual(errors) ? this : throw Failure(
            $"Expected {state} to be retried after {List(errors)}, but it was after {List(met)}.", LastOf(visits));
    }

    /// <summary>An error in a state was caught.</summary>
    /// <param name="state">The state's name.</param>
    /// <param name="error">The error name.</param>
    /// <param name="next">Where the catcher led; null for anywhere.</param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldCatch(string state, string error, string? next = null)
    {
        if (next is not null)
            Check(next);
        var visits = VisitsTo(state);
        if (visits.Any(visit => visit.Caught == error && (next is null || visit.Next == next)))
            return this;
        var last = visits.LastOrDefault(visit => visit.Errors.Count > 0) ?? LastOf(visits);
        var was = last switch
        {
            null => "was not visited",
            { Caught: { } caught } => $"caught {caught} and went to {last.Next}",
            { Errors: [.., var met] } => $"met {met}, which nothing caught",
            _ => "met no error",
        };
        throw Failure($"Expected {state} to catch {error}{(next is null ? "" : $" and go to {next}")}, but it {was}.", last);
    }

    /// <summary>A variable was assigned a value.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="variable">The variable's name, without the dollar sign.</param>
    /// <param name="value">
    /// The value that it last had: anything that can be serialized. A string is the text itself, except that one of an object or a list
    /// in JSON is that.
    /// </param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldAssign<T>(string variable, T value)
    {
        var visit = Visits.LastOrDefault(visit => visit.Assigned.ContainsKey(variable))
            ?? throw Failure($"Expected ${variable} to be assigned {TestJson.Short(Expected(value, null))}, but it was never assigned.", null);
        var assigned = visit.Assigned[variable]!;
        return ShouldEqual(Expected(value, assigned), assigned, $"${variable}", $"${variable} was assigned another value", visit);
    }

    /// <summary>A state's task was given a payload, at its last attempt.</summary>
    /// <typeparam name="T">The payload's type.</typeparam>
    /// <param name="state">The state's name.</param>
    /// <param name="payload">
    /// The payload: anything that can be serialized; a string of an object or a list in JSON is that. Of a Lambda function it is its event.
    /// </param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldSend<T>(string state, T payload)
    {
        var (visit, sent) = LastSent(state);
        return ShouldEqual(Expected(payload, sent), sent, "$", $"{state} sent another payload", visit);
    }

    /// <summary>A state's task was given a value at a place of its payload, at its last attempt; of the rest nothing is said.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="state">The state's name.</param>
    /// <param name="path">The place, a JSONPath such as <c>$.order.id</c>. Of a Lambda function it is one of its event.</param>
    /// <param name="value">
    /// The value: anything that can be serialized. A string is the text itself, except that one of an object or a list in JSON is that.
    /// </param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldSend<T>(string state, string path, T value)
    {
        var (visit, sent) = LastSent(state);
        return ShouldHave(path, value, sent, $"what {state} sent", visit);
    }

    /// <summary>A state's task was given a payload of which this is right, at its last attempt.</summary>
    /// <typeparam name="T">The type to read the payload as.</typeparam>
    /// <param name="state">The state's name.</param>
    /// <param name="isRight">Whether the payload is as it is to be.</param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldSend<T>(string state, Predicate<T> isRight)
    {
        ArgumentNullException.ThrowIfNull(isRight);
        var (visit, sent) = LastSent(state);
        return isRight(TestJson.To<T>(sent, _serializer, $"What {state} sent"))
            ? this
            : throw Failure($"{state} sent another payload than was expected: {TestJson.Short(sent, 400)}", visit);
    }

    /// <summary>It took this much virtual time.</summary>
    /// <param name="duration">How much.</param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldTake(TimeSpan duration) => ShouldTake(duration, duration);

    /// <summary>It took virtual time within bounds.</summary>
    /// <param name="least">The least that is right.</param>
    /// <param name="most">The most that is right.</param>
    /// <returns>This run.</returns>
    public WorkflowRun ShouldTake(TimeSpan least, TimeSpan most)
    {
        if (Elapsed >= least && Elapsed <= most)
            return this;
        var expected = least == most ? Duration(least) : $"{Duration(least)} to {Duration(most)}";
        throw Failure($"Expected it to take {expected}, but it took {Duration(Elapsed)}.", Visits.MaxBy(visit => visit.Duration));
    }

    private WorkflowRun ShouldEnd(ExecutionStatus status, string expected)
    {
        if (Status == status)
            return this;
        throw Failure($"Expected {_execution.StateMachine.Name} {expected}, but it {Outcome()}.", LastUnfinished());
    }

    private StateVisit? LastUnfinished() => Visits.LastOrDefault(visit => visit.Exited is null);

    private WorkflowRun ShouldEqual(JsonValue expected, JsonValue actual, string place, string problem, StateVisit? visit) =>
        JsonDifference.Of(expected, actual, place) is { } difference ? throw Failure($"{problem}: {difference}", visit) : this;

    private WorkflowRun ShouldHave<T>(string path, T value, JsonValue whole, string what, StateVisit? visit)
    {
        if (Find(path, whole) is not { } found)
            throw Failure($"Expected {TestJson.Short(Expected(value, null))} at {path} of {what}, but there is nothing. It is {TestJson.Short(whole, 400)}", visit);
        return ShouldEqual(Expected(value, found), found, path, $"At {path} of {what} is another value", visit);
    }

    private (StateVisit Visit, JsonValue Sent) LastSent(string state)
    {
        var visit = VisitsTo(state).LastOrDefault(visit => visit.Attempts.Count > 0)
            ?? throw Failure($"Expected {state} to send something, but it sent nothing.", LastOf(VisitsTo(state)));
        return (visit, visit.Attempts[^1].Payload);
    }

    /// <summary>
    /// What is expected where a text may stand: a string is the text itself. One that spells an object or a list is that, unless a text
    /// stands there.
    /// </summary>
    private JsonValue Expected<T>(T value, JsonValue? actual)
    {
        if (value is not string text)
            return TestJson.Of(value, _serializer, "The expected value");
        return actual is not JsonString && text.AsSpan().TrimStart() is ['{' or '[', ..] && JsonReader.TryParse(text, out var json)
            ? json
            : JsonValue.From(text);
    }

    private static JsonValue? Find(string path, JsonValue value)
    {
        if (!JsonPath.TryParse(path, out var compiled, out var problem))
            throw new WorkflowAssertionException($"{path} is no path: {problem.Message}");
        return compiled.TryEvaluate(value, out var found) ? found : null;
    }

    private static StateVisit? LastOf(IReadOnlyList<StateVisit> visits) => visits is [.., var last] ? last : null;

    private static string Times(int times) => times switch
    {
        0 => "never",
        1 => "once",
        2 => "twice",
        _ => $"{times} times",
    };

    private static string List(IReadOnlyList<string> names) => names.Count == 0 ? "nothing" : string.Join(", ", names);

    private WorkflowAssertionException Failure(string message, StateVisit? marked, string remark = "here") =>
        new($"{message}\n\n{PathText(marked, remark)}");
}
