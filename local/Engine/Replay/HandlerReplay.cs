using System.Text;
using Stateside.Engine.History;
using Stateside.Engine.Tasks;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>What a handler answers today to what a task was given then, beside what it answered then.</summary>
/// <param name="Task">The task.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Function">The function, as it is called here.</param>
internal sealed record HandlerAnswer(RecordedTask Task, RecordedAttempt Attempt, string Function)
{
    /// <summary>Where the answers differ: today's value and the recorded one; empty where they do not, or where one of them failed.</summary>
    public IReadOnlyList<ValueDifference> Differences { get; init; } = [];

    /// <summary>The error of today's answer; null where it did not fail.</summary>
    public string? Error { get; init; }

    /// <summary>Whether today's answer is another.</summary>
    public bool IsAnother { get; init; }
}

/// <summary>What came of asking the handlers.</summary>
/// <param name="Answers">The answers, in recorded order.</param>
internal sealed record HandlerReplayResult(IReadOnlyList<HandlerAnswer> Answers)
{
    /// <summary>The functions that were asked then and are not here.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>How many attempts tell nothing of a handler: the answer was not recorded, or it was Lambda that failed.</summary>
    public int Untold { get; init; }

    /// <summary>How many answers are others.</summary>
    public int Others => Answers.Count(answer => answer.IsAnother);
}

/// <summary>Gives every recorded input of a function that is here to its handler and compares the answer with the recorded one.</summary>
internal static class HandlerReplay
{
    /// <summary>Asks the handlers, one after the other, in recorded order.</summary>
    /// <param name="setup">The record and today's machine.</param>
    /// <param name="functions">Invokes functions.</param>
    /// <param name="find">What a function that was named so is called here; null where it is not here.</param>
    /// <param name="seed">What the ids of requests derive from.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<HandlerReplayResult> RunAsync(
        ReplaySetup setup, IFunctionInvoker functions, Func<string, string?> find, ulong seed, CancellationToken cancellationToken)
    {
        var chance = new Chance(seed);
        var (answers, missing, untold) = (new List<HandlerAnswer>(), new List<string>(), 0);
        foreach (var task in RecordedTask.Of(setup.Record, setup.Timeline()))
        {
            foreach (var attempt in task.Attempts.Where(attempt => attempt.FunctionName is not null))
            {
                if (find(attempt.FunctionName!) is not { } function)
                {
                    if (!missing.Contains(attempt.FunctionName!))
                        missing.Add(attempt.FunctionName!);
                    continue;
                }

                var failure = FailureOf(attempt);
                if (attempt.FunctionPayload is not { } payload || (attempt.FunctionAnswer is null && failure is null))
                {
                    untold++;
                    continue;
                }

                var text = payload is JsonString raw && attempt.Service is not null ? raw.Value : payload.Text;
                var request = new FunctionRequest(function, Encoding.UTF8.GetBytes(text), chance.NextId().ToString());
                var response = await functions.InvokeAsync(request, cancellationToken).ConfigureAwait(false);
                answers.Add(Compare(setup, new HandlerAnswer(task, attempt, function), response, failure));
            }
        }

        return new HandlerReplayResult(answers) { Missing = missing, Untold = untold };
    }

    private static HandlerAnswer Compare(ReplaySetup setup, HandlerAnswer answer, FunctionResponse response, (string Error, string? Message)? failure)
    {
        switch (response)
        {
            case FunctionResponse.Answered { FunctionError: null } good:
                var text = Encoding.UTF8.GetString(good.Payload.Span);
                var now = text.Length == 0 ? JsonValue.Null : JsonReader.TryParse(text, out var value) ? value : JsonValue.From(text);
                if (failure is not null)
                    return answer with { IsAnother = true, Differences = [new ValueDifference("$", now, null)] };
                var differences = setup.Ignored.Without(ValueDifference.Between(now, answer.Attempt.FunctionAnswer!));
                return answer with { Differences = differences, IsAnother = differences.Count > 0 };
            case FunctionResponse.Answered failed:
                var (error, message) = Failure(Encoding.UTF8.GetString(failed.Payload.Span)) ?? ("an error without a name", null);
                return answer with
                {
                    Error = message is null ? error : $"{error}: {message}",
                    IsAnother = failure is null || failure.Value.Error != error || failure.Value.Message != message,
                };
            case FunctionResponse.Refused refused:
                return answer with { Error = refused.Error.Message, IsAnother = true };
            default:
                throw new InvalidOperationException($"There is no response such as {response}.");
        }
    }

    /// <summary>The error that the handler itself answered with; null where it did not, and where it was Lambda's.</summary>
    private static (string Error, string? Message)? FailureOf(RecordedAttempt attempt) => attempt.Outcome is { Says: EventSays.Failed }
        && Failure(attempt.Cause ?? "") is { } failure && failure.Error == attempt.Error ? failure : null;

    private static (string Error, string? Message)? Failure(string cause) =>
        JsonReader.TryParse(cause, out var value) && value is JsonObject json && json["errorType"] is JsonString error
            ? (error.Value, (json["errorMessage"] as JsonString)?.Value)
            : null;
}
