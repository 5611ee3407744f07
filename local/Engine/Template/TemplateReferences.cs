using System.Text;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Json;
using Stateside.Language.Roles;
using Stateside.Language.Services;

namespace Stateside.Engine.Template;

/// <summary>The way back from ARNs, as they are resolved here, to what a template writes for them.</summary>
internal sealed class TemplateReferences
{
    private static readonly string MadeUp = Wildcards.MadeUp.ToString();

    private readonly AwsLocation _location;

    /// <summary>Texts and what stands for each within Fn::Sub, long ones first.</summary>
    private readonly List<(string Text, string Reference)> _references = [];

    /// <summary>Resources whose names a deployment makes: the text with the name that it has here, and how it may be deployed.</summary>
    private readonly List<(string Text, string[] Deployed)> _generated = [];

    public TemplateReferences(TemplateModel template, TemplateStateMachine machine, AwsLocation location)
    {
        _location = location;
        foreach (var resource in template.Resources)
        {
            if (resource.Arn is not { } arn || ResourceTypes.Find(resource.Type) is not { } type)
                continue;
            var isMachine = resource.Type is ResourceTypes.SamStateMachine or ResourceTypes.StateMachine;
            var execution = arn.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal);
            var hasName = type.NameProperty is null || resource.Properties[type.NameProperty] is not null;
            if (!hasName)
            {
                AddGenerated(arn, resource);
                if (isMachine)
                    AddGenerated(execution, resource);
            }

            // A role that refers to its own machine would go round in a circle.
            if (resource.LogicalId == machine.LogicalId)
                AddOwn(arn, execution, hasName);
            else if (isMachine)
                AddMachine(resource, arn, execution);
            else
                _references.Add((arn, type.Ref == "{arn}" ? $"${{{resource.LogicalId}}}" : $"${{{resource.LogicalId}.Arn}}"));
        }

        _references.Sort((a, b) => b.Text.Length.CompareTo(a.Text.Length));
    }

    /// <summary>What a template writes for a resource.</summary>
    public JsonValue Write(string resource)
    {
        var text = resource;
        var (known, reference) = _references.Find(row => BeginsWith(resource, row.Text));
        if (known is not null)
            text = (reference + resource[known.Length..]).Replace("**", "*", StringComparison.Ordinal);
        else if (resource.StartsWith("arn:", StringComparison.Ordinal))
            text = General(resource);
        if (!text.Contains("${", StringComparison.Ordinal))
            return JsonValue.From(text);
        var isOne = text.StartsWith("${", StringComparison.Ordinal) && text.IndexOf('}', StringComparison.Ordinal) == text.Length - 1;
        return (isOne ? text[2..^1].Split('.') : []) switch
        {
            [var name] when !name.Contains(':', StringComparison.Ordinal) => JsonObject.Of(("Ref", JsonValue.From(name))),
            [var name, var attribute] => JsonObject.Of(("Fn::GetAtt", JsonArray.Of(JsonValue.From(name), JsonValue.From(attribute)))),
            _ => JsonObject.Of(("Fn::Sub", JsonValue.From(text))),
        };
    }

    /// <summary>
    /// A resource as it is named here, and as it may be once it is deployed. A region or an account that is written out may be that of the
    /// deployment, which is not known here.
    /// </summary>
    public IEnumerable<string> NamesOf(string resource)
    {
        yield return Anywhere(resource);
        foreach (var (text, deployed) in _generated)
        {
            if (!BeginsWith(resource, text))
                continue;
            foreach (var name in deployed)
                yield return Anywhere(name + resource[text.Length..]);
        }
    }

    private void AddMachine(TemplateResource resource, string arn, string execution)
    {
        _references.Add((arn, $"${{{resource.LogicalId}}}"));
        _references.Add((execution, General(execution[..(execution.LastIndexOf(':') + 1)]) + $"${{{resource.LogicalId}.Name}}"));
    }

    private void AddOwn(string arn, string execution, bool hasName)
    {
        foreach (var text in new[] { arn, execution })
            _references.Add((text, General(text) + (hasName ? "" : "-*")));
    }

    private void AddGenerated(string text, TemplateResource resource)
    {
        var name = resource.Type == ResourceTypes.Bucket ? resource.LogicalId.ToLowerInvariant() : resource.LogicalId;
        var at = text.LastIndexOf(name, StringComparison.Ordinal);
        if (at < 0)
            return;
        var (before, after) = (text[..at], text[(at + name.Length)..]);
        _generated.Add((text, [$"{before}{name}-{MadeUp}{after}", $"{before}{MadeUp}-{name}-{MadeUp}{after}"]));
    }

    /// <summary>The ARN with partition, region and account left to the deployment.</summary>
    private string General(string arn)
    {
        var parts = arn.Split(':', 6);
        if (parts.Length < 6)
            return arn;
        var text = new StringBuilder("arn:").Append(parts[1] == _location.Partition ? "${AWS::Partition}" : parts[1]).Append(':').Append(parts[2]);
        text.Append(':').Append(parts[3] == _location.Region ? "${AWS::Region}" : parts[3]);
        text.Append(':').Append(parts[4] == _location.AccountId ? "${AWS::AccountId}" : parts[4]);
        return text.Append(':').Append(parts[5]).ToString();
    }

    private static string Anywhere(string arn) => arn.Split(':', 6) is ["arn", _, var service, var region, var account, var rest]
        ? $"arn:{MadeUp}:{service}:{(region.Length == 0 ? "" : MadeUp)}:{(account.Length == 0 ? "" : MadeUp)}:{rest}"
        : arn;

    private static bool BeginsWith(string resource, string text) =>
        resource.StartsWith(text, StringComparison.Ordinal)
        && (resource.Length == text.Length || !(char.IsAsciiLetterOrDigit(resource[text.Length]) || resource[text.Length] is '-' or '_' or '.'));
}
