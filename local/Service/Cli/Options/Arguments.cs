using System.CommandLine.Parsing;

namespace Stateside.Service.Cli.Options;

/// <summary>What the words of a command that are no options must be.</summary>
internal static class Arguments
{
    /// <summary>Refuses a mistyped option, which would else be taken for an argument.</summary>
    public static void NoOption(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: ['-', _, ..] option }, ..])
            result.AddError($"There is no option '{option}'.");
    }
}
