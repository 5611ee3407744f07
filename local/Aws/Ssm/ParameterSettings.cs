using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Aws.Ssm;

/// <summary>
/// A parameter as a template declares it.
/// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html.
/// </summary>
/// <param name="Name">Its name, with a slash at the beginning where it stands in a hierarchy.</param>
/// <param name="Arn">Its ARN.</param>
/// <param name="Declared">What a version of it has, as the template says it.</param>
internal sealed record ParameterSettings(string Name, string Arn, JsonObject Declared)
{
    /// <summary>Reads a declaration; null where only a deployment knows its name or its value.</summary>
    public static ParameterSettings? Read(TemplateResource resource)
    {
        if (resource is not { PhysicalId: { } name, Arn: { } arn } || resource.Properties.JsonText("Value") is not { } value)
            return null;
        var declared = new JsonObject.Builder()
            .Set("Value", JsonValue.From(value)).Set("Type", JsonValue.From(resource.Properties.Text("Type") ?? "String"));
        foreach (var property in new[] { "Description", "AllowedPattern", "Tier", "DataType" })
        {
            if (resource.Properties.Text(property) is { } text)
                declared.Set(property, JsonValue.From(text));
        }

        // The slash of the name is the one that stands in the ARN already.
        return new(name, name.StartsWith('/') ? arn.Replace("parameter//", "parameter/", StringComparison.Ordinal) : arn, declared.ToObject());
    }
}
