using Spectre.Console;
using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Validation;
using Stateside.Service.Cli.Progress;

namespace Stateside.Service.Tests.Cli;

public sealed class RunProgressTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Definition Outer = DefinitionParser.Parse("""
        {"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true, "Branches": [
            {"StartAt": "Call", "States": {"Call": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}}]}}}
        """).Definition!;

    private static readonly Definition Nested = DefinitionParser.Parse("""{"StartAt": "Keep", "States": {"Keep": {"Type": "Pass", "End": true}}}""").Definition!;

    private readonly StringWriter _text = new();
    private readonly RunProgress _progress;

    public RunProgressTests() => _progress = new RunProgress(
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_text), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors }), false, () => Start);

    [Fact]
    public void Attempts_stand_under_the_parallel_around_their_state()
    {
        var (both, call) = (Outer.States[0], Outer.AllStates().First(state => state.Name == "Call"));
        var resource = ((TaskState)call).Resource;
        Take(
            "outer",
            Outer,
            HistoryEvents.StateEntered(both, JsonValue.Null),
            HistoryEvents.ParallelStarted(),
            HistoryEvents.StateEntered(call, JsonValue.Null),
            HistoryEvents.Scheduled(resource, "us-east-1", JsonValue.Null, null, null, null),
            HistoryEvents.Failed(resource, "Busy", null),
            HistoryEvents.Scheduled(resource, "us-east-1", JsonValue.Null, null, null, null),
            HistoryEvents.Succeeded(resource, JsonValue.Null),
            HistoryEvents.StateExited(call, JsonValue.Null, JsonObject.Empty),
            HistoryEvents.GroupSucceeded(both),
            HistoryEvents.StateExited(both, JsonValue.Null, JsonObject.Empty));

        Assert.Equal(["  > Both", "    > Call", "    ! Call  Busy", "    ~ Call  retry 1", "    < Call  0.0 ms", "  < Both  0.0 ms"], Lines);
    }

    [Fact]
    public void An_execution_that_another_starts_is_followed_on_its_own()
    {
        Take("outer", Outer, HistoryEvents.StateEntered(Outer.States[0], JsonValue.Null), HistoryEvents.ParallelStarted());
        Take("nested", Nested, HistoryEvents.StateEntered(Nested.States[0], JsonValue.Null), HistoryEvents.StateExited(Nested.States[0], JsonValue.Null, JsonObject.Empty));

        Assert.Equal(["  > Both", "  > Keep", "  < Keep  0.0 ms"], Lines);
    }

    [Fact]
    public void An_execution_that_goes_on_after_its_end_is_left_alone()
    {
        Take("nested", Nested, HistoryEvents.StateEntered(Nested.States[0], JsonValue.Null), HistoryEvents.ExecutionAborted(null, null));
        var redriven = HistoryEvents.ExecutionRedriven(1);
        _progress.Take("nested", _ => Nested, [new HistoryEvent(3, 2, Start, redriven.Type, redriven.Details)]);

        Assert.Equal(["  > Keep"], Lines);
    }

    public void Dispose() => _text.Dispose();

    private string[] Lines => _text.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private void Take(string arn, Definition definition, params EventContent[] contents) => _progress.Take(
        arn, _ => definition, [.. contents.Select((content, i) => new HistoryEvent(i + 1, i, Start, content.Type, content.Details))]);
}
