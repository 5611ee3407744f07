using System.Xml.Linq;
using Stateside.Engine.Coverage;

namespace Stateside.Engine.Tests.Coverage;

public sealed class CoverageReportTests
{
    private const string File = "/shop/shop.asl.json";
    private const string Gift = """{"kind": "gift", "items": [1]}""";
    private const string Sale = """{"kind": "sale", "items": [], "error": "Poor"}""";

    [Fact]
    public async Task A_report_is_the_same_after_it_was_written_and_read()
    {
        var text = CoverageJson.Write(await CoverageRuns.ShopAsync(File, Gift));
        Assert.Equal(text, CoverageJson.Write(CoverageJson.Read(text, "a.json")));
    }

    [Fact]
    public async Task Reports_of_several_runs_add_up()
    {
        var merged = CoverageReport.Merge([await CoverageRuns.ShopAsync(File, Gift), await CoverageRuns.ShopAsync(File, Sale, Sale)]);
        var whole = await CoverageRuns.ShopAsync(File, Gift, Sale, Sale);
        Assert.Equal(CoverageJson.Write(whole), CoverageJson.Write(merged));
    }

    [Fact]
    public async Task Reports_of_different_states_of_a_file_are_not_put_together()
    {
        var old = new CoverageCollector();
        old.Add(new CoveredDefinition("Shop", CoverageRuns.Shop.Replace("Refuse", "Reject", StringComparison.Ordinal)) { File = File });
        var now = await CoverageRuns.ShopAsync(File, Gift);
        var e = Assert.Throws<CoverageException>(() => CoverageReport.Merge([now, old.Report()]));
        Assert.StartsWith("shop.asl.json: the state machine Shop has other states", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("""{"format": "other"}""")]
    [InlineData("""{"format": "stateside-coverage-1", "machines": [{"name": "Shop"}]}""")]
    [InlineData("""{"format": "stateside-coverage-1", "machines": [{"name": "S", "definition": "", "states": [{"name": "A", "type": "Pass", "line": 1, "entered": 0, "transitions": [{"kind": "Leap"}]}]}]}""")]
    public void A_file_that_is_no_report_is_refused_by_name(string text) =>
        Assert.StartsWith("old.json: This", Assert.Throws<CoverageException>(() => CoverageJson.Read(text, "old.json")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task The_table_shows_each_kind_and_the_place_of_what_is_missing()
    {
        var table = CoverageTable.Write(await CoverageRuns.ShopAsync(File, Gift));
        Assert.Equal(
            """
            State machine  Transitions        States  Next, End  Rules  Catchers  Retriers  Branches  Items
            Shop            56.2 %      9/16  6/7     5/6        1/3    0/2       0/1       2/2       1/2

            Not covered:
              shop.asl.json(8): Sort: rule 2 → Pay
              shop.asl.json(10): Sort: Default → Refuse
              shop.asl.json(20): Pay: catcher 1 → Refuse (Poor)
              shop.asl.json(21): Pay: catcher 2 → Refuse (States.ALL)
              shop.asl.json(17): Pay: retrier 2 (Busy, 2 more)
              shop.asl.json(33): Pack: no items
              shop.asl.json(49): Refuse was not entered

            """,
            table,
            ignoreLineEndingDifferences: true);
        Assert.EndsWith("Sort: rule 2 → Pay\n  and 6 more\n", CoverageTable.Write(await CoverageRuns.ShopAsync(File, Gift), most: 1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cobertura_has_the_lines_of_the_file_and_the_ways_of_a_state_as_its_branches()
    {
        var xml = CoberturaReport.Write(await CoverageRuns.ShopAsync(File, Gift, Gift), DateTimeOffset.UnixEpoch);
        var coverage = XDocument.Parse(xml).Root!;
        var machine = coverage.Descendants("class").Single();
        Assert.Equal(("Shop", "shop.asl.json"), ((string?)machine.Attribute("name"), (string?)machine.Attribute("filename")));
        Assert.Equal(Path.GetFullPath("/shop"), coverage.Descendants("source").Single().Value);
        Assert.Equal(["Sort", "Pay", "Ship", "Label", "Pack", "Wrap", "Refuse"], machine.Descendants("method").Select(method => (string?)method.Attribute("name")));
        Assert.Equal(
            """
            4 hit 2 33% (1/3)
            7 hit 2
            8 hit 0
            10 hit 0
            12 hit 2 25% (1/4)
            17 hit 0
            20 hit 0
            21 hit 0
            24 hit 2
            26 hit 2 100% (3/3)
            29 hit 4
            30 hit 2
            33 hit 2 66% (2/3)
            36 hit 2
            39 hit 2
            42 hit 2
            47 hit 2
            49 hit 0
            """,
            string.Join('\n', machine.Element("lines")!.Elements().Select(line =>
                $"{line.Attribute("number")!.Value} hit {line.Attribute("hits")!.Value} {line.Attribute("condition-coverage")?.Value}".TrimEnd())),
            ignoreLineEndingDifferences: true);
        Assert.Equal(("12", "18", "7", "13"), (
            (string?)coverage.Attribute("lines-covered"), (string?)coverage.Attribute("lines-valid"),
            (string?)coverage.Attribute("branches-covered"), (string?)coverage.Attribute("branches-valid")));
    }

    [Fact]
    public async Task The_graph_marks_what_was_taken_and_what_was_not()
    {
        var svg = XDocument.Parse(CoverageGraph.Write((await CoverageRuns.ShopAsync(File, Gift)).Machines.Single()));
        var marked = svg.Descendants().Select(element => (string?)element.Attribute("class") ?? "").ToList();
        Assert.Contains(marked, classes => classes.Contains("state", StringComparison.Ordinal) && classes.Contains("is-uncovered", StringComparison.Ordinal));
        Assert.Contains(marked, classes => classes.Contains("state", StringComparison.Ordinal) && classes.Contains("is-partly", StringComparison.Ordinal));
        Assert.Equal(4, marked.Count(classes => classes.Contains("edge", StringComparison.Ordinal) && classes.Contains("is-uncovered", StringComparison.Ordinal)));
        Assert.Contains("56.2 % of transitions covered", svg.ToString(), StringComparison.Ordinal);
    }
}
