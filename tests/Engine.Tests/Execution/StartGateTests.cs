using Stateside.Engine.Execution.Running;

namespace Stateside.Engine.Tests.Execution;

/// <summary>Tasks that start executions wait for one another, not before everybody's requests.</summary>
public class StartGateTests
{
    private readonly StartGate _gate = new();

    [Fact]
    public async Task Only_so_many_are_inside_and_one_that_leaves_lets_the_next_in()
    {
        Fill();
        var first = Enter("A");
        var second = Enter("A");
        Assert.False(first.IsCompleted);

        _gate.Leave();
        await first;
        Assert.False(second.IsCompleted);

        _gate.Leave();
        await second;
    }

    [Fact]
    public async Task Machines_take_turns()
    {
        Fill();
        var many = Enumerable.Range(0, 100).Select(_ => Enter("Many")).ToList();
        var rare = Enter("Rare");
        _gate.Leave();
        _gate.Leave();

        await rare;
        await many[0];
        Assert.Equal(99, many.Count(waiting => !waiting.IsCompleted));
    }

    [Fact]
    public async Task Who_does_not_wait_any_more_keeps_nobody_out()
    {
        using var cancel = new CancellationTokenSource();
        Fill();
        var gone = EnterUntil("A", cancel.Token);
        var next = Enter("A");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        _gate.Leave();

        await next;
    }

    [Fact]
    public void When_all_have_left_as_many_may_enter_again()
    {
        Fill();
        for (var i = 0; i < StartGate.Most; i++)
            _gate.Leave();
        Fill();

        Assert.False(Enter("A").IsCompleted);
    }

    private void Fill()
    {
        for (var i = 0; i < StartGate.Most; i++)
            Assert.True(Enter("A").IsCompletedSuccessfully);
    }

    private Task Enter(string machine) => EnterUntil(machine, CancellationToken.None);

    private Task EnterUntil(string machine, CancellationToken cancellationToken) => _gate.EnterAsync(machine, cancellationToken).AsTask();
}
