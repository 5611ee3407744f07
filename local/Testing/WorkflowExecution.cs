namespace Stateside.Testing;

/// <summary>An execution under way.</summary>
public sealed class WorkflowExecution
{
    private readonly WorkflowTest _test;
    private readonly DeployedMachine? _deployed;

    internal WorkflowExecution(WorkflowTest test, string arn, DeployedMachine? deployed)
    {
        _test = test;
        _deployed = deployed;
        Arn = arn;
    }

    /// <summary>Its ARN.</summary>
    public string Arn { get; }

    /// <summary>Waits for its end.</summary>
    /// <param name="patience">How long in real time; null for <see cref="WorkflowTestOptions.Patience"/>.</param>
    /// <returns>The execution at its end.</returns>
    /// <exception cref="WorkflowAssertionException">It did not end; the message says what it waits for.</exception>
    public Task<WorkflowRun> EndAsync(TimeSpan? patience = null)
    {
        FailingTest.GoesOn();
        return _deployed is null ? EndedAsync(patience ?? _test.Options.Patience) : _deployed.EndAsync(Arn);
    }

    /// <summary>The execution as it stands, for looking at its path so far.</summary>
    /// <returns>The execution.</returns>
    public WorkflowRun Now()
    {
        _test.NeedsLocal("a look at an execution under way");
        FailingTest.GoesOn();
        return _test.RunOf(_test.Service.Engine.Describe(Arn)!);
    }

    /// <summary>Waits until all that is to be done at the present virtual time is done: handlers have answered, states have moved on.</summary>
    /// <returns>The execution as it stands then.</returns>
    public async Task<WorkflowRun> SettledAsync()
    {
        await _test.SettleAsync().ConfigureAwait(false);
        _test.Troubles.Throw(Arn);
        return Now();
    }

    /// <summary>Stops it, as StopExecution does.</summary>
    /// <param name="error">The error name; null for none.</param>
    /// <param name="cause">The cause; null for none.</param>
    /// <returns>The execution at its end.</returns>
    public async Task<WorkflowRun> StopAsync(string? error = null, string? cause = null)
    {
        _test.NeedsLocal("stopping an execution");
        await _test.Service.Engine.StopAsync(Arn, error, cause).ConfigureAwait(false);
        return await EndAsync().ConfigureAwait(false);
    }

    /// <summary>Has it go on where it failed, as RedriveExecution does.</summary>
    /// <returns>The execution under way again.</returns>
    public async Task<WorkflowExecution> RedriveAsync()
    {
        _test.NeedsLocal("a redrive");
        var (_, refusal) = await _test.Service.Engine.RedriveAsync(Arn, null).ConfigureAwait(false);
        return refusal is null ? this : throw new WorkflowAssertionException($"It cannot be redriven: {refusal}.");
    }

    private async Task<WorkflowRun> EndedAsync(TimeSpan patience)
    {
        FailingTest.Leave();
        using var ends = new CancellationTokenSource();
        var end = _test.Service.Engine.WhenEndedAsync(Arn, ends.Token);
        var outlook = _test.Options.ServiceEndpoint is null ? Outlook.ByTest : Outlook.MayCome;
        var hasEnded = await _test.ComesAsync(end, patience, () => outlook).ConfigureAwait(false);
        await ends.CancelAsync().ConfigureAwait(false);
        _test.Troubles.Throw(Arn);
        return hasEnded ? Now() : throw new WorkflowAssertionException(_test.RunningText(Arn));
    }
}
