using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Stateside.Service.Tests.Cli;

/// <summary>A user's mistake is one plain line that names file, place and remedy; exit code 2, nothing on standard output.</summary>
public sealed class MistakeTests : IDisposable
{
    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task No_such_machine() => AssertMistake(
        await _project.RunAsync("Greting"), _project.Template, "There is no state machine 'Greting'.", "Greeting");

    [Fact]
    public async Task Input_that_is_not_json()
    {
        var input = _project.Write("bad.json", "{\n  \"name\": Ada\n}");

        AssertMistake(await _project.RunAsync("--input", input), $"{input}, line 2, column 11: this is not JSON: ", "The input must be one JSON value.");
    }

    [Fact]
    public async Task A_name_that_no_execution_may_have() => AssertMistake(
        await _project.RunAsync("--name", "a b*"), "--name a b*: a name has 1 to 80 characters");

    [Fact]
    public async Task A_name_that_another_execution_has()
    {
        await _project.RunAsync("--name", "a", "--quiet");

        AssertMistake(await _project.RunAsync("--name", "a", "--quiet"), "--name a: an execution of that name was started before (", "Give another name.");
    }

    [Fact]
    public async Task A_name_for_many_executions() => AssertMistake(
        await _project.RunAsync("--name", "a", "--each", _project.Write("in.ndjson", "{}")), "--name and --each cannot stand together");

    [Fact]
    public async Task A_number_that_is_none() => AssertMistake(
        await _project.RunAsync("--concurrency", "many"), "--concurrency many: this must be a whole number from 1 to 2147483647.");

    [Theory]
    [InlineData("--mocks")]
    [InlineData("--input")]
    [InlineData("--each")]
    public async Task A_value_that_is_empty(string option) => AssertMistake(await _project.RunAsync(option, ""), $"{option}: its value is empty.");

    [Theory]
    [InlineData("--input", "It is larger than 64 MB.")]
    [InlineData("--each", "A line is longer than 64 MB.")]
    [InlineData("--mocks", "It is larger than 64 MB.")]
    [InlineData("--template", "It is larger than 64 MB.")]
    public async Task A_file_without_end(string option, string problem)
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "It is a device of Unix.");

        var result = option == "--template" ? await Project.CallAsync("run", option, "/dev/zero") : await _project.RunAsync(option, "/dev/zero");

        AssertMistake(result, "/dev/zero: ", problem);
    }

    [Fact]
    public async Task Many_inputs_that_are_none() => AssertMistake(
        await _project.RunAsync("--each", _project.Write("in.ndjson", "\n")), "it is empty, so nothing was run");

    [Fact]
    public async Task An_output_that_cannot_be_written_is_told_before_the_run()
    {
        var file = _project.Write("file", "");

        AssertMistake(await _project.RunAsync("--output", Path.Combine(file, "out.json")), "cannot be written", "Name another file.");
    }

    [Fact]
    public async Task A_template_without_a_state_machine() => AssertMistake(
        await Project.CallAsync("validate", _project.Write("template.json", """{"Resources": {}}""")), "This template has no state machine. Name another one, or a definition file.");

    [Fact]
    public async Task Input_that_is_not_there() => AssertMistake(
        await _project.RunAsync("--input", _project.At("none.json")),
        $"{_project.At("none.json")}: there is no such file. Paths are taken from {Directory.GetCurrentDirectory()}.");

    [Fact]
    public async Task A_template_that_is_not_there() => AssertMistake(
        await Project.CallAsync("run", "--template", _project.At("none.yaml")), _project.At("none.yaml"), "Give the template with --template");

    [Fact]
    public async Task A_folder_without_a_template()
    {
        var folder = Directory.CreateDirectory(_project.At("empty")).FullName;

        AssertMistake(await Project.CallAsync("run", "--template", folder), folder, "There is no template here", "Give it with --template PATH.");
    }

    [Fact]
    public async Task A_template_that_is_broken()
    {
        var template = _project.Write("broken.yaml", "Resources:\n  A: [1, 2\n  B: 3\n");

        AssertMistake(await Project.CallAsync("run", "--template", template), template + ":2:", "This is not YAML: a bracket or quote near here is not closed.");
    }

    [Fact]
    public async Task A_template_that_is_no_template()
    {
        var template = _project.Write("list.json", "[1, 2]");

        AssertMistake(await Project.CallAsync("run", "--template", template), $"{template}:1:1: This is not a template: it must be a map with a Resources section.");
    }

    [Fact]
    public async Task A_template_without_a_machine()
    {
        var template = _project.Write("topic.yaml", "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n");

        AssertMistake(await Project.CallAsync("run", "--template", template), template, "it has no state machine. Add an AWS::Serverless::StateMachine");
    }

    [Fact]
    public async Task A_definition_that_is_wrong_has_a_line_for_each_problem()
    {
        var template = _project.Write("wrong.yaml", Project.Greeting.Replace("Next: Decide", "Next: Decied", StringComparison.Ordinal));

        var result = await Project.CallAsync("run", "--template", template);

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains("MISSING_TRANSITION_TARGET", result.Error, StringComparison.Ordinal);
        Assert.Contains("Decied", result.Error, StringComparison.Ordinal);
        Assert.All(result.ErrorLines, line => Assert.Contains(template + "(", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_parameter_without_a_value() => AssertMistake(
        await _project.RunAsync("--parameter", "Word"), "--parameter Word: this must be NAME=VALUE.");

    [Fact]
    public async Task A_parameter_that_the_template_does_not_allow() => AssertMistake(
        await _project.RunAsync("--parameter", "Word=Ciao"), "Word", "Ciao", "Salut");

    [Fact]
    public async Task A_setting_without_a_value() => AssertMistake(await _project.RunAsync("--set", "=x"), "--set =x: this must be NAME=VALUE.");

    [Fact]
    public async Task An_unknown_option() => AssertMistake(await _project.RunAsync("--inptu", "x.json"), "There is no option '--inptu'. See 'stateside run --help'.");

    [Fact]
    public async Task A_word_too_many() => AssertMistake(await _project.RunAsync("Greeting", "Ada"), "'Ada'", "See 'stateside run --help'.");

    [Fact]
    public async Task An_unknown_command() => AssertMistake(await Project.CallAsync("rnu"), "There is no command 'rnu'. The commands: run, serve, replay, open, validate, graph, shapes, policy, coverage, eval, completion.");

    [Fact]
    public async Task Input_and_each_together() => AssertMistake(
        await _project.RunAsync("--input", "a.json", "--each", "b.ndjson"), "--input and --each cannot stand together");

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    public async Task A_concurrency_below_one(string concurrency) => AssertMistake(
        await _project.RunAsync("--each", "b.ndjson", "--concurrency", concurrency), $"--concurrency {concurrency}: this must be a whole number from 1 to ");

    [Fact]
    public async Task An_endpoint_that_is_no_url() => AssertMistake(
        await _project.RunAsync("--lambda-endpoint", "localhost:3001"), "--lambda-endpoint localhost:3001: this must be a URL such as http://127.0.0.1:3001.");

    [Fact]
    public async Task An_output_that_cannot_be_written()
    {
        var folder = Directory.CreateDirectory(_project.At("folder")).FullName;

        var result = await _project.RunAsync("--quiet", "--input", _project.Write("ada.json", """{"name": "Ada"}"""), "--output", folder);

        AssertMistake(result, $"{folder}: cannot be written: ", "Name another file.");
    }

    [Fact]
    public async Task A_port_that_is_none() => AssertMistake(
        await Project.CallAsync("serve", "--port", "70000"), "--port 70000: this must be a port from 0 to 65535.");

    [Fact]
    public async Task A_port_that_another_program_has()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        AssertMistake(
            await Project.CallAsync("serve", "--in-memory", "--port", port.ToString(CultureInfo.InvariantCulture)),
            $"127.0.0.1:{port}: cannot listen there: ", "Choose another with --port.");
    }

    private static void AssertMistake(CommandResult result, params string[] parts)
    {
        Assert.True(result.Code == 2, $"Exit code {result.Code}: {result.Error}");
        Assert.Empty(result.Output);
        var line = Assert.Single(result.ErrorLines);
        Assert.StartsWith("stateside: ", line, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, line, StringComparison.Ordinal));
    }
}
