using Stateside.Language.Conditions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using static Stateside.Language.Tests.Evaluation;

namespace Stateside.Language.Tests.Conditions;

public sealed class ComparisonConditionTests
{
    [Fact]
    public void There_are_39_operators()
    {
        Assert.Equal(39, ComparisonOperator.All.Count());
        Assert.Equal(16, ComparisonOperator.All.Count(one => one.TakesPath));
    }

    [Theory]
    [InlineData("StringEquals", "\"b\"", "b", "a c B")]
    [InlineData("StringLessThan", "\"b\"", "a B", "b c")]
    [InlineData("StringLessThanEquals", "\"b\"", "a b B", "c")]
    [InlineData("StringGreaterThan", "\"b\"", "c bb", "a b B")]
    [InlineData("StringGreaterThanEquals", "\"b\"", "b c", "a B")]
    public void Strings_compare_by_their_characters(string name, string operand, string matching, string others) =>
        AssertMatches(name, operand, matching.Split(' ').Select(JsonWriter.Quote), [.. others.Split(' ').Select(JsonWriter.Quote), "1", "null", "[]"]);

    [Theory]
    [InlineData("NumericEquals", "2", "2 2.0 2e0", "1 3")]
    [InlineData("NumericLessThan", "2", "1 -5 1.99", "2 3")]
    [InlineData("NumericLessThanEquals", "2", "1 2.0", "2.01 3")]
    [InlineData("NumericGreaterThan", "2", "3 1e9", "2 -3")]
    [InlineData("NumericGreaterThanEquals", "2", "2 3", "1.9")]
    [InlineData("NumericEquals", "9007199254740993", "9007199254740993", "9007199254740992")]
    public void Numbers_compare_by_value(string name, string operand, string matching, string others) =>
        AssertMatches(name, operand, matching.Split(' '), [.. others.Split(' '), "\"2\"", "true", "null"]);

    [Theory]
    [InlineData("TimestampEquals", "2024-05-01T12:00:00Z 2024-05-01T14:00:00+02:00 2024-05-01T12:00:00.000Z", "2024-05-01T12:00:01Z")]
    [InlineData("TimestampLessThan", "2024-05-01T11:59:59.999Z", "2024-05-01T12:00:00Z 2024-05-01T12:00:01Z")]
    [InlineData("TimestampLessThanEquals", "2024-05-01T12:00:00Z", "2024-05-01T12:00:01Z")]
    [InlineData("TimestampGreaterThan", "2024-05-01T12:00:00.001Z", "2024-05-01T12:00:00Z")]
    [InlineData("TimestampGreaterThanEquals", "2024-05-01T12:00:00Z 2025-01-01T00:00:00Z", "2024-05-01T11:00:00Z")]
    public void Timestamps_compare_by_time(string name, string matching, string others) => AssertMatches(
        name, "\"2024-05-01T12:00:00Z\"", matching.Split(' ').Select(JsonWriter.Quote),
        [.. others.Split(' ').Select(JsonWriter.Quote), "\"2024-05-01\"", "\"2024-05-01T12:00:00\"", "1714564800", "\"\""]);

    [Fact]
    public void Booleans_compare() => AssertMatches("BooleanEquals", "true", ["true"], ["false", "1", "\"true\"", "null"]);

    [Theory]
    [InlineData("IsNull", "null", "0 \"\" []")]
    [InlineData("IsBoolean", "true false", "0 \"true\" null")]
    [InlineData("IsNumeric", "0 1.5", "\"0\" null")]
    [InlineData("IsString", "\"\" \"a\"", "0 null")]
    [InlineData("IsTimestamp", "\"2024-05-01T12:00:00Z\"", "\"2024-05-01\" 0")]
    [InlineData("IsPresent", "null 0 []", "")]
    public void Kinds_are_asked_for(string name, string matching, string others)
    {
        var not = others.Length == 0 ? [] : others.Split(' ');
        AssertMatches(name, "true", matching.Split(' '), not);
        AssertMatches(name, "false", not, matching.Split(' '));
    }

    [Theory]
    [InlineData("log-*.txt", "log-.txt log-1.txt log-a.txt.txt", "log.txt log-1.txts xlog-1.txt")]
    [InlineData("*", "_ a", "")]
    [InlineData("a*b*c", "abc axxbxxc abbcc", "ac acb")]
    [InlineData("*.zip", ".zip a.zip", "zip a.zip.x")]
    [InlineData("ab*ba", "abba abxba", "aba")]
    [InlineData("*a*a*", "aa xaxax", "a")]
    [InlineData(@"a\*b", "a*b", "axb")]
    [InlineData(@"a\\*", @"a\ a\x", "a ab")]
    [InlineData(@"a\b", @"a\b", "ab")]
    public void A_star_stands_for_any_text(string pattern, string matching, string others) => AssertMatches(
        "StringMatches", JsonWriter.Quote(pattern), matching.Split(' ').Select(JsonWriter.Quote),
        others.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(JsonWriter.Quote));

    [Theory]
    [InlineData("StringEqualsPath", "\"a\"", "\"a\"", true)]
    [InlineData("NumericLessThanPath", "1", "2", true)]
    [InlineData("NumericLessThanPath", "1", "\"2\"", false)]
    [InlineData("BooleanEqualsPath", "false", "false", true)]
    [InlineData("TimestampGreaterThanEqualsPath", "\"2024-05-01T12:00:00Z\"", "\"2024-05-01T14:00:00+02:00\"", true)]
    public void The_value_may_be_looked_up(string name, string variable, string value, bool expected)
    {
        var condition = new ComparisonCondition(JsonPath.Parse("$.v"), Operator(name), JsonPath.Parse("$.other"));
        Assert.Equal(expected, condition.Matches(Context($$"""{"v":{{variable}},"other":{{value}}}""")));
        Assert.Equal(["$.v", "$.other"], condition.Paths.Select(path => path.Text));
    }

    [Fact]
    public void A_variable_that_is_not_there_fails_the_state_for_all_operators_but_IsPresent()
    {
        foreach (var comparison in ComparisonOperator.All)
        {
            var condition = Condition(comparison, "$.nope");
            if (comparison.Name == "IsPresent")
            {
                Assert.False(condition.Matches(Context("{}")));
                continue;
            }

            var failure = Assert.Throws<StatesException>(() => condition.Matches(Context("{}")));
            Assert.Equal("States.Runtime", failure.Error);
            Assert.Equal("Invalid path '$.nope': The choice state's condition path references an invalid value.", failure.Cause);
        }
    }

    [Fact]
    public void A_value_that_is_not_there_fails_the_state_too()
    {
        var condition = new ComparisonCondition(JsonPath.Parse("$.v"), Operator("StringEqualsPath"), JsonPath.Parse("$.nope"));
        var failure = Assert.Throws<StatesException>(() => condition.Matches(Context("""{"v": 1}""")));
        Assert.Equal("Invalid path '$.nope': The choice state's condition path references an invalid value.", failure.Cause);
    }

    [Fact]
    public void A_wildcard_never_equals_a_single_value() =>
        AssertMatches("NumericEquals", "1", [], ["[1]"], "$.v[*]");

    [Fact]
    public void An_operator_says_what_it_takes()
    {
        Assert.True(Operator("NumericEquals").Accepts(JsonValue.From(1)));
        Assert.False(Operator("NumericEquals").Accepts(JsonValue.From("1")));
        Assert.True(Operator("IsNull").Accepts(JsonValue.True));
        Assert.False(Operator("TimestampEquals").Accepts(JsonValue.From("2024-05-01")));
        Assert.True(Operator("StringEqualsPath").Accepts(JsonValue.From("$.a")));
        Assert.False(ComparisonOperator.TryGet("StringMatchesPath", out _));
        Assert.Throws<ArgumentException>(() => new ComparisonCondition(JsonPath.Root, Operator("NumericEquals"), JsonValue.Null));
    }

    [Fact]
    public void And_or_and_not_ask_no_more_than_they_must()
    {
        var yes = Condition(Operator("IsPresent"), "$.there");
        var no = new NotCondition(yes);
        var failing = Condition(Operator("IsNull"), "$.nope");
        var context = Context("""{"there": 1}""");
        Assert.False(no.Matches(context));
        Assert.False(new AndCondition([yes, no, failing]).Matches(context));
        Assert.True(new OrCondition([no, yes, failing]).Matches(context));
        Assert.True(new AndCondition([yes, yes]).Matches(context));
        Assert.False(new OrCondition([no, no]).Matches(context));
        Assert.Throws<StatesException>(() => new OrCondition([no, failing]).Matches(context));
        Assert.Equal(["$.there", "$.there", "$.nope"], new AndCondition([yes, new NotCondition(new OrCondition([yes, failing]))]).Paths.Select(path => path.Text));
    }

    private static ComparisonOperator Operator(string name)
    {
        Assert.True(ComparisonOperator.TryGet(name, out var found));
        return found;
    }

    private static ComparisonCondition Condition(ComparisonOperator comparison, string variable) => comparison.TakesPath
        ? new ComparisonCondition(JsonPath.Parse(variable), comparison, JsonPath.Root)
        : new ComparisonCondition(JsonPath.Parse(variable), comparison, Value(comparison.Expects switch
        {
            OperandKind.Number => "1",
            OperandKind.Boolean => "true",
            OperandKind.Timestamp => "\"2024-05-01T12:00:00Z\"",
            _ => "\"a\"",
        }));

    private static void AssertMatches(string name, string operand, IEnumerable<string> matching, IEnumerable<string> others, string variable = "$.v")
    {
        var condition = new ComparisonCondition(JsonPath.Parse(variable), Operator(name), Value(operand));
        foreach (var value in matching)
            Assert.True(condition.Matches(Context($$"""{"v":{{value}}}""")), $"{value} {name} {operand}");
        foreach (var value in others)
            Assert.False(condition.Matches(Context($$"""{"v":{{value}}}""")), $"not {value} {name} {operand}");
    }
}
