using System.Text.RegularExpressions;
using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Tests.Template;

/// <summary>APIs, which are not made here, and events, which start nothing here.</summary>
public sealed class ApiTests : IDisposable
{
    private const string Apis =
        """
          Rest: { Type: AWS::Serverless::Api, Properties: { StageName: Live } }
          Http: { Type: AWS::Serverless::HttpApi }
          Plain: { Type: AWS::ApiGateway::RestApi }
          PlainHttp: { Type: AWS::ApiGatewayV2::Api }
          Caller:
            Type: AWS::Serverless::Function
            Properties:
              Handler: A::B::C
              Events:
                Get: { Type: Api, Properties: { Path: /, Method: get } }
                Post: { Type: HttpApi }
        """;

    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("!Ref Rest")]
    [InlineData("!Ref Http")]
    [InlineData("!Ref Plain")]
    [InlineData("!GetAtt Plain.RootResourceId")]
    [InlineData("!Ref PlainHttp")]
    [InlineData("!Ref ServerlessRestApi")]
    [InlineData("!Ref ServerlessHttpApi")]
    public void An_api_has_an_id_that_is_made_up_and_a_warning_says_so(string expression)
    {
        var (value, diagnostics) = _folder.Variable(expression, resources: Apis);
        var again = _folder.Variable(expression, resources: Apis).Value;

        Assert.Matches(new Regex("^[a-z0-9]{10}$"), value);
        Assert.Equal(value, again);
        var name = expression.Split(' ')[1];
        var warning = Assert.Single(diagnostics, d => d.Message.Contains("made up", StringComparison.Ordinal));
        Assert.Equal((TemplateSeverity.Warning, "F"), (warning.Severity, warning.Resource));
        Assert.StartsWith($"'{name}' (", warning.Message, StringComparison.Ordinal);
        Assert.Equal($"Give the real one with --set {name}=VALUE.", warning.Remedy);
    }

    [Theory]
    [InlineData("!Sub 'https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/Prod/'", "^https://[a-z0-9]{10}.execute-api.us-east-1.amazonaws.com/Prod/$")]
    [InlineData("!GetAtt Http.ApiEndpoint", "^https://[a-z0-9]{10}.execute-api.us-east-1.amazonaws.com$")]
    [InlineData("!GetAtt PlainHttp.ApiEndpoint", "^https://[a-z0-9]{10}.execute-api.us-east-1.amazonaws.com$")]
    [InlineData("!Ref Rest.Stage", "^Live$")]
    [InlineData("!Ref RestLiveStage", "^Live$")]
    [InlineData("!Ref ServerlessRestApiProdStage", "^Prod$")]
    [InlineData("!Ref ServerlessHttpApiApiGatewayDefaultStage", "^[$]default$")]
    public void What_is_made_of_an_api_is_made_of_its_id(string expression, string pattern) =>
        Assert.Matches(new Regex(pattern), _folder.Variable(expression, resources: Apis).Value);

    [Fact]
    public void An_id_that_is_given_is_no_finding()
    {
        _folder.Settings["ServerlessRestApi"] = "real";
        var (value, diagnostics) = _folder.Variable("!Ref ServerlessRestApi", resources: Apis);

        Assert.Equal("real", value);
        Assert.DoesNotContain(diagnostics, d => d.Message.Contains("made up", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_an_event_of_its_kind_there_is_no_implicit_api() =>
        Assert.Contains(_folder.Variable("!Ref ServerlessRestApi").Diagnostics, d => d.Message == "There is no parameter or resource 'ServerlessRestApi'.");

    [Fact]
    public void An_id_that_nobody_here_needs_is_made_up_without_a_word()
    {
        var model = _folder.Read("Resources:\n  Rest: { Type: AWS::ApiGateway::RestApi }\n  Plan: { Type: AWS::ApiGateway::UsagePlan, Properties: { Api: !Ref Rest } }\n");

        Assert.Empty(model.Diagnostics);
        Assert.NotNull(model.Resources[1].Properties["Api"]);
    }

    [Fact]
    public void Messages_of_queues_and_topics_do_start_functions()
    {
        var model = _folder.Read(
            """
            Resources:
              Jobs: { Type: AWS::SQS::Queue }
              News: { Type: AWS::SNS::Topic }
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Runtime: nodejs22.x
                  Handler: index.handler
                  InlineCode: exports.handler = async () => null
                  Events:
                    Job: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn } }
                    Note: { Type: SNS, Properties: { Topic: !Ref News } }
              Mapping: { Type: AWS::Lambda::EventSourceMapping, Properties: { EventSourceArn: !GetAtt Jobs.Arn, FunctionName: !Ref F } }
              Stream: { Type: AWS::Lambda::EventSourceMapping, Properties: { EventSourceArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/s', FunctionName: !Ref F } }
            """);

        Assert.Equal("Events start nothing here: Stream.", Assert.Single(model.Diagnostics).Message);
    }

    [Fact]
    public void Of_all_events_one_line_says_that_they_start_nothing()
    {
        var model = _folder.Read(
            """
            Resources:
              M:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Definition: { StartAt: A, States: { A: { Type: Pass, End: true } } }
                  Events:
                    Tick: { Type: Schedule, Properties: { Schedule: rate(1 minute) } }
                    Call: { Type: Api, Properties: { Path: /run, Method: post } }
              Nightly: { Type: AWS::Events::Rule, Properties: { Targets: [{ Arn: !Ref M }] } }
            """);

        var warning = Assert.Single(model.Diagnostics);
        Assert.Equal("Events start nothing here: M.Tick, M.Call, Nightly.", warning.Message);
        Assert.Equal((TemplateSeverity.Warning, 7), (warning.Severity, warning.Place.Line));
        Assert.Empty(model.ErrorsFor(model.StateMachines[0]));
    }

    [Fact]
    public void A_variable_that_only_a_deployment_can_give_is_named()
    {
        var (value, diagnostics) = _folder.Variable("!Ref Users", resources: "  Users: { Type: AWS::Cognito::UserPool }");

        Assert.Null(value);
        var warning = Assert.Single(diagnostics);
        Assert.Equal(
            "The variable 'V' of 'F' is not set: What 'Users' (AWS::Cognito::UserPool) is called is known only once it is deployed.", warning.Message);
        Assert.Equal((TemplateSeverity.Warning, "Give it with --set Users=VALUE."), (warning.Severity, warning.Remedy));
    }
}
