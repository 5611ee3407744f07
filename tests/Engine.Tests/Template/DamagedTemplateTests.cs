using Stateside.Engine.Template.Parsing;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Template;

/// <summary>Whatever stands in the place of a value, the reader answers with findings or one refusal, never with a defect of its own.</summary>
public sealed class DamagedTemplateTests : IDisposable
{
    private const string Whole = """
        {
          "Transform": "AWS::Serverless-2016-10-31",
          "Parameters": {"P": {"Type": "Number", "Default": 3, "MinValue": 1, "AllowedValues": [1, 3]}, "L": {"Type": "CommaDelimitedList", "Default": "a,b"}},
          "Mappings": {"M": {"a": {"b": "c"}}},
          "Conditions": {"C": {"Fn::And": [{"Fn::Equals": [{"Ref": "P"}, "3"]}, {"Condition": "D"}]}, "D": {"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}},
          "Globals": {"Function": {"Timeout": 5, "Environment": {"Variables": {"G": "1"}}, "Layers": ["x"]}},
          "Resources": {
            "F": {"Type": "AWS::Serverless::Function", "Condition": "C", "DependsOn": ["T"], "Metadata": {"DockerContext": "."}, "Properties": {
              "FunctionName": {"Fn::Sub": ["${x}-f", {"x": {"Fn::Select": [0, {"Ref": "L"}]}}]}, "Handler": "a::b::c", "CodeUri": ".", "MemorySize": {"Ref": "P"},
              "AutoPublishAlias": "live", "ReservedConcurrentExecutions": 1, "ImageConfig": {"Command": ["c"]}, "Layers": ["y"],
              "Environment": {"Variables": {"T": {"Ref": "T"}, "J": {"Fn::Join": ["-", [{"Fn::FindInMap": ["M", "a", "b"]}, {"Fn::GetAtt": ["T", "Arn"]}]]},
                "S": {"Fn::Select": [0, {"Fn::Split": [",", "a,b"]}]}, "B": {"Fn::Base64": "x"}, "Z": {"Fn::Select": [0, {"Fn::GetAZs": ""}]}, "R": "{{resolve:ssm:x}}"}}}},
            "T": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": {"Fn::If": ["C", "t", {"Ref": "AWS::NoValue"}]}}},
            "A": {"Type": "AWS::Lambda::Alias", "Properties": {"Name": "x", "FunctionName": {"Ref": "F"}, "FunctionVersion": {"Fn::GetAtt": ["V", "Version"]}}},
            "V": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "F"}}},
            "S": {"Type": "AWS::Serverless::StateMachine", "Properties": {"Name": "s", "Type": "EXPRESS", "Tags": {"a": "b"}, "Tracing": {"Enabled": true},
              "Logging": {"Level": "ALL", "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": "x"}}]}, "Role": {"Fn::GetAtt": ["FRole", "Arn"]},
              "Definition": {"StartAt": "X", "States": {"X": {"Type": "Task", "Resource": "${fn}", "R": {"Ref": "F.Alias"}, "List": [{"Fn::Sub": "${F.Version}"}]}}},
              "DefinitionSubstitutions": {"fn": {"Fn::GetAtt": ["F", "Arn"]}}, "Events": {"E": {"Type": "Api", "Properties": {"Path": "/"}}}}},
            "W": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": {"Fn::Sub": "{\"a\":\"${S.Name}\"}"}, "Tags": [{"Key": "k", "Value": "v"}],
              "EncryptionConfiguration": {"Type": "CUSTOMER_MANAGED_KMS_KEY", "KmsKeyId": "k", "KmsDataKeyReusePeriodSeconds": 60}}},
            "WA": {"Type": "AWS::StepFunctions::StateMachineAlias", "Properties": {"Name": "n", "Description": "d", "RoutingConfiguration": [{"StateMachineVersionArn": {"Ref": "WV"}, "Weight": 100}]}},
            "WB": {"Type": "AWS::StepFunctions::StateMachineAlias", "Properties": {"Name": "n", "StateMachineArn": {"Ref": "W"}, "DeploymentPreference": {"StateMachineVersionArn": {"Ref": "WV"}}}},
            "I": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "index.handler", "Runtime": "python3.13", "Code": {"ZipFile": {"Fn::Sub": "${ServerlessRestApi}"}}}},
            "WV": {"Type": "AWS::StepFunctions::StateMachineVersion", "Properties": {"StateMachineArn": {"Ref": "W"}}}
          }
        }
        """;

    private static readonly JsonValue[] Wrong =
    [
        JsonValue.Null, JsonValue.From(7), JsonValue.From("x"), JsonValue.From(""), JsonValue.From("${"), JsonValue.From("\0"), JsonArray.Empty, JsonObject.Empty,
        JsonReader.Parse("[[], {}]"), JsonReader.Parse("""{"Ref": "AWS::NoValue"}"""), JsonReader.Parse("""{"Ref": "S"}"""), JsonReader.Parse("""{"Ref": {}}"""),
        JsonReader.Parse("""{"Fn::GetAtt": ["F"]}"""), JsonReader.Parse("""{"Fn::Sub": "${F}${V}${WA}${T.Arn}${Gone.Arn}"}"""), JsonReader.Parse("""{"Fn::If": ["C", []]}"""),
        JsonReader.Parse("""{"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "part.json"}}}"""), JsonReader.Parse("""{"Condition": "C"}"""),
    ];

    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_undamaged_template_has_one_unknown_value_an_event_and_an_api() =>
        Assert.Equal(["F", null, "I"], _folder.Read(Whole, "t.json").Diagnostics.Select(diagnostic => diagnostic.Resource));

    [Fact]
    public void No_wrong_value_in_any_place_is_more_than_the_reader_can_answer()
    {
        _folder.Write("part.json", """{"Type": "AWS::SNS::Topic", "Ref": "T"}""");
        var refused = 0;
        var read = 0;
        foreach (var wrong in Wrong)
        {
            foreach (var damaged in Damaged(JsonReader.Parse(Whole), wrong))
            {
                try
                {
                    var model = _folder.Read(damaged.Text, "t.json");
                    Assert.All(model.StateMachines, machine => _ = model.ErrorsFor(machine));
                    Assert.All(model.Diagnostics, diagnostic => Assert.True(diagnostic.Place.Line > 0 && diagnostic.Message.Length > 0));
                    read++;
                }
                catch (TemplateException)
                {
                    refused++;
                }
            }
        }

        Assert.True(read > 2000, $"{read} read");
        Assert.InRange(refused, 1, 100);
    }

    /// <summary>The value with each of its parts in turn replaced.</summary>
    private static IEnumerable<JsonValue> Damaged(JsonValue value, JsonValue wrong)
    {
        yield return wrong;
        switch (value)
        {
            case JsonObject map:
                foreach (var (key, member) in map)
                {
                    foreach (var damaged in Damaged(member, wrong))
                        yield return map.With(key, damaged);
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    foreach (var damaged in Damaged(list[i], wrong))
                    {
                        JsonValue[] items = [.. list];
                        items[i] = damaged;
                        yield return JsonArray.Of(items);
                    }
                }

                break;
        }
    }
}
