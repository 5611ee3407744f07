using System.Text.Json;
using Stateside.Service.Tests.Console;

namespace Stateside.Service.Tests.Cli;

/// <summary>The region and the account that the user names are those of everything that the program says.</summary>
public sealed class LocationTests : IDisposable
{
    private const string Region = "eu-central-1";
    private const string Account = "210987654321";
    private const string Prefix = $"{Region}:{Account}";

    /// <summary>Tells where it is, by pseudo parameters.</summary>
    private const string Where =
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Where:
            Type: AWS::Serverless::StateMachine
            Properties:
              DefinitionSubstitutions: {Place: !Sub "${AWS::Region} ${AWS::AccountId} ${AWS::Partition} ${AWS::URLSuffix}"}
              Definition: {StartAt: Tell, States: {Tell: {Type: Pass, Result: "${Place}", End: true}}}
        """;

    private static readonly string[] Variables = ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCOUNT_ID"];
    private static readonly string[] Elsewhere = ["--region", Region, "--account", Account];
    private readonly Project _project = new(Where);

    public void Dispose()
    {
        foreach (var name in Variables)
            Environment.SetEnvironmentVariable(name, null);
        _project.Dispose();
    }

    [Fact]
    public async Task Unless_the_user_says_otherwise_they_are_those_of_Step_Functions_Local()
    {
        var result = await _project.RunAsync();

        Assert.Equal("us-east-1 123456789012 aws amazonaws.com", Told(result));
        Assert.DoesNotContain("Every ARN", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_option_wins_over_samconfig_over_the_defaults_of_the_NET_tools_over_the_variables()
    {
        Assert.Equal("us-east-1", await RegionAsync());
        Environment.SetEnvironmentVariable("AWS_DEFAULT_REGION", "ap-south-1");
        Assert.Equal("ap-south-1", await RegionAsync());
        Environment.SetEnvironmentVariable("AWS_REGION", "sa-east-1");
        Assert.Equal("sa-east-1", await RegionAsync());
        _project.Write("aws-lambda-tools-defaults.json", """{"region": "eu-south-1"}""");
        Assert.Equal("eu-south-1", await RegionAsync());
        _project.Write("samconfig.toml", "[default.deploy.parameters]\nregion = \"eu-west-1\"\n[prod.global.parameters]\nregion = \"eu-west-3\"\n");
        Assert.Equal("eu-west-1", await RegionAsync());
        Assert.Equal("eu-west-3", await RegionAsync("--config-env", "prod"));
        Assert.Equal("eu-central-1", await RegionAsync("--region", "eu-central-1"));
        Assert.Equal("eu-central-1", await RegionAsync("--config-env", "prod", "--region", "eu-central-1"));

        async Task<string> RegionAsync(params string[] args) => Told(await _project.RunAsync(["--in-memory", .. args])).Split(' ')[0];
    }

    [Fact]
    public async Task The_account_of_the_command_line_wins_over_that_of_the_variable()
    {
        Environment.SetEnvironmentVariable("AWS_ACCOUNT_ID", "111122223333");

        Assert.Contains(" 111122223333 ", Told(await _project.RunAsync("--in-memory")), StringComparison.Ordinal);
        Assert.Contains($" {Account} ", Told(await _project.RunAsync("--in-memory", "--account", Account)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cn-north-1", "aws-cn amazonaws.com.cn")]
    [InlineData("us-gov-west-1", "aws-us-gov amazonaws.com")]
    public async Task Where_AWS_has_other_partitions_they_follow_the_region(string region, string told)
    {
        var result = await _project.RunAsync("--in-memory", "--region", region);

        Assert.Equal($"{region} 123456789012 {told}", Told(result));
    }

    [Theory]
    [InlineData("--region", "frankfurt", "--region frankfurt: this must be a region such as eu-central-1.")]
    [InlineData("--region", "eu-central-1a", "--region eu-central-1a: this must be a region such as eu-central-1.")]
    [InlineData("--account", "1234", "--account 1234: this must be the 12 digits of an account, such as 210987654321.")]
    public async Task What_is_no_region_or_account_is_a_mistake(string option, string value, string said)
    {
        foreach (var result in new[] { await _project.RunAsync(option, value), await Project.CallAsync("serve", "--template", _project.Template, option, value) })
        {
            Assert.Equal((2, ""), (result.Code, result.Output));
            Assert.Equal($"stateside: {said}", Assert.Single(result.ErrorLines));
        }
    }

    [Fact]
    public async Task What_is_none_in_a_variable_or_in_samconfig_is_told_with_its_place()
    {
        Environment.SetEnvironmentVariable("AWS_DEFAULT_REGION", "nowhere");
        var variable = await _project.RunAsync();
        var config = _project.Write("samconfig.toml", "[default.deploy.parameters]\nregion = \"somewhere\"\n");
        var configured = await _project.RunAsync();

        Assert.Equal(
            "stateside: The environment variable AWS_DEFAULT_REGION is 'nowhere': this must be a region such as eu-central-1.", Assert.Single(variable.ErrorLines));
        Assert.Equal($"stateside: {config}: region is 'somewhere': this must be a region such as eu-central-1.", Assert.Single(configured.ErrorLines));
        Assert.Equal((2, 2), (variable.Code, configured.Code));
    }

    [Fact]
    public async Task A_data_folder_keeps_those_it_was_made_with_and_refuses_others()
    {
        await _project.RunAsync(Elsewhere);

        var again = await _project.RunAsync();
        var other = await _project.RunAsync("--region", "us-east-1");
        var beside = await _project.RunAsync("--region", "us-east-1", "--in-memory");

        Assert.StartsWith($"{Region} {Account} ", Told(again), StringComparison.Ordinal);
        Assert.Equal((2, ""), (other.Code, other.Output));
        Assert.Equal(
            $"stateside: {_project.At(Path.Combine(".stateside", "stateside.db"))}: this data file was made for region {Region} and account {Account}, not for region us-east-1 "
            + $"and account {Account}. Give --region {Region} --account {Account}, name another folder with --data, or keep nothing with --in-memory.",
            Assert.Single(other.ErrorLines));
        Assert.StartsWith("us-east-1 123456789012 ", Told(beside), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_refused_for_a_variable_or_a_file_is_told_which()
    {
        await _project.RunAsync(Elsewhere);

        Environment.SetEnvironmentVariable("AWS_DEFAULT_REGION", "eu-west-3");
        Environment.SetEnvironmentVariable("AWS_ACCOUNT_ID", "111122223333");
        var variables = await _project.RunAsync();
        var config = _project.Write("samconfig.toml", "[default.deploy.parameters]\nregion = \"ap-south-1\"\n");
        var configured = await _project.RunAsync("--account", Account);

        Assert.EndsWith(
            " with --in-memory. The region is that of AWS_DEFAULT_REGION. The account is that of AWS_ACCOUNT_ID.",
            Assert.Single(variables.ErrorLines), StringComparison.Ordinal);
        Assert.EndsWith($" with --in-memory. The region is that of {config}.", Assert.Single(configured.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_says_where_it_is_unless_it_is_to_be_quiet()
    {
        Assert.Contains($"Every ARN is of region {Region} and account {Account}.", (await _project.RunAsync(Elsewhere)).ErrorLines);
        Assert.Equal("", (await _project.RunAsync("--quiet")).Error);
    }

    [Fact]
    public async Task Serve_says_where_it_is()
    {
        await using var server = await Serving.StartAsync(["--template", _project.Template, .. Elsewhere]);

        await server.SaysAsync($"Every ARN is of region {Region} and account {Account}.");
    }

    [Fact]
    public async Task A_reload_of_the_template_stays_where_the_service_is()
    {
        var config = _project.Write("samconfig.toml", "[default.deploy.parameters]\nregion = \"eu-west-1\"\n");
        await using var server = await Serving.StartAsync("--template", _project.Template);

        File.WriteAllText(config, "[default.deploy.parameters]\nregion = \"eu-west-3\"\n");
        await server.SaysAsync("Reloaded template.yaml: no state machine changed.");
        var machines = await server.CallAsync("ListStateMachines", new { });

        Assert.StartsWith("arn:aws:states:eu-west-1:", machines.GetProperty("stateMachines")[0].Text("stateMachineArn"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drawing_is_of_the_region_too()
    {
        var template = _project.Write("mapped.yaml",
            """
            Mappings: {ByRegion: {eu-central-1: {Name: Europe}}}
            Resources:
              Mapped:
                Type: AWS::Serverless::StateMachine
                Properties:
                  DefinitionSubstitutions: {Name: !FindInMap [ByRegion, !Ref AWS::Region, Name]}
                  Definition: {StartAt: "${Name}", States: {"${Name}": {Type: Succeed}}}
            """);

        var result = await Project.CallAsync("graph", template, "--format", "mermaid", "--region", Region);

        Assert.Contains("Europe", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handlers_children_and_pseudo_parameters_are_told_the_same()
    {
        var template = _project.Write("telling.yaml",
            """
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Variable:
                Type: AWS::Serverless::Function
                Properties: {Handler: "Shapes::Shapes.Behavior::Variable", Runtime: dotnet10, CodeUri: CODE}
              Child:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Definition: {StartAt: Done, States: {Done: {Type: Pass, End: true}}}
              Telling:
                Type: AWS::Serverless::StateMachine
                Properties:
                  DefinitionSubstitutions: {Variable: !GetAtt Variable.Arn, Child: !Ref Child, Stack: !Ref AWS::StackId}
                  Definition:
                    QueryLanguage: JSONata
                    StartAt: Region
                    States:
                      Region: {Type: Task, Resource: "${Variable}", Arguments: AWS_REGION, Assign: {region: "{% $states.result %}"}, Next: Default}
                      Default: {Type: Task, Resource: "arn:aws:states:::lambda:invoke", Arguments: {FunctionName: Variable, Payload: "\"AWS_DEFAULT_REGION\""}, Assign: {defaultRegion: "{% $states.result.Payload %}"}, Next: Child}
                      Child: {Type: Task, Resource: "arn:aws:states:::states:startExecution.sync:2", Arguments: {StateMachineArn: "${Child}"}, Assign: {child: "{% $states.result %}"}, Next: Machines}
                      Machines: {Type: Task, Resource: "arn:aws:states:::aws-sdk:sfn:listStateMachines", Arguments: {}, Assign: {machines: "{% $states.result %}"}, Next: Each}
                      Each:
                        Type: Map
                        Items: [1, 2]
                        ItemProcessor:
                          ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}
                          StartAt: Item
                          States: {Item: {Type: Pass, Output: "{% $states.context %}", End: true}}
                        Assign: {items: "{% $states.result %}"}
                        Next: Tell
                      Tell:
                        Type: Pass
                        Output: {region: "{% $region %}", defaultRegion: "{% $defaultRegion %}", child: "{% $child %}", machines: "{% $machines %}", items: "{% $items %}", stack: "${Stack}", context: "{% $states.context %}"}
                        End: true
            """.Replace("CODE", Project.Output("tests/handlers/Shapes"), StringComparison.Ordinal));

        var result = await Project.CallAsync(TimeProvider.System, ["run", "Telling", "--template", template, .. Elsewhere]);

        Assert.True(result.Code == 0, result.Error);
        var told = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal((Region, Region), (told.Text("region"), told.Text("defaultRegion")));
        Assert.Equal($"arn:aws:cloudformation:{Prefix}:stack/stateside/00000000-0000-4000-8000-000000000000", told.Text("stack"));
        Assert.StartsWith($"arn:aws:states:{Prefix}:execution:Child:", told.GetProperty("child").Text("ExecutionArn"), StringComparison.Ordinal);
        Assert.Equal(2, told.GetProperty("items").GetArrayLength());
        AssertAllElsewhere(("output", result.Output), ("standard error", result.Error));
        Assert.Null(Environment.GetEnvironmentVariable("AWS_REGION"));
    }

    [Fact]
    public async Task Order_intake_runs_elsewhere()
    {
        using var project = Orders();

        var result = await Project.CallAsync(
            TimeProvider.System, ["run", "OrderIntake", "--template", project.At("."), "--input", Order, .. Elsewhere]);

        Assert.True(result.Code == 0, result.Error);
        Assert.Equal("INVOICED", JsonDocument.Parse(result.Output).RootElement.Text("outcome"));
        AssertAllElsewhere(("output", result.Output), ("standard error", result.Error));
    }

    [Fact]
    public async Task Order_intake_is_served_elsewhere_and_nothing_says_otherwise()
    {
        using var project = Orders();
        var said = new List<(string Place, string Text)>();
        var machine = $"arn:aws:states:{Prefix}:stateMachine:OrderIntake";
        string execution;
        await using (var server = await Serving.StartAsync([
            "--template", project.At("."), "--logs", project.At("logs"), "-p", "ExecutionLogLevel=ALL", "-p", "LogExecutionData=true", .. Elsewhere]))
        {
            var started = await CallAsync("StartExecution", new { stateMachineArn = $"{machine}:live", input = await File.ReadAllTextAsync(Order, TestContext.Current.CancellationToken), name = "one" });
            execution = started.Text("executionArn");
            Assert.Equal($"arn:aws:states:{Prefix}:execution:OrderIntake:one", execution);
            var ended = await server.EndedAsync(execution);
            Assert.True(ended.Text("status") == "SUCCEEDED", $"{ended} {server.Error}");
            await CallAsync("DescribeExecution", new { executionArn = execution });
            var history = await CallAsync("GetExecutionHistory", new { executionArn = execution });
            Assert.Contains($"arn:aws:lambda:{Prefix}:function:ValidateOrderFunction:live", history.ToString(), StringComparison.Ordinal);
            Assert.Contains($"\"region\":\"{Region}\"", history.ToString(), StringComparison.Ordinal);
            await CallAsync("DescribeStateMachineForExecution", new { executionArn = execution });
            await CallAsync("ListExecutions", new { stateMachineArn = machine });
            await CallAsync("ListStateMachines", new { });
            var described = await CallAsync("DescribeStateMachine", new { stateMachineArn = machine });
            Assert.StartsWith($"arn:aws:logs:{Prefix}:log-group:", described.GetProperty("loggingConfiguration").GetProperty("destinations")[0]
                .GetProperty("cloudWatchLogsLogGroup").Text("logGroupArn"), StringComparison.Ordinal);
            Assert.StartsWith($"arn:aws:iam::{Account}:role/", described.Text("roleArn"), StringComparison.Ordinal);
            await CallAsync("ListStateMachineVersions", new { stateMachineArn = machine });
            await CallAsync("ListStateMachineAliases", new { stateMachineArn = machine });
            await CallAsync("ListTagsForResource", new { resourceArn = machine });
            await CallAsync("CreateActivity", new { name = "packing" });
            await CallAsync("ListActivities", new { });
            foreach (var page in new[] { "", "/versions", "/edit", "/test", "/start", "/definition", "/executions" })
                said.Add((page, await server.PageAsync($"/console/machines/{machine}{page}")));
            var shown = await server.PageAsync($"/console/executions/{execution}");
            Assert.Contains(execution, shown, StringComparison.Ordinal);
            said.Add(("execution", shown));
            said.Add(("events", await server.PageAsync($"/console/executions/{execution}/events")));
            for (var id = 1; id <= history.GetProperty("events").GetArrayLength(); id++)
                said.Add(($"event {id}", await server.PageAsync($"/console/executions/{execution}/events/{id}")));
            said.Add(("machines", await server.PageAsync("/console/machines")));
            said.Add(("activities", await server.PageAsync("/console/activities")));
            await server.StopAsync();
            said.Add(("standard error", server.Error));

            async Task<JsonElement> CallAsync(string operation, object request)
            {
                var answer = await server.CallAsync(operation, request);
                said.Add((operation, answer.ToString()));
                return answer;
            }
        }

        var logs = Directory.GetFiles(project.At("logs"), "*", SearchOption.AllDirectories);
        Assert.NotEmpty(logs);
        said.AddRange(logs.Select(file => (file, File.ReadAllText(file))));
        AssertAllElsewhere([.. said]);
        Assert.Contains(said, text => text.Text.Contains(Prefix, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_console_shows_a_first_command_with_the_account()
    {
        await using var server = await Serving.StartAsync([.. Elsewhere, "--in-memory"]);

        Assert.Contains($"--role-arn arn:aws:iam::{Account}:role/any", await server.PageAsync("/console/machines"), StringComparison.Ordinal);
    }

    private static string Order => Path.Combine(Project.RepoRoot, "samples", "orders", "good.json");

    private static Project Orders()
    {
        var template = File.ReadAllText(Path.Combine(Project.RepoRoot, "serverless.template"));
        var project = new Project(template.Replace("\"functions/\"", $"\"{Project.Output("functions")}\"", StringComparison.Ordinal), "serverless.template");
        project.Write("statemachine/order-intake.asl.json", File.ReadAllText(Path.Combine(Project.RepoRoot, "statemachine", "order-intake.asl.json")));
        return project;
    }

    private static string Told(CommandResult result)
    {
        Assert.True(result.Code == 0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement.GetString()!;
    }

    private static void AssertAllElsewhere(params (string Place, string Text)[] said) => Assert.All(said, text =>
    {
        Assert.DoesNotContain("us-east-1", text.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("123456789012", text.Text, StringComparison.Ordinal);
    });
}
