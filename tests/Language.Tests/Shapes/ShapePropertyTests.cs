using System.Globalization;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Intrinsics;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Shapes;
using Stateside.Language.Templates;
using Stateside.Language.Validation;

namespace Stateside.Language.Tests.Shapes;

/// <summary>
/// The law of shapes: what is evaluated over shapes that admit the values admits what is evaluated over the values, and what is said never
/// to go well does not. STATESIDE_FUZZ sets how many cases are tried (100000 is the long form).
/// </summary>
public sealed class ShapePropertyTests
{
    private static readonly int Runs =
        int.TryParse(Environment.GetEnvironmentVariable("STATESIDE_FUZZ"), CultureInfo.InvariantCulture, out var runs) ? runs : 5_000;

    [Fact]
    public void A_shape_made_around_a_value_admits_it() => Check(world => world.Scope.Input.Admits(world.Context.Input) ? true : Wrong(world, "made around", null));

    [Fact]
    public void What_a_path_finds_its_shape_admits() => Check(world =>
    {
        if (!JsonPath.TryParse(world.Random.Path(), out var path, out _))
            return false;
        JsonValue? value = null;
        try
        {
            value = path.TryEvaluate(world.Context, out var found) ? found : null;
        }
        catch (StatesException)
        {
            return false;
        }

        var shape = path.ShapeOf(world.Scope);
        if (!shape.Admits(value))
            return Wrong(world, path.Text, value, shape);
        return world.Problems.Count > 0 && value is not (null or JsonArray { Count: 0 })
            ? Wrong(world, $"{path.Text}: {world.Problems[0].Message}", value, shape)
            : value is not null;
    });

    [Fact]
    public void What_a_call_gives_its_shape_admits() => Check(world => IsAdmitted(world, IntrinsicCall.Parse(world.Random.Call(2)), call => call.Text, call => call.Evaluate(world.Context), call => call.ShapeOf(world.Scope)));

    [Fact]
    public void What_a_template_gives_its_shape_admits() => Check(world =>
    {
        var text = world.Random.TemplateObject(3);
        var isRight = true;
        var template = JsonPathTemplate.Parse(text, JsonPlace.Root, _ => isRight = false);
        return isRight && IsAdmitted(world, template, _ => JsonWriter.Compact(text), it => it.Evaluate(world.Context), it => it.ShapeOf(world.Scope));
    });

    [Fact]
    public void What_a_reference_path_writes_its_shape_admits() => Check(world => IsAdmitted(
        world, ReferencePath.Parse(world.Random.Target()), path => path.Text,
        path => path.Write(world.Context.Input, world.Context.ContextObject),
        path => path.ShapeOf(world.Scope.Input.Without(ShapeKinds.Nothing), world.Scope.ContextObject, world.Scope)));

    [Fact]
    public void What_a_condition_leaves_over_admits_what_it_was_asked_of() => Check(world =>
    {
        var text = world.Random.Condition(3);
        var parsed = DefinitionParser.ParseState(
            $$"""{"Type": "Choice", "Choices": [{{JsonWriter.Compact(text.With("Next", new JsonString("x")))}}]}""", "s");
        if (parsed.Definition?["s"] is not ChoiceState { Choices: [{ Condition: var condition }] })
            return Wrong(world, JsonWriter.Compact(text), null);
        bool holds;
        try
        {
            holds = condition.Matches(world.Context);
        }
        catch (StatesException)
        {
            return false;
        }

        var known = condition.Narrow(world.Scope, holds);
        return known is not null && known.Input.Admits(world.Context.Input) && known.ContextObject.Admits(world.Context.ContextObject)
            && known.Variable("v").Admits(Variable(world, "v")) && known.Variable("w").Admits(Variable(world, "w"))
            || Wrong(world, $"{JsonWriter.Compact(text)} is {holds}", null, known?.Input);
    });

    [Fact]
    public void What_leaves_a_state_its_shapes_admit() => Check(world =>
    {
        var random = world.Random;
        var fields = new JsonObject.Builder(8);
        if (random.Chance(4))
            fields.Set("InputPath", random.Chance(5) ? JsonValue.Null : new JsonString(random.Path()));
        if (random.Chance(2))
            fields.Set("ResultSelector", random.TemplateObject(2));
        if (random.Chance(2))
            fields.Set("ResultPath", random.Chance(5) ? JsonValue.Null : new JsonString(random.Target()));
        if (random.Chance(3))
            fields.Set("OutputPath", random.Chance(5) ? JsonValue.Null : new JsonString(random.Path()));
        if (random.Chance(3))
            fields.Set("Assign", JsonObject.Of(("w.$", new JsonString(random.Path())), ("u", JsonValue.From(1))));
        if (random.Chance(2))
            fields.Set("Parameters", random.TemplateObject(2));
        var text = JsonWriter.Compact(fields.Set("Type", new JsonString("Task")).Set("End", JsonValue.True)
            .Set("Resource", new JsonString("arn:aws:lambda:eu-west-1:123456789012:function:f"))
            .Set("Catch", JsonValueOf("""[{"ErrorEquals": ["States.ALL"], "Next": "s", "ResultPath": "$.a"}]""")).ToObject());
        if (DefinitionParser.ParseState(text, "s").Definition?["s"] is not TaskState task)
            return false;
        var result = random.Value(3);
        var shape = random.Around(result).Without(ShapeKinds.Nothing);
        return (IsLeft(world, text, () => DataFlow.Result(task, world.Context, result), DataShapes.Result(task, world.Scope, shape))
                & IsLeft(world, text, () => DataFlow.Caught(task, task.Catch[0], world.Context, JsonValueOf("""{"Error": "E", "Cause": null}""")), DataShapes.Caught(task, 0, world.Scope))
                & IsAdmitted(world, task, _ => text, it => DataFlow.EffectiveInput(it, world.Context), it => DataShapes.EffectiveInput(it, world.Scope))
                & IsAdmitted(world, task, _ => text, it => DataFlow.Arguments(it, world.Context), it => DataShapes.Arguments(it, world.Scope)));
    });

    private static JsonValue JsonValueOf(string text) => JsonReader.Parse(text);

    private static bool IsLeft(World world, string text, Func<Departure> leave, ShapeDeparture? shapes)
    {
        Departure departure;
        try
        {
            departure = leave();
        }
        catch (StatesException)
        {
            return false;
        }

        var isAdmitted = shapes is not null && shapes.Output.Admits(departure.Output)
            && departure.Assigned.All(one => shapes.Variables.TryGetValue(one.Key, out var shape) && shape.Admits(one.Value));
        return isAdmitted || Wrong(world, text, departure.Output, shapes?.Output);
    }

    private static bool IsAdmitted<T>(World world, T one, Func<T, string> text, Func<T, JsonValue> evaluate, Func<T, Shape> shapeOf)
    {
        JsonValue value;
        try
        {
            value = evaluate(one);
        }
        catch (StatesException)
        {
            return false;
        }

        world.Problems.Clear();
        var shape = shapeOf(one);
        if (!shape.Admits(value))
            return Wrong(world, text(one), value, shape);
        var wrong = world.Problems.Find(problem =>
            problem.Kind == ShapeProblemKind.NeverTaken || (problem.Kind == ShapeProblemKind.NeverFound && JsonPath.Parse(problem.Text).IsDefinite));
        return wrong is null || Wrong(world, $"{text(one)}: {wrong.Message}", value, shape);
    }

    private static JsonValue? Variable(World world, string name) => world.Context.Variables.TryGet(name, out var value) ? value : null;

    private static bool Wrong(World world, string what, JsonValue? value, Shape? shape = null)
    {
        Assert.Fail(
            $"""
            seed {world.Seed}: {what}
            over the input {JsonWriter.Compact(world.Context.Input)}
            known as {world.Scope.Input}
            gives {(value is null ? "nothing" : JsonWriter.Compact(value))}
            which is none of {shape}
            """);
        return false;
    }

    /// <summary>Tries as many worlds as are wanted; so that the law says something, a tenth of them at least must give a value.</summary>
    private static void Check(Func<World, bool> holds)
    {
        var said = 0;
        for (var seed = 1; seed <= Runs; seed++)
            said += holds(new World(seed)) ? 1 : 0;
        Assert.True(said > Runs / 10, $"only {said} of {Runs} gave a value");
    }

    /// <summary>Values, and shapes that admit them.</summary>
    private sealed class World
    {
        public World(int seed)
        {
            Seed = seed;
            Random = new ShapeGenerator(new Random(seed));
            var input = Random.Chance(10) ? Random.Value(3) : Random.Object(3);
            var context = Random.Object(2);
            var variable = Random.Value(2);
            Context = new EvaluationContext
            {
                Input = input,
                MakeContextObject = () => context,
                Variables = new VariableScope(JsonObject.Of(("v", variable))),
                Chance = new Chance(1),
            };
            Scope = new ShapeScope
            {
                Input = Random.Around(input).Without(ShapeKinds.Nothing),
                ContextObject = Random.Around(context).Without(ShapeKinds.Nothing),
                Variables = new Dictionary<string, Shape> { ["v"] = Random.Around(variable) },
                Report = problem => Problems.Add(problem),
            };
        }

        public int Seed { get; }

        public ShapeGenerator Random { get; }

        public EvaluationContext Context { get; }

        public ShapeScope Scope { get; }

        public List<ShapeProblem> Problems { get; } = [];
    }
}
