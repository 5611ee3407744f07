using System.Collections.Concurrent;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.StateTests;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Execution;

/// <summary>What the engine tells of the way an execution takes, beyond what its history tells.</summary>
public sealed class TransitionTests
{
    [Fact]
    public async Task Rules_that_lead_to_the_same_state_are_told_apart()
    {
        const string Definition = """
            {"StartAt":"C","States":{
              "C":{"Type":"Choice","Default":"P","Choices":[
                {"Variable":"$","NumericEquals":1,"Next":"P"},
                {"Variable":"$","NumericEquals":2,"Next":"P"}]},
              "P":{"Type":"Pass","End":true}}}
            """;
        Assert.Equal("C.Entered C.ChoiceRule[0] P.Entered P.End", await TakenAsync(Definition, "1"));
        Assert.Equal("C.Entered C.ChoiceRule[1] P.Entered P.End", await TakenAsync(Definition, "2"));
        Assert.Equal("C.Entered C.Default P.Entered P.End", await TakenAsync(Definition, "3"));
    }

    [Fact]
    public async Task Retriers_and_catchers_are_told_with_their_index()
    {
        const string Definition = """
            {"StartAt":"T","States":{
              "T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Next":"S",
                "Retry":[{"ErrorEquals":["A"],"MaxAttempts":2},{"ErrorEquals":["B"],"MaxAttempts":1}],
                "Catch":[{"ErrorEquals":["A"],"Next":"S"},{"ErrorEquals":["States.ALL"],"Next":"S"}]},
              "S":{"Type":"Succeed"}}}
            """;
        Assert.Equal("T.Entered T.Next S.Entered S.End", await TakenAsync(Definition, "{}", []));
        Assert.Equal("T.Entered T.Retrier[1] T.Retrier[0] T.Next S.Entered S.End", await TakenAsync(Definition, "{}", ["B", "A"]));
        Assert.Equal("T.Entered T.Retrier[1] T.Catcher[1] S.Entered S.End", await TakenAsync(Definition, "{}", ["B", "B"]));
        Assert.Equal("T.Entered T.Retrier[0] T.Retrier[0] T.Catcher[0] S.Entered S.End", await TakenAsync(Definition, "{}", ["A", "A", "A"]));
    }

    [Fact]
    public async Task Branches_iterations_and_the_lack_of_items_are_told()
    {
        const string Definition = """
            {"StartAt":"P","States":{
              "P":{"Type":"Parallel","Next":"F","Branches":[
                {"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},
                {"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}}}}}]},
              "F":{"Type":"Fail","Error":"Over"}}}
            """;
        Assert.Equal(
            "P.Entered P.Branch[0] P.Branch[1] A.Entered A.End M.Entered M.Iteration[0] M.Iteration[1] I.Entered I.End I.Entered I.End M.End "
            + "P.Next F.Entered F.End",
            await TakenAsync(Definition, "[1,2]"));
        Assert.Equal(
            "P.Entered P.Branch[0] P.Branch[1] A.Entered A.End M.Entered M.NoItems M.End P.Next F.Entered F.End", await TakenAsync(Definition, "[]"));
    }

    [Fact]
    public async Task The_children_of_a_distributed_map_tell_theirs_under_the_same_machine()
    {
        var taken = await TakenAsync(
            """
            {"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{
              "ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
              "StartAt":"I","States":{"I":{"Type":"Pass","End":true}}}}}}
            """,
            "[1,2]");
        Assert.Equal(
            ["I.End", "I.End", "I.Entered", "I.Entered", "M.End", "M.Entered", "M.Iteration[0]", "M.Iteration[1]"], taken.Split(' ').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_test_of_one_state_tells_its_transitions_too()
    {
        var request = new StateTestRequest
        {
            Definition = """{"Type":"Choice","Default":"B","Choices":[{"Variable":"$","IsNull":true,"Next":"A"},{"Variable":"$","NumericEquals":2,"Next":"A"}]}""",
            Input = "2",
        };
        await using var machine = new Machine("""{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""");
        var tester = new StateTester(new EngineOptions { Time = machine.Time, HandlerOf = _ => null });
        var result = await tester.RunAsync(StateTestReader.Read(request), TestContext.Current.CancellationToken);
        Assert.Equal([TransitionKind.Entered, TransitionKind.ChoiceRule], result.Transitions.Select(transition => transition.Kind));
        Assert.Equal(1, result.Transitions[^1].Index);
    }

    /// <summary>Runs a definition whose tasks fail with these errors first.</summary>
    private static async Task<string> TakenAsync(string definition, string input, params string[] errors)
    {
        var told = new ConcurrentQueue<Transition>();
        var failures = new ConcurrentQueue<string>(errors);
        await using var machine = new Machine(
            definition,
            _ => ValueTask.FromResult<TaskOutcome>(failures.TryDequeue(out var error)
                ? new TaskOutcome.Failed(new TaskFailure(error, null))
                : new TaskOutcome.Completed(JsonObject.Empty)),
            transitions: (revision, transitions) =>
            {
                Assert.Equal("M", revision.Name);
                foreach (var transition in transitions)
                    told.Enqueue(transition);
            });
        await machine.RunAsync(input);
        return string.Join(' ', told.Select(TextOf));
    }

    private static string TextOf(Transition transition)
    {
        var isOneOfSeveral = transition.Kind is TransitionKind.ChoiceRule or TransitionKind.Catcher or TransitionKind.Retrier
            or TransitionKind.Branch or TransitionKind.Iteration;
        return $"{transition.State}.{transition.Kind}{(isOneOfSeveral ? $"[{transition.Index}]" : "")}";
    }
}
