using Stateside.Engine.Execution;
using Stateside.Engine.Operations.Requests;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Engine.Operations;

internal sealed record CreateActivityRequest(string Name, IReadOnlyList<TagMember>? Tags, EncryptionConfiguration? EncryptionConfiguration);

internal sealed record CreateActivityResponse(string ActivityArn, DateTimeOffset CreationDate);

internal sealed record ActivityArnRequest(string ActivityArn);

internal sealed record DescribeActivityResponse(
    string ActivityArn, string Name, DateTimeOffset CreationDate, EncryptionConfiguration EncryptionConfiguration);

internal sealed record ActivityListItem(string ActivityArn, string Name, DateTimeOffset CreationDate);

internal sealed record ListActivitiesResponse(IReadOnlyList<ActivityListItem> Activities, string? NextToken);

internal sealed record GetActivityTaskRequest(string ActivityArn, string? WorkerName);

internal sealed record GetActivityTaskResponse(string? TaskToken, string? Input);

internal sealed record SendTaskSuccessRequest(string TaskToken, string Output);

internal sealed record SendTaskFailureRequest(string TaskToken, string? Error, string? Cause);

internal sealed record SendTaskHeartbeatRequest(string TaskToken);

/// <summary>Operations on activities and on tasks that wait for an answer.</summary>
internal sealed class TaskOperations(ServiceState service)
{
    public async ValueTask<CreateActivityResponse> CreateActivityAsync(CreateActivityRequest request)
    {
        ServiceState.CheckName(request.Name);
        var activity = await service.Catalog.CreateActivityAsync(
            request.Name, ResourceSettings.Tags(request.Tags), ResourceSettings.Encryption(request.EncryptionConfiguration)).ConfigureAwait(false);
        return new(activity.Arn, activity.CreationDate);
    }

    public async ValueTask<EmptyResponse> DeleteActivityAsync(ActivityArnRequest request)
    {
        service.Arns.Activity(request.ActivityArn);
        await service.Activities.DeleteAsync(request.ActivityArn).ConfigureAwait(false);
        return EmptyResponse.Instance;
    }

    public DescribeActivityResponse DescribeActivity(ActivityArnRequest request)
    {
        var activity = FindActivity(request.ActivityArn);
        return new(activity.Arn, activity.Name, activity.CreationDate, activity.Encryption ?? EncryptionConfiguration.AwsOwnedKey);
    }

    public ListActivitiesResponse ListActivities(ListRequest request)
    {
        var (page, next) = service.Page(request.MaxResults, request.NextToken, "ListActivities")
            .Of(service.Catalog.ListActivities(), activity => activity.Serial);
        return new([.. page.Select(activity => new ActivityListItem(activity.Arn, activity.Name, activity.CreationDate))], next);
    }

    public async ValueTask<GetActivityTaskResponse> GetActivityTaskAsync(
        GetActivityTaskRequest request, TaskRequest? task, CancellationToken cancellationToken)
    {
        FindActivity(request.ActivityArn);
        if (request.WorkerName is not null)
            ServiceState.CheckName(request.WorkerName);
        try
        {
            // A Task that is tested alone holds no virtual time that it could let go on.
            var execution = task is null ? null : service.Engine.Describe(task.Execution.Arn);
            var taken = await service.Activities.GetTaskAsync(
                request.ActivityArn, request.WorkerName, execution, cancellationToken).ConfigureAwait(false);
            return new(taken?.Token, taken?.Input);
        }
        catch (ActivityWorkerLimitException e)
        {
            throw new ApiException("ActivityWorkerLimitExceeded", e.Message);
        }
    }

    public async ValueTask<EmptyResponse> SucceedAsync(SendTaskSuccessRequest request)
    {
        // Of a bad token and a bad output the service tells the token.
        if (JsonReader.TryParse(request.Output, out var output, keepText: true) || !service.Engine.IsOpen(request.TaskToken))
            return Presented(await service.Engine.CompleteTaskAsync(request.TaskToken, output).ConfigureAwait(false));
        throw new ApiException("InvalidOutput", $"Invalid Output: '{request.Output}'");
    }

    public async ValueTask<EmptyResponse> FailAsync(SendTaskFailureRequest request) =>
        Presented(await service.Engine.CompleteTaskAsync(request.TaskToken, null, new TaskFailure(request.Error, request.Cause)).ConfigureAwait(false));

    public async ValueTask<EmptyResponse> HeartbeatAsync(SendTaskHeartbeatRequest request) =>
        Presented(await service.Engine.HeartbeatAsync(request.TaskToken).ConfigureAwait(false));

    private static EmptyResponse Presented(TokenResult result) => result switch
    {
        TokenResult.Accepted => EmptyResponse.Instance,
        TokenResult.Unknown => throw new ApiException("InvalidToken", "Invalid Token: 'Invalid token'"),
        _ => throw new ApiException("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"),
    };

    private Activity FindActivity(string arn)
    {
        service.Arns.Activity(arn);
        return service.Catalog.FindActivity(arn) ?? throw ApiException.NoActivity(arn);
    }
}
