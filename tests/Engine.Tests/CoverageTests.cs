namespace Stateside.Engine.Tests;

/// <summary>The rules of the language, and the page that says which test holds which.</summary>
public sealed class CoverageTests
{
    private const string Page = "local/COVERAGE.md";

    private static readonly CoverageRules Rules = new(SourceTree.Repository);

    [Fact]
    public void Every_rule_is_told_once_and_of_a_section_that_there_is()
    {
        var ids = Rules.Rules.Select(rule => rule.Id).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.Equal(Rules.Rules.Select(rule => rule.Sentence + rule.Field + rule.Clause).Distinct().Count(), ids.Count);
        AssertNone(
            from chapter in Rules.Chapters
            from rule in chapter.Rules
            where !rule.Id.StartsWith(chapter.Key + ".", StringComparison.Ordinal)
                || !rule.Sentence.EndsWith('.')
                || !Rules.Clauses.Any(clause => clause.Key == rule.Clause)
            select $"{rule.Id}: begins with its chapter, ends in a full stop and is of a section of tests/cases/rules.json");
        var files = SourceTree.Repository.Files.Where(file => file.StartsWith("tests/cases/rules/", StringComparison.Ordinal));
        Assert.Equal(
            files.Order(StringComparer.Ordinal),
            Rules.Chapters.Select(chapter => $"tests/cases/rules/{chapter.Key}.json").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_section_has_a_rule_or_says_why_it_has_none()
    {
        var used = Rules.Rules.Select(rule => rule.Clause).ToHashSet();
        AssertNone(
            from clause in Rules.Clauses
            where used.Contains(clause.Key) == clause.Without is not null
            select $"{clause.Key}: {(clause.Without is null ? "no rule is of it" : "a rule is of it, and it says that none is")}");
    }

    [Fact]
    public void Every_rule_has_a_test_that_runs() => AssertNone(
        Rules.Rules.Where(rule => rule.Tests.Count == 0).Select(rule => $"{rule.Id}: no test")
            .Concat(from rule in Rules.Rules
                    from test in rule.Tests
                    let problem = Rules.Problem(test)
                    where problem is not null
                    select $"{rule.Id}: {problem}"));

    [Fact]
    public void The_page_says_what_the_rules_do()
    {
        var page = Rules.Page();
        if (Environment.GetEnvironmentVariable("STATESIDE_SNAPSHOTS") == "accept")
            SourceTree.Repository.Write(Page, page);
        Assert.True(
            SourceTree.Repository.TextOf(Page) == page,
            $"{Page} is stale: STATESIDE_SNAPSHOTS=accept dotnet test tests/Engine.Tests --filter CoverageTests writes it");
    }

    [Theory]
    [InlineData("definitions/no-such-case", "there is no tests/cases/definitions/no-such-case.json")]
    [InlineData("executions/wait: no such case", "tests/cases/executions/wait.json has no case 'no such case'")]
    [InlineData("paths/names: $.no.such.case", "tests/cases/paths/names.json has no case '$.no.such.case'")]
    [InlineData("StepTests.Nothing_of_the_kind", "tests/Engine.Tests/Execution/StepTests.cs has no test Nothing_of_the_kind")]
    [InlineData("StepTests.Machine", "tests/Engine.Tests/Execution/StepTests.cs has no test Machine")]
    [InlineData("NoSuchTests.A_test", "there are 0 files NoSuchTests.cs")]
    [InlineData("nothing", "'nothing' is neither a case nor a test of a class")]
    [InlineData("executions/wait: Seconds of 0", null)]
    [InlineData("definitions/pass-alone", null)]
    [InlineData("StepTests.A_history_ends_at_event_25000", null)]
    public void A_test_that_is_not_there_is_found(string test, string? problem) => Assert.Equal(problem, Rules.Problem(test));

    private static void AssertNone(IEnumerable<string> wrong)
    {
        var found = wrong.ToList();
        Assert.True(found.Count == 0, "Rules and tests differ:\n" + string.Join('\n', found));
    }
}
