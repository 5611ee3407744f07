using System.Text.Json;

namespace Stateside.Service.Tests.Cli;

public sealed class EachTests : IDisposable
{
    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("1")]
    [InlineData("7")]
    public async Task Results_stand_in_the_order_of_the_input_failures_too(string concurrency)
    {
        var lines = Enumerable.Range(1, 60).Select(i => i % 3 == 0 ? $$"""{"reason": "no {{i}}"}""" : $$"""{"name": "N{{i}}"}""").ToList();
        lines.Insert(10, "");
        var input = _project.Write("in.ndjson", string.Join("\n", lines));

        var result = await _project.RunAsync("--each", input, "--output", _project.At("new/out.ndjson"), "--concurrency", concurrency);

        Assert.Equal(1, result.Code);
        Assert.Empty(result.Output);
        var results = await ResultsAsync("new/out.ndjson");
        Assert.Equal(Enumerable.Range(1, 61).Where(line => line != 11), results.Select(r => r.GetProperty("line").GetInt32()));
        Assert.Equal(60, results.Select(r => r.GetProperty("execution").GetString()).Distinct().Count());
        for (var i = 1; i <= 60; i++)
            AssertResult(i, results[i - 1]);
    }

    [Fact]
    public async Task The_summary_counts_by_status_and_error()
    {
        var input = _project.Write("in.ndjson", "{\"name\": \"A\"}\n{\"name\": \"B\"}\n{\"reason\": \"no\"}\n");

        var result = await _project.RunAsync("--each", input);

        Assert.Matches(@"SUCCEEDED +2 ", result.Error + " ");
        Assert.Matches(@"FAILED Greeting\.Refused +1 ", result.Error);
        Assert.Contains("3 of 3 executions in ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_all_succeed_the_exit_code_is_0()
    {
        var result = await _project.RunAsync("--each", _project.Write("in.ndjson", "{\"name\": \"A\"}\r\n{\"name\": \"B\"}\r\n"));

        Assert.Equal(0, result.Code);
    }

    [Fact]
    public async Task A_line_that_is_not_json_is_told_before_anything_runs()
    {
        var input = _project.Write("in.ndjson", "{\"name\": \"A\"}\n\n{\"name\": B}\n");

        var result = await _project.RunAsync("--each", input, "--output", _project.At("out.ndjson"));

        Assert.Equal(2, result.Code);
        var line = Assert.Single(result.ErrorLines);
        Assert.StartsWith($"stateside: {input}, line 3, column 10: ", line, StringComparison.Ordinal);
        Assert.EndsWith("Every line must be one JSON value; mend or remove this one, or give a file with one value by --input. Nothing was run.", line, StringComparison.Ordinal);
        Assert.False(File.Exists(_project.At("out.ndjson")));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_mistake()
    {
        var result = await _project.RunAsync("--each", _project.At("none.ndjson"));

        Assert.Equal(2, result.Code);
        Assert.Contains($"{_project.At("none.ndjson")}: there is no such file.", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private static void AssertResult(int i, JsonElement result)
    {
        if (i % 3 == 0)
        {
            Assert.Equal(["line", "execution", "status", "error", "cause"], result.EnumerateObject().Select(member => member.Name));
            Assert.Equal(("FAILED", "Greeting.Refused", $"no {i}"),
                (result.GetProperty("status").GetString(), result.GetProperty("error").GetString(), result.GetProperty("cause").GetString()));
        }
        else
        {
            Assert.Equal(["line", "execution", "status", "output"], result.EnumerateObject().Select(member => member.Name));
            Assert.Equal(("SUCCEEDED", $"Hello N{i}"),
                (result.GetProperty("status").GetString(), result.GetProperty("output").GetProperty("text").GetString()));
        }
    }

    private async Task<List<JsonElement>> ResultsAsync(string name) =>
        [.. (await File.ReadAllLinesAsync(_project.At(name), TestContext.Current.CancellationToken)).Select(line => JsonDocument.Parse(line).RootElement)];
}
