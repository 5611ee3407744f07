using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>Holds what one of today's events says against the recorded one that it stands for.</summary>
internal sealed class EventComparison(ReplaySetup setup, HistoryEvent ours, HistoryEvent recorded, Action<Finding> add)
{
    /// <summary>Whether both say the same.</summary>
    public static bool IsSame(ReplaySetup setup, HistoryEvent ours, HistoryEvent recorded)
    {
        var isSame = true;
        new EventComparison(setup, ours, recorded, _ => isSame = false).Compare();
        return isSame;
    }

    /// <summary>Adds a finding for each thing that differs.</summary>
    public void Compare()
    {
        switch (ours)
        {
            case { Subject: EventSubject.State, Says: EventSays.Entered }:
                if (ours.Type != recorded.Type)
                    Add(FindingKind.Way, $"be a {ours.Kind.StateType} state", $"be a {recorded.Kind.StateType} state");
                Values(FindingKind.Input, "input");
                break;
            case { Subject: EventSubject.State, Says: EventSays.Exited }:
                Values(FindingKind.Output, "output");
                Variables();
                break;
            case { Subject: EventSubject.Task, Says: EventSays.Scheduled }:
                Task();
                break;
            case { Subject: EventSubject.Group, Says: EventSays.Started }:
                if (recorded["length"] is long length && ours["length"] is long now && now != length)
                    Add(FindingKind.Items, $"have {Items(now)}", $"have {Items(length)}");
                break;
            case { Subject: EventSubject.Execution, Says: EventSays.Succeeded }:
                Values(FindingKind.Output, "output");
                break;
            case { Subject: EventSubject.Execution, Says: EventSays.Failed } or { Subject: EventSubject.Evaluation }:
                Failure();
                break;
        }
    }

    private void Values(FindingKind kind, string name)
    {
        if (ours[name] is JsonValue now && recorded[name] is JsonValue then)
            Values(kind, now, then);
    }

    private void Values(FindingKind kind, JsonValue now, JsonValue then)
    {
        var differences = setup.Ignored.Without(ValueDifference.Between(now, then));
        if (kind == FindingKind.Payload)
            differences = [.. differences.Where(difference => !setup.IsSameElsewhere(difference))];
        if (differences.Count > 0)
            add(Finding(kind) with { Differences = differences, Value = now });
    }

    private void Variables()
    {
        // Where nothing of the kind is recorded, nothing was set: events without variables are written so.
        var now = ReplayPass.VariablesOf(ours) ?? JsonObject.Empty;
        var then = ReplayPass.VariablesOf(recorded) ?? JsonObject.Empty;
        Values(FindingKind.Variables, now, then);
    }

    private void Task()
    {
        if (RecordedAttempt.PayloadOf(ours) is { } now && RecordedAttempt.PayloadOf(recorded) is { } then)
            Values(FindingKind.Payload, now, then);
        var (asked, wasAsked) = (Resource(ours), Resource(recorded));
        if (!setup.IsSameResource(asked, wasAsked))
            add(Finding(FindingKind.Resource) with { Now = $"ask {asked}", Then = $"ask {wasAsked}", Value = JsonValue.From(ours["resource"] as string) });
        var (role, wasRole) = (Role(ours), Role(recorded));
        if (role != wasRole && (role is null || wasRole is null || !setup.IsSameResource(role, wasRole)))
        {
            add(Finding(FindingKind.Role) with
            {
                Now = role is null ? "take on no role" : $"take on {role}",
                Then = wasRole is null ? "take on no role" : $"take on {wasRole}",
                Value = JsonValue.From(role),
            });
        }
    }

    private static string? Role(HistoryEvent scheduled) => (scheduled["taskCredentials"] as EventDetails)?["roleArn"] as string;

    private static string Resource(HistoryEvent scheduled) =>
        scheduled["resourceType"] is string service ? $"{service}:{scheduled["resource"]}" : (string)scheduled["resource"]!;

    private void Failure()
    {
        var (error, wasError) = (ours["error"] as string, recorded["error"] as string);

        // Of causes only those are the author's that a Fail state gives: others are AWS's wording, and name events by their numbers.
        var hasCause = ours.Subject == EventSubject.Execution && recorded.PreviousEventId != 0
            && setup.Record[recorded.PreviousEventId] is { Says: EventSays.Entered, Kind.StateType: "Fail" };
        var (cause, wasCause) = hasCause ? (ours["cause"] as string, recorded["cause"] as string) : (null, null);
        if (error != wasError || cause != wasCause || ours["location"] as string != recorded["location"] as string)
        {
            var value = JsonObject.Of(
                ("error", JsonValue.From(error)), ("cause", JsonValue.From(cause)), ("location", JsonValue.From(ours["location"] as string)));
            add(Finding(FindingKind.Failure) with { Now = Replay.Finding.Words(ours), Then = Replay.Finding.Words(recorded), Value = value });
        }
    }

    private static string Items(long count) => count == 1 ? "1 item" : $"{count} items";

    private void Add(FindingKind kind, string now, string then) => add(Finding(kind) with { Now = now, Then = then });

    private Finding Finding(FindingKind kind) => new() { Kind = kind, EventId = recorded.Id, State = ours["name"] as string ?? "" };
}
