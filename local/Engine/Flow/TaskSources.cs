using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Definitions;
using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Services;
using Stateside.Language.Shapes;
using Stateside.Language.Validation;

namespace Stateside.Engine.Flow;

/// <summary>
/// What the tasks of a machine take and give. A machine that one starts and waits for is looked at with what it is started with; one that
/// starts itself, however far off, gives anything.
/// </summary>
/// <param name="sources">What is known of the template; null where there is none.</param>
internal sealed class TaskSources(TemplateSources? sources)
{
    /// <summary>With so many inputs a machine is looked at by itself; further ones are taken for any.</summary>
    private const int MostInputs = 4;

    private readonly HashSet<TemplateStateMachine> _within = [];
    private readonly Dictionary<TemplateStateMachine, List<(Shape Input, Shape Output)>> _outputs = [];
    private readonly Dictionary<string, Shape?> _requests = new(StringComparer.Ordinal);

    /// <summary>Where the data come from of a definition that stands by itself.</summary>
    public FlowSources Of(Shape? input) => new() { Input = input ?? Shape.Anything, TaskOf = TaskOf };

    /// <summary>Where a machine's data come from.</summary>
    public FlowSources Of(TemplateStateMachine machine, Shape? input) => new()
    {
        Input = input ?? sources?.SchemaOf(machine.Schemas.Input) ?? Shape.Anything,
        TaskOf = TaskOf,
    };

    private TaskShapes? TaskOf(TaskState task, Shape arguments)
    {
        var resource = task.Resource;
        return resource switch
        {
            { Kind: ResourceKind.LambdaFunction } => FunctionOf(resource.Text),
            { Kind: ResourceKind.Activity } => null,
            { Kind: ResourceKind.Optimized, Service: "lambda", Action: "invoke" } => Invocation(resource, arguments),
            { Kind: ResourceKind.Optimized, Service: "states", Action: "startExecution" } => Start(resource, arguments),
            _ => Request(resource) is { } accepts
                ? new TaskShapes(NameOf(resource), accepts, IntegrationShapes.Answer(resource, arguments) ?? Shape.Anything)
                : null,
        };
    }

    private static string NameOf(TaskResource resource) => $"{resource.Service}:{resource.Action}";

    private Shape? Request(TaskResource resource)
    {
        var name = NameOf(resource);
        if (!_requests.TryGetValue(name, out var known))
            _requests[name] = known = IntegrationRequest.Find(resource)?.Accepts();
        return known;
    }

    /// <summary>What is known of the function that a name or an ARN means; null when it is none of the template's.</summary>
    private TaskShapes? FunctionOf(string name)
    {
        if (sources is null || FunctionReference.Parse(name) is not { } reference)
            return null;
        foreach (var function in sources.Template.Functions)
        {
            var isHere = function.Arn.Split(':') is [_, _, _, var region, var account, ..]
                && (reference.Region ?? region) == region && (reference.AccountId ?? account) == account;
            if (isHere && function.Name == reference.Name)
                return sources.FunctionOf(function);
        }

        return null;
    }

    /// <summary>A function by <c>lambda:invoke</c>, which sends a text as the JSON that it is.</summary>
    private TaskShapes Invocation(TaskResource resource, Shape arguments)
    {
        var function = arguments.At("FunctionName").Texts is [var name] ? FunctionOf(name) : null;
        var accepts = Request(resource)!;
        var gives = resource.Pattern == IntegrationPattern.WaitForTaskToken
            ? Shape.Anything
            : IntegrationShapes.LambdaAnswer(Payload(function, arguments));
        if (function is null)
            return new TaskShapes(NameOf(resource), accepts, gives);
        return new TaskShapes(function.Name, WithMember(accepts, "Payload", function.Accepts), gives)
        {
            Expects = WithMember(accepts, "Payload", function.Expects),
            IgnoresCase = function.IgnoresCase,
        };
    }

    private static Shape Payload(TaskShapes? function, Shape arguments)
    {
        if (function is null)
            return Shape.Anything;

        // A result that is not waited for, and that of a method without one, is no text at all.
        var isWaitedFor = arguments.At("InvocationType") is var type && (type.IsOnly(ShapeKinds.Nothing) || type.Texts is ["RequestResponse"]);
        return isWaitedFor && !function.Gives.MayBe(ShapeKinds.Null) ? function.Gives : function.Gives.Join(Shape.TextOf(""));
    }

    /// <summary>A request one of whose members, a text or JSON, is what somebody else takes.</summary>
    private static Shape WithMember(Shape request, string name, Shape? accepts)
    {
        if (accepts is null || accepts.IsAnything)
            return request;
        var value = accepts.Join(Shape.Text);
        var members = request.Members!.With(name, accepts.Admits(JsonObject.Empty) ? value.Join(Shape.Null).OrNothing() : value);
        return request.Without(ShapeKinds.Object).Join(Shape.Of(members));
    }

    private TaskShapes Start(TaskResource resource, Shape arguments)
    {
        var machine = arguments.At("StateMachineArn").Texts is [var arn]
            ? sources?.Template.StateMachines.FirstOrDefault(one => arn == one.Arn || arn.StartsWith($"{one.Arn}:", StringComparison.Ordinal))
            : null;
        var accepts = Request(resource)!;
        var gives = IntegrationShapes.Answer(resource, arguments) ?? Shape.Anything;
        if (resource.Pattern == IntegrationPattern.RunJobJson)
        {
            var input = InputOf(arguments.At("Input"));
            gives = Shape.Of(gives.Members!.With("Input", input).With("Output", machine is null ? Shape.Anything : OutputOf(machine, input)));
        }

        return machine is null
            ? new TaskShapes(NameOf(resource), accepts, gives)
            : new TaskShapes($"the state machine {machine.Name}", WithMember(accepts, "Input", sources!.SchemaOf(machine.Schemas.Input)), gives);
    }

    /// <summary>What an execution is started with: a text is the JSON that it is, and without an input there is an empty object.</summary>
    private static Shape InputOf(Shape given) => given.MayBe(ShapeKinds.Text | ShapeKinds.Null)
        ? Shape.Anything
        : given.MayBe(ShapeKinds.Nothing) ? given.Without(ShapeKinds.Nothing).Join(Shape.Object()) : given;

    private Shape OutputOf(TemplateStateMachine machine, Shape input)
    {
        if (sources!.SchemaOf(machine.Schemas.Output) is { } schema)
            return schema;
        if (machine.Definition is not { } source || !_within.Add(machine))
            return Shape.Anything;
        try
        {
            var known = _outputs.TryGetValue(machine, out var before) ? before : _outputs[machine] = [];
            if (known.Count >= MostInputs)
                input = Shape.Anything;
            foreach (var one in known)
            {
                if (one.Input.Equals(input))
                    return one.Output;
            }

            var parsed = DefinitionParser.Parse(source.Text, new DefinitionOptions { Express = machine.Type == "EXPRESS" });
            var output = parsed.Definition is { } definition
                ? MachineFlow.Of(definition, Of(machine, input)).Output.Without(ShapeKinds.Nothing)
                : Shape.Anything;
            known.Add((input, output));
            return output;
        }
        finally
        {
            _within.Remove(machine);
        }
    }
}
