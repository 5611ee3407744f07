using Stateside.Engine.Execution;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Service.Api;

internal sealed record CreateActivityRequest(string Name);

internal sealed record CreateActivityResponse(string ActivityArn, DateTimeOffset CreationDate);

internal sealed record ActivityArnRequest(string ActivityArn);

internal sealed record DescribeActivityResponse(string ActivityArn, string Name, DateTimeOffset CreationDate);

internal sealed record GetActivityTaskRequest(string ActivityArn, string? WorkerName);

internal sealed record GetActivityTaskResponse(string? TaskToken, string? Input);

internal sealed record SendTaskSuccessRequest(string TaskToken, string Output);

internal sealed record SendTaskFailureRequest(string TaskToken, string? Error, string? Cause);

internal sealed record SendTaskHeartbeatRequest(string TaskToken);

/// <summary>Operations on activities and on tasks that wait for an answer.</summary>
internal sealed class TaskOperations(ServiceState service)
{
    public CreateActivityResponse CreateActivity(CreateActivityRequest request)
    {
        Checks.Name(request.Name);
        var activity = service.Activities.Create(request.Name);
        return new(activity.Arn, activity.CreationDate);
    }

    public EmptyResponse DeleteActivity(ActivityArnRequest request)
    {
        service.Activities.Delete(request.ActivityArn);
        return EmptyResponse.Instance;
    }

    public DescribeActivityResponse DescribeActivity(ActivityArnRequest request)
    {
        var activity = service.Activities.Find(request.ActivityArn) ?? throw NoActivity(request.ActivityArn);
        return new(activity.Arn, activity.Name, activity.CreationDate);
    }

    public async ValueTask<GetActivityTaskResponse> GetActivityTaskAsync(GetActivityTaskRequest request, CancellationToken cancellationToken)
    {
        if (service.Activities.Find(request.ActivityArn) is null)
            throw NoActivity(request.ActivityArn);
        var task = await service.Activities.GetTaskAsync(request.ActivityArn, request.WorkerName, cancellationToken);
        return new(task?.Token, task?.Input);
    }

    public async ValueTask<EmptyResponse> SucceedAsync(SendTaskSuccessRequest request)
    {
        JsonValue output;
        try
        {
            output = JsonReader.Parse(request.Output, keepText: true);
        }
        catch (JsonSyntaxException e)
        {
            throw new ApiException("InvalidOutput", $"Invalid Output: '{e.Message}'");
        }

        return Presented(await service.Engine.CompleteTaskAsync(request.TaskToken, output));
    }

    public async ValueTask<EmptyResponse> FailAsync(SendTaskFailureRequest request) =>
        Presented(await service.Engine.CompleteTaskAsync(request.TaskToken, null, new TaskFailure(request.Error, request.Cause)));

    public async ValueTask<EmptyResponse> HeartbeatAsync(SendTaskHeartbeatRequest request) =>
        Presented(await service.Engine.HeartbeatAsync(request.TaskToken));

    private static EmptyResponse Presented(TokenResult result) => result switch
    {
        TokenResult.Accepted => EmptyResponse.Instance,
        TokenResult.Unknown => throw new ApiException("InvalidToken", "Invalid Token: 'Invalid token'"),
        _ => throw new ApiException("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"),
    };

    private static ApiException NoActivity(string arn) => new("ActivityDoesNotExist", $"Activity Does Not Exist: '{arn}'");
}
