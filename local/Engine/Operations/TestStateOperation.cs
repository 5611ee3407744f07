using Stateside.Engine.Execution;
using Stateside.Engine.Execution.StateTests;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Operations.Requests;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Operations;

internal sealed record TestStateRequest(
    string Definition,
    string? RoleArn,
    string? Input,
    string? InspectionLevel,
    bool? RevealSecrets,
    string? Variables,
    string? StateName,
    MockInput? Mock,
    string? Context,
    TestStateConfiguration? StateConfiguration);

internal sealed record MockInput(string? Result, MockErrorOutput? ErrorOutput, string? FieldValidationMode);

internal sealed record MockErrorOutput(string? Error, string? Cause);

internal sealed record TestStateConfiguration(
    int? RetrierRetryCount, string? ErrorCausedByState, int? MapIterationFailureCount, string? MapItemReaderData);

internal sealed record TestStateResponse(
    string? Output, string? Error, string? Cause, InspectionData? InspectionData, string? NextState, string Status);

internal sealed record InspectionData(
    string Input,
    string? AfterArguments,
    string? AfterInputPath,
    string? AfterParameters,
    string? Result,
    string? AfterResultSelector,
    string? AfterResultPath,
    HttpSent? Request,
    HttpReceived? Response,
    string? Variables,
    InspectionErrorDetails? ErrorDetails,
    string? AfterItemsPath,
    string? AfterItemSelector,
    string? AfterItemBatcher,
    string? AfterItemsPointer,
    long? ToleratedFailureCount,
    double? ToleratedFailurePercentage,
    long? MaxConcurrency);

internal sealed record InspectionErrorDetails(int? CatchIndex, int? RetryIndex, long? RetryBackoffIntervalSeconds);

/// <summary>TestState: one state by itself, with its work done or mocked.</summary>
internal sealed class TestStateOperation(ServiceState service)
{
    public async ValueTask<TestStateResponse> RunAsync(TestStateRequest request, CancellationToken cancellationToken)
    {
        var isInspected = request.InspectionLevel is "DEBUG" or "TRACE";
        if (request.RoleArn is not null)
            ResourceSettings.CheckRole(request.RoleArn);
        StateTest test;
        StateTestResult result;
        try
        {
            test = Read(request);
            result = await service.StateTests.RunAsync(test, cancellationToken).ConfigureAwait(false);
        }
        catch (StateTestException e)
        {
            throw new ApiException(e.Code, e.Message);
        }

        return new(
            result.Output?.Text,
            result.Error,
            result.Cause,
            isInspected ? Inspected(test, result, request.InspectionLevel == "TRACE" ? result.Exchange : null) : null,
            result.NextState,
            result.Status switch
            {
                StateTestStatus.Succeeded => "SUCCEEDED",
                StateTestStatus.Failed => "FAILED",
                StateTestStatus.Retriable => "RETRIABLE",
                _ => "CAUGHT_ERROR",
            });
    }

    private static StateTest Read(TestStateRequest request)
    {
        var configuration = request.StateConfiguration;
        return StateTestReader.Read(new StateTestRequest
        {
            Definition = request.Definition,
            StateName = request.StateName,
            Input = request.Input,
            RoleArn = request.RoleArn,
            Variables = request.Variables,
            Context = request.Context,
            RevealSecrets = request.RevealSecrets ?? false,
            Mock = request.Mock is { } mock ? Read(mock) : null,
            RetrierRetryCount = configuration?.RetrierRetryCount,
            ErrorCausedByState = configuration?.ErrorCausedByState,
            MapIterationFailureCount = configuration?.MapIterationFailureCount,
            MapItemReaderData = configuration?.MapItemReaderData,
        });
    }

    private static StateMockRequest Read(MockInput mock) => new()
    {
        Result = mock.Result,
        HasError = mock.ErrorOutput is not null,
        Error = mock.ErrorOutput?.Error,
        Cause = mock.ErrorOutput?.Cause,
        Validation = mock.FieldValidationMode switch
        {
            "PRESENT" => FieldValidation.Present,
            "NONE" => FieldValidation.None,
            _ => FieldValidation.Strict,
        },
    };

    private static InspectionData Inspected(StateTest test, StateTestResult result, HttpExchange? exchange)
    {
        var stages = result.Inspection;
        var hasErrorDetails = (result.CatchIndex ?? result.RetryIndex) is not null;
        return new(
            test.Input.Text,
            stages.AfterArguments?.Told,
            stages.AfterInputPath?.Told,
            stages.AfterParameters?.Told,
            stages.Result?.Told,
            stages.AfterResultSelector?.Told,
            stages.AfterResultPath?.Told,
            exchange?.Sent,
            exchange?.Received,
            stages.Variables?.Told,
            hasErrorDetails ? new(result.CatchIndex, result.RetryIndex, Seconds(result.RetryPause)) : null,
            Items(stages.AfterItemsPath),
            Items(stages.AfterItemSelector),
            Items(stages.AfterItemBatcher),
            Items(stages.AfterItemsPointer),
            stages.ToleratedFailureCount,
            stages.ToleratedFailurePercentage,
            stages.MaxConcurrency);
    }

    private static long? Seconds(TimeSpan? pause) => pause is { } time ? (long)Math.Round(time.TotalSeconds) : null;

    /// <summary>Items as AWS prints them: one beside the other with a blank after the comma, each compact.</summary>
    private static string? Items(JsonArray? items) => items is null ? null
        : items.CompactLength > Step.MaxPayloadBytes * 4 ? items.Told
        : $"[{string.Join(", ", items.Select(JsonWriter.Compact))}]";
}
