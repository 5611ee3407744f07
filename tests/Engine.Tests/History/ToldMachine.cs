using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.History;

/// <summary>A machine on an engine of its own in virtual time, whose executions are told to views event by event.</summary>
internal sealed class ToldMachine : IAsyncDisposable
{
    private readonly StateMachine _machine;

    public ToldMachine(string definition, Func<TaskRequest, TaskOutcome>? task = null)
    {
        var parsed = DefinitionParser.Parse(definition);
        Assert.True(parsed.IsValid, string.Join('\n', parsed.Diagnostics.Select(d => $"{d.Location}: {d.Message}")));
        Engine = new ExecutionEngine(new EngineOptions
        {
            Time = new VirtualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            Seed = 1,
            HandlerOf = _ => task is null ? null : new Handler(task),
            ActivityExists = _ => true,

            // So that a seed tells the same story each time.
            OrdersOutcomes = true,
        });
        _machine = new StateMachine
        {
            Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:M",
            Name = "M",
            RoleArn = "arn:aws:iam::123456789012:role/r",
            DefinitionText = definition,
            Definition = parsed.Definition!,
            RevisionId = "r",
        };
    }

    public ExecutionEngine Engine { get; }

    public Definition Definition => _machine.Definition;

    /// <summary>Starts an execution, waits until it has ended, and tells all of it.</summary>
    public async Task<ExecutionTimeline> RunAsync(string input = "{}")
    {
        var arn = await StartAsync(input);
        await Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);
        return Tell(arn);
    }

    public async Task<string> StartAsync(string input = "{}", string? name = null) =>
        (await Engine.StartAsync(new StartRequest(_machine, JsonReader.Parse(input)) { Name = name })).Execution.Arn;

    public ExecutionTimeline Tell(string arn)
    {
        var view = ExecutionTimeline.Of(_machine.Definition, Engine.ReadHistory(arn)!.Events);
        AssertSound(view);
        return view;
    }

    /// <summary>A view as lines: each visit under the one around it, with how it ended and after how many attempts.</summary>
    public static IReadOnlyList<string> Lines(ExecutionTimeline view)
    {
        var lines = new List<string>();
        Add(null);
        return lines;

        void Add(Visit? outer)
        {
            foreach (var visit in view.Visits.Where(visit => visit.Outer == outer).OrderBy(visit => visit.Iteration?.Index ?? visit.Branch).ThenBy(visit => visit.Id))
            {
                var place = visit.Iteration is { } iteration ? $"[{iteration.Index}]" : visit.Branch >= 0 ? $"/{visit.Branch}" : "";
                var attempts = visit.Attempts.Count > 1 ? $" x{visit.Attempts.Count}" : "";
                var error = visit.Status == VisitStatus.Succeeded || visit.Error is null ? "" : $" {visit.Error}";
                lines.Add($"{new string(' ', visit.Depth * 2)}{visit.Name}{place} {visit.Status}{attempts}{error}{(visit.IsSuperseded ? " (superseded)" : "")}");
                Add(visit);
            }
        }
    }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    /// <summary>What holds of every view.</summary>
    private static void AssertSound(ExecutionTimeline view)
    {
        foreach (var state in view.States)
        {
            var visits = view.Visits.Where(visit => visit.Name == state.Name).ToList();
            Assert.Equal(visits.Count, state.Visits);
            foreach (var status in Enum.GetValues<VisitStatus>())
                Assert.Equal(visits.Count(visit => visit.Status == status && !visit.IsSuperseded), state[status]);
            Assert.Equal(visits.Sum(visit => Math.Max(0, visit.Attempts.Count - 1)), state.Retries);
        }

        if (view.Status != ExecutionStatus.Running)
        {
            Assert.DoesNotContain(view.Visits, visit => visit.IsRunning || visit.Ended is null);
            Assert.DoesNotContain(view.Iterations, iteration => iteration.Status == VisitStatus.Running);
        }
    }

    private sealed class Handler(Func<TaskRequest, TaskOutcome> task) : ITaskHandler
    {
        public ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(task(request));
    }
}
