using System.Xml.Linq;

namespace Stateside.Service.Tests.Cli;

public sealed class GraphTests : IDisposable
{
    private const string Machine = """{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}""";
    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_definition_becomes_a_picture_named_after_its_file()
    {
        var result = await Project.CallAsync("graph", _project.Write("pay.asl.json", Machine));

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(["A", "B"], States(result.Output));
        Assert.Equal("pay", XDocument.Parse(result.Output).Root!.Attribute("aria-label")!.Value);
    }

    [Fact]
    public async Task A_definition_may_be_YAML_and_the_picture_goes_to_a_file()
    {
        var output = _project.At("out/pay.svg");

        var result = await Project.CallAsync("graph", _project.Write("pay.asl.yaml", "StartAt: A\nStates:\n  A: {Type: Succeed}\n"), "--output", output);

        Assert.Equal((0, ""), (result.Code, result.Output));
        Assert.Equal(["A"], States(await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Of_a_template_the_state_machine_is_drawn()
    {
        var only = await Project.CallAsync("graph", _project.Template);
        var named = await Project.CallAsync("graph", Path.GetDirectoryName(_project.Template)!, "--state-machine", "Greeting");

        Assert.Equal(0, only.Code);
        Assert.Equal(["Pause", "Decide", "Greet", "Refuse"], States(only.Output));
        Assert.Equal(only.Output, named.Output);
    }

    [Fact]
    public async Task Mermaid_is_text()
    {
        var result = await Project.CallAsync("graph", _project.Write("pay.asl.json", Machine), "--format", "mermaid");

        Assert.Equal(0, result.Code);
        Assert.StartsWith("flowchart TD", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_errors_is_drawn_as_far_as_it_goes()
    {
        var file = _project.Write("pay.asl.json", Machine.Replace("\"B\"}", "\"C\"}", StringComparison.Ordinal));

        var result = await Project.CallAsync("graph", file);

        Assert.Equal(0, result.Code);
        Assert.Equal(["A", "B", "C"], States(result.Output).Order());
        Assert.StartsWith($"{file}: the definition has ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no.asl.json", null, "there is no such file")]
    [InlineData("broken.asl.json", "{\"StartAt\": ", "there is nothing to draw")]
    [InlineData("empty.asl.json", "{}", "there is nothing to draw")]
    [InlineData("broken.asl.yaml", "a: [", "This is not YAML")]
    public async Task What_cannot_be_drawn_is_said_in_a_line(string name, string? text, string message)
    {
        var file = text is null ? _project.At(name) : _project.Write(name, text);

        var result = await Project.CallAsync("graph", file);

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains(message, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_state_machine_is_a_mistake()
    {
        var template = await Project.CallAsync("graph", _project.Template, "--state-machine", "Gretting");
        var definition = await Project.CallAsync("graph", _project.Write("pay.asl.json", Machine), "--state-machine", "Pay");

        Assert.Equal((2, 2), (template.Code, definition.Code));
        Assert.Contains("There is no state machine 'Gretting'.", template.Error, StringComparison.Ordinal);
        Assert.Contains("Leave --state-machine out.", definition.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shell_is_told_the_state_machines_of_the_template()
    {
        var line = $"stateside graph {_project.Template} --state-machine ";

        Assert.Contains("Greeting", (await Project.CallAsync($"[suggest:{line.Length}]", line)).Output, StringComparison.Ordinal);
    }

    private static IEnumerable<string> States(string svg) =>
        XDocument.Parse(svg).Descendants().Select(element => element.Attribute("data-state")?.Value).OfType<string>();
}
