using Stateside.Conformance.Linearizability;

namespace Stateside.Service.Tests.Linearizability;

/// <summary>The checker of <c>Conformance linearizability</c> takes what can have been, and refuses what cannot.</summary>
public class LinearizabilityCheckerTests
{
    /// <summary>
    /// A request in words: when it began, when it ended (? for never, ?9 where it may have been done until 9), what was asked, and what was
    /// answered.
    /// </summary>
    private static Call Read(string line)
    {
        var words = line.Split(' ', 4);
        var question = words[2].Split(':');
        var isAnswered = words[1][0] != '?';
        return new Call(question[0], question.ElementAtOrDefault(1) ?? "", isAnswered ? words[3] : null, int.Parse(words[0]), isAnswered ? int.Parse(words[1]) : 0)
        {
            Latest = words[1].Length > 1 && !isAnswered ? int.Parse(words[1][1..]) : long.MaxValue,
        };
    }

    private static bool? Holds<TState>(Model<TState> model, string[] calls)
        where TState : IEquatable<TState> => LinearizabilityChecker.Holds(model, calls.Select(Read));

    public static TheoryData<bool, string[]> Executions() => new()
    {
        { true, ["1 2 start:a 100", "3 4 start:a 100", "5 6 start:b ExecutionAlreadyExists", "7 8 describe RUNNING 100 0"] },
        { true, ["1 9 start:a 100", "2 8 start:b ExecutionAlreadyExists", "3 7 describe ExecutionDoesNotExist"] },
        { true, ["1 2 start:a 100", "3 4 stop 110", "5 6 start:a ExecutionAlreadyExists", "7 8 redrive done", "9 10 describe RUNNING 100 1"] },
        { true, ["1 2 start:a 100", "3 6 stop 110", "4 5 describe ABORTED 100 0 110"] },

        // Nobody knows when a request without an answer was done.
        { true, ["1 ? start:a", "3 4 describe ExecutionDoesNotExist", "5 6 describe RUNNING 100 0"] },
        { true, ["1 ? start:a", "3 4 start:b 100", "5 6 describe RUNNING 100 0"] },
        { true, ["1 2 start:a 100", "3 ? stop", "4 5 describe RUNNING 100 0", "6 7 describe ABORTED 100 0 107"] },

        // The service did it before its end, or never does.
        { true, ["1 ?5 start:a", "6 7 describe RUNNING 100 0"] },
        { true, ["1 ?5 start:a", "3 4 describe ExecutionDoesNotExist", "6 7 describe ExecutionDoesNotExist"] },
        { false, ["1 ?5 start:a", "6 7 describe ExecutionDoesNotExist", "8 9 describe RUNNING 100 0"] },

        // A start, a stop or a redrive that was acknowledged is lost.
        { false, ["1 2 start:a 100", "3 4 describe ExecutionDoesNotExist"] },
        { false, ["1 2 start:a 100", "3 4 stop 110", "5 6 describe RUNNING 100 0"] },
        { false, ["1 2 start:a 100", "3 4 stop 110", "5 6 redrive done", "7 8 describe ABORTED 100 0 110"] },

        // One name has two executions, or two redrives came of one stop.
        { false, ["1 9 start:a 100", "2 8 start:a 101"] },
        { false, ["1 9 start:a 100", "2 8 start:b 100"] },
        { false, ["1 2 start:a 100", "3 4 stop 110", "5 9 redrive done", "6 8 redrive done"] },

        // What was seen once is not seen any more.
        { false, ["1 ? start:a", "3 4 describe RUNNING 100 0", "5 6 describe ExecutionDoesNotExist"] },
        { false, ["1 2 start:a 100", "3 8 stop 110", "4 5 describe ABORTED 100 0 110", "6 7 describe RUNNING 100 0"] },

        // A request without an answer has not begun yet.
        { false, ["1 2 start:a 100", "3 4 describe ABORTED 100 0 110", "5 ? stop"] },
        { false, ["1 2 start:a 100", "3 4 describe InternalFailure"] },
    };

    [Theory]
    [MemberData(nameof(Executions))]
    public void An_execution_does_what_it_is_told_once_and_remembers_it(bool holds, string[] calls) => Assert.Equal(holds, Holds(new ExecutionModel(), calls));

    [Theory]
    [InlineData(true, "1 2 beat taken", "3 4 SUCCEEDED:1 taken", "5 6 FAILED:2 TaskTimedOut", "7 8 beat TaskTimedOut", "9 10 describe SUCCEEDED 1")]
    [InlineData(true, "1 8 SUCCEEDED:1 TaskTimedOut", "2 7 FAILED:2 taken", "3 6 describe RUNNING")]
    [InlineData(true, "1 ? SUCCEEDED:1", "2 3 describe RUNNING", "4 5 beat TaskTimedOut")]
    [InlineData(false, "1 8 SUCCEEDED:1 taken", "2 7 FAILED:2 taken")]
    [InlineData(false, "1 2 SUCCEEDED:1 taken", "3 4 describe RUNNING")]
    [InlineData(false, "1 2 SUCCEEDED:1 taken", "3 4 describe SUCCEEDED 2")]
    [InlineData(false, "1 2 SUCCEEDED:1 taken", "3 4 beat taken")]
    [InlineData(false, "1 2 SUCCEEDED:1 taken", "3 4 beat InvalidToken")]
    [InlineData(false, "1 2 SUCCEEDED:1 TaskTimedOut", "3 4 describe RUNNING")]
    public void Of_the_answers_to_a_token_the_first_counts(bool holds, params string[] calls) => Assert.Equal(holds, Holds(new TokenModel(), calls));

    [Theory]
    [InlineData(true, "1 4 update:1 50", "2 3 update:2 51", "5 6 describe 1 50")]
    [InlineData(true, "1 2 describe 0 49", "3 ? update:1", "4 5 describe 0 49", "6 7 describe 1 52", "8 9 describe 1 52")]
    [InlineData(false, "1 2 update:1 50", "3 4 update:2 51", "5 6 describe 1 50")]
    [InlineData(false, "1 2 update:1 50", "3 4 describe 1 51")]
    [InlineData(false, "1 9 update:1 50", "2 3 describe 1 50", "4 5 describe 0 49")]
    public void An_alias_is_what_it_was_last_set_to(bool holds, params string[] calls) => Assert.Equal(holds, Holds(new AliasModel("0"), calls));

    [Theory]
    [InlineData(true, "1 2 tag:a=1,b=1 done", "3 4 tag:a=2 done", "5 6 list a=2,b=1", "7 8 untag:b,c done", "9 10 list a=2")]
    [InlineData(true, "1 6 tag:a=1 done", "2 5 untag:a done", "7 8 list ")]
    [InlineData(false, "1 6 tag:a=1,b=1 done", "2 5 list a=1")]
    [InlineData(false, "1 2 tag:a=1 done", "3 4 tag:b=1 done", "5 6 list a=1")]
    [InlineData(false, "1 2 untag:a done", "3 4 tag:a=1 done", "5 6 list ")]
    public void Tags_come_and_go_together(bool holds, params string[] calls) => Assert.Equal(holds, Holds(new TagModel(), calls));

    /// <summary>Requests at the same time, done in some order; then one answer is that of another one.</summary>
    [Fact]
    public void What_was_done_in_some_order_is_taken_and_a_lost_update_is_not()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            // Each is done at a moment of its own between its beginning and its end.
            var value = "0 49";
            var calls = new List<Call>();
            for (var moment = 100; moment < 4000; moment += 100)
            {
                var (begin, end) = (moment - random.Next(1, 400), moment + random.Next(1, 400));
                if (random.Next(3) > 0)
                {
                    calls.Add(new Call("describe", "", random.Next(9) == 0 ? null : value, begin, end));
                    continue;
                }

                calls.Add(new Call("update", $"{moment}", random.Next(9) == 0 ? null : $"{moment + 1}", begin, end));
                value = $"{moment} {moment + 1}";
            }

            Assert.True(LinearizabilityChecker.Holds(new AliasModel("0"), calls));

            var writes = calls.Where(call => call.Operation == "update" && call.Answer is not null).ToList();
            var lost = writes[random.Next(writes.Count - 1)];
            var later = calls.FirstOrDefault(call => call.Operation == "update" && call.Answer is not null && call.Begin > lost.End);
            if (later is not null)
                Assert.False(LinearizabilityChecker.Holds(new AliasModel("0"), [.. calls, new Call("describe", "", $"{lost.Argument} {lost.Answer}", 9000, 9001)]));
        }
    }
}
