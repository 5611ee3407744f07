using Stateside.Language.Validation;

namespace Stateside.Language.Tests.Validation;

public class VariableReferencesTests
{
    [Theory]
    [InlineData("""{"Type":"Pass","InputPath":"$in","OutputPath":"$out","ResultPath":"$.x","Parameters":{"a.$":"$par.b","b":"$literal"},"End":true}""", "in, par, out")]
    [InlineData("""{"Type":"Pass","Assign":{"x.$":"States.Format('{}', $deep.er, $.no, $$.State.Name)"},"End":true}""", "deep")]
    [InlineData("""{"Type":"Wait","SecondsPath":"$seconds","End":true}""", "seconds")]
    [InlineData("""{"Type":"Fail","ErrorPath":"$error","CausePath":"States.JsonToString($cause)"}""", "error, cause")]
    [InlineData("""{"Type":"Choice","Choices":[{"Not":{"Variable":"$a","NumericEqualsPath":"$b"},"Next":"S"}]}""", "a, b")]
    [InlineData("""{"Type":"Pass","QueryLanguage":"JSONata","Output":{"a":"{% $v + $states.input.x + $sum([$w]) %}","b":["{% ($local := 1; $local + $v) %}"]},"End":true}""", "v, w")]
    [InlineData("""{"Type":"Pass","Result":{"a.$":"$not"},"End":true}""", "")]
    public void A_state_refers_to_the_variables_that_its_fields_name(string state, string expected)
    {

        var lone = DefinitionParser.ParseState(state, "S");

        Assert.True(lone.IsValid, lone.InvalidDefinitionMessage);
        Assert.Equal(expected, string.Join(", ", VariableReferences.Of(lone.Definition!).GetValueOrDefault("S") ?? []));
    }

    [Fact]
    public void States_inside_a_map_have_entries_of_their_own()
    {
        var parsed = DefinitionParser.Parse(
            """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$list","MaxConcurrencyPath":"$most","End":true,
              "ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","InputPath":"$outer","End":true}}}}}}
            """);

        var references = VariableReferences.Of(parsed.Definition!);

        Assert.Equal(["M: list most", "P: outer"], references.Select(entry => $"{entry.Key}: {string.Join(' ', entry.Value)}"));
    }
}
