using Stateside.Engine.Functions;
using Stateside.Service.Cli.Serving;

namespace Stateside.Service.Tests.Cli;

/// <summary>A served template counts as it stands in the files, and a broken edit changes nothing.</summary>
public sealed class ReloadTests : IDisposable
{
    private const string Template =
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Greeting:
            Type: AWS::Serverless::StateMachine
            Properties:
              DefinitionUri: greeting.asl.json
        """;

    private readonly Project _project = new(Template);

    public ReloadTests() => Define("""{"Type": "Pass", "Result": "first", "End": true}""");

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task An_edited_definition_is_a_new_revision_and_executions_keep_theirs()
    {
        Define("""{"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:ask", "End": true}""");
        await using var server = await Serving.StartAsync("--template", _project.Template);
        await server.CallAsync("CreateActivity", new { name = "ask" });
        var asking = await server.StartExecutionAsync("Greeting");
        var task = await server.CallAsync("GetActivityTask", new { activityArn = "arn:aws:states:us-east-1:123456789012:activity:ask" });

        Define("""{"Type": "Pass", "Result": "second", "End": true}""");
        await server.SaysAsync("Reloaded template.yaml: Greeting has a new revision.");
        var second = await server.EndedAsync(await server.StartExecutionAsync("Greeting"));
        await server.CallAsync("SendTaskSuccess", new { taskToken = task.GetProperty("taskToken").GetString(), output = "\"answered\"" });
        var first = await server.EndedAsync(asking);

        Assert.Equal("\"second\"", second.GetProperty("output").GetString());
        Assert.Equal("\"answered\"", first.GetProperty("output").GetString());
    }

    [Fact]
    public async Task A_broken_definition_is_told_with_its_place_and_the_former_stays()
    {
        await using var server = await Serving.StartAsync("--template", _project.Template);

        Define("""{"Type": "Pas", "End": true}""");
        var problem = await server.SaysAsync("SCHEMA_VALIDATION_FAILED");
        await server.SaysAsync("The machines and functions stay as they were.");
        var stillFirst = await server.EndedAsync(await server.StartExecutionAsync("Greeting"));
        Define("""{"Type": "Pass", "Result": "mended", "End": true}""");
        await server.SaysAsync("Greeting has a new revision");
        var mended = await server.EndedAsync(await server.StartExecutionAsync("Greeting"));

        Assert.StartsWith($"{_project.At("greeting.asl.json")}(1,", problem, StringComparison.Ordinal);
        Assert.Equal("\"first\"", stillFirst.GetProperty("output").GetString());
        Assert.Equal("\"mended\"", mended.GetProperty("output").GetString());
    }

    [Fact]
    public async Task An_alias_comes_and_goes_with_the_template_and_what_is_wrong_with_it_is_told()
    {
        await using var server = await Serving.StartAsync("--template", _project.Template);
        const string Alias = "\n  Live: {Type: AWS::StepFunctions::StateMachineAlias, Properties: {StateMachineArn: !Ref Greeting, Name: live}}\n";

        _project.Write("template.yaml", Template + Alias);
        await server.SaysAsync("Reloaded template.yaml: Greeting:live is new.");
        _project.Write("template.yaml", Template + Alias.Replace("live", "'1'", StringComparison.Ordinal));
        await server.SaysAsync("Reloaded template.yaml: Greeting:1 is new, Greeting:live is gone.");
        await server.SaysAsync("The name of the alias 'Live' is '1', so the deployment fails.");

        var aliases = await server.CallAsync("ListStateMachineAliases", new { stateMachineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:Greeting" });
        Assert.EndsWith(":Greeting:1", Assert.Single(aliases.GetProperty("stateMachineAliases").EnumerateArray()).GetProperty("stateMachineAliasArn").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_that_cannot_be_read_is_told_and_the_former_stays()
    {
        await using var server = await Serving.StartAsync("--template", _project.Template);

        _project.Write("template.yaml", "Resources: [");
        var problem = await server.SaysAsync("template.yaml");
        if (problem.StartsWith("State machines of", StringComparison.Ordinal))
            problem = await server.SaysAsync("template.yaml");
        var execution = await server.EndedAsync(await server.StartExecutionAsync("Greeting"));

        Assert.Contains("template.yaml:2:1: ", problem, StringComparison.Ordinal);
        Assert.Equal("\"first\"", execution.GetProperty("output").GetString());
    }

    [Fact]
    public async Task Machines_come_and_go_with_the_template()
    {
        await using var server = await Serving.StartAsync("--template", _project.Template);

        _project.Write("template.yaml", Template.Replace("Greeting:", "Farewell:", StringComparison.Ordinal));
        await server.SaysAsync("Reloaded template.yaml: Farewell is new, Greeting is gone.");
        var machines = await server.CallAsync("ListStateMachines", new { });

        Assert.Equal(["Farewell"], machines.GetProperty("stateMachines").EnumerateArray().Select(machine => machine.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task New_code_of_a_handler_is_loaded_once_it_was_used()
    {
        var output = Project.Output("tests/handlers/Shipping");
        foreach (var file in Directory.GetFiles(output))
            File.Copy(file, Path.Combine(Directory.CreateDirectory(_project.At("built")).FullName, Path.GetFileName(file)));
        _project.Write("template.yaml", Template +
            """

              Seal:
                Type: AWS::Serverless::Function
                Properties: {Handler: "Shipping::Shipping.Manifests::SealAsync", Runtime: dotnet10, CodeUri: built, FunctionName: seal}
            """);
        Define("""{"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:seal", "End": true}""");
        await using var server = await Serving.StartAsync("--template", _project.Template);
        await server.EndedAsync(await server.StartExecutionAsync("Greeting"));

        File.SetLastWriteTimeUtc(Path.Combine(_project.At("built"), "Shipping.dll"), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        await server.SaysAsync("Reloaded the code of seal.");
    }

    [Fact]
    public async Task What_Stateside_itself_writes_among_the_code_is_no_change_of_it()
    {
        var changed = new TaskCompletionSource<IReadOnlyCollection<string>>();
        Directory.CreateDirectory(_project.At("code/data"));
        using var watch = new SourceWatch(
            TimeProvider.System, TimeSpan.Zero, paths =>
            {
                changed.TrySetResult(paths);
                return Task.CompletedTask;
            },
            Assert.Fail, new FunctionHostOptions { StateDirectory = "", OwnFolders = [_project.At("code/data")] }.IsOwn);
        watch.Watch([], [_project.At("code")]);

        _project.Write("code/data/stores.db", "x");
        _project.Write("code/app.py", "x");

        Assert.Equal([_project.At("code/app.py")], await changed.Task.WaitAsync(TestContext.Current.CancellationToken));
    }

    private void Define(string state) => _project.Write("greeting.asl.json", $$$"""{"StartAt": "Only", "States": {"Only": {{{state}}}}}""");
}
