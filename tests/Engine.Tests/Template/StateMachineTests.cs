using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Tests.Template;

public sealed class StateMachineTests : IDisposable
{
    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sam_machine_has_what_its_declaration_says()
    {
        var machine = Machine(
            """
            Resources:
              M:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Name: mine
                  Type: EXPRESS
                  Definition: { StartAt: A }
                  AutoPublishAlias: live
                  Tags: { team: a }
                  Tracing: { Enabled: true }
                  Logging: { Level: ALL, IncludeExecutionData: true, Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: !GetAtt L.Arn } }] }
              L: { Type: AWS::Logs::LogGroup }
            """);
        Assert.Equal(("mine", "EXPRESS", "live", true), (machine.Name, machine.Type, machine.AutoPublishAlias, machine.IsTraced));
        Assert.Equal("arn:aws:states:us-east-1:123456789012:stateMachine:mine", machine.Arn);
        Assert.Equal("arn:aws:iam::123456789012:role/MRole", machine.RoleArn);
        Assert.Equal("stateMachine:createdBy=SAM team=a", string.Join(' ', machine.Tags.Select(tag => $"{tag.Key}={tag.Value}")));
        Assert.Equal(("ALL", true), (machine.Logging!.Level, machine.Logging.IncludesExecutionData));
        Assert.Equal(["arn:aws:logs:us-east-1:123456789012:log-group:L:*"], machine.Logging.LogGroupArns);
    }

    [Fact]
    public void Two_machines_of_one_name_are_a_warning()
    {
        var model = _folder.Read(
            """
            Resources:
              M: { Type: AWS::StepFunctions::StateMachine, Properties: { StateMachineName: m, DefinitionString: '{}' } }
              N: { Type: AWS::StepFunctions::StateMachine, Properties: { StateMachineName: m, DefinitionString: '{}' } }
            """);

        Assert.Equal("'N' has the name of 'M', 'm', so its deployment fails.", Assert.Single(model.Diagnostics).Message);
    }

    [Fact]
    public void A_plain_machine_has_what_its_declaration_says()
    {
        var machine = Machine(
            """
            Resources:
              M:
                Type: AWS::StepFunctions::StateMachine
                Properties:
                  StateMachineName: mine
                  StateMachineType: STANDARD
                  RoleArn: arn:aws:iam::1:role/r
                  DefinitionString: '{}'
                  Tags: [{ Key: team, Value: b }]
                  LoggingConfiguration: { Level: OFF }
                  TracingConfiguration: { Enabled: false }
                  EncryptionConfiguration: { Type: CUSTOMER_MANAGED_KMS_KEY, KmsKeyId: alias/x, KmsDataKeyReusePeriodSeconds: '300' }
            """);
        Assert.Equal(new TemplateEncryption("CUSTOMER_MANAGED_KMS_KEY", "alias/x", 300), machine.Encryption);
        Assert.Equal(("mine", "STANDARD", false, "arn:aws:iam::1:role/r"), (machine.Name, machine.Type, machine.IsTraced, machine.RoleArn));
        Assert.Equal("b", Assert.Single(machine.Tags).Value);
    }

    [Fact]
    public void A_machine_whose_name_is_not_known_says_why()
    {
        var model = _folder.Read(
            """
            Parameters: { Stage: { Type: String } }
            Resources: { M: { Type: AWS::Serverless::StateMachine, Properties: { Name: !Sub 'orders-${Stage}', Definition: { StartAt: A } } } }
            """);
        var machine = model.FindStateMachine("M");

        Assert.Null(machine.Definition);
        Assert.Equal(
            "The name of 'M' is not known: The parameter 'Stage' has no default and was given no value. Give it with --parameter Stage=VALUE.",
            model.ErrorsFor(machine) is [var error] ? $"{error.Message} {error.Remedy}" : "");
    }

    [Theory]
    [InlineData("AWS::Serverless::StateMachine", "DefinitionUri: s3://b/k.json")]
    [InlineData("AWS::Serverless::StateMachine", "DefinitionUri: { Bucket: b, Key: k.json, Version: 1 }")]
    [InlineData("AWS::StepFunctions::StateMachine", "DefinitionS3Location: { Bucket: b, Key: k.json }")]
    public void A_definition_in_a_bucket_is_an_error_that_names_the_remedy_which_helps(string type, string property)
    {
        var template = $"Resources: {{ M: {{ Type: {type}, Properties: {{ {property} }} }} }}";
        var model = _folder.Read(template);

        Assert.Equal(
            "The definition of 'M' is not known: 's3://b/k.json' is not on this machine. Name the local file that stands for it with --set s3://b/k.json=PATH.",
            model.ErrorsFor(model.StateMachines[0]) is [var error] ? $"{error.Message} {error.Remedy}" : "");
        _folder.Settings["s3://b/k.json"] = _folder.Write("d.json", "{}");
        Assert.Equal("{}", _folder.Read(template).StateMachines[0].Definition!.Text);
    }

    [Fact]
    public void Globals_for_state_machines_are_merged()
    {
        var machine = Machine(
            """
            Globals: { StateMachine: { Type: EXPRESS, Tags: { a: g, b: g } } }
            Resources: { M: { Type: AWS::Serverless::StateMachine, Properties: { Definition: { StartAt: A }, Tags: { b: m } } } }
            """);
        Assert.Equal("EXPRESS", machine.Type);
        Assert.Equal(("g", "m"), (machine.Tags["a"], machine.Tags["b"]));
    }

    [Theory]
    [InlineData("{ Type: AWS::Serverless::StateMachine }", "The state machine 'M' has no definition.")]
    [InlineData("{ Type: AWS::Serverless::StateMachine, Properties: { Definition: {}, DefinitionUri: a } }", "The state machine 'M' has more than one definition (Definition, DefinitionUri).")]
    [InlineData("{ Type: AWS::StepFunctions::StateMachine, Properties: { DefinitionUri: a } }", "The state machine 'M' has no definition.")]
    [InlineData("{ Type: AWS::Serverless::StateMachine, Properties: { Definition: a } }", "The Definition of 'M' must be a map, but it is a string.")]
    [InlineData("{ Type: AWS::Serverless::StateMachine, Properties: { Definition: {}, Type: FAST } }", "Type of 'M' must be STANDARD or EXPRESS, but it is 'FAST'.")]
    [InlineData("{ Type: AWS::StepFunctions::StateMachine, Properties: { DefinitionString: { a: b } } }", "The DefinitionString of 'M' must be a string, but it is a map.")]
    [InlineData("{ Type: AWS::Serverless::StateMachine, Properties: { Definition: {}, DefinitionSubstitutions: [a] } }", "The DefinitionSubstitutions of 'M' must be a map, but they are a list.")]
    public void A_mistake_in_a_machine_is_an_error_of_that_machine(string resource, string message)
    {
        var model = _folder.Read($"Resources:\n  M: {resource}\n");
        var error = Assert.Single(model.ErrorsFor(model.FindStateMachine("M")));
        Assert.Equal((message, "M"), (error.Message, error.Resource));
    }

    [Theory]
    [InlineData("M")]
    [InlineData("mine")]
    [InlineData("arn:aws:states:us-east-1:123456789012:stateMachine:mine")]
    public void A_machine_is_found_by_whatever_names_it(string name)
    {
        var model = _folder.Read("Resources:\n  M: { Type: AWS::StepFunctions::StateMachine, Properties: { StateMachineName: mine, DefinitionString: '{}' } }\n");
        Assert.Equal("M", model.FindStateMachine(name).LogicalId);
    }

    [Fact]
    public void A_machine_that_is_not_there_is_answered_with_those_that_are()
    {
        var model = _folder.Read("Resources:\n  OrderIntake: { Type: AWS::StepFunctions::StateMachine, Properties: { DefinitionString: '{}' } }\n");
        var e = Assert.Throws<TemplateException>(() => model.FindStateMachine("OrderIntak"));
        Assert.EndsWith("There is no state machine 'OrderIntak'. Did you mean 'OrderIntake'? The template's state machines: OrderIntake.", e.Message, StringComparison.Ordinal);
        var named = _folder.Read("Resources:\n  M: { Type: AWS::StepFunctions::StateMachine, Properties: { StateMachineName: mine, DefinitionString: '{}' } }\n");
        Assert.EndsWith("Did you mean 'mine'? The template's state machines: M (mine).", Assert.Throws<TemplateException>(() => named.FindStateMachine("mino")).Message, StringComparison.Ordinal);
        Assert.EndsWith("The template has no state machines.", Assert.Throws<TemplateException>(() => _folder.Read("Resources: {}").FindStateMachine("x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_a_function_that_the_machine_calls_stands_in_its_way()
    {
        var model = _folder.Read(
            """
            Resources:
              M: { Type: AWS::StepFunctions::StateMachine, Properties: { DefinitionString: !Sub '{"Resource":"${F.Arn}"}' } }
              N: { Type: AWS::StepFunctions::StateMachine, Properties: { DefinitionString: '{}' } }
              F: { Type: AWS::Lambda::Function, Properties: { Handler: a::b::c, Code: absent } }
            """);
        Assert.Equal("F", Assert.Single(model.ErrorsFor(model.FindStateMachine("M"))).Resource);
        Assert.Empty(model.ErrorsFor(model.FindStateMachine("N")));
    }

    [Fact]
    public void A_state_that_is_called_as_a_function_does_not_name_it()
    {
        var model = _folder.Read(
            """
            Resources:
              M: { Type: AWS::StepFunctions::StateMachine, Properties: { DefinitionString: '{"StartAt":"F","States":{"F":{"Type":"Pass","Next":"G"},"G":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"G:live"},"End":true}}}' } }
              F: { Type: AWS::Lambda::Function, Properties: { FunctionName: F, Handler: a::b::c, Code: absent } }
              G: { Type: AWS::Lambda::Function, Properties: { FunctionName: G, Handler: a::b::c, Code: absent } }
            """);
        var machine = model.FindStateMachine("M");
        Assert.Equal("G", Assert.Single(model.FunctionsOf(machine)).Name);
        Assert.Empty(model.FunctionsOf(machine, ["G"]));
    }

    [Fact]
    public void A_property_that_sam_does_not_know_is_warned_of()
    {
        var model = _folder.Read(
            """
            Resources:
              M:
                Type: AWS::Serverless::StateMachine
                Properties: { DefinitionUrl: x, Definition: { StartAt: A, States: { A: { Type: Succeed } } } }
            """);
        var warning = Assert.Single(model.Diagnostics);
        Assert.Equal((TemplateSeverity.Warning, 4, "M"), (warning.Severity, warning.Place.Line, warning.Resource));
        Assert.Equal("SAM has no property 'DefinitionUrl' of a state machine, so the deployment fails.", warning.Message);
        Assert.StartsWith("Did you mean 'DefinitionUri'? SAM's properties: ", warning.Remedy, StringComparison.Ordinal);
    }

    private TemplateStateMachine Machine(string text)
    {
        var model = _folder.Read(text);
        Assert.Empty(model.Diagnostics);
        return Assert.Single(model.StateMachines);
    }
}
