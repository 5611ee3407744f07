using Stateside.Engine.Coverage;
using Stateside.Engine.Execution.Turns;

namespace Stateside.Engine.Tests.Coverage;

public sealed class CoverageCollectorTests
{
    private const string Gift = """{"kind": "gift", "items": [1, 2]}""";

    [Fact]
    public async Task Each_way_is_counted_by_itself_with_its_line()
    {
        var report = await CoverageRuns.ShopAsync("/shop/shop.asl.json", Gift, """{"kind": "gift", "items": [], "error": "Busy"}""", """{"kind": "other"}""");
        var machine = Assert.Single(report.Machines);
        Assert.Equal(
            """
            4 Sort ×3: 7 rule 1 → Pay ×2, 8 rule 2 → Pay ×0, 10 Default → Refuse ×1
            12 Pay ×2: 24 Next → Ship ×1, 20 catcher 1 → Refuse (Poor) ×0, 21 catcher 2 → Refuse (States.ALL) ×1, 17 retrier 2 (Busy, 2 more) ×3
            26 Ship ×1: 29 branch 1 → Label ×1, 30 branch 2 → Pack ×1, 47 End ×1
            29 Label ×1: 29 End ×1
            33 Pack ×1: 36 items → Wrap ×2, 33 no items ×0, 42 End ×1
            39 Wrap ×2: 39 End ×2
            49 Refuse ×2: 49 End ×2
            """,
            string.Join('\n', machine.States.Select(state =>
                $"{state.Line} {state.Name} ×{state.Entered}: {string.Join(", ", state.Transitions.Select(way => $"{way.Line} {way.Text} ×{way.Taken}"))}")),
            ignoreLineEndingDifferences: true);
        Assert.Equal(new CoverageRatio(7, 7), machine.Entered);
        Assert.Equal(new CoverageRatio(13, 16), report.Transitions);
        Assert.Equal("81.2 %", report.Transitions.PercentText);
        Assert.Equal(new CoverageRatio(1, 2), machine.Of(TransitionKind.Catcher));
    }

    [Fact]
    public async Task Engines_that_run_at_the_same_time_count_into_one_report()
    {
        var collector = new CoverageCollector();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CoverageRuns.RunAsync(
            collector, CoverageRuns.Shop, CoverageRuns.ShopIn("/shop/shop.asl.json"), [.. Enumerable.Repeat(Gift, 50)])));
        var machine = Assert.Single(collector.Report().Machines);
        Assert.Equal(1000, machine.States[0].Entered);
        Assert.Equal(2000, machine.States.Single(state => state.Name == "Wrap").Transitions.Single().Taken);
    }

    [Fact]
    public async Task Machines_without_a_file_are_one_where_name_and_states_are()
    {
        var collector = new CoverageCollector();
        await CoverageRuns.RunAsync(collector, """{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""", null, "{}");
        await CoverageRuns.RunAsync(collector, """{"StartAt":"A","States":{"A":{"Type":"Pass","Result":1,"End":true}}}""", null, "{}");
        await CoverageRuns.RunAsync(collector, """{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}""", null, "{}");
        var report = collector.Report();
        Assert.Equal(["A", "B"], report.Machines.Select(machine => machine.States[0].Name).Order(StringComparer.Ordinal));
        Assert.Equal(2, report.Machines.Single(machine => machine.States[0].Name == "A").States[0].Entered);
        Assert.All(report.Machines, machine => Assert.Null(machine.File));
    }

    [Fact]
    public async Task Machines_that_run_one_file_are_covered_together()
    {
        var collector = new CoverageCollector();
        await CoverageRuns.RunAsync(collector, CoverageRuns.Shop, new CoveredDefinition("Day", CoverageRuns.Shop) { File = "/shop/shop.asl.json" }, Gift);
        var night = CoverageRuns.Shop.Replace("function:Pay", "function:PayAtNight", StringComparison.Ordinal);
        await CoverageRuns.RunAsync(collector, night, new CoveredDefinition("Night", night) { File = "/shop/shop.asl.json" }, Gift);
        var machine = Assert.Single(collector.Report().Machines);
        Assert.Equal(("Day, Night", "shop.asl.json", 2), (machine.Name, machine.File, machine.States[0].Entered));
        Assert.Equal(Path.GetFullPath("/shop"), machine.Root);
    }

    [Fact]
    public void What_was_declared_and_never_run_is_not_covered()
    {
        var collector = new CoverageCollector();
        collector.Add(CoverageRuns.ShopIn("/shop/shop.asl.json"));
        collector.Add(new CoveredDefinition("Wrong", "{}"));
        var report = collector.Report();
        Assert.Equal(["Shop"], report.Machines.Select(machine => machine.Name));
        Assert.Equal(new CoverageRatio(0, 16), report.Transitions);
    }
}
