using Stateside.Language.Json;

namespace Stateside.Language.Services;

/// <summary>
/// What a Task that runs a job (<c>.sync</c>) does beyond its first request: how it asks how the job stands, when that is over, and what
/// comes of it. Members have the names that they have in parameters and results; a path's step into a list leads into its first item.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync.
/// </summary>
/// <param name="Describe">The request that tells how the job stands.</param>
/// <param name="Subject">The path to the job in that request's answer; empty where the answer is the job.</param>
/// <param name="Status">The path to its status from there.</param>
/// <param name="Succeeded">The statuses of a job that has done its work.</param>
/// <param name="Failed">The statuses of a job that is over without having done it.</param>
internal sealed record ServiceJob(
    JobRequest Describe, string Subject, string Status, IReadOnlyList<string> Succeeded, IReadOnlyList<string> Failed)
{
    /// <summary>The request that ends a job which nobody waits for any more; null where it is left alone.</summary>
    public JobRequest? Stop { get; init; }

    /// <summary>The member of the result that the job is; null where the job's members are the result's.</summary>
    public string? ResultName { get; init; }

    /// <summary>What the result repeats of the first request's answer or of the parameters.</summary>
    public IReadOnlyList<string> Repeated { get; init; } = [];

    /// <summary>What the first request's answer is given of the parameters.</summary>
    public IReadOnlyList<string> Noted { get; init; } = [];

    /// <summary>Whether the result tells of the request that described the job, as an answer does.</summary>
    public bool HasMetadata { get; init; }

    /// <summary>Whether the work is done when there is nothing to describe any more.</summary>
    public bool EndsWhenGone { get; init; }

    /// <summary>Whether a job whose status says that it is over did its work; null where the status says so.</summary>
    public Func<JsonObject, bool>? IsGood { get; init; }

    /// <summary>What stands at a path; null for nothing.</summary>
    public static JsonValue? At(JsonValue? value, string path)
    {
        foreach (var step in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            value = (First(value) as JsonObject)?[step];
        return First(value);
    }

    /// <summary>The members of a request about the job.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">What the Task's first request was answered with.</param>
    /// <param name="parameters">The Task's parameters.</param>
    public static JsonObject Members(JobRequest request, JsonObject answer, JsonObject parameters)
    {
        var members = new JsonObject.Builder(request.Members.Length);
        foreach (var (name, from) in request.Members)
        {
            if (from.StartsWith('\''))
                members.Set(name, JsonValue.From(from.Trim('\'')));
            else if ((At(answer, from) ?? At(parameters, from)) is { } value)
                members.Set(name, value);
        }

        return members.ToObject();
    }

    /// <summary>What the first request's answer is told as.</summary>
    public JsonObject Submitted(JsonObject answer, JsonObject parameters) => With(answer, Noted, parameters);

    /// <summary>What comes of the job.</summary>
    /// <param name="subject">The job as it was described last.</param>
    /// <param name="answer">What the Task's first request was answered with.</param>
    /// <param name="parameters">The Task's parameters.</param>
    public JsonObject Result(JsonObject subject, JsonObject answer, JsonObject parameters) =>
        With(With(ResultName is null ? subject : JsonObject.Of((ResultName, subject)), Repeated, answer), Repeated, parameters);

    private static JsonObject With(JsonObject members, IReadOnlyList<string> names, JsonObject from)
    {
        foreach (var name in names)
        {
            if (from[name] is { } value)
                members = members.With(name, value);
        }

        return members;
    }

    private static JsonValue? First(JsonValue? value) => value is JsonArray items ? items.Count > 0 ? items[0] : null : value;
}

/// <summary>A request about a job.</summary>
/// <param name="Action">The action as the API names it.</param>
/// <param name="Members">
/// Its members, each with the path to its value in the answer of the Task's first request or else in its parameters; a text in quotation
/// marks is the value itself. A member that is a list has that one value.
/// </param>
internal sealed record JobRequest(string Action, params (string Name, string From)[] Members);
