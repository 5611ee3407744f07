namespace Stateside.Engine.Template.Parsing;

/// <summary>On whose behalf something is resolved: decides how bad it is when it cannot be.</summary>
/// <param name="Resource">The logical id of the resource, or null for the template as a whole.</param>
/// <param name="Mistakes">How bad a mistake in the template is.</param>
/// <param name="Unknowns">
/// How bad a value is that only a deployment knows; null where nobody here needs it, as in a user pool's or an alarm's properties.
/// </param>
/// <param name="Lacks">
/// What goes without a value that only a deployment knows, a sentence's beginning that ends in a colon; null says nothing of it.
/// </param>
internal readonly record struct Asker(string? Resource, TemplateSeverity Mistakes, TemplateSeverity? Unknowns, string? Lacks = null)
{
    /// <summary>Nothing works without the answer.</summary>
    public static Asker Needing(string? resource) => new(resource, TemplateSeverity.Error, TemplateSeverity.Error);

    /// <summary>The resource works without the answer, though not as deployed.</summary>
    public static Asker Wanting(string? resource) => new(resource, TemplateSeverity.Error, TemplateSeverity.Warning);

    /// <summary>Nobody here runs what the answer is for.</summary>
    public static Asker Noting(string? resource) => new(resource, TemplateSeverity.Warning, null);
}

/// <summary>Gathers findings; the same one twice counts once, at its worst. A hostile template could make millions of them, of any length.</summary>
internal sealed class DiagnosticLog
{
    /// <summary>So many warnings are told, and after so many mistakes nothing is read on.</summary>
    private const int Most = 1000;

    private const int MostLength = 2000;

    private readonly List<TemplateDiagnostic> _found = [];
    private readonly Dictionary<(string Message, TemplatePlace Place, string? Resource), int> _index = [];
    private int _warnings;
    private int _untold;
    private TemplatePlace _firstUntold;

    /// <summary>The files that were read, or would have been had they been there.</summary>
    public HashSet<string> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>What was found, in the order of files and places.</summary>
    public IReadOnlyList<TemplateDiagnostic> Found =>
    [
        .. _found.OrderBy(d => d.Place.File, StringComparer.Ordinal).ThenBy(d => d.Place.Line).ThenBy(d => d.Place.Column),
        .. _untold == 0 ? [] : new[] { new TemplateDiagnostic(TemplateSeverity.Warning, $"There are {_untold} more warnings, of which this is the first.", _firstUntold) },
    ];

    public void Mistake(Asker asker, TemplatePlace place, string message, string? remedy = null) =>
        Add(new(asker.Mistakes, message, place, remedy, asker.Resource));

    public void Unknown(Asker asker, TemplatePlace place, string message, string remedy)
    {
        if (asker.Unknowns is { } severity)
            Add(new(severity, asker.Lacks is null ? message : $"{asker.Lacks} {message}", place, remedy, asker.Resource));
    }

    public void Warn(TemplatePlace place, string message, string? remedy = null, string? resource = null) =>
        Add(new(TemplateSeverity.Warning, message, place, remedy, resource));

    /// <exception cref="TemplateException">There are too many mistakes to go on.</exception>
    public void Add(TemplateDiagnostic diagnostic)
    {
        diagnostic = diagnostic with { Message = Cut(diagnostic.Message), Remedy = diagnostic.Remedy is { } remedy ? Cut(remedy) : null };
        var key = (diagnostic.Message, diagnostic.Place, diagnostic.Resource);
        if (_index.TryGetValue(key, out var at))
        {
            if (diagnostic.Severity <= _found[at].Severity)
                return;
            _found[at] = diagnostic;
            _warnings--;
            return;
        }

        var isWarning = diagnostic.Severity == TemplateSeverity.Warning;
        if (isWarning && _warnings == Most)
        {
            if (_untold++ == 0)
                _firstUntold = diagnostic.Place;
            return;
        }

        if (isWarning)
            _warnings++;
        else if (_found.Count - _warnings >= Most)
            throw new TemplateException(diagnostic.Place, $"{diagnostic.Message} There are {Most} more mistakes before this one.");
        _index.Add(key, _found.Count);
        _found.Add(diagnostic);
    }

    private static string Cut(string text) => text.Length <= MostLength ? text : $"{text.AsSpan(0, MostLength)}…";
}
