using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Tests.Template;

/// <summary>What a template comes to has bounds, however little of it is written: it ends neither the process nor its patience.</summary>
public sealed class BoundedTemplateTests : IDisposable
{
    private const string Asl = """{"StartAt":"A","States":{"A":{"Type":"Pass","Comment":"${V0}","End":true}}}""";
    private const string Include = "'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: ";

    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_that_include_each_other_are_told_with_their_names()
    {
        var a = _folder.Write("a.yaml", $"A:\n  {Include}b.yaml}}}}\n");
        var b = _folder.Write("b.yaml", $"B:\n  {Include}a.yaml}}}}\n");

        Assert.Equal(
            $"{b}:2:66: The file '{a}' includes itself: {a} -> {b} -> {a}. Break the circle.",
            Assert.Single(Machine($"Definition: {{{Include}a.yaml}}}}}}").Diagnostics, d => d.Severity == TemplateSeverity.Error).ToString());
    }

    [Fact]
    public void A_template_that_includes_itself_is_told_with_its_name()
    {
        var path = Path.Combine(_folder.Root, "template.yaml");

        var found = _folder.Read($"{Include}template.yaml}}}}\nResources: {{}}\n").Diagnostics;

        Assert.Contains(found, d => d.Message == $"The file '{path}' includes itself: {path} -> {path}.");
    }

    [Fact]
    public void A_file_that_includes_itself_by_ever_another_name_is_told_too()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        _folder.Write("a.yaml", $"A:\n  {Include}own/a.yaml}}}}\n");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Root, "own"), _folder.Root);

        Assert.Contains(Machine($"Definition: {{{Include}a.yaml}}}}}}").Diagnostics, d => d.Message == "More than 32 files include each other in a row down to here.");
    }

    [Fact]
    public void Files_that_include_the_next_one_twice_are_more_than_is_worked_out()
    {
        for (var i = 0; i < 30; i++)
            _folder.Write($"{i}.yaml", i == 29 ? "A: 1" : $"A: {{{Include}{i + 1}.yaml}}}}}}\nB: {{{Include}{i + 1}.yaml}}}}}}\n");

        AssertTooMuch(Refusal($"Definition: {{StartAt: {{{Include}0.yaml}}}}}}}}"));
    }

    [Fact]
    public void Names_that_double_each_other_are_more_than_is_worked_out()
    {
        var queues = string.Concat(Enumerable.Range(0, 40).Select(i =>
            $"  Q{i}: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !Sub '${{Q{i + 1}.QueueName}}${{Q{i + 1}.QueueName}}'}}}}\n"));

        AssertTooMuch(Assert.Throws<TemplateException>(() => _folder.Read($"Resources:\n{queues}  Q40: {{Type: AWS::SQS::Queue, Properties: {{QueueName: ''}}}}\n")));
    }

    [Theory]
    [InlineData("!Ref Unknown", "There is no parameter or resource 'Unknown'.")]
    [InlineData("!Condition C0", "The condition 'C0' depends on itself: ")]
    public void Conditions_that_ask_the_next_one_twice_are_decided_once(string last, string problem)
    {
        var conditions = string.Concat(Enumerable.Range(0, 40).Select(i => $"  C{i}: !And [!Condition C{i + 1}, !Condition C{i + 1}]\n"));

        var found = _folder.Read($"Conditions:\n{conditions}  C40: !Not [{last}]\nResources:\n  T: {{Type: AWS::SNS::Topic, Condition: C0}}\n").Diagnostics;

        Assert.StartsWith(problem, Assert.Single(found).Message);
    }

    [Fact]
    public void A_mapping_that_leads_to_itself_is_told_with_its_keys() => Assert.Equal(
        "Mappings.A.b.c depends on itself: Mappings.A.b.c -> Mappings.A.b.d -> Mappings.A.b.c.",
        Assert.Single(_folder.Variable("!FindInMap [A, b, c]", "Mappings: {A: {b: {c: !FindInMap [A, b, d], d: !FindInMap [A, b, c]}}}").Diagnostics).Message);

    [Theory]
    [InlineData("Conditions:\n{0}  N9000: !Equals [a, b]\n", "  N{0}: !Not [!Condition N{1}]\n", "  T: {Type: AWS::SNS::Topic, Condition: N0}\n")]
    [InlineData("{0}", "", "{0}  N9000: {Type: AWS::SQS::Queue, Properties: {QueueName: abc}}\n")]
    public void A_chain_too_long_for_the_stack_is_refused(string sections, string condition, string resources)
    {
        string Chain(string link) => string.Concat(Enumerable.Range(0, 9000).Select(i =>
            link.Replace("{0}", $"{i}", StringComparison.Ordinal).Replace("{1}", $"{i + 1}", StringComparison.Ordinal)));
        var queues = Chain("  N{0}: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt N{1}.QueueName}}\n");

        var refusal = Assert.Throws<TemplateException>(() => _folder.Read(
            sections.Replace("{0}", Chain(condition), StringComparison.Ordinal) + "\nResources:\n" + resources.Replace("{0}", queues, StringComparison.Ordinal)));

        Assert.EndsWith("Values lead to values too deep here to be worked out.", refusal.Message);
    }

    [Fact]
    public void A_text_that_grows_with_each_function_has_a_longest() => Assert.EndsWith(
        "This comes to a text of more than 4194304 characters.",
        Refusal($"DefinitionUri: d.json, DefinitionSubstitutions: {{V0: {string.Concat(Enumerable.Repeat("{'Fn::Base64': ", 100))}a{new string('}', 100)}}}").Message);

    [Theory]
    [InlineData("x", "make the definition longer than 4194304 characters.")]
    [InlineData("${V0}", "name each other in a circle: V0 -> V1 -> V2 -> V3 -> V4 -> ")]
    public void Substitutions_that_double_each_other_are_told(string last, string problem)
    {
        _folder.Write("d.json", Asl);
        var values = string.Join(", ", Enumerable.Range(0, 40).Select(i => $"V{i}: '${{V{i + 1}}}${{V{i + 1}}}'").Append($"V40: '{last}'"));

        Assert.StartsWith(
            $"The DefinitionSubstitutions of 'M' {problem}",
            Assert.Single(Machine($"DefinitionUri: d.json, DefinitionSubstitutions: {{{values}}}").Diagnostics, d => d.Severity == TemplateSeverity.Error).Message);
    }

    [Fact]
    public void Placeholders_without_an_end_and_without_values_are_read_once_each()
    {
        _folder.Write("d.json", Asl.Replace("${V0}", string.Concat(Enumerable.Repeat("${A", 300_000)), StringComparison.Ordinal));

        Assert.DoesNotContain(Machine("DefinitionUri: d.json, DefinitionSubstitutions: {V0: a}").Diagnostics, d => d.Severity == TemplateSeverity.Error);
    }

    [Fact]
    public void Keys_that_all_stand_twice_are_read_once_each_and_a_thousand_are_told()
    {
        var members = string.Join(",\n", Enumerable.Range(0, 200_000).Select(i => $"\"K{i % 100_000}\": {i}"));

        var found = _folder.Read($"{{\"Resources\": {{}}, \"Metadata\": {{{members}}}}}", "t.json").Diagnostics;

        Assert.Equal((1001, "There are 99000 more warnings, of which this is the first."), (found.Count, found[^1].Message));
    }

    [Fact]
    public void After_a_thousand_mistakes_nothing_is_read_on()
    {
        var members = string.Join(", ", Enumerable.Range(0, 5000).Select(i => $"M{i}: {{}}"));

        Assert.EndsWith(
            "The resource 'M1000' must be a map with a Type. There are 1000 more mistakes before this one.",
            Assert.Throws<TemplateException>(() => _folder.Read($"Resources: {{{members}}}")).Message);
    }

    [Fact]
    public void A_file_without_end_is_no_template()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "It is a device of Unix.");

        Assert.Equal(
            "/dev/zero: It is larger than 64 MB.",
            Assert.Throws<TemplateException>(() => TemplateParser.ParseFile("/dev/zero", new DiagnosticLog(), isGiven: true)).Message);
        Assert.Contains(
            Machine("DefinitionUri: /dev/zero").Diagnostics, d => d.Message == "The definition of 'M', '/dev/zero', is empty, or a pipe or device, which is not read.");
    }

    [Theory]
    [InlineData("../orders")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData(@"a\b")]
    public void A_function_s_name_leads_to_no_other_folder(string name) => Assert.Contains(
        _folder.Read($"Resources: {{F: {{Type: AWS::Serverless::Function, Properties: {{FunctionName: '{name}', Handler: a.b}}}}}}").Diagnostics,
        d => d.Severity == TemplateSeverity.Error && d.Message == $"The function 'F' cannot be called '{name}': names have letters, digits, '-' and '_'.");

    private static void AssertTooMuch(TemplateException refusal) => Assert.EndsWith(
        "The template comes to more than 2000000 values: what it includes, refers to or puts together multiplies itself.", refusal.Message);

    private TemplateModel Machine(string properties) =>
        _folder.Read($"Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties: {{{properties}}}\n");

    private TemplateException Refusal(string properties) => Assert.Throws<TemplateException>(() => Machine(properties));
}
