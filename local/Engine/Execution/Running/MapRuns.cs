using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Language.Evaluation;

namespace Stateside.Engine.Execution.Running;

/// <summary>The child executions of distributed Map states: begins them, ends them, and lets them go on.</summary>
internal sealed class MapRuns(ExecutionEngine engine)
{
    public void Start(ExecutionActor parent, StartChildEffect effect)
    {
        var (arn, name) = ChildOf(parent, effect);
        var express = IsExpress(effect);
        var now = engine.Now;
        engine.Begin(new RunningExecution
        {
            Arn = arn,
            Name = name,
            StateMachine = parent.Execution.StateMachine,
            Definition = effect.Map.ItemProcessor,
            Input = effect.Input,
            StartDate = now,
            Seed = Chance.Derive(parent.Execution.Seed, name),
            Parent = new ParentLink(parent.Execution, effect.FrameId, effect.Generation, effect.Index, effect.MapRunArn, effect.Map.Name),
            TestCase = parent.Execution.TestCase,
            IsExpress = express,
            Deadline = now + Step.TimeLimit(null, express),
        });
    }

    /// <summary>Lets a child go on where it failed. An Express one begins anew, under another name.</summary>
    public void Redrive(ExecutionActor parent, StartChildEffect effect)
    {
        if (!IsExpress(effect) && engine.FindActor(ChildOf(parent, effect).Arn) is { } child)
            child.Post(new RedriveMessage(null, effect.Generation));
        else
            Start(parent, effect);
    }

    public void Stop(string mapRunArn)
    {
        foreach (var actor in engine.ActorsOf(mapRunArn))
        {
            if (actor.Execution.Status == ExecutionStatus.Running)
                actor.Post(new StopMessage(null, null));
        }
    }

    private static bool IsExpress(StartChildEffect effect) => effect.Map.ItemProcessor.Processor!.Express;

    /// <summary>
    /// The ARN and the name of a child: the same again when its effect leaves once more after a crash. One that goes on keeps its name.
    /// </summary>
    private static (string Arn, string Name) ChildOf(ExecutionActor parent, StartChildEffect effect)
    {
        var redriveCount = IsExpress(effect) ? effect.RedriveCount : 0;
        var label = ExecutionDescription.LabelOf(effect.MapRunArn);
        var chance = new Chance(Chance.Derive(parent.Execution.Seed, effect.MapRunArn, ((long)redriveCount << 32) | (uint)effect.Index));
        var name = chance.NextId().ToString();
        var machine = parent.Execution.StateMachine.Arn;
        return ($"{machine.Replace(":stateMachine:", IsExpress(effect) ? ":express:" : ":execution:", StringComparison.Ordinal)}/{label}:{name}", name);
    }
}
