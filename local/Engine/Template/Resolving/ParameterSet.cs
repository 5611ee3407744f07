using System.Globalization;
using System.Text.RegularExpressions;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Json;

namespace Stateside.Engine.Template.Resolving;

/// <summary>The template's parameters with their values, checked against what the template allows.</summary>
internal sealed class ParameterSet
{
    private readonly Dictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);

    private ParameterSet()
    {
    }

    /// <summary>The names, in the template's order.</summary>
    public IEnumerable<string> Names => _parameters.Keys;

    /// <summary>Reads the section and settles the values.</summary>
    /// <param name="section">The Parameters section, or null.</param>
    /// <param name="request">Values given by the user.</param>
    /// <param name="config">Values given by samconfig.</param>
    /// <param name="tools">Values given by the defaults of AWS's .NET tools.</param>
    /// <param name="settings">Values given with --set, which stand for SSM's.</param>
    /// <param name="log">Takes what does not fit.</param>
    public static ParameterSet Read(
        MapNode? section, TemplateRequest request, SamConfig? config, Dictionary<string, string> tools, DeploymentValues settings, DiagnosticLog log)
    {
        var set = new ParameterSet();
        var overrides = config?.ParameterOverrides ?? [];
        foreach (var member in section?.Members ?? [])
        {
            if (member.Value is not MapNode declaration)
            {
                log.Mistake(Asker.Needing(null), member.Place, $"The parameter '{member.Key}' must be a map with a Type.");
                continue;
            }

            var given = request.Parameters.GetValueOrDefault(member.Key) ?? overrides.GetValueOrDefault(member.Key) ?? tools.GetValueOrDefault(member.Key);
            set._parameters[member.Key] = Settle(member, declaration, given, settings, log);
        }

        var top = section?.Place ?? new(request.Path, 1, 1);
        foreach (var name in request.Parameters.Keys.Where(name => !set._parameters.ContainsKey(name)))
        {
            log.Add(new(
                TemplateSeverity.Error, $"--parameter {name}: the template has no parameter of that name.", top, Nearest.Hint(name, set.Names, "parameters")));
        }

        foreach (var name in overrides.Keys.Where(name => !set._parameters.ContainsKey(name)))
        {
            log.Warn(
                new(config!.File, 1, 1),
                $"parameter_overrides names '{name}', but the template has no such parameter.",
                Nearest.Hint(name, set.Names, "parameters"));
        }

        return set;
    }

    /// <summary>Whether there is a parameter of that name.</summary>
    public bool Contains(string name) => _parameters.ContainsKey(name);

    /// <summary>The value; null when it cannot be known here, with the finding made.</summary>
    public JsonValue? Value(string name, Asker asker, DiagnosticLog log)
    {
        var parameter = _parameters[name];
        if (parameter.Value is null && asker.Unknowns is not null)
        {
            parameter.Reported = true;
            log.Unknown(asker, parameter.Place, parameter.Problem!, parameter.Remedy!);
        }

        return parameter.Value;
    }

    /// <summary>Warns of parameters without a value that nothing run here needed: a deployment will ask for them.</summary>
    public void WarnOfMissing(DiagnosticLog log)
    {
        foreach (var parameter in _parameters.Values.Where(parameter => parameter is { Value: null, Reported: false }))
            log.Warn(parameter.Place, parameter.Problem!, parameter.Remedy);
    }

    private static Parameter Settle(TemplateMember member, MapNode declaration, string? given, DeploymentValues settings, DiagnosticLog log)
    {
        var setting = settings.Find(member.Key);
        var standIn = settings.StandIn(member.Key) is { } name ? new JsonString(name) : null;
        var type = (declaration["Type"] as ScalarNode)?.Text ?? "String";
        if (type.StartsWith("AWS::SSM::Parameter::Value<", StringComparison.Ordinal))
        {
            var list = type.Contains("List", StringComparison.Ordinal);
            return setting is not null
                ? new(member.Place, list ? Items(setting) : new JsonString(setting), null, null)
                : new(
                    member.Place,
                    standIn,
                    $"The parameter '{member.Key}' takes its value from SSM, which is not asked here.",
                    $"Give the value itself with --set {member.Key}=VALUE.")
                { Reported = declaration["Default"] is not null };
        }

        var text = setting ?? given ?? DefaultOf(declaration["Default"]);
        if (text is null)
        {
            return new(
                member.Place, standIn, $"The parameter '{member.Key}' has no default and was given no value.", $"Give it with --parameter {member.Key}=VALUE.");
        }

        Check(member, declaration, type, text, log);
        var isList = type == "CommaDelimitedList" || type.StartsWith("List<", StringComparison.Ordinal);
        return new(member.Place, isList ? Items(text) : new JsonString(text), null, null);
    }

    private static string? DefaultOf(TemplateNode? node) => node switch
    {
        ScalarNode scalar => scalar.Text,
        ListNode list => string.Join(',', list.Items.OfType<ScalarNode>().Select(item => item.Text)),
        _ => null,
    };

    private static JsonArray Items(string text) =>
        JsonArray.Of(text.Length == 0 ? [] : [.. text.Split(',').Select(item => new JsonString(item.Trim()))]);

    private static void Check(TemplateMember member, MapNode declaration, string type, string text, DiagnosticLog log)
    {
        var secret = (declaration["NoEcho"] as ScalarNode)?.Text is { } noEcho && bool.TryParse(noEcho, out var hidden) && hidden;
        var shown = secret ? "its value" : $"'{text}'";
        var remedy = $"Give another with --parameter {member.Key}=VALUE.";
        if ((declaration["ConstraintDescription"] as ScalarNode)?.Text is { } explained)
            remedy = $"{explained.TrimEnd('.')}. {remedy}";

        void Refuse(string problem) =>
            log.Mistake(Asker.Needing(null), member.Place, $"The parameter '{member.Key}' does not allow {shown}: {problem}.", remedy);

        var isNumber = type is "Number" or "List<Number>";
        var values = type is "CommaDelimitedList" || type.StartsWith("List<", StringComparison.Ordinal) ? Items(text).Select(item => ((JsonString)item).Value) : [text];
        var allowed = (declaration["AllowedValues"] as ListNode)?.Items.OfType<ScalarNode>().Select(item => item.Text).ToList();
        foreach (var value in values)
        {
            if (allowed is not null && !allowed.Contains(value, StringComparer.Ordinal))
                Refuse($"it takes one of {string.Join(", ", allowed)}");
            if (isNumber && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                Refuse("it takes a number");
            else if (isNumber)
                CheckBounds(declaration, "Value", double.Parse(value, CultureInfo.InvariantCulture), "", Refuse);
            else
                CheckBounds(declaration, "Length", value.Length, " characters", Refuse);
            if (!isNumber && (declaration["AllowedPattern"] as ScalarNode)?.Text is { } pattern && !Matches(pattern, value))
                Refuse($"it must match {pattern}");
        }
    }

    private static void CheckBounds(MapNode declaration, string what, double value, string unit, Action<string> refuse)
    {
        if (Bound(declaration, "Min" + what) is { } least && value < least)
            refuse($"it takes at least {least.ToString(CultureInfo.InvariantCulture)}{unit}");
        if (Bound(declaration, "Max" + what) is { } most && value > most)
            refuse($"it takes at most {most.ToString(CultureInfo.InvariantCulture)}{unit}");
    }

    private static double? Bound(MapNode declaration, string key) =>
        double.TryParse((declaration[key] as ScalarNode)?.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound) ? bound : null;

    private static bool Matches(string pattern, string value)
    {
        try
        {
            return Regex.IsMatch(value, $"^(?:{pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            // A pattern of Java's that .NET does not read cannot be checked here; the deployment will.
            return true;
        }
    }

    /// <summary>One parameter: its value, or why there is none and what to do.</summary>
    private sealed record Parameter(TemplatePlace Place, JsonValue? Value, string? Problem, string? Remedy)
    {
        /// <summary>Whether nothing needs to be said any more.</summary>
        public bool Reported { get; set; }
    }
}
