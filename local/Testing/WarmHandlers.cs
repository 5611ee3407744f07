using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Hosting;
using Stateside.Engine.Template;

namespace Stateside.Testing;

/// <summary>
/// The handlers that tests of this process have loaded, kept warm from one test to the next as Lambda keeps them between invocations.
/// Tests share them that deploy the same template with the same variables; what differs has environments of its own.
/// </summary>
internal static class WarmHandlers
{
    private static readonly Lock Making = new();
    private static readonly Dictionary<string, FunctionHost> Hosts = new(StringComparer.Ordinal);

    /// <summary>The host of a template's functions.</summary>
    public static FunctionHost Of(TemplateModel template, FunctionHostOptions options)
    {
        var key = KeyOf(template, options);
        lock (Making)
        {
            if (!Hosts.TryGetValue(key, out var host))
            {
#pragma warning disable RS0030 // Handlers live in real time.
                Hosts[key] = host = new FunctionHost(TimeProvider.System, options);
#pragma warning restore RS0030
            }

            return host;
        }
    }

    private static string KeyOf(TemplateModel template, FunctionHostOptions options) => string.Join(
        '\0',
        template.Functions.SelectMany(function => function.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal)
            .SelectMany(variable => new[] { variable.Key, variable.Value }).Append(function.Arn))
            .Append(template.Path).Append(options.Build.ToString())
            .Concat(options.Surroundings().Select(variable => $"{variable.Key}={variable.Value}")));
}
