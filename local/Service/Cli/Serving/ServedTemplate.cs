using Stateside.Engine;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Service.Cli.Progress;

namespace Stateside.Service.Cli.Serving;

/// <summary>
/// The template that a service runs on: loaded at the start, and again whenever it, a file it includes, a definition or a handler's code
/// changes. An edit is taken whole or not at all: while it is broken the former stays. Executions keep the revision they run.
/// </summary>
internal sealed class ServedTemplate(LocalService service, Func<TemplateModel> read, ServeLog log, Action<Exception> reportDefect) : IDisposable
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(300);
    private static readonly string[] Configs = ["samconfig.toml", "samconfig.yaml", "samconfig.yml", "aws-lambda-tools-defaults.json"];
    private TemplateModel? _template;
    private SourceWatch? _watch;
    private HashSet<string> _known = [];

    /// <summary>The template as it was last taken over; null before that.</summary>
    public TemplateModel? Template => _template;

    /// <summary>Loads what can be loaded and says what cannot.</summary>
    /// <param name="template">The template.</param>
    /// <returns>Completes when what it declares is kept.</returns>
    public async ValueTask LoadAsync(TemplateModel template)
    {
        foreach (var problem in Problems(template))
            log.Warn(problem.Text);
        foreach (var warning in Warnings(template))
            log.Warn(warning.ToString());
        await TakeAsync(template);
    }

    /// <summary>Begins to look for changes.</summary>
    /// <param name="time">The real clock.</param>
    public void Watch(TimeProvider time)
    {
        _watch = new SourceWatch(time, Settle, ChangedAsync, problem => log.Warn(problem), service.Options.Functions.IsOwn);
        WatchSources(_template!);
    }

    public void Dispose() => _watch?.Dispose();

    private async Task ChangedAsync(IReadOnlyCollection<string> paths)
    {
        try
        {
            var files = SourceFiles(_template!).ToHashSet(StringComparer.Ordinal);
            if (paths.Any(files.Contains))
                await ReloadAsync();
            var code = paths.Where(path => !files.Contains(path)).ToList();
            var (reloaded, problems) = await service.RefreshFunctionsAsync(_template!, source => code.Exists(path => IsUnder(path, source)));
            foreach (var problem in problems)
                log.Warn($"{problem}\nThe handlers stay as they were.");
            if (reloaded.Count > 0)
                log.Info($"Reloaded the code of {string.Join(", ", reloaded)}.", ("functions", string.Join(' ', reloaded)));
        }
        catch (Exception e)
        {
            reportDefect(e);
        }
    }

    private async ValueTask ReloadAsync()
    {
        TemplateModel template;
        try
        {
            template = read();
        }
        catch (TemplateException e)
        {
            log.Warn($"{e.Message}\nThe machines and functions stay as they were.");
            return;
        }

        // What was wrong before stands in nobody's way; what is wrong now may be half an edit.
        var problems = Problems(template);
        WatchSources(template);
        if (problems.Where(problem => !_known.Contains(problem.Key)).ToList() is { Count: > 0 } broken)
        {
            foreach (var problem in broken)
                log.Warn(problem.Text);
            log.Warn("The machines and functions stay as they were.");
            return;
        }

        var before = Revisions();
        var former = _template!;
        await TakeAsync(template);
        foreach (var machine in former.StateMachines.Where(machine => !template.StateMachines.Any(other => other.Arn == machine.Arn)))
            await service.Catalog.DeleteAsync(machine.Arn);
        foreach (var (arn, _) in AliasesOf(former).Except(AliasesOf(template)))
            await service.Catalog.DeleteAliasAsync(arn);
        Tell(former, before, Revisions());
        foreach (var warning in Warnings(template).ExceptBy(Warnings(former).Select(old => old.Message), now => now.Message))
            log.Warn(warning.ToString());
    }

    private async ValueTask TakeAsync(TemplateModel template)
    {
        await service.LoadAsync(template);
        _known = [.. Problems(template).Select(problem => problem.Key)];
        _template = template;
    }

    private void Tell(TemplateModel former, Dictionary<string, (string Name, string Revision)> before, Dictionary<string, (string Name, string Revision)> after)
    {
        var (aliases, formerAliases) = (AliasesOf(_template!).ToList(), AliasesOf(former).ToList());
        var changes = after.Where(machine => !before.ContainsKey(machine.Key)).Select(machine => $"{machine.Value.Name} is new")
            .Concat(after.Where(machine => before.TryGetValue(machine.Key, out var old) && old.Revision != machine.Value.Revision)
                .Select(machine => $"{machine.Value.Name} has a new revision"))
            .Concat(before.Where(machine => !after.ContainsKey(machine.Key)).Select(machine => $"{machine.Value.Name} is gone"))
            .Concat(aliases.Except(formerAliases).Select(alias => $"{alias.Name} is new"))
            .Concat(formerAliases.Except(aliases).Select(alias => $"{alias.Name} is gone")).ToList();
        log.Info($"Reloaded {Path.GetFileName(former.Path)}: {(changes.Count == 0 ? "no state machine changed" : string.Join(", ", changes))}.");
    }

    private Dictionary<string, (string Name, string Revision)> Revisions() =>
        service.Catalog.List().ToDictionary(machine => machine.Arn, machine => (machine.Name, machine.RevisionId));

    private static IEnumerable<TemplateDiagnostic> Warnings(TemplateModel template) =>
        template.Diagnostics.Where(diagnostic => diagnostic.Severity == TemplateSeverity.Warning);

    private static IEnumerable<(string Arn, string Name)> AliasesOf(TemplateModel template) =>
        template.StateMachines.SelectMany(machine => machine.Aliases.Select(alias => ($"{machine.Arn}:{alias.Name}", $"{machine.Name}:{alias.Name}")));

    /// <summary>What is wrong, with a key that stays the same when lines above it come and go.</summary>
    private static List<(string Key, string Text)> Problems(TemplateModel template) =>
        [.. template.Diagnostics.Where(diagnostic => diagnostic.Severity == TemplateSeverity.Error)
            .Select(diagnostic => ($"{diagnostic.Resource}: {diagnostic.Message}", diagnostic.ToString()))
            .Concat(LocalService.Check(template).Select(problem => (problem.Split("): ", 2)[^1], problem))).Distinct()];

    private void WatchSources(TemplateModel template)
    {
        // Of a broken edit, what the former needed is watched on.
        var models = ReferenceEquals(template, _template) ? [template] : new[] { template, _template! };
        var code = models.SelectMany(LocalService.CodeSources).Distinct().ToLookup(path => path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase));
        _watch?.Watch(models.SelectMany(SourceFiles).Concat(code[true]), code[false]);
    }

    private static IEnumerable<string> SourceFiles(TemplateModel template) =>
        template.Files.Concat(Configs.Select(name => Path.Combine(Path.GetDirectoryName(template.Path)!, name)));

    private static bool IsUnder(string path, string source) =>
        path == source || path.StartsWith(source.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
