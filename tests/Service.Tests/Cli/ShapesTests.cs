using Stateside.Language.Json;

namespace Stateside.Service.Tests.Cli;

public sealed class ShapesTests : IDisposable
{
    private const string Machine = """
        {"StartAt": "Make", "States": {
          "Make": {"Type": "Pass", "Result": {"total": 1, "status": "NEW"}, "Next": "Take"},
          "Take": {"Type": "Pass", "Parameters": {"sum.$": "$.totl"}, "End": true}}}
        """;

    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Each_state_tells_what_is_known_of_its_data_and_what_goes_wrong_with_it()
    {
        var file = _project.Write("pay.asl.json", Machine);

        var result = await Project.CallAsync("shapes", file);

        Assert.Equal((1, ""), (result.Code, result.Error));
        Assert.Equal(
            $$"""
            Make (Pass)
              input   anything
              output  { "total": number, "status": "NEW" }

            Take (Pass)
              input   { "total": number, "status": "NEW" }

            The machine gives
              never

            {{file}}(3,43): error DATA_NEVER_FOUND: $ never has a member 'totl'. Did you mean 'total'? [/States/Take/Parameters/sum.$]
            """.ReplaceLineEndings("\n"), result.Output.ReplaceLineEndings("\n").TrimEnd('\n'));
    }

    [Fact]
    public async Task A_state_may_be_asked_for_by_itself_and_a_mistyped_one_is_guessed()
    {
        var file = _project.Write("pay.asl.json", Machine);

        var one = await Project.CallAsync("shapes", file, "--state", "Make");
        var none = await Project.CallAsync("shapes", file, "--state", "Mke");

        Assert.Equal(0, one.Code);
        Assert.DoesNotContain("Take", one.Output, StringComparison.Ordinal);
        Assert.Equal("stateside: pay has no state 'Mke'. Did you mean 'Make'?", none.Error.TrimEnd());
    }

    [Fact]
    public async Task Programs_are_told_in_JSON_Schema()
    {
        var result = await Project.CallAsync("shapes", _project.Write("pay.asl.json", Machine), "--format", "json");

        var told = (JsonObject)JsonReader.Parse(result.Output);
        var take = (JsonObject)((JsonArray)told["states"]!)[1];
        Assert.Equal(
            """{"type":"object","properties":{"total":{"type":"number"},"status":{"enum":["NEW"]}},"required":["total","status"],"additionalProperties":false}""",
            JsonWriter.Compact(take["input"]!));
        Assert.Equal("total", ((JsonString)((JsonObject)((JsonArray)told["findings"]!)[0])["likely"]!).Value);
    }

    [Fact]
    public async Task Of_a_template_the_state_machine_is_looked_at()
    {
        var named = await Project.CallAsync("shapes", _project.Template, "--state-machine", "Greeting");

        Assert.Equal((0, ""), (named.Code, named.Error));
        Assert.Contains("Decide (Choice)", named.Output, StringComparison.Ordinal);
    }
}
