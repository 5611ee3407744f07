using Stateside.Language.Evaluation;
using Stateside.Language.Validation;

namespace Stateside.Language.Tests.Validation;

public class VariableScopeTests
{
    /// <summary>Whatever the ways between Maps that assign, a name inside is refused exactly where some way before assigns it.</summary>
    [Fact]
    public void A_name_is_refused_inside_a_Map_where_a_way_to_it_assigns_that()
    {
        for (var seed = 0UL; seed < 200; seed++)
        {
            var chance = new Chance(seed);
            var count = (int)chance.NextInt64(2, 9);
            var next = Enumerable.Range(0, count).Select(_ => (To: chance.NextInt64(0, count), Or: chance.NextInt64(0, count))).ToArray();
            var expected = Enumerable.Range(0, count).Where(i => Reached(next, i).Contains(i)).Select(i => $"v{i}");

            var refused = DefinitionParser.Parse(Machine(next)).Diagnostics
                .Where(problem => problem.Message.Contains("was already defined in a parent scope", StringComparison.Ordinal))
                .Select(problem => problem.Message.Split('\'')[1]);

            Assert.Equal(expected, refused);
        }
    }

    [Fact]
    public void Thousands_of_Maps_that_assign_are_looked_at_once_each()
    {
        var parsed = DefinitionParser.Parse(Machine([.. Enumerable.Range(1, 4500).Select(i => ((long)Math.Min(i, 4499), (long)Math.Min(i, 4499)))]));

        // The last goes back to itself.
        Assert.Equal("v4499", Assert.Single(parsed.Diagnostics, problem => problem.Message.Contains("parent scope", StringComparison.Ordinal)).Message.Split('\'')[1]);
    }

    /// <summary>Maps, each of which assigns a variable of its own on its way out and a second one inside, where the name is taken once more.</summary>
    private static string Machine((long To, long Or)[] next)
    {
        var states = next.Select((ways, i) => Fill(
            """
            "M#":{"Type":"Map","Assign":{"v#":1},"Next":"M>","Catch":[{"ErrorEquals":["States.ALL"],"Next":"M<"}],
            "ItemProcessor":{"StartAt":"P#","States":{"P#":{"Type":"Pass","Assign":{"v#":2},"End":true}}}}
            """,
            i, ways));
        return $"{{\"QueryLanguage\":\"JSONata\",\"StartAt\":\"M0\",\"States\":{{{string.Join(',', states)},\"E\":{{\"Type\":\"Succeed\"}}}}}}";
    }

    private static string Fill(string state, int number, (long To, long Or) ways) => state
        .Replace("#", $"{number}", StringComparison.Ordinal)
        .Replace(">", $"{ways.To}", StringComparison.Ordinal)
        .Replace("<", $"{ways.Or}", StringComparison.Ordinal);

    /// <summary>The states that are reached from where a state goes on after what it assigns.</summary>
    private static HashSet<long> Reached((long To, long Or)[] next, int from)
    {
        var reached = new HashSet<long>();
        var waiting = new Stack<long>([next[from].To]);
        while (waiting.TryPop(out var at))
        {
            if (!reached.Add(at))
                continue;
            waiting.Push(next[at].To);
            waiting.Push(next[at].Or);
        }

        return reached;
    }
}
