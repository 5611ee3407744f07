using System.Text;

namespace Stateside.Engine.Template.Resolving;

/// <summary>The text of Fn::Sub: <c>${Name}</c> is replaced, <c>${!Name}</c> stays as <c>${Name}</c>.</summary>
internal static class SubText
{
    /// <summary>Replaces the variables.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">Gives the value of a variable.</param>
    public static string Replace(string text, Func<string, string> value)
    {
        var result = new StringBuilder(text.Length);
        var at = 0;
        for (var start = text.IndexOf("${", StringComparison.Ordinal); start >= 0; start = text.IndexOf("${", at, StringComparison.Ordinal))
        {
            var end = text.IndexOf('}', start);
            if (end < 0)
                break;
            var name = text[(start + 2)..end];
            result.Append(text, at, start - at);
            if (name.StartsWith('!'))
                result.Append("${").Append(name, 1, name.Length - 1).Append('}');
            else
                result.Append(value(name));
            at = end + 1;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>The variables of a text.</summary>
    public static IReadOnlyList<string> Names(string text)
    {
        var names = new List<string>();
        Replace(text, name =>
        {
            names.Add(name);
            return "";
        });
        return names;
    }

    /// <summary>Whether Fn::Sub takes a name.</summary>
    public static bool IsName(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or ':');
}
