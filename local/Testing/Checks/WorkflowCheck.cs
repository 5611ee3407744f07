using Stateside.Engine.Checks;
using Stateside.Engine.Files;
using Stateside.Engine.Flow;
using Stateside.Engine.Functions;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;

namespace Stateside.Testing;

/// <summary>
/// A look at the state machines of a template, or at a definition, without running them: what AWS would refuse, what the role lacks, and
/// what goes wrong with the data as far as it is known from the types of C# handlers and the models of AWS's services. It finds what
/// <c>stateside validate</c> finds.
/// </summary>
public sealed class WorkflowCheck
{
    private readonly string _path;
    private readonly WorkflowTestOptions _options;
    private readonly HashSet<string> _allowed = new(StringComparer.Ordinal);

    private WorkflowCheck(string path, WorkflowTestOptions options) => (_path, _options) = (path, options);

    /// <summary>A check of all state machines of a SAM or CloudFormation template, or of a definition by itself.</summary>
    /// <param name="path">
    /// The path of the template, of its folder, or of the definition. A relative one is looked for in the current folder, in the program's,
    /// and in those above it.
    /// </param>
    /// <param name="options">
    /// Values of the template's parameters and settings, where it is, whether a definition is Express, and whether handlers are built that
    /// the test project does not reference; null for the defaults.
    /// </param>
    /// <returns>The check.</returns>
    public static WorkflowCheck Of(string path, WorkflowTestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new WorkflowCheck(path, options ?? new WorkflowTestOptions());
    }

    /// <summary>Lets warnings of some codes be. Errors are never let be.</summary>
    /// <param name="codes">The codes, such as <c>MISSING_TIMEOUT</c>.</param>
    /// <returns>The check itself.</returns>
    public WorkflowCheck Allowing(params string[] codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        _allowed.UnionWith(codes);
        return this;
    }

    /// <summary>Expects that there is neither an error nor a warning, but for warnings that are allowed.</summary>
    /// <returns>When it was looked at.</returns>
    /// <exception cref="WorkflowAssertionException">There is; the message has all that was found, each with file, line and column.</exception>
    public async Task ShouldBeSound()
    {
        var (findings, notes) = await FindAsync().ConfigureAwait(false);
        var found = findings.Where(finding => finding.IsError || !_allowed.Contains(finding.Diagnostic.Code)).ToList();
        if (found.Count == 0)
            return;
        var lines = found.Select(finding => finding.Diagnostic.Remedy is { } remedy
            ? $"{FindingText.Line(finding)}\n    {remedy}"
            : FindingText.Line(finding));
        throw new WorkflowAssertionException(
            $"{Path.GetFileName(_path)} is not sound:\n{string.Join('\n', lines.Concat(notes.Select(note => $"note: {note}")))}");
    }

    private async Task<(IReadOnlyList<Finding> Findings, IReadOnlyList<string> Notes)> FindAsync()
    {
        try
        {
            var file = SourceFile.Find(_path);
            if (Directory.Exists(file))
                return await OfTemplateAsync(TemplateFile.Find(file)).ConfigureAwait(false);
            if (!File.Exists(file))
                throw new WorkflowAssertionException($"{file}: There is no such file. Give the path of a template or a definition.");
            var text = UserFile.ReadText(file);
            var written = DefinitionFile.Read(file, text);
            return written.IsTemplate
                ? await OfTemplateAsync(file).ConfigureAwait(false)
                : (DefinitionCheck.Run(file, text, written, _options.IsExpress, TemplateSources.OfDefinition()), []);
        }
        catch (TemplateException e)
        {
            throw new WorkflowAssertionException(e.Message);
        }
    }

    private async Task<(IReadOnlyList<Finding> Findings, IReadOnlyList<string> Notes)> OfTemplateAsync(string file)
    {
        var template = TemplateCheck.Read(file, _options.Location, _options.Parameters, _options.Settings);
        var functions = new FunctionHostOptions { StateDirectory = Path.Combine(AppContext.BaseDirectory, ".stateside"), Build = _options.BuildHandlers };
#pragma warning disable RS0030 // Building takes real time.
        var sources = await TemplateSources.ReadAsync(template, functions, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
#pragma warning restore RS0030
        return (TemplateCheck.Run(template, _options.Location, machine => sources.Of(machine)), sources.Notes);
    }
}
