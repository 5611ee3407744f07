using Stateside.Engine.Flow;
using Stateside.Engine.Template;

namespace Stateside.Service.Console.Pages;

/// <summary>
/// Where what is known of the data comes from: the types of the handlers as they are built, and what else the template tells. Nothing is
/// built for it. It is read when somebody looks, and again once the template, an assembly or a schema is another.
/// </summary>
/// <param name="services">What the console works on.</param>
internal sealed class KnownSources(ConsoleServices services)
{
    /// <summary>Nobody waits longer; what comes later is there at the next look.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Whether something is built by now that was not is looked at this often.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private (TemplateModel Template, Task<TemplateSources> Task, long Begun)? _reading;

    /// <summary>What the template tells.</summary>
    /// <returns>What it tells; null where there is no template, or reading it takes long.</returns>
    public async Task<TemplateSources?> ReadAsync(CancellationToken cancellation)
    {
        if (services.Template is not { } template)
            return null;
        try
        {
            return await Begin(template).WaitAsync(Patience, services.Time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private Task<TemplateSources> Begin(TemplateModel template)
    {
        lock (_lock)
        {
            if (_reading is { } reading && reading.Template == template && !IsOld(reading.Task, reading.Begun))
                return reading.Task;
            var options = services.Service.Options.Functions with { Build = false };
            var task = Task.Run(() => TemplateSources.ReadAsync(template, options, services.Time, CancellationToken.None));
            _reading = (template, task, services.Time.GetTimestamp());
            return task;
        }
    }

    private bool IsOld(Task<TemplateSources> reading, long begun)
    {
        if (!reading.IsCompleted)
            return false;
        return !reading.IsCompletedSuccessfully || reading.Result.HasChanged
            || (reading.Result.Notes.Count > 0 && services.Time.GetElapsedTime(begun) >= Pause);
    }
}
