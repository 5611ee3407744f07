using Stateside.Language.Conditions;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Shapes;

namespace Stateside.Language.Flow;

/// <summary>
/// Carries what is known of a state's input through its fields, in the order in which an execution evaluates them: what becomes of it, and
/// what is certain to go wrong.
/// </summary>
internal sealed class StateVisit
{
    private readonly ScopeFlow _flow;
    private readonly State _state;
    private readonly FlowSources _sources;
    private readonly ShapeScope _raw;
    private readonly List<FlowWay> _out = [];
    private readonly List<(ScopeFlow Inner, FlowWay Way, ContextShape Context)> _inner = [];

    private StateVisit(ScopeFlow flow, State state, FlowSources sources, ShapeScope raw)
    {
        _flow = flow;
        _state = state;
        _sources = sources;
        _raw = raw;
    }

    /// <summary>The input after InputPath.</summary>
    public Shape EffectiveInput { get; private set; } = Shape.Never;

    /// <summary>What the Task is sent, the branches or an iteration are given.</summary>
    public Shape Arguments { get; private set; } = Shape.Never;

    /// <summary>The result of its work.</summary>
    public Shape Result { get; private set; } = Shape.Never;

    /// <summary>What leaves the state.</summary>
    public IReadOnlyList<FlowWay> Out => _out;

    /// <summary>What comes to the definitions inside it.</summary>
    public IReadOnlyList<(ScopeFlow Inner, FlowWay Way, ContextShape Context)> Inner => _inner;

    /// <summary>Visits a state.</summary>
    /// <param name="flow">The definition that it is in.</param>
    /// <param name="at">The state.</param>
    /// <param name="input">Its input.</param>
    /// <param name="variables">The variables in sight.</param>
    /// <param name="sources">Where results come from.</param>
    /// <param name="report">Told of what is certain to go wrong; null where nobody asks.</param>
    /// <param name="found">Told of each path, call and expression what it gives; null where nobody asks.</param>
    /// <param name="watch">Told of each field, with what it looks at, and of what it gives; null where nobody asks.</param>
    public static StateVisit Of(
        ScopeFlow flow, StateFlow at, Shape input, IReadOnlyDictionary<string, Shape> variables, FlowSources sources, Action<ShapeProblem>? report,
        Action<string, Shape>? found = null, Action<ShapeScope, Shape>? watch = null)
    {
        var scope = new ShapeScope
        {
            Input = input,
            Variables = variables,
            ContextObject = flow.Context!.In(at.State.Name, at.State is WorkState, hasToken: false),
            Report = report,
            Watch = watch,
            Found = found,
        };
        var visit = new StateVisit(flow, at.State, sources, scope.In(at.Place));
        visit.Run();
        return visit;
    }

    private void Run()
    {
        switch (_state)
        {
            case PassState pass:
                EffectiveInput = DataShapes.EffectiveInput(pass, _raw with { Report = null });
                Leave(new(FlowEdgeKind.Next, pass.Name), pass.Next, DataShapes.Pass(pass, _raw));
                break;
            case ChoiceState choice:
                if (Effective() is { } asked)
                    Choose(choice, asked);
                break;
            case WaitState wait:
                // Through looks at InputPath once more.
                if (Effective() is { } waiting && FieldShapes.Number(wait.Seconds, waiting) & FieldShapes.Text(wait.Timestamp, waiting))
                    Leave(new(FlowEdgeKind.Next, wait.Name), wait.Next, DataShapes.Through(wait, wait.Output, wait.Assign, _raw));
                break;
            case SucceedState succeed:
                EffectiveInput = DataShapes.EffectiveInput(succeed, _raw with { Report = null });
                Leave(new(FlowEdgeKind.Next, succeed.Name), null, DataShapes.Through(succeed, succeed.Output, succeed.Assign, _raw));
                break;
            case FailState fail:
                if (Effective() is { } failing)
                    _ = FieldShapes.Text(fail.Error, failing) & FieldShapes.Text(fail.Cause, failing);
                break;
            case WorkState work:
                Work(work);
                break;
        }
    }

    /// <summary>What the state sees after InputPath; null where that is certain to fail.</summary>
    private ShapeScope? Effective()
    {
        EffectiveInput = DataShapes.EffectiveInput(_state, _raw);
        return EffectiveInput.IsNever ? null : _raw with { Input = EffectiveInput };
    }

    private void Leave(FlowEdge edge, string? next, ShapeDeparture? departure)
    {
        if (departure is not null)
            _out.Add(new FlowWay(edge, departure.Output, departure.Variables) { To = next });
    }

    private void Choose(ChoiceState choice, ShapeScope asked)
    {
        var rest = asked;
        for (var i = 0; i < choice.Choices.Count && rest is not null; i++)
        {
            var rule = choice.Choices[i];
            var place = rest.Member("Choices").Item(i);
            var isTold = false;
            var told = place.Report is not { } report ? place : place with
            {
                Report = problem =>
                {
                    isTold = true;
                    report(problem);
                },
            };
            var (matched, others) = rule.Condition.Answers(told);
            (place with { Variables = (matched ?? rest).Variables }).Giving(matched?.Input ?? Shape.Never);
            if (matched is not null)
            {
                Leave(
                    new(FlowEdgeKind.ChoiceRule, choice.Name, i), rule.Next,
                    DataShapes.Through(choice, rule.Output ?? choice.Output, rule.Assign, RawOf(choice, matched), rule.Output is null && rule.Assign is null ? null : place));
            }

            if (place.Report is { } tell && !isTold && !IsWrittenOut(rule.Condition))
            {
                // A rule that holds whenever those before it do not is one that was meant so.
                if (matched is null && others is not null)
                    tell(new ShapeProblem(ShapeProblemKind.NeverHolds, "", 0, "The rule never holds"));
                else if (others is null && matched is not null && rule.Condition.Narrow(asked with { Report = null }, false) is null)
                    tell(new ShapeProblem(ShapeProblemKind.AlwaysHolds, "", 0, "The rule always holds"));
            }

            rest = others is null ? null : others with { Place = asked.Place, Report = asked.Report };
        }

        if (rest is not null && choice.Default is not null)
            Leave(new(FlowEdgeKind.Default, choice.Name), choice.Default, DataShapes.Through(choice, choice.Output, choice.Assign, RawOf(choice, rest)));
    }

    /// <summary>Whether an author wrote true or false for the condition, and so knows.</summary>
    private static bool IsWrittenOut(Condition condition) => condition is Templates.JsonataCondition { Template: Templates.LiteralTemplate };

    /// <summary>What follows for the raw input from what is known of the effective one.</summary>
    private ShapeScope RawOf(ChoiceState choice, ShapeScope known)
    {
        var path = choice.InputPath;
        var raw = _raw with { Variables = known.Variables, ContextObject = known.ContextObject };
        if (path is { IsRootAlone: true, RootKind: PathRoot.Input })
            return raw with { Input = known.Input };
        return path is { IsReference: true, RootKind: PathRoot.Input } ? path.Narrow(raw, known.Input) ?? raw : raw;
    }

    private void Work(WorkState work)
    {
        for (var i = 0; i < work.Catch.Count; i++)
            Leave(new(FlowEdgeKind.Catcher, work.Name, i), work.Catch[i].Next, DataShapes.Caught(work, i, _raw));
        if (Effective() is not { } effective)
            return;
        Result = work switch
        {
            TaskState task => Perform(task, effective),
            ParallelState parallel => Branch(parallel, effective),
            MapState map => Iterate(map, effective),
            _ => Shape.Never,
        };
        Leave(new(FlowEdgeKind.Next, work.Name), work.Next, DataShapes.Result(work, _raw, Result));
    }

    private Shape Perform(TaskState task, ShapeScope effective)
    {
        // A resource that only a deployment knows may wait for a token.
        bool? hasToken = task.Resource.Text.Contains("${", StringComparison.Ordinal) ? null : task.Resource.Pattern != IntegrationPattern.RequestResponse;
        var scope = hasToken == false ? effective : effective with { ContextObject = _flow.Context!.In(task.Name, mayRetry: true, hasToken) };
        Arguments = DataShapes.Arguments(task, scope);
        var isRight = FieldShapes.Number(task.TimeoutSeconds, scope) & FieldShapes.Number(task.HeartbeatSeconds, scope)
            & task.Credentials?.ShapeOf(scope.Member("Credentials")).IsNever != true;
        if (Arguments.IsNever || !isRight)
            return Shape.Never;
        if (_sources.TaskOf(task, Arguments) is not { } shapes)
            return Shape.Anything;
        if (scope.Report is not null)
            ArgumentCheck.Check(shapes, Arguments, task.Arguments is null ? scope : scope.Member(FieldOfArguments));
        return task.Resource.Pattern is IntegrationPattern.RunJob or IntegrationPattern.RunJobJson && IsTokenSent(task, scope)
            ? Shape.Anything
            : shapes.Gives.Without(ShapeKinds.Nothing);
    }

    /// <summary>Whether somebody is sent the task's token, who may end with it also a task that waits for a job.</summary>
    private bool IsTokenSent(TaskState task, ShapeScope scope)
    {
        var isNamed = false;
        _ = DataShapes.Arguments(task, scope with { Report = null, Found = (text, _) => isNamed |= text.Contains("Task", StringComparison.Ordinal) });
        var without = scope with { Report = null, Found = null, ContextObject = _flow.Context!.In(task.Name, mayRetry: true, hasToken: false) };
        return isNamed || !DataShapes.Arguments(task, without).Equals(Arguments);
    }

    private string FieldOfArguments => _state.QueryLanguage == QueryLanguage.Jsonata ? "Arguments" : "Parameters";

    private Shape Branch(ParallelState parallel, ShapeScope effective)
    {
        Arguments = DataShapes.Arguments(parallel, effective);
        if (Arguments.IsNever)
            return Shape.Never;
        var branches = _flow.Inner[parallel.Name];
        for (var i = 0; i < branches.Count; i++)
            _inner.Add((branches[i], new FlowWay(new(FlowEdgeKind.Branch, parallel.Name, i), Arguments, _raw.Variables), _flow.Context!));
        return Shape.Tuple([.. branches.Select(branch => branch.Output)]);
    }

    private Shape Iterate(MapState map, ShapeScope effective)
    {
        var isRight = FieldShapes.Number(map.MaxConcurrency, effective) & FieldShapes.Number(map.ToleratedFailureCount, effective)
            & FieldShapes.Number(map.ToleratedFailurePercentage, effective);
        var items = map.ItemReader is { } reader ? Read(reader, effective) : FieldShapes.Items(map.Items, effective);
        var batchInput = Batching(map.ItemBatcher, effective, ref isRight);
        if (map.ResultWriter?.Arguments?.ShapeOf(effective.Member("ResultWriter").Member(FieldOfArguments)).IsNever == true)
            isRight = false;
        if (items.IsNever || !isRight)
            return Shape.Never;

        // What is read may be the members of an object, too, but for rows of text.
        var (value, key) = ItemOf(items, map.ItemReader is { } from && !IsOfText(from));
        var item = value.IsNever ? value : ContextShape.ItemOf(value, key, map.IsDistributed);
        var selected = value;
        if (map.ItemSelector is { } selector && !value.IsNever)
        {
            var scope = effective with
            {
                ContextObject = (_flow.Context! with { Item = item }).In(map.Name, mayRetry: true, hasToken: false),
            };
            selected = selector.ShapeOf(scope.Member(_flow.SelectorFields[map.Name]));
        }
        else if (!value.IsNever && key.MayBe(ShapeKinds.Text))
        {
            var keyed = Shape.Object(("Key", Shape.Text), ("Value", value));
            selected = key.MayBe(ShapeKinds.Nothing) ? keyed.Join(value) : keyed;
        }

        if (map.ItemBatcher is not null && !selected.IsNever)
            selected = Shape.Object(("BatchInput", batchInput), ("Items", Shape.Of(new ListShape([selected], selected))));
        Arguments = selected;
        var inner = _flow.Inner[map.Name][0];
        if (!selected.IsNever)
        {
            var (variables, context) = map.IsDistributed
                ? (new Dictionary<string, Shape>(StringComparer.Ordinal), new ContextShape(selected, null))
                : (_raw.Variables, _flow.Context! with { Item = item });
            _inner.Add((inner, new FlowWay(new(FlowEdgeKind.Iteration, map.Name), selected, variables), context));
        }

        return ResultOf(map, items, inner.Output);
    }

    private Shape Read(ItemReader reader, ShapeScope effective)
    {
        var place = effective.Member("ItemReader");
        if (reader.Arguments?.ShapeOf(place.Member(FieldOfArguments)).IsNever == true || !FieldShapes.Number(reader.MaxItems, place.Member("ReaderConfig")))
            return Shape.Never;
        return IsOfText(reader)
            ? Shape.ListOf(Shape.Of(new ObjectShape([], Shape.Text)))
            : Shape.AnyList;
    }

    private static bool IsOfText(ItemReader reader) => reader.Configuration["InputType"] is JsonString { Value: "CSV" };

    private static Shape Batching(ItemBatcher? batcher, ShapeScope effective, ref bool isRight)
    {
        if (batcher is null)
            return Shape.Nothing;
        var place = effective.Member("ItemBatcher");
        isRight &= FieldShapes.Number(batcher.MaxItemsPerBatch, place) & FieldShapes.Number(batcher.MaxInputBytesPerBatch, place);
        if (batcher.BatchInput is not { } template)
            return Shape.Nothing;
        var input = template.ShapeOf(place.Member("BatchInput"));
        isRight &= !input.IsNever;
        return input;
    }

    /// <summary>What each item is, and its key where it is an object's member.</summary>
    private static (Shape Value, Shape Key) ItemOf(Shape items, bool mayHaveKeys)
    {
        var value = (items.List?.Item ?? Shape.Never).Join(items.Members?.Value ?? Shape.Never);
        var key = mayHaveKeys ? Shape.Text.OrNothing()
            : (items.MayBe(ShapeKinds.Object) ? Shape.Text : Shape.Never).Join(items.MayBe(ShapeKinds.List) ? Shape.Nothing : Shape.Never);
        return (value, key);
    }

    private static Shape ResultOf(MapState map, Shape items, Shape output)
    {
        if (map.ResultWriter is { } writer)
        {
            return writer.Resource is null
                ? Shape.AnyList
                : Shape.Object(("MapRunArn", Shape.Text), ("ResultWriterDetails", Shape.Object(("Bucket", Shape.Text), ("Key", Shape.Text))));
        }

        var each = map.ToleratedFailureCount is null && map.ToleratedFailurePercentage is null ? output : output.Join(DataShapes.Error);

        // A batch holds several items, and what a map run has read is not known.
        if (map.IsDistributed || items.MayBe(ShapeKinds.Object))
            return Shape.ListOf(each);
        var list = items.List!;
        return list.First.Count > 0 && each.IsNever
            ? Shape.Never
            : Shape.Of(new ListShape([.. list.First.Select(_ => each)], list.Rest.IsNever ? Shape.Never : each));
    }
}
