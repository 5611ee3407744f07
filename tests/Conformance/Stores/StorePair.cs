using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>The embedded services and moto's, which are asked the same, and what came of it.</summary>
internal sealed class StorePair(IServiceClient ours, IServiceClient moto, Exclusions exclusions)
{
    private const int MostShown = 20;

    private readonly SortedDictionary<string, (int Same, int Errors)> _compared = new(StringComparer.Ordinal);
    private int _requests;
    private int _differences;

    public Task<Answer> OursAsync(string service, string action, JsonObject request, byte[]? content = null) => AskAsync(ours, service, action, request, content);

    public Task<Answer> MotoAsync(string service, string action, JsonObject request, byte[]? content = null) => AskAsync(moto, service, action, request, content);

    /// <summary>Compares two answers to one request.</summary>
    /// <param name="action">The action.</param>
    /// <param name="request">The request.</param>
    /// <param name="ours">Our answer.</param>
    /// <param name="theirs">That of moto.</param>
    /// <param name="canonical">Brings an answer into a form in which those that mean the same are equal.</param>
    /// <returns>Whether they are the same; else the difference is explained or counts.</returns>
    public bool Compare(string action, JsonObject request, Answer ours, Answer theirs, Func<JsonObject, JsonObject> canonical)
    {
        var isSame = ours.IsError == theirs.IsError
            && (ours.IsError ? ours.Code == theirs.Code && ours.Message == theirs.Message : canonical(ours.Body!).Equals(canonical(theirs.Body!)));
        if (isSame)
        {
            var (same, errors) = _compared.GetValueOrDefault(action);
            _compared[action] = ours.IsError ? (same, errors + 1) : (same + 1, errors);
            return true;
        }

        if (exclusions.Explains(action, request.Text, ours.ToString(), theirs.ToString()))
            return false;
        if (++_differences <= MostShown)
            Console.WriteLine($"{action} {request.Text}\n  ours {Shown(ours)}\n  moto {Shown(theirs)}");
        return false;

        object Shown(Answer answer) => answer.IsError ? answer : canonical(answer.Body!);
    }

    /// <summary>Prints what was compared.</summary>
    /// <param name="what">What was asked, for the first line.</param>
    /// <param name="isLong">Whether there was time to meet every difference that is explained.</param>
    /// <returns>The exit code.</returns>
    public int Report(string what, bool isLong)
    {
        Console.WriteLine($"stores: {what}");
        foreach (var (action, (same, errors)) in _compared)
            Console.WriteLine($"  {action}: {same} equal answers, {errors} equal errors");
        foreach (var (id, met) in exclusions.Met)
            Console.WriteLine($"  explained: {id} {met} times");
        foreach (var id in isLong ? exclusions.NeverMet : [])
            Console.WriteLine($"  never met: {id}");
        var (equal, explained) = (_compared.Values.Sum(count => count.Same + count.Errors), exclusions.Met.Values.Sum());
        Console.WriteLine($"{equal + explained + _differences} compared: {equal} equal, {explained} explained, {_differences} unexplained");
        return _differences == 0 ? 0 : 1;
    }

    private async Task<Answer> AskAsync(IServiceClient side, string service, string action, JsonObject request, byte[]? content)
    {
        var call = new ServiceCall(service, action, request, $"00000000-0000-4000-8000-{++_requests:x12}") { Content = content };
        return Answer.Of(await side.SendAsync(call, CancellationToken.None));
    }
}
