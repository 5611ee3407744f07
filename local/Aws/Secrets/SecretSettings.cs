using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Aws.Secrets;

/// <summary>
/// A secret as a template declares it.
/// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Arn">Its ARN, with six characters after the name.</param>
/// <param name="Properties">Its properties.</param>
internal sealed record SecretSettings(string Name, string Arn, JsonObject Properties)
{
    /// <summary>Its value where the template says it; null where it is generated or there is none.</summary>
    public string? Value => Properties.Text("SecretString");

    /// <summary>How its value is generated; null where it is not.</summary>
    public JsonObject? Generated => Properties["GenerateSecretString"] as JsonObject;

    /// <summary>Reads a declaration; null where only a deployment knows its name.</summary>
    public static SecretSettings? Read(TemplateResource resource) => resource.Arn is { } arn
        ? new(arn.Split(':', 7)[^1][..^"-AbCdEf".Length], arn, resource.Properties)
        : null;

    /// <summary>Whether somebody means it: by its name, its ARN, or the ARN without what a deployment adds.</summary>
    public bool Is(string id) => id == Name || id == Arn || id == Arn[..^"-AbCdEf".Length];

    /// <summary>A value as GenerateSecretString makes it: a password, or JSON with one in it.</summary>
    public static string Generate(JsonObject how, Chance chance)
    {
        var password = Password(how, chance);
        if (how.Text("GenerateStringKey") is not { } key || how.Text("SecretStringTemplate") is not { } template)
            return password;
        return JsonReader.TryParse(template, out var parsed) && parsed is JsonObject members ? members.With(key, JsonValue.From(password)).Text : password;
    }

    /// <summary>A password. See https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html.</summary>
    public static string Password(JsonObject how, Chance chance)
    {
        const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
        var excluded = how.Text("ExcludeCharacters") ?? "";
        var kinds = new List<string>();
        Add("abcdefghijklmnopqrstuvwxyz", "ExcludeLowercase");
        Add("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ExcludeUppercase");
        Add("0123456789", "ExcludeNumbers");
        Add(Punctuation, "ExcludePunctuation");
        if (IsTrue(how["IncludeSpace"]))
            kinds.Add(" ");
        var length = how["PasswordLength"] switch
        {
            JsonNumber { IsInt64: true, Int64: >= 1 and <= 4096 } number => (int)number.Int64,
            JsonString text when int.TryParse(text.Value, out var number) && number is >= 1 and <= 4096 => number,
            _ => 32,
        };
        var all = string.Concat(kinds);
        if (all.Length == 0)
            return "";
        var password = new StringBuilder(length);
        for (var i = 0; i < length; i++)
        {
            // Of each kind there is one, at places that are mixed below.
            var from = i < kinds.Count && !(how["RequireEachIncludedType"] is { } each && !IsTrue(each)) ? kinds[i] : all;
            password.Append(from[(int)chance.NextInt64(0, from.Length)]);
        }

        for (var i = length - 1; i > 0; i--)
        {
            var other = (int)chance.NextInt64(0, i + 1);
            (password[i], password[other]) = (password[other], password[i]);
        }

        return password.ToString();

        void Add(string characters, string exclusion)
        {
            var kept = IsTrue(how[exclusion]) ? "" : string.Concat(characters.Where(c => !excluded.Contains(c, StringComparison.Ordinal)));
            if (kept.Length > 0)
                kinds.Add(kept);
        }
    }

    private static bool IsTrue(JsonValue? value) =>
        value is JsonBoolean { Value: true } || (value is JsonString text && text.Value.Equals("true", StringComparison.OrdinalIgnoreCase));
}
