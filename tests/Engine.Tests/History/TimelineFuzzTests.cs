using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.History;

/// <summary>
/// Machines made up from a seed, with tasks that fail now and then, retriers, catchers, nested Parallel and Map states, then
/// redriven: what a timeline tells of them must fit the definition and the events, whatever happened.
/// </summary>
public sealed class TimelineFuzzTests
{
    private const ulong Seeds = 80;

    [Fact]
    public async Task Whatever_happens_a_timeline_fits_the_definition_and_the_events()
    {
        var wrong = new List<string>();
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            try
            {
                await RunAsync(seed);
            }
            catch (Xunit.Sdk.XunitException e)
            {
                wrong.Add(e.Message);
            }
        }

        // The shortest history tells the most.
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {Seeds} seeds: {wrong.MinBy(text => text.Length)}");
    }

    private static async Task RunAsync(ulong seed)
    {
        var chance = new Chance(seed);
        await using var machine = new ToldMachine(new MachineMaker(chance).Make(), request => Outcome(seed, request));
        var arn = await machine.StartAsync("""{"items":[1,2,3]}""");
        await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);
        Check(seed, machine, arn);
        for (var redrive = 0; redrive < 2; redrive++)
        {
            // Not all that goes on says what it is, so that of two that are alike one may be taken for the other: the sums must fit.
            await machine.Engine.RedriveAsync(arn, null);
            await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);
            machine.Tell(arn);
        }
    }

    // The same again for the same attempt, in whatever order they come.
    private static TaskOutcome Outcome(ulong seed, TaskRequest request) => new Chance(Chance.Derive(seed, request.Token)).NextDouble() < 0.25
        ? new TaskOutcome.Failed(new TaskFailure("Bad", "because"))
        : new TaskOutcome.Completed(JsonObject.Empty);

    private static void Check(ulong seed, ToldMachine machine, string arn)
    {
        var view = machine.Tell(arn);
        var events = machine.Engine.ReadHistory(arn)!.Events;
        string Say(string what) => $"seed {seed}: {what}\n{string.Join('\n', ToldMachine.Lines(view))}\n{string.Join('\n', events.Select(e => $"{e.Id}<{e.PreviousEventId} {e.Type.Name()} {e["name"]} {e["index"]}"))}";

        foreach (var visit in view.Visits)
        {
            var place = view.Places.Find(visit.Name)!;
            Assert.True(place.Outer?.Name == visit.Outer?.Name, Say($"{visit.Name} ({visit.Id}) stands in {visit.Outer?.Name}"));
            Assert.True(visit.Outer?.Type == "Map" == visit.Iteration is not null, Say($"{visit.Name} ({visit.Id}) has iteration {visit.Iteration?.Index}"));
            Assert.True(visit.Iteration is null || visit.Iteration.Map == visit.Outer, Say($"{visit.Name} ({visit.Id}) has an iteration of another Map"));
            Assert.True(place.Branch == visit.Branch, Say($"{visit.Name} ({visit.Id}) has branch {visit.Branch}"));
            Assert.True(visit.ExitedEventId is null == visit.Status is not (VisitStatus.Succeeded or VisitStatus.Caught), Say($"{visit.Name} ({visit.Id}) is {visit.Status}"));
        }

        foreach (var e in events)
        {
            var visit = view.PlaceOf(e.Id).Visit;
            Assert.True(e["name"] is not string name || visit?.Name == name, Say($"event {e.Id} is said to be of {visit?.Name}"));
            Assert.True(e.Kind.StateType is not { } type || visit?.Type == type, Say($"event {e.Id} is said to be of {visit?.Name}"));
            Assert.True(visit is not null || e.Subject == EventSubject.Execution, Say($"event {e.Id} is said to be of no state"));
        }

        foreach (var map in view.Visits.Where(visit => visit is { Type: "Map", Status: VisitStatus.Succeeded, IsSuperseded: false }))
        {
            var items = view.Iterations.Where(iteration => iteration.Map == map && !iteration.IsSuperseded).ToList();
            Assert.True(items.Count == map.Length, Say($"{map.Name} ({map.Id}) has {items.Count} iterations of {map.Length}"));
            Assert.True(items.All(item => item.Status is VisitStatus.Succeeded), Say($"{map.Name} ({map.Id}) succeeded with iterations that did not"));
        }

        var scheduled = events.Count(e => e.Type == HistoryEventType.LambdaFunctionScheduled);
        Assert.True(view.Visits.Where(visit => visit.Type == "Task").Sum(visit => visit.Attempts.Count) == scheduled, Say("attempts are missing"));
        Assert.True(view.Status != ExecutionStatus.Succeeded || view.Visits.Where(visit => visit is { Outer: null }).All(visit => visit.ExitedEventId is not null), Say("it succeeded with states that did not"));
    }
}
