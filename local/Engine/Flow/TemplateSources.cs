using Stateside.Engine.Files;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Hosting;
using Stateside.Engine.Template;
using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Engine.Flow;

/// <summary>
/// Where the data of a template's state machines come from: the types of C# handlers, schemas that Metadata name, what AWS publishes of
/// its services, and the machines that one starts in another.
/// </summary>
internal sealed class TemplateSources
{
    private readonly Dictionary<string, TaskShapes> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Shape> _schemas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTime> _files = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];

    private TemplateSources(TemplateModel template) => Template = template;

    /// <summary>The template.</summary>
    public TemplateModel Template { get; }

    /// <summary>What could not be told and why, one sentence each: what a function takes and gives is then anything.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_schemas)
                return [.. _notes];
        }
    }

    /// <summary>Reads what is known of the functions of a template that its state machines name. Projects are built where they must be.</summary>
    /// <param name="template">The template.</param>
    /// <param name="options">How functions are found and built.</param>
    /// <param name="time">The real clock.</param>
    /// <param name="cancellation">Stops reading.</param>
    public static async Task<TemplateSources> ReadAsync(
        TemplateModel template, FunctionHostOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var sources = new TemplateSources(template);
        var functions = template.StateMachines.SelectMany(machine => template.FunctionsOf(machine)).Distinct().ToList();
        await sources.ReadHandlersAsync(functions, options, time, cancellation).ConfigureAwait(false);
        foreach (var function in functions)
            sources.ReadSchemas(function);
        return sources;
    }

    /// <summary>Whether an assembly or a schema that was read is another one now.</summary>
    public bool HasChanged
    {
        get
        {
            lock (_schemas)
                return _files.Any(file => File.GetLastWriteTimeUtc(file.Key) != file.Value);
        }
    }

    /// <summary>Where the data come from of a definition by itself: of what its tasks give only AWS's own is known.</summary>
    /// <param name="input">What it is started with; null for anything.</param>
    public static FlowSources OfDefinition(Shape? input = null) => new TaskSources(null).Of(input);

    /// <summary>Where a machine's data come from. Each may be used by one at a time.</summary>
    /// <param name="machine">One of the template's.</param>
    /// <param name="input">What it is started with; null for what its schema says, or else anything.</param>
    public FlowSources Of(TemplateStateMachine machine, Shape? input = null) => new TaskSources(this).Of(machine, input);

    /// <summary>What is known of a function; null when that is nothing.</summary>
    internal TaskShapes? FunctionOf(TemplateFunction function) => _functions.GetValueOrDefault(function.LogicalId);

    /// <summary>What a schema says; null where none is named or it cannot be read.</summary>
    internal Shape? SchemaOf(string? path)
    {
        if (path is null)
            return null;
        lock (_schemas)
        {
            if (_schemas.TryGetValue(path, out var known))
                return known;
            _files[path] = File.GetLastWriteTimeUtc(path);
            try
            {
                return _schemas[path] = JsonSchemaShape.Of(JsonReader.Parse(UserFile.ReadNamedText(path)), Path.GetFileName(path), path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonSyntaxException)
            {
                _notes.Add($"The schema {path} cannot be read: {exception.Message}");
                return _schemas[path] = Shape.Anything;
            }
        }
    }

    private async Task ReadHandlersAsync(
        IReadOnlyList<TemplateFunction> functions, FunctionHostOptions options, TimeProvider time, CancellationToken cancellation)
    {
        using var code = new FunctionCode(options, time);
        var found = new List<(TemplateFunction Function, HandlerName Handler, string Path)>();
        foreach (var function in functions)
        {
            if (!function.IsDotNet || LocalService.LocalFunctionOf(function, Template.Path).Configuration is not { } configuration)
                continue;
            try
            {
                if (await code.FindAssemblyAsync(configuration, cancellation).ConfigureAwait(false) is { } path)
                    found.Add((function, HandlerName.Parse(configuration), path));
            }
            catch (FunctionException exception)
            {
                _notes.Add(exception.Message);
            }
        }

        foreach (var group in found.GroupBy(one => one.Path, StringComparer.Ordinal))
        {
            _files[group.Key] = File.GetLastWriteTimeUtc(group.Key);
            using var assembly = new HandlerAssembly(group.Key);
            foreach (var (function, handler, _) in group)
                Read(function, handler, assembly);
        }
    }

    private void Read(TemplateFunction function, HandlerName handler, HandlerAssembly assembly)
    {
        try
        {
            var shapes = assembly.Read(handler);
            _functions[function.LogicalId] = new TaskShapes(shapes.Name, shapes.Accepts, shapes.Gives)
            {
                Expects = shapes.Expects,
                IgnoresCase = shapes.IgnoresCase,
            };
        }
        catch (Exception exception) when (exception is FunctionException or IOException or UnauthorizedAccessException or BadImageFormatException
                                              or TypeLoadException or NotSupportedException)
        {
            _notes.Add($"What function {function.Name} takes and gives cannot be told: {exception.Message}");
        }
    }

    private void ReadSchemas(TemplateFunction function)
    {
        var (input, output) = (SchemaOf(function.Schemas.Input), SchemaOf(function.Schemas.Output));
        if (input is null && output is null)
            return;
        var known = FunctionOf(function) ?? new TaskShapes($"the function {function.Name}", null, Shape.Anything);
        if (input is not null)
            known = known with { Accepts = input, Expects = null, IgnoresCase = false };
        _functions[function.LogicalId] = output is null ? known : known with { Gives = output };
    }
}
