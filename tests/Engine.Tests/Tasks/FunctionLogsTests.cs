using Stateside.Engine.Tasks;

namespace Stateside.Engine.Tests.Tasks;

public sealed class FunctionLogsTests
{
    private readonly FunctionLogs _logs = new();

    [Fact]
    public void What_a_function_wrote_is_found_by_its_attempt()
    {
        _logs.Add(Attempt(5), "hello\n");

        Assert.Equal("hello\n", _logs.Find(Attempt(5)));
        Assert.Null(_logs.Find(Attempt(6)));
    }

    [Fact]
    public void Of_much_the_end_is_kept()
    {
        _logs.Add(Attempt(1), new string('a', 20_000) + "b");

        var text = _logs.Find(Attempt(1))!;
        Assert.Equal(16_384, text.Length);
        Assert.EndsWith("ab", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_oldest_make_room()
    {
        for (var i = 0; i < 1000; i++)
            _logs.Add(Attempt(i), new string('x', 10_000));

        Assert.Null(_logs.Find(Attempt(0)));
        Assert.NotNull(_logs.Find(Attempt(999)));
        Assert.InRange(Enumerable.Range(0, 1000).Sum(i => _logs.Find(Attempt(i))?.Length ?? 0), 1_000_000, 2_100_000);
    }

    [Fact]
    public void Many_short_ones_make_room_too()
    {
        for (var i = 0; i < 20_000; i++)
            _logs.Add(Attempt(i), "x");

        Assert.Null(_logs.Find(Attempt(0)));
        Assert.NotNull(_logs.Find(Attempt(19_999)));
    }

    [Fact]
    public void An_attempt_that_is_made_once_more_counts_once()
    {
        for (var i = 0; i < 10_000; i++)
            _logs.Add(Attempt(1), new string('x', 10_000));
        _logs.Add(Attempt(2), "other");

        Assert.NotNull(_logs.Find(Attempt(1)));
        Assert.Equal("other", _logs.Find(Attempt(2)));
    }

    private static FunctionCaller Attempt(long id) => new("arn:aws:states:us-east-1:123456789012:execution:M:e", "State", id);
}
