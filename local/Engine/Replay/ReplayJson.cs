using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>Tells what came of a replay to programs.</summary>
internal static class ReplayJson
{
    /// <summary>A replay, and what handlers answered where they were asked.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="handlers">What came of asking handlers; null where they were not.</param>
    /// <param name="place">Where a finding's state stands; null where nobody knows.</param>
    public static JsonObject Of(ReplayResult result, HandlerReplayResult? handlers, Func<Finding, string?> place)
    {
        var record = result.Setup.Record;
        var json = new JsonObject.Builder()
            .Set("history", JsonValue.From(record.Source))
            .Set("executionArn", JsonValue.From(record.Arn))
            .Set("status", JsonValue.From(record.Status.Name()))
            .Set("events", JsonValue.From(record.Events.Count))
            .Set("isSame", JsonValue.From(result.First is null && handlers?.Others is null or 0))
            .Set("divergences", JsonArray.Of(result.Divergences.Select(finding => Of(finding, place(finding)))))
            .Set("fromRecord", JsonArray.Of(result.Tolerated.Select(finding => Of(finding, place(finding)))))
            .Set("notes", JsonArray.Of(result.Notes.Select(note => (JsonValue)JsonValue.From(note))));
        if (handlers is not null)
        {
            json.Set("handlers", JsonObject.Of(
                ("asked", JsonValue.From(handlers.Answers.Count)),
                ("others", JsonArray.Of(handlers.Answers.Where(answer => answer.IsAnother).Select(Of))),
                ("missing", JsonArray.Of(handlers.Missing.Select(name => (JsonValue)JsonValue.From(name)))),
                ("untold", JsonValue.From(handlers.Untold))));
        }

        return json.ToObject();
    }

    private static JsonObject Of(Finding finding, string? place) => JsonObject.Of(
        ("state", JsonValue.From(finding.State)),
        ("path", Of(finding.Path)),
        ("place", JsonValue.From(place)),
        ("event", JsonValue.From(finding.EventId)),
        ("aspect", JsonValue.From(finding.Kind.ToString())),
        ("input", finding.Input ?? JsonValue.Null),
        ("now", JsonValue.From(finding.Now.Length == 0 ? null : finding.Now)),
        ("then", JsonValue.From(finding.Then.Length == 0 ? null : finding.Then)),
        ("differences", Of(finding.Differences)));

    private static JsonObject Of(HandlerAnswer answer) => JsonObject.Of(
        ("function", JsonValue.From(answer.Function)),
        ("state", JsonValue.From(answer.Task.State)),
        ("path", Of(answer.Task.Path)),
        ("attempt", JsonValue.From(answer.Attempt.Number)),
        ("event", JsonValue.From(answer.Attempt.Scheduled.Id)),
        ("input", answer.Attempt.FunctionPayload ?? JsonValue.Null),
        ("error", JsonValue.From(answer.Error)),
        ("recordedError", JsonValue.From(answer.Attempt.Error)),
        ("differences", Of(answer.Differences)));

    private static JsonArray Of(IReadOnlyList<int> path) => JsonArray.Of(path.Select(index => (JsonValue)JsonValue.From(index)));

    private static JsonArray Of(IReadOnlyList<ValueDifference> differences) => JsonArray.Of(differences.Select(difference => (JsonValue)JsonObject.Of(
        ("path", JsonValue.From(difference.Path)),
        ("now", difference.One ?? JsonValue.Null),
        ("then", difference.Other ?? JsonValue.Null))));
}
