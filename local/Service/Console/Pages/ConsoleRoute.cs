namespace Stateside.Service.Console.Pages;

/// <summary>Something the console answers.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Pattern">The path below /console, such as <c>machines/{machine}/definition</c>.</param>
/// <param name="AnswerAsync">Answers.</param>
internal sealed record ConsoleRoute(string Method, string Pattern, Func<ConsoleRequest, Task> AnswerAsync)
{
    private readonly string[] _parts = Pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);

    public static ConsoleRoute Get(string pattern, Func<ConsoleRequest, Task> answer) => new("GET", pattern, answer);

    public static ConsoleRoute Post(string pattern, Func<ConsoleRequest, Task> answer) => new("POST", pattern, answer);

    /// <summary>What stands where the pattern has names; null when the path is another.</summary>
    public Dictionary<string, string>? Match(IReadOnlyList<string> path)
    {
        if (path.Count != _parts.Length)
            return null;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < _parts.Length; i++)
        {
            if (_parts[i] is ['{', .. var name, '}'])
                values[name] = path[i];
            else if (_parts[i] != path[i])
                return null;
        }

        return values;
    }
}
