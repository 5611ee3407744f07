using System.Text.Json;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Operations;
using Stateside.Engine.Replay;
using Stateside.Engine.Store;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>Gives an execution that ended as a test in C#, and as a mock file: what <c>stateside replay --test</c> and <c>--mocks</c> write of it.</summary>
internal sealed class ExecutionAsTest(ConsoleServices services, ExecutionViews views)
{
    private const int MostChildren = 100;

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("executions/{execution}/test", request => request.TextAsync(Code(request["execution"]))),
        ConsoleRoute.Get("executions/{execution}/mocks", request => request.TextAsync(Mocks(request["execution"]))),
    ];

    private string Code(string arn)
    {
        var (test, machine) = TestOf(arn);
        var declared = services.Template is { } template ? template.StateMachines.FirstOrDefault(declared => declared.Arn == machine.Arn) : null;
        TestWorkflow workflow = declared is null
            ? new TestWorkflow.Text(machine.DefinitionText)
            : new TestWorkflow.Template(Path.GetRelativePath(Directory.GetCurrentDirectory(), services.Template!.Path), declared.LogicalId);
        return TestCode.Write($"{machine.Name} tests", [(test, workflow)]);
    }

    private string Mocks(string arn)
    {
        var (test, machine) = TestOf(arn);
        return MockFileText.Write([(test, machine.Name)]);
    }

    /// <summary>What keeps an opened execution from becoming a test, as the end of a sentence; null for nothing.</summary>
    public static string? WhyNot(OpenedExecution opened) => opened is { Here: null, HasDefinition: false } ? "it has no definition" : WhyNot(opened.Record);

    private static string? WhyNot(RecordedExecution record) =>
        record.MapRunArn is not null ? "it is a child of a map run, and a test is made of the execution of that" : RecordedTest.WhyNot(record);

    private (RecordedTest Test, StateMachine Machine) TestOf(string arn)
    {
        var execution = views.Describe(arn);
        var opened = services.Opened.Find(arn);
        var record = opened?.Record ?? RecordOf(execution);
        if ((opened is null ? WhyNot(record) : WhyNot(opened)) is { } problem)
            throw ConsoleException.Invalid($"No test can be made of it: {problem}.");

        // A test is of today's machine, on which replay tells what differs.
        var machine = opened?.Here ?? execution.StateMachine;
        var setup = new ReplaySetup(record, machine);
        return (RecordedTest.Of(Replayer.Run(setup), ChildrenOf(setup)), machine);
    }

    private List<ReplaySetup> ChildrenOf(ReplaySetup setup)
    {
        var children = new List<ReplaySetup>();
        foreach (var run in setup.Timeline().MapRuns)
        {
            var found = services.Engine.List(new ExecutionQuery(run.Arn) { Limit = MostChildren + 1 }).OrderBy(child => child.ItemIndex).ToList();
            if (found.Count <= MostChildren)
                children.AddRange(found.Select(child => setup.ChildOf(RecordOf(child))).OfType<ReplaySetup>());
        }

        return [.. children, .. children.SelectMany(ChildrenOf)];
    }

    /// <summary>An execution as it would be read from what the API gives of it.</summary>
    private RecordedExecution RecordOf(ExecutionDescription execution)
    {
        var events = services.Engine.ReadHistory(execution.Arn)?.Events ?? [];
        if (events.Count == 0)
            throw ConsoleException.NotFound("Its history is not kept.");
        var page = JsonSerializer.Serialize(new HistoryEventPage(events, IncludeData: true));
        return RecordedExecutions.Read([new RecordFile(execution.Name, page)])[0] with
        {
            Arn = execution.Arn,
            Name = execution.Name,
            StateMachineArn = execution.StateMachine.Arn,
            MapRunArn = execution.MapRunArn,
            IsExpress = execution.StateMachine.Type == StateMachineType.Express,
        };
    }
}
