using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Stateside.Language.Json;
using Stateside.Language.Validation;
using Stateside.Language.Validation.Lint;

namespace Stateside.Language.Tests.Definitions;

/// <summary>
/// Whatever the text, the parser answers with a tree or with findings. STATESIDE_FUZZ sets how many texts are tried (100000 is the long
/// form), STATESIDE_DEFINITIONS names a folder whose definitions must all parse.
/// </summary>
public class DefinitionPropertyTests
{
    private static readonly int Runs =
        int.TryParse(Environment.GetEnvironmentVariable("STATESIDE_FUZZ"), CultureInfo.InvariantCulture, out var runs) ? runs : 10_000;

    private static Config Config => Config.QuickThrowOnFailure.WithMaxTest(Runs / 2).WithReplay(20261122, 17).WithQuietOnSuccess(true);

    [Fact]
    public void Any_definition_gets_a_tree_or_errors_with_places() =>
        Prop.ForAll(Arb.From(DefinitionGenerator.Definition(2)), definition => IsAnswered(definition.Text)).Check(Config);

    [Fact]
    public void Any_damaged_text_gets_a_tree_or_errors_with_places() =>
        Prop.ForAll(Arb.From(DefinitionGenerator.Damaged(DefinitionGenerator.Definition(1))), IsAnswered).Check(Config);

    [Fact]
    public void What_parses_parses_the_same_when_it_is_laid_out_anew()
    {
        Prop.ForAll(Arb.From(DefinitionGenerator.Definition(2)), definition =>
        {
            var compact = DefinitionParser.Parse(definition.Text);
            var indented = DefinitionParser.Parse(JsonWriter.Indented(definition));
            return compact.Diagnostics.Select(Told).SequenceEqual(indented.Diagnostics.Select(Told))
                && (compact.Definition?.AllStates().Select(state => state.Name) ?? []).SequenceEqual(
                    indented.Definition?.AllStates().Select(state => state.Name) ?? []);
        }).Check(Config);

        static string Told(Diagnostic diagnostic) => $"{diagnostic.Code} {diagnostic.Message} {diagnostic.Location}";
    }

    [Fact]
    public void Text_nested_a_thousand_deep_is_refused_without_a_crash()
    {
        var nested = string.Concat(Enumerable.Repeat("""{"StartAt":"A","States":{"A":{"Type":"Map","End":true,"ItemProcessor":""", 300));

        Assert.False(DefinitionParser.Parse(nested + new string('[', 2000)).IsValid);
        Assert.False(DefinitionParser.Parse(new string('[', 100_000)).IsValid);
        Assert.False(DefinitionParser.Parse(nested + "1" + new string('}', 900)).IsValid);
    }

    [Fact]
    public void Every_definition_of_a_given_folder_parses()
    {
        var folder = Environment.GetEnvironmentVariable("STATESIDE_DEFINITIONS") ?? Path.Combine(AppContext.BaseDirectory, "cases", "definitions");
        var count = 0;
        foreach (var file in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories))
        {
            var value = JsonReader.Parse(File.ReadAllText(file));
            if (value is not JsonObject members || members["diagnostics"] is JsonArray { Count: > 0 })
                continue;
            var definition = members["definition"] ?? members;
            var parsed = DefinitionParser.Parse(definition.Text);
            Assert.True(parsed.IsValid, $"{file}: {parsed.InvalidDefinitionMessage}");
            count++;
        }

        Assert.NotEqual(0, count);
    }

    private static bool IsAnswered(string text)
    {
        var parsed = DefinitionParser.Parse(text);
        _ = DefinitionParser.Parse(text, DefinitionOptions.ExpressMachine);
        _ = DefinitionParser.ParseState(text, "State");
        var lines = text.AsSpan().Count('\n') + 1;
        return parsed.IsValid == parsed.Diagnostics.All(diagnostic => diagnostic.Severity != Severity.Error)
            && parsed.Diagnostics.Concat(DefinitionLinter.Lint(parsed)).All(diagnostic =>
                diagnostic.Line >= 1 && diagnostic.Line <= lines && diagnostic.Column >= 1 && diagnostic.Message.Length > 0 && diagnostic.Code.Length > 0);
    }
}
