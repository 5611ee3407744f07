using Stateside.Engine.Template;

namespace Stateside.Engine.Tests.Template;

/// <summary>Versions and aliases of state machines that a template declares.</summary>
public sealed class QualifierTests : IDisposable
{
    private const string Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("RoutingConfiguration: [{ StateMachineVersionArn: !Ref Ver, Weight: 100 }]", ":100")]
    [InlineData("RoutingConfiguration: [{ StateMachineVersionArn: !GetAtt Ver.Arn, Weight: '90' }, { StateMachineVersionArn: !Sub '${M}:4', Weight: 10 }]", ":90 4:10")]
    [InlineData("StateMachineArn: !Ref M, DeploymentPreference: { StateMachineVersionArn: !Ref Ver, Type: LINEAR, Percentage: 20, Interval: 5 }", ":100")]
    [InlineData("StateMachineArn: !Ref M", ":100")]
    [InlineData("RoutingConfiguration: !If [Yes, [{ StateMachineVersionArn: !Ref Ver, Weight: 100 }], []]", ":100")]
    [InlineData("RoutingConfiguration: [!If [Yes, { StateMachineVersionArn: !Ref Ver, Weight: 100 }, !Ref AWS::NoValue]]", ":100")]
    [InlineData("DeploymentPreference: !If [Yes, { StateMachineVersionArn: !Ref Ver, Type: ALL_AT_ONCE }, !Ref AWS::NoValue]", ":100")]
    public void An_alias_leads_to_the_version_that_the_template_publishes_and_to_numbered_ones(string properties, string routes)
    {
        var machine = Machine($"Ali: {{ Type: AWS::StepFunctions::StateMachineAlias, Properties: {{ Name: PROD, Description: d, {properties} }} }}");

        var alias = Assert.Single(machine.Aliases);
        Assert.Equal(("PROD", "d"), (alias.Name, alias.Description));
        Assert.Equal(routes, string.Join(' ', alias.Routes.Select(route => $"{route.Version}:{route.Weight}")));
        Assert.Equal("first", machine.Version!.Description);
    }

    [Theory]
    [InlineData("Name: '1'", "The name of the alias 'Ali' is '1', so the deployment fails.")]
    [InlineData("Name: a b", "The name of the alias 'Ali' is 'a b', so the deployment fails.")]
    [InlineData("Name: a, RoutingConfiguration: [{ StateMachineVersionArn: !Ref Ver, Weight: 40 }]", "The weights of the alias 'Ali' are 40, so the deployment fails.")]
    [InlineData("Name: a, RoutingConfiguration: [{ StateMachineVersionArn: !Ref Ver, Weight: 60 }, { StateMachineVersionArn: !Sub '${M}:4', Weight: 50 }]", "The weights of the alias 'Ali' are 60, 50, so the deployment fails.")]
    public void An_alias_that_a_deployment_refuses_is_warned_of(string properties, string message)
    {
        var model = _folder.Read("Resources:\n" + Resources($"  Ali: {{ Type: AWS::StepFunctions::StateMachineAlias, Properties: {{ StateMachineArn: !Ref M, {properties} }} }}"));

        Assert.Equal((message, "Ali"), (Assert.Single(model.Diagnostics).Message, model.Diagnostics[0].Resource));
    }

    [Theory]
    [InlineData("!Ref Ver", Arn + ":1")]
    [InlineData("!GetAtt Ver.Arn", Arn + ":1")]
    [InlineData("!Ref Ali", Arn + ":PROD")]
    [InlineData("!GetAtt Ali.Arn", Arn + ":PROD")]
    [InlineData("!GetAtt M.StateMachineRevisionId", "INITIAL")]
    public void A_reference_gives_the_ARN(string expression, string expected)
    {
        var (value, diagnostics) = _folder.Variable(expression, resources: Resources("  Ali: { Type: AWS::StepFunctions::StateMachineAlias, Properties: { Name: PROD, StateMachineArn: !Ref M } }"));

        Assert.Equal(expected, value);
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void An_alias_without_a_name_has_its_logical_id()
    {
        var machine = Machine("Ali: { Type: AWS::StepFunctions::StateMachineAlias, Properties: { RoutingConfiguration: [{ StateMachineVersionArn: !Ref Ver, Weight: 100 }] } }");

        Assert.Equal("Ali", Assert.Single(machine.Aliases).Name);
    }

    [Fact]
    public void Sam_publishes_an_alias_of_its_own()
    {
        var model = _folder.Read("Resources: { M: { Type: AWS::Serverless::StateMachine, Properties: { Definition: { StartAt: A }, AutoPublishAlias: live, DeploymentPreference: { Type: CANARY } } } }");

        Assert.Equal(("live", 1, null), (model.StateMachines[0].Aliases[0].Name, model.StateMachines[0].Aliases[0].Routes.Count, model.StateMachines[0].Version));
        Assert.Empty(model.Diagnostics);
    }

    [Fact]
    public void A_version_that_is_not_created_is_not_published()
    {
        var model = _folder.Read(
            "Conditions: { Never: !Equals [a, b] }\nResources:\n" + Resources().Replace("StateMachineVersion,", "StateMachineVersion, Condition: Never,", StringComparison.Ordinal));

        Assert.Null(model.StateMachines[0].Version);
    }

    [Fact]
    public void A_version_of_a_machine_elsewhere_is_a_warning()
    {
        var model = _folder.Read("Resources: { V: { Type: AWS::StepFunctions::StateMachineVersion, Properties: { StateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:far' } } }");

        Assert.Equal("'V' is of arn:aws:states:us-east-1:1:stateMachine:far, which this template does not have, so it is not made here.", Assert.Single(model.Diagnostics).Message);
    }

    [Theory]
    [InlineData("V: { Type: AWS::StepFunctions::StateMachineVersion }", "'V' does not say which state machine it is of, so it is not made here.")]
    public void What_a_deployment_would_refuse_is_a_warning(string resource, string message)
    {
        var model = _folder.Read("Resources:\n" + Resources("  " + resource));

        Assert.Equal(message, Assert.Single(model.Diagnostics).Message);
    }

    private static string Resources(string more = "") =>
        $$"""
          M: { Type: AWS::StepFunctions::StateMachine, Properties: { StateMachineName: m, DefinitionString: '{}' } }
          Ver: { Type: AWS::StepFunctions::StateMachineVersion, Properties: { StateMachineArn: !GetAtt M.Arn, StateMachineRevisionId: !GetAtt M.StateMachineRevisionId, Description: first } }
        {{more}}
        """;

    private TemplateStateMachine Machine(string more)
    {
        var model = _folder.Read("Conditions: { Yes: !Equals [a, a] }\nResources:\n" + Resources("  " + more));
        Assert.Empty(model.Diagnostics);
        return Assert.Single(model.StateMachines);
    }
}
