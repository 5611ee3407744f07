namespace Stateside.Service.Tests.Console;

/// <summary>Small machines.</summary>
internal static class Definitions
{
    public const string Pass = """{"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": true}}}""";

    public const string Choice =
        """
        {
          "StartAt": "Decide",
          "States": {
            "Decide": {"Type": "Choice", "Choices": [{"Variable": "$.ok", "BooleanEquals": true, "Next": "Good"}], "Default": "Bad"},
            "Good": {"Type": "Pass", "Parameters": {"text.$": "States.Format('{}!', $.who)"}, "End": true},
            "Bad": {"Type": "Fail", "Error": "Bad.Day", "Cause": "It rained."}
          }
        }
        """;

    public const string Wait = """{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": true}}}""";
}
