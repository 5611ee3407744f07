namespace Stateside.Testing.Tests;

/// <summary>The workflows that these tests run.</summary>
internal static class Definitions
{
    public const string TwoCalls = """
        {
          "StartAt": "Both",
          "States": {
            "Both": {
              "Type": "Parallel", "End": true,
              "Branches": [
                {"StartAt": "Left", "States": {"Left": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:left", "End": true}}},
                {"StartAt": "Right", "States": {"Right": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:right", "End": true}}}
              ]
            }
          }
        }
        """;

    public const string Reminder = """
        {
          "StartAt": "Wait30Days",
          "States": {
            "Wait30Days": {"Type": "Wait", "Seconds": 2592000, "Next": "Remind"},
            "Remind": {
              "Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message.$": "$.name"},
              "Retry": [{"ErrorEquals": ["Sns.Busy"], "IntervalSeconds": 10, "BackoffRate": 2, "MaxAttempts": 3}],
              "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "GiveUp"}],
              "ResultPath": "$.sent",
              "Next": "Done"
            },
            "GiveUp": {"Type": "Fail", "Error": "NotReminded", "CausePath": "$.error.Error"},
            "Done": {"Type": "Succeed"}
          }
        }
        """;

    public const string Order = """
        {
          "QueryLanguage": "JSONata",
          "StartAt": "Price",
          "States": {
            "Price": {
              "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
              "Arguments": {"FunctionName": "price", "Payload": {"sku": "{% $states.input.sku %}"}},
              "Assign": {"total": "{% $states.result.Payload.total %}"},
              "Output": "{% $states.result.Payload %}",
              "Next": "IsDear"
            },
            "IsDear": {"Type": "Choice", "Choices": [{"Condition": "{% $total > 100 %}", "Next": "Approve"}], "Default": "Ship"},
            "Approve": {
              "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
              "Arguments": {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/approvals", "MessageBody": {"token": "{% $states.context.Task.Token %}", "total": "{% $total %}"}},
              "TimeoutSeconds": 3600, "HeartbeatSeconds": 600,
              "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Forgotten"}, {"ErrorEquals": ["Refused"], "Next": "Rejected"}],
              "Next": "Ship"
            },
            "Ship": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:shipping", "Arguments": {"total": "{% $total %}"}, "End": true},
            "Rejected": {"Type": "Succeed", "Output": {"outcome": "rejected"}},
            "Forgotten": {"Type": "Succeed", "Output": {"outcome": "forgotten"}}
          }
        }
        """;
}
