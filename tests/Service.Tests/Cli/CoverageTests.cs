using System.Xml.Linq;
using Stateside.Engine.Coverage;
using Stateside.Engine.Execution.Turns;

namespace Stateside.Service.Tests.Cli;

public sealed class CoverageTests : IDisposable
{
    private const string Definition = """
        {"StartAt": "Sort", "States": {
          "Sort": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "Done"}], "Default": "Done"},
          "Done": {"Type": "Succeed"}}}
        """;

    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Reports_of_a_folder_are_put_together_in_a_table()
    {
        Write("one.stateside.json", rule: 2, otherwise: 0);
        Write("two.stateside.json", rule: 1, otherwise: 4);

        var result = await Project.CallAsync("coverage", _project.At("."), "--threshold", "100");

        Assert.Equal((0, ""), (result.Code, string.Concat(result.ErrorLines)));
        Assert.Contains("100 %      3/3", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Below_the_threshold_the_exit_code_is_1_and_the_machine_is_named()
    {
        var result = await Project.CallAsync("coverage", Write("one.stateside.json", rule: 2, otherwise: 0), "--threshold", "80");

        Assert.Equal(1, result.Code);
        Assert.Contains("order.asl.json(2): Sort: Default → Done", result.Output, StringComparison.Ordinal);
        Assert.Equal(["Order: 66.6 % of transitions covered, below 80 %."], result.ErrorLines);
    }

    [Fact]
    public async Task Other_tools_read_it_as_cobertura_and_people_as_a_drawing()
    {
        var report = Write("one.stateside.json", rule: 2, otherwise: 0);
        var xml = _project.At("out.cobertura.xml");

        Assert.Equal(0, (await Project.CallAsync("coverage", report, "--format", "cobertura", "-o", xml)).Code);
        var svg = await Project.CallAsync("coverage", report, "--format", "svg");

        Assert.Equal("order.asl.json", XDocument.Load(xml).Descendants("class").Single().Attribute("filename")!.Value);
        Assert.StartsWith("<svg", svg.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_report_is_named()
    {
        var mistaken = await Project.CallAsync("coverage", _project.Write("a.json", "{}"));
        var empty = await Project.CallAsync("coverage", _project.At("."));
        var unknown = await Project.CallAsync("coverage", Write("one.stateside.json", rule: 1, otherwise: 0), "--state-machine", "Other");
        var threshold = await Project.CallAsync("coverage", _project.At("."), "--threshold", "120");

        Assert.All([mistaken, empty, unknown, threshold], result => Assert.Equal(2, result.Code));
        Assert.Contains("a.json: This is no coverage report", mistaken.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("no *.stateside.json is in this folder", empty.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("--state-machine Other: the reports are of Order.", unknown.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("from 0 to 100", threshold.ErrorLines[0], StringComparison.Ordinal);
    }

    private string Write(string name, long rule, long otherwise)
    {
        var states = new StateCoverage[]
        {
            new("Sort", "Choice", 2)
            {
                Entered = rule + otherwise,
                Transitions = [new(TransitionKind.ChoiceRule, 0, 2) { To = "Done", Taken = rule }, new(TransitionKind.Default, 0, 2) { To = "Done", Taken = otherwise }],
            },
            new("Done", "Succeed", 3) { Entered = rule + otherwise, Transitions = [new(TransitionKind.End, 0, 3) { Taken = rule + otherwise }] },
        };
        return _project.Write(name, CoverageJson.Write(new CoverageReport([new MachineCoverage("Order", "order.asl.json", "/shop", Definition, states)])));
    }
}
