using Stateside.Engine.Execution;
using Stateside.Engine.Store;

namespace Stateside.Testing;

/// <summary>
/// Stands in for the tasks of a state, of a function or of a resource, and notes what they were given. Answers are given in the order in
/// which they are written down here, and the last one from then on; without any the real thing is done.
/// </summary>
/// <remarks>
/// Answers are counted over all executions of the test. Where executions run side by side, let code answer by <see cref="TaskCall.Attempt"/>,
/// which is counted in each.
/// </remarks>
/// <example><code>
/// test.Task("Charge").Fails("Payments.Busy", times: 2).Returns(new { receipt = "R-1" });
/// </code></example>
public sealed class TaskStub
{
    private readonly WorkflowTest _test;
    private readonly string _what;
    private readonly Lock _lock = new();
    private readonly List<Answer> _answers = [];
    private readonly List<TaskCall> _calls = [];
    private int _answered;
    private bool _isOptional;

    internal TaskStub(WorkflowTest test, string what)
    {
        _test = test;
        _what = what;
    }

    /// <summary>What came here, in order: every attempt, retries too.</summary>
    public IReadOnlyList<TaskCall> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    internal bool HasAnswers
    {
        get
        {
            lock (_lock)
                return _answers.Count > 0;
        }
    }

    /// <summary>Whether it has answers that the test cannot do without, and nothing ever asked for one.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_lock)
                return !_isOptional && _answers.Count > 0 && _calls.Count == 0;
        }
    }

    /// <summary>How many answers it gave.</summary>
    internal int Answered
    {
        get
        {
            lock (_lock)
                return _answered;
        }
    }

    /// <summary>What it stands for, in words.</summary>
    internal string What => _what;

    /// <summary>
    /// The test may do without it. Else the test fails at its end where nothing ever asked for the stub: it stands for another task than
    /// was meant, or the workflow did not come there.
    /// </summary>
    /// <returns>This stub.</returns>
    public TaskStub Optional()
    {
        lock (_lock)
            _isOptional = true;
        return this;
    }

    /// <summary>Answers with a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">
    /// The value; a string is taken for JSON text. For a task that invokes a function it is what the function returns: the envelope of
    /// <c>lambda:invoke</c> is put around it. For one that waits for a callback it is what the callback brings.
    /// </param>
    /// <param name="times">How often.</param>
    /// <returns>This stub.</returns>
    public TaskStub Returns<T>(T value, int times = 1)
    {
        var json = TestJson.Of(value, _test.Options.Serializer, $"What {_what} is to return");
        return Add(times, (call, cancellationToken) => TaskPayload.ReturnedAsync(call.Request, json, cancellationToken));
    }

    /// <summary>Fails with an error name, as AWS would give it.</summary>
    /// <param name="error">
    /// The error name, such as <c>Lambda.TooManyRequestsException</c> or <c>States.Timeout</c>; null for none, as a callback may fail.
    /// </param>
    /// <param name="cause">The cause; null for none.</param>
    /// <param name="times">How often.</param>
    /// <returns>This stub.</returns>
    public TaskStub Fails(string? error, string? cause = null, int times = 1) =>
        Add(times, (_, _) => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Failed(new TaskFailure(error, cause))));

    /// <summary>
    /// Fails with an exception, as a handler that throws it: the error is the exception's type, the cause Lambda's JSON with its message.
    /// </summary>
    /// <param name="exception">The exception.</param>
    /// <param name="times">How often.</param>
    /// <returns>This stub.</returns>
    public TaskStub Throws(Exception exception, int times = 1) =>
        Add(times, (call, cancellationToken) => TaskPayload.ThrewAsync(call.Request, exception, cancellationToken));

    /// <summary>Answers with what a function makes of the typed payload; an exception that it throws is the task's failure.</summary>
    /// <typeparam name="TInput">The payload's type.</typeparam>
    /// <typeparam name="TResult">The result's type.</typeparam>
    /// <param name="answer">The function.</param>
    /// <returns>This stub.</returns>
    public TaskStub Answers<TInput, TResult>(Func<TInput, TResult> answer) =>
        Answers(call => Task.FromResult<object?>(answer(InputOf<TInput>(call))));

    /// <summary>The same for a function that waits.</summary>
    /// <typeparam name="TInput">The payload's type.</typeparam>
    /// <typeparam name="TResult">The result's type.</typeparam>
    /// <param name="answer">The function.</param>
    /// <returns>This stub.</returns>
    public TaskStub Answers<TInput, TResult>(Func<TInput, Task<TResult>> answer) =>
        Answers(async call => (object?)await answer(InputOf<TInput>(call)).ConfigureAwait(false));

    /// <summary>Answers with what code makes of the call; an exception that it throws is the task's failure.</summary>
    /// <param name="answer">The code; its result may be JSON or anything that can be serialized.</param>
    /// <returns>This stub.</returns>
    public TaskStub Answers(Func<TaskCall, object?> answer) => Answers(call => Task.FromResult(answer(call)));

    /// <summary>The same for code that waits.</summary>
    /// <param name="answer">The code.</param>
    /// <returns>This stub.</returns>
    public TaskStub Answers(Func<TaskCall, Task<object?>> answer) => Add(1, async (call, cancellationToken) =>
    {
        try
        {
            var result = await answer(call).WaitAsync(cancellationToken).ConfigureAwait(false);
            var json = TestJson.Of(result, _test.Options.Serializer, $"What {_what} answered");
            return await TaskPayload.ReturnedAsync(call.Request, json, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (WorkflowAssertionException or WorkflowTestSkippedException) && !cancellationToken.IsCancellationRequested)
        {
            return await TaskPayload.ThrewAsync(call.Request, e, cancellationToken).ConfigureAwait(false);
        }
    });

    /// <summary>
    /// Answers with what a handler of Lambda makes of it, called as Lambda calls it: the event comes through its assembly's own
    /// serializer and the result goes through it, it is given its ILambdaContext, and what it throws is Lambda's error. Its object is the
    /// test's, made with whatever the test gives its constructor: <c>test.Function("charge").Runs(new ChargeHandler(fakes).Handle)</c>.
    /// </summary>
    /// <param name="handler">The method of the handler.</param>
    /// <param name="times">How often.</param>
    /// <returns>This stub.</returns>
    /// <exception cref="WorkflowAssertionException">Lambda could not call it.</exception>
    public TaskStub Runs(Delegate handler, int times = 1)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var made = _test.HandlerOf(handler, _what);
        return Add(times, (call, cancellationToken) => made.PerformAsync(call.Request, cancellationToken));
    }

    /// <summary>Does the real thing.</summary>
    /// <param name="times">How often.</param>
    /// <returns>This stub.</returns>
    public TaskStub CallsThrough(int times = 1) => Add(times, null);

    /// <summary>Says nothing, so that the task runs into its timeout, its missed heartbeat or the end of the execution.</summary>
    /// <param name="times">How often.</param>
    /// <returns>This stub.</returns>
    public TaskStub NeverAnswers(int times = 1) => Add(times, (_, _) => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Waiting(null)));

    /// <summary>Has the last answer take its time, which is virtual and passes at once.</summary>
    /// <param name="duration">How long it takes.</param>
    /// <returns>This stub.</returns>
    public TaskStub After(TimeSpan duration)
    {
        lock (_lock)
        {
            if (_answers.Count == 0 || _answers[^1].Give is null)
                throw new WorkflowAssertionException($"After says how long the answer before it takes: write it behind an answer of {_what}.");
            _answers[^1] = _answers[^1] with { After = duration };
        }

        return this;
    }

    /// <summary>Takes back all answers and forgets all calls.</summary>
    /// <returns>This stub.</returns>
    public TaskStub Reset()
    {
        lock (_lock)
        {
            _answers.Clear();
            _calls.Clear();
            _answered = 0;
        }

        return this;
    }

    /// <summary>Notes a call, and gives the next answer where it is to.</summary>
    internal (TaskCall Call, Answer? Answer) Take(TaskRequest request, int attempt, Func<CancellationToken, ValueTask<TaskOutcome>> real, bool answers)
    {
        lock (_lock)
        {
            var call = new TaskCall(_test, request, _calls.Count + 1, attempt, real);
            _calls.Add(call);
            if (!answers || _answers.Count == 0)
                return (call, null);
            var at = _answered++;
            foreach (var answer in _answers)
            {
                if (at < answer.Times)
                    return (call, answer);
                at -= answer.Times;
            }

            return (call, _answers[^1]);
        }
    }

    // Code that looks at the whole call says so by its type.
    private static TInput InputOf<TInput>(TaskCall call) => call is TInput whole ? whole : call.Input<TInput>();

    private TaskStub Add(int times, Func<TaskCall, CancellationToken, ValueTask<TaskOutcome>>? give)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        _test.NeedsLocal($"a stub of {_what}");
        lock (_lock)
            _answers.Add(new Answer(times, give, TimeSpan.Zero));
        return this;
    }

    /// <summary>One answer: given so many times, by that code (null: the real thing), after that time.</summary>
    internal sealed record Answer(int Times, Func<TaskCall, CancellationToken, ValueTask<TaskOutcome>>? Give, TimeSpan After);
}
