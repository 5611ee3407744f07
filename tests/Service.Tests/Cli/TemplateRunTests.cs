using System.Text.Json;

namespace Stateside.Service.Tests.Cli;

/// <summary>Templates as people have them: what is not done here says so, and stops only what needs it.</summary>
public sealed class TemplateRunTests : IDisposable
{
    private const string Orders =
        """
        Resources:
          Orders:
            Type: AWS::StepFunctions::StateMachine
            Properties:
              StateMachineName: shop-orders
              RoleArn: arn:aws:iam::123456789012:role/orders
              DefinitionString: !Sub '{"StartAt":"Pay","States":{"Pay":{"Type":"Task","Resource":"${Charge.Arn}","End":true}}}'
          Charge: {Type: AWS::Serverless::Function, Properties: {Handler: 'A::B::C', CodeUri: none/}}
        """;

    private const string Mocks = """{"StateMachines": {"NAME": {"TestCases": {"Paid": {"Pay": "Paid"}}}}, "MockedResponses": {"Paid": {"0": {"Return": {"paid": true}}}}}""";
    private readonly Project _project = new(Orders);

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("shop-orders")]
    [InlineData("Orders")]
    [InlineData("OrderMachine")]
    public async Task A_function_whose_states_are_all_mocked_needs_no_code(string name)
    {
        var mocks = _project.Write("mocks.json", Mocks.Replace("NAME", name, StringComparison.Ordinal));

        var mocked = await _project.RunAsync("--mocks", mocks, "--test-case", "Paid", "--in-memory");
        var real = await _project.RunAsync("--mocks", mocks, "--in-memory");

        Assert.True(mocked.Code == 0, mocked.Error);
        Assert.True(JsonDocument.Parse(mocked.Output).RootElement.GetProperty("paid").GetBoolean());
        Assert.Equal(2, real.Code);
        Assert.Contains("The code of 'Charge' is not there", real.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_case_that_is_not_there_is_answered_with_those_there_are()
    {
        var mocks = _project.Write("mocks.json", Mocks.Replace("NAME", "Orders", StringComparison.Ordinal));

        var result = await _project.RunAsync("--mocks", mocks, "--test-case", "Pade");

        Assert.Equal(
            "stateside: --test-case Pade: the mock file has no such test case of shop-orders. It has: Paid.", Assert.Single(result.ErrorLines));
    }

    [Fact]
    public async Task A_mocked_state_that_the_machine_does_not_have_is_warned_of()
    {
        var mocks = _project.Write("mocks.json", Mocks.Replace("NAME", "Orders", StringComparison.Ordinal).Replace("\"Pay\":", "\"Pay\": \"Paid\", \"Pey\":", StringComparison.Ordinal));

        var result = await _project.RunAsync("--mocks", mocks, "--test-case", "Paid", "--in-memory");
        var quiet = await _project.RunAsync("--mocks", mocks, "--test-case", "Paid", "--in-memory", "--quiet");

        Assert.Contains(
            "--test-case Paid: shop-orders has no Task state 'Pey', so that its mock answers for nothing. Its Task states: Pay.",
            result.ErrorLines);
        Assert.Equal((0, 0, ""), (result.Code, quiet.Code, quiet.Error));
    }

    [Theory]
    [InlineData("Ferry")]
    [InlineData("FerryFSharp")]
    public async Task A_project_in_the_shape_of_aws_s_starter_runs_as_it_is(string folder)
    {
        var result = await Project.CallAsync(
            "run", "--template", Path.Combine(Project.RepoRoot, "tests", "handlers", folder), "--input", _project.Write("ada.json", """{"Passenger": "Ada"}"""), "--in-memory");

        Assert.True(result.Code == 0, result.Error);
        Assert.Equal("Ada boarded, landed after 3 s", JsonDocument.Parse(result.Output).RootElement.GetProperty("Log").GetString());
        Assert.Contains("  < Wait  3.00 s", result.ErrorLines);
    }

    [Fact]
    public async Task A_machine_whose_name_is_not_known_gives_that_reason()
    {
        var template = _project.Write("named.yaml", "Parameters: {Stage: {Type: String}}\n" + Orders.Replace("shop-orders", "!Sub 'orders-${Stage}'", StringComparison.Ordinal));

        var result = await Project.CallAsync("run", "--template", template);

        Assert.Equal(2, result.Code);
        Assert.Contains("The name of 'Orders' is not known: The parameter 'Stage' has no default", result.Error, StringComparison.Ordinal);
        Assert.Contains("--parameter Stage=VALUE", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await Project.CallAsync("graph", template)).Code);
    }

    [Fact]
    public async Task What_only_a_deployment_knows_is_no_matter_in_a_drawing()
    {
        var template = _project.Write("users.yaml", Orders
            .Replace("${Charge.Arn}", "arn:aws:states:::aws-sdk:cognitoidentityprovider:listUsers\",\"Parameters\":{\"UserPoolId\":\"${Users}${Api}\"},\"Comment\":\"", StringComparison.Ordinal)
            + "\n  Users: {Type: AWS::Cognito::UserPool}\n  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}\n");

        var drawn = await Project.CallAsync("graph", template);
        var run = await Project.CallAsync("run", "--template", template);

        Assert.Equal((0, ""), (drawn.Code, drawn.Error));
        Assert.Contains("Pay", drawn.Output, StringComparison.Ordinal);
        Assert.Equal(2, run.Code);
        Assert.Contains("Give it with --set Users=VALUE.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_and_apis_say_in_a_line_each_that_they_are_not_done_and_stop_nothing()
    {
        var template = _project.Write("events.yaml",
            """
            Resources:
              Greeting:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Definition:
                    StartAt: A
                    States: {A: {Type: Pass, Result: !Sub 'https://${ServerlessRestApi}.execute-api.eu-west-1.amazonaws.com', End: true}}
                  Events:
                    Call: {Type: Api, Properties: {Path: /run, Method: post}}
            """);

        var result = await Project.CallAsync("run", "--template", template, "--in-memory");
        var quiet = await Project.CallAsync("run", "--template", template, "--in-memory", "--quiet");

        Assert.Equal(0, result.Code);
        Assert.StartsWith("\"https://", result.Output, StringComparison.Ordinal);
        Assert.Single(result.ErrorLines, line => line.StartsWith($"{template}:", StringComparison.Ordinal) && line.Contains("Events start nothing here: Greeting.Call.", StringComparison.Ordinal));
        Assert.Single(result.ErrorLines, line => line.Contains("'ServerlessRestApi' (AWS::Serverless::Api) is '", StringComparison.Ordinal));
        Assert.Equal((0, ""), (quiet.Code, quiet.Error));
    }

    [Fact]
    public async Task Code_that_stands_in_the_template_runs()
    {
        var template = _project.Write("inline.yaml",
            """
            Resources:
              M: {Type: AWS::Serverless::StateMachine, Properties: {Definition: {StartAt: A, States: {A: {Type: Task, Resource: !GetAtt Add.Arn, End: true}}}}}
              Add:
                Type: AWS::Serverless::Function
                Properties:
                  Runtime: python3.13
                  Handler: index.handler
                  InlineCode: |
                    def handler(event, context):
                        return event["a"] + 1
              Old: {Type: AWS::Serverless::Function, Properties: {Runtime: dotnet10, Handler: index.handler, InlineCode: x}}
              N: {Type: AWS::Serverless::StateMachine, Properties: {Definition: {StartAt: A, States: {A: {Type: Task, Resource: !GetAtt Old.Arn, End: true}}}}}
            """);

        var result = await Project.CallAsync(TimeProvider.System, "run", "M", "--template", template, "--input", _project.Write("a.json", """{"a": 2}"""), "--in-memory");
        var other = await Project.CallAsync("run", "N", "--template", template, "--in-memory");

        Assert.Equal((0, "3"), (result.Code, result.Output.Trim()));
        Assert.Equal(1, other.Code);
        Assert.Contains("its code stands in the template, where only that of Node.js and Python can", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alias_that_a_template_declares_can_be_started()
    {
        var template = _project.Write("alias.yaml",
            """
            Resources:
              Pay: {Type: AWS::StepFunctions::StateMachine, Properties: {RoleArn: 'arn:aws:iam::123456789012:role/x', DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"paid","End":true}}}'}}
              PayVersion: {Type: AWS::StepFunctions::StateMachineVersion, Properties: {StateMachineArn: !Ref Pay, StateMachineRevisionId: !GetAtt Pay.StateMachineRevisionId}}
              PayLive: {Type: AWS::StepFunctions::StateMachineAlias, Properties: {Name: live, DeploymentPreference: {StateMachineVersionArn: !Ref PayVersion, Type: ALL_AT_ONCE}}}
              Caller:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Definition:
                    StartAt: Call
                    States: {Call: {Type: Task, Resource: 'arn:aws:states:::states:startExecution.sync:2', Parameters: {StateMachineArn: !Ref PayLive}, OutputPath: $.StateMachineVersionArn, End: true}}
            """);

        var result = await Project.CallAsync("run", "Caller", "--template", template, "--in-memory", "--quiet");

        Assert.Equal((0, "\"arn:aws:states:us-east-1:123456789012:stateMachine:Pay:1\""), (result.Code, result.Output.Trim()));
    }
}
