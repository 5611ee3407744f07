using System.Collections.Concurrent;
using Stateside.Language.Definitions;
using Stateside.Language.Shapes;

namespace Stateside.Language.Services;

/// <summary>
/// What Tasks get from AWS services, by the names and in the forms that Step Functions gives answers. A member is certain where the
/// service's model says so. See https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html.
/// </summary>
internal static class IntegrationShapes
{
    /// <summary>A structure inside itself is followed so often: values of DynamoDB, filters.</summary>
    private const int MostRepeats = 2;

    private const int MostLevels = 12;

    private static readonly Shape Decimal = Shape.Number.Join(Shape.TextOf("NaN", "Infinity", "-Infinity"));

    private static readonly ConcurrentDictionary<(ServiceAction Action, OptimizedIntegration? Optimized), Shape> Answers = new();

    // Which headers there are is the service's.
    private static readonly Shape Metadata = Shape.Object(
        ("SdkHttpMetadata", Shape.Object(
            ("AllHttpHeaders", MapOf(Shape.ListOf(Shape.Text))), ("HttpHeaders", MapOf(Shape.Text)), ("HttpStatusCode", Shape.Number))),
        ("SdkResponseMetadata", Shape.Object(("RequestId", Shape.Text))));

    private static readonly Shape Http = Shape.Object(
        ("Headers", MapOf(Shape.ListOf(Shape.Text))), ("ResponseBody", Shape.Anything), ("StatusCode", Shape.Number), ("StatusText", Shape.Text));

    private static readonly Shape Kubernetes = Shape.Object(
        ("ResponseBody", Shape.Anything), ("StatusCode", Shape.Number), ("StatusText", Shape.Text));

    /// <summary>What a Task gets.</summary>
    /// <param name="resource">Its resource; of a function, whose result its code knows, see <see cref="LambdaAnswer"/>.</param>
    /// <param name="arguments">What it is sent.</param>
    /// <returns>The result; null where it may be anything.</returns>
    public static Shape? Answer(TaskResource resource, Shape arguments)
    {
        if (resource.Kind is ResourceKind.Activity or ResourceKind.LambdaFunction || resource.Pattern == IntegrationPattern.WaitForTaskToken)
            return null;
        if (resource.Kind == ResourceKind.Optimized && resource.Pattern == IntegrationPattern.RequestResponse)
        {
            switch (resource.Service, resource.Action)
            {
                case ("http" or "apigateway", "invoke"):
                    return Http;
                case ("eks", "call" or "runJob"):
                    return Kubernetes;
            }
        }

        if (ServiceIntegration.Find(resource) is not { } integration)
            return null;
        return resource.Pattern switch
        {
            IntegrationPattern.RequestResponse => FirstAnswer(integration, arguments),
            IntegrationPattern.RunJob or IntegrationPattern.RunJobJson when resource.Service == "states" => Execution(integration),
            IntegrationPattern.RunJob when integration.Optimized?.Job is { } job => Result(integration, job, arguments),
            _ => null,
        };
    }

    /// <summary>What <c>lambda:invoke</c> gives.</summary>
    /// <param name="payload">What the function gives.</param>
    public static Shape LambdaAnswer(Shape payload) => Merge(
        Shape.Object(
            ("DurableExecutionArn", Shape.Text.OrNothing()), ("ExecutedVersion", Shape.Text.OrNothing()), ("LogResult", Shape.Text.OrNothing()),
            ("Payload", payload), ("StatusCode", Shape.Number)),
        Metadata);

    /// <summary>What an action answers, as an integration shows it; without what is known of the request that was answered.</summary>
    private static Shape Answer(ServiceIntegration integration) => Answers.GetOrAdd((integration.Action, integration.Optimized), _ =>
        integration.Action.Output is { } output
            ? Structure(integration, output, new Dictionary<string, int>(StringComparer.Ordinal), 0, isWhole: true)
            : Shape.Object());

    private static Shape FirstAnswer(ServiceIntegration integration, Shape arguments)
    {
        var answer = Answer(integration);
        if (integration.Optimized is not { } optimized)
            return answer;
        if (optimized.Service is { HasMetadata: true })
            answer = Merge(answer, Metadata);
        foreach (var rename in optimized.Answers)
        {
            var value = At(answer, rename.Member);
            answer = Shape.Of(answer.Members!.With(rename.Member, Shape.Nothing).With(rename.Name, value));
        }

        return Repeat(answer, optimized.Repeated, arguments);
    }

    /// <summary>What comes of a job: what describes it when it is over.</summary>
    private static Shape? Result(ServiceIntegration integration, ServiceJob job, Shape arguments)
    {
        if (integration.Action.Service.FindAction(job.Describe.Action) is not { } describe)
            return null;
        var subject = At(Answer(integration with { Action = describe }), job.Subject).Only(ShapeKinds.Object);
        var first = FirstAnswer(integration, arguments);

        // One that is gone may never have been described.
        if (job.EndsWhenGone)
            subject = subject.Join(At(first, job.Subject).Only(ShapeKinds.Object)).Join(Shape.Object());
        if (subject.IsNever)
            return null;
        var result = job.ResultName is { } name ? Shape.Object((name, subject)) : subject;
        result = Repeat(Repeat(result, job.Repeated, first), job.Repeated, arguments);
        return job.HasMetadata ? Merge(result, Metadata) : result;
    }

    private static Shape? Execution(ServiceIntegration integration) => integration.Action.Service.FindAction("DescribeExecution") is { } describe
        ? Shape.Of(Answer(integration with { Action = describe }).Members!.With("Input", Shape.Text).With("Output", Shape.Text))
        : null;

    private static Shape Repeat(Shape answer, IReadOnlyList<string> names, Shape from)
    {
        foreach (var name in names)
        {
            // What is not there leaves what was.
            var value = from.At(name);
            var former = value.MayBe(ShapeKinds.Nothing) ? answer.At(name).Join(value.Without(ShapeKinds.Nothing)) : value;
            answer = Shape.Of(answer.Members!.With(name, former));
        }

        return answer;
    }

    /// <summary>What stands at a path, whose step into a list leads into its first item; as <see cref="ServiceJob.At"/> finds it.</summary>
    private static Shape At(Shape value, string path)
    {
        foreach (var step in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            value = First(value).At(step);
        return First(value);
    }

    private static Shape First(Shape value) => value.List is { } list ? value.Without(ShapeKinds.List).Join(list.At(0)) : value;

    private static Shape Structure(ServiceIntegration integration, ServiceShape shape, Dictionary<string, int> within, int level, bool isWhole)
    {
        var repeats = within.GetValueOrDefault(shape.Name);
        if (repeats >= MostRepeats || level > MostLevels)
            return Shape.AnyObject;
        within[shape.Name] = repeats + 1;
        var listsAreCertain = integration.Optimized is { Service.ListsAreNeverAbsent: true };
        var declared = $"{integration.Action.Service.Name}:{integration.Action.Name}";
        var members = new List<KeyValuePair<string, ShapeMember>>();
        foreach (var member in shape.Members)
        {
            var isBody = isWhole && shape.Payload == member.Name && integration.Optimized is { HasJsonBody: true };
            var value = isBody || member.IsJsonText ? Shape.Anything : Value(integration, member.Shape, within, level + 1);
            var isCertain = member.IsRequired || (listsAreCertain && member.Shape.Kind == ShapeKind.List);
            members.Add(new(integration.NameOf(member), new ShapeMember(value, isCertain, new ShapeOrigin($"{declared}.{member.Name}"))));
        }

        within[shape.Name] = repeats;
        return Shape.Of(new ObjectShape(members.DistinctBy(member => member.Key, StringComparer.Ordinal), Shape.Never, new ShapeOrigin(declared)));
    }

    private static Shape Value(ServiceIntegration integration, ServiceShape shape, Dictionary<string, int> within, int level) => shape.Kind switch
    {
        ShapeKind.Structure when shape.IsDocument => Shape.Anything,
        ShapeKind.Structure => Structure(integration, shape, within, level, isWhole: false),
        ShapeKind.List => Shape.ListOf(Value(integration, shape.Item, within, level + 1)),
        ShapeKind.Map => MapOf(Value(integration, shape.Item, within, level + 1)),
        ShapeKind.Integer or ShapeKind.Long => Shape.Number,
        ShapeKind.Float or ShapeKind.Double => Decimal,
        ShapeKind.Boolean => Shape.Boolean,
        ShapeKind.Timestamp when integration.Optimized is not null => Shape.Number,
        _ => Shape.Text,
    };

    private static Shape MapOf(Shape value) => Shape.Of(new ObjectShape([], value));

    private static Shape Merge(Shape one, Shape other) =>
        Shape.Of(other.Members!.Names.Aggregate(one.Members!, (all, name) => all.With(name, other.Members!.At(name))));
}
