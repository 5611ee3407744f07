using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Logs;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Logs;

public sealed class LogLineTests
{
    private const string Arn = "arn:aws:states:us-east-1:123456789012:execution:M:e";
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);

    [Fact]
    public void An_event_is_a_line_whose_numbers_are_texts() => Assert.Equal(
        """{"id":"2","type":"PassStateEntered","details":{"name":"P","input":"{ \"a\": 1 }","inputDetails":{"truncated":false}},"previous_event_id":"1","event_timestamp":"1700000000123","execution_arn":"arn:aws:states:us-east-1:123456789012:execution:M:e","redrive_count":"0"}""",
        Line(HistoryEventType.PassStateEntered, true, ("name", "P"), ("input", JsonReader.Parse("""{ "a": 1 }""", keepText: true))));

    [Fact]
    public void Without_execution_data_names_errors_and_causes_stay()
    {
        Assert.Contains(
            """ "details":{"name":"P"}, """.Trim(),
            Line(HistoryEventType.PassStateExited, false, ("name", "P"), ("output", JsonObject.Empty), ("assignedVariables", new EventDetails(("v", "1")))),
            StringComparison.Ordinal);
        Assert.Contains(
            """ "details":{"error":"E","cause":"C"}, """.Trim(),
            Line(HistoryEventType.ExecutionFailed, false, ("error", "E"), ("cause", "C")),
            StringComparison.Ordinal);
        Assert.Contains(
            """ "details":{"resource":"putItem"}, """.Trim(),
            Line(HistoryEventType.TaskScheduled, false, ("resource", "putItem"), ("parameters", "{}")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_without_details_has_empty_ones() =>
        Assert.Contains("\"details\":{},", LogLine.Of(new HistoryEvent(3, 2, Time, HistoryEventType.ParallelStateStarted, null), Execution(true)), StringComparison.Ordinal);

    [Fact]
    public void Data_too_long_for_a_log_event_is_cut_and_said_to_be()
    {
        var line = Line(HistoryEventType.PassStateEntered, true, ("input", new JsonString(new string('"', 200_000))));

        Assert.Contains("\"inputDetails\":{\"truncated\":true}", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 240_000, 262_144);
    }

    [Theory]
    [InlineData(HistoryEventType.ExecutionStarted, true, false, false)]
    [InlineData(HistoryEventType.TaskStateEntered, true, false, false)]
    [InlineData(HistoryEventType.FailStateEntered, true, true, false)]
    [InlineData(HistoryEventType.LambdaFunctionFailed, true, true, false)]
    [InlineData(HistoryEventType.LambdaFunctionScheduleFailed, true, true, false)]
    [InlineData(HistoryEventType.TaskTimedOut, true, true, false)]
    [InlineData(HistoryEventType.MapIterationAborted, true, true, false)]
    [InlineData(HistoryEventType.MapIterationSucceeded, true, false, false)]
    [InlineData(HistoryEventType.ExecutionAborted, true, true, true)]
    [InlineData(HistoryEventType.ExecutionFailed, true, true, true)]
    [InlineData(HistoryEventType.ExecutionTimedOut, true, true, true)]
    [InlineData(HistoryEventType.ExecutionSucceeded, true, false, false)]
    public void Each_level_takes_its_events(HistoryEventType type, bool all, bool error, bool fatal) => Assert.Equal(
        (all, error, fatal, false),
        (LogLine.IsLogged(LoggingLevel.All, type), LogLine.IsLogged(LoggingLevel.Error, type), LogLine.IsLogged(LoggingLevel.Fatal, type), LogLine.IsLogged(LoggingLevel.Off, type)));

    private static string Line(HistoryEventType type, bool includeData, params (string, object?)[] details) =>
        LogLine.Of(new HistoryEvent(2, 1, Time, type, new EventDetails(details)), Execution(includeData));

    private static ExecutionDescription Execution(bool includeData) => new()
    {
        Arn = Arn,
        Name = "e",
        StateMachine = new StateMachine
        {
            Arn = "arn",
            Name = "M",
            RoleArn = "r",
            DefinitionText = "{}",
            Definition = new Definition("P", [new SucceedState { Name = "P", QueryLanguage = QueryLanguage.JsonPath }]),
            RevisionId = "r",
            Logging = new LoggingConfiguration { Level = LoggingLevel.All, IncludeExecutionData = includeData },
        },
        Status = ExecutionStatus.Running,
        StartDate = Time,
        Input = JsonObject.Empty,
    };
}
