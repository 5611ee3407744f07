using Stateside.Engine.Tasks;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>
/// A service whose job stands as a test says. Its answers are made of the service's model, so that a name which the model does not have
/// finds nothing in them.
/// </summary>
internal sealed class MadeUpJob(OptimizedIntegration integration, Func<MadeUpJob, string?> status)
{
    private readonly ServiceJob _job = integration.Job!;
    private readonly ServiceModel _model = ServiceModels.Find(integration.Service!.Name)!;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How often it was asked how the job stands, before this time.</summary>
    public int Polls { get; private set; }

    /// <summary>Ends when the job was stopped.</summary>
    public Task Stopped => _job.Stop is null ? Task.CompletedTask : _stopped.Task;

    /// <summary>All that the integration needs, by its own names.</summary>
    public JsonObject Parameters
    {
        get
        {
            var members = new JsonObject.Builder();
            foreach (var member in _model.FindAction(integration.ActionName)!.Input!.Members.Where(member => member.IsRequired))
                members.Set(member.OptimizedName, Sample(member, 1, true));
            foreach (var rename in integration.Requests)
                members.Set(rename.Name, members.Get(rename.Member) is JsonArray { Count: > 0 } list ? list[0] : JsonValue.From($"{rename.Name}-1"));
            var input = _model.FindAction(integration.ActionName)!.Input!;
            foreach (var (_, from) in _job.Describe.Members.Concat(_job.Stop?.Members ?? []))
            {
                // Others stand in the answer.
                if (input.Members.Any(member => member.OptimizedName == from) || integration.Requests.Any(rename => rename.Name == from))
                    members.Set(from, members.Get(from) ?? JsonValue.From($"{from}-1"));
            }

            var wanted = members.ToObject();
            return JsonObject.Of([.. wanted.Where(member => integration.Requests.All(rename => rename.Member != member.Key)).Select(member => (member.Key, member.Value))]);
        }
    }

    public ServiceResponse Answer(ServiceCall call) => Answer(call, 0);

    public ServiceResponse Answer(ServiceCall call, int exitCode)
    {
        RequireKnown(call);
        if (call.Action == integration.ActionName)
            return Answered(Begun(_model.FindAction(call.Action)!.Output));
        if (call.Action != _job.Describe.Action)
        {
            _stopped.TrySetResult();
            return Answered(JsonObject.Empty);
        }

        var now = status(this);
        Polls++;
        if (now is null)
            return new ServiceResponse.Refused(new ServiceError("ResourceNotFoundException", "It is gone.", 404, "r"));
        var shape = _model.FindAction(call.Action)!.Output!;
        var described = Set(shape, (JsonObject)Sample(shape, "", 2, false), $"{_job.Subject}.{_job.Status}", JsonValue.From(now));
        if (_job.IsGood is not null)
            described = Set(shape, described, $"{_job.Subject}.Containers.ExitCode", JsonValue.From(exitCode));
        return Answered(described);
    }

    /// <summary>A request has what the API must have, and nothing that it does not.</summary>
    public void RequireKnown(ServiceCall call)
    {
        var input = _model.FindAction(call.Action)!.Input!;
        Assert.All(call.Parameters, member => Assert.NotNull(input.Find(member.Key)));
        Assert.All(input.Members.Where(member => member.IsRequired && !member.IsToken), member => Assert.True(call.Parameters.ContainsKey(member.Name), $"{call.Action} needs {member.Name}."));
        Assert.All(call.Parameters, member => Assert.Equal(input.Find(member.Key)!.Shape.Kind == ShapeKind.List, member.Value is JsonArray));
    }

    private JsonObject Begun(ServiceShape? output)
    {
        if (output is null)
            return JsonObject.Empty;
        var members = (JsonObject)Sample(output, "", 3, false);
        return integration.Refusal is { } refusal
            ? members.With(output.Members.Single(member => member.OptimizedName == refusal.List).Name, JsonArray.Empty)
            : members;
    }

    private static ServiceResponse.Answered Answered(JsonObject body) => new(200, [], body, "r");

    private static JsonValue Sample(ServiceMember member, int depth, bool isParameter) =>
        Sample(member.Shape, isParameter ? member.OptimizedName : member.Name, depth, isParameter);

    private static JsonValue Sample(ServiceShape shape, string name, int depth, bool isParameter)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Structure when depth < 0:
                return JsonObject.Empty;
            case ShapeKind.Structure:
                return JsonObject.Of([.. shape.Members.Where(member => !isParameter || member.IsRequired)
                    .Select(member => (isParameter ? member.OptimizedName : member.Name, Sample(member, depth - 1, isParameter)))]);
            case ShapeKind.List:
                return depth < 0 ? JsonArray.Empty : JsonArray.Of(Sample(shape.Item, name, depth - 1, isParameter));
            case ShapeKind.Map:
                return JsonObject.Empty;
            case ShapeKind.Boolean:
                return JsonValue.True;
            case ShapeKind.Timestamp:
                return isParameter ? JsonValue.From(1769851800000) : JsonValue.From("2026-01-31T09:30:00Z");
            case ShapeKind.String:
                return JsonValue.From(shape.Values.Count > 0 ? shape.Values[0] : $"{name}-1");
            case ShapeKind.Blob:
                return JsonValue.From("AA==");
            default:
                return JsonValue.From(1);
        }
    }

    private static JsonObject Set(ServiceShape shape, JsonObject value, string path, JsonValue to)
    {
        var steps = path.TrimStart('.').Split('.', 2);
        var member = shape.Members.First(member => member.OptimizedName == steps[0]);
        if (steps.Length == 1)
            return value.With(member.Name, to);
        return member.Shape.Kind == ShapeKind.List
            ? value.With(member.Name, JsonArray.Of(Set(member.Shape.Item, value[member.Name] is JsonArray { Count: > 0 } items ? (JsonObject)items[0] : JsonObject.Empty, steps[1], to)))
            : value.With(member.Name, Set(member.Shape, value[member.Name] as JsonObject ?? JsonObject.Empty, steps[1], to));
    }
}
