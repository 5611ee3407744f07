using Stateside.Engine.Coverage;
using Stateside.Engine.Execution;
using Stateside.Engine.Store;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Coverage;

/// <summary>Runs definitions and gathers what they cover.</summary>
internal static class CoverageRuns
{
    /// <summary>A machine with every kind of way; a thing is on each line of its own.</summary>
    public const string Shop = """
        {
          "StartAt": "Sort",
          "States": {
            "Sort": {
              "Type": "Choice",
              "Choices": [
                {"Variable": "$.kind", "StringEquals": "gift", "Next": "Pay"},
                {"Variable": "$.kind", "StringEquals": "sale", "Next": "Pay"}
              ],
              "Default": "Refuse"
            },
            "Pay": {
              "Type": "Task",
              "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Pay",
              "Retry": [
                {"ErrorEquals": ["Never"], "MaxAttempts": 0},
                {"ErrorEquals": ["Busy", "Slow", "Off"]}
              ],
              "Catch": [
                {"ErrorEquals": ["Poor"], "Next": "Refuse"},
                {"ErrorEquals": ["States.ALL"], "Next": "Refuse"}
              ],
              "ResultPath": null,
              "Next": "Ship"
            },
            "Ship": {
              "Type": "Parallel",
              "Branches": [
                {"StartAt": "Label", "States": {"Label": {"Type": "Pass", "End": true}}},
                {
                  "StartAt": "Pack",
                  "States": {
                    "Pack": {
                      "Type": "Map",
                      "ItemsPath": "$.items",
                      "Iterator": {
                        "StartAt": "Wrap",
                        "States": {
                          "Wrap": {"Type": "Pass", "End": true}
                        }
                      },
                      "End": true
                    }
                  }
                }
              ],
              "End": true
            },
            "Refuse": {
              "Type": "Fail",
              "Error": "Refused"
            }
          }
        }
        """;

    /// <summary>Runs a definition once for every input; a task fails with the error that its input names.</summary>
    public static async Task RunAsync(CoverageCollector collector, string definition, CoveredDefinition? known, params string[] inputs)
    {
        await using var machine = new Machine(
            definition,
            request => ValueTask.FromResult<TaskOutcome>(((JsonObject)request.Payload)["error"] is JsonString error
                ? new TaskOutcome.Failed(new TaskFailure(error.Value, null))
                : new TaskOutcome.Completed(JsonObject.Empty)),
            transitions: known is null ? collector.Listen() : collector.Listen(known));
        for (var i = 0; i < inputs.Length; i++)
            await machine.RunAsync(inputs[i], $"e{i}");
    }

    /// <summary>The report of running the shop, which lies in a file of that name.</summary>
    public static async Task<CoverageReport> ShopAsync(string file, params string[] inputs)
    {
        var collector = new CoverageCollector();
        await RunAsync(collector, Shop, ShopIn(file), inputs);
        return collector.Report();
    }

    public static CoveredDefinition ShopIn(string file) => new("Shop", Shop) { File = file };
}
