using System.Net;
using System.Text.RegularExpressions;
using Stateside.Service.Tests.Cli;

namespace Stateside.Service.Tests.Console;

/// <summary>What is known of the data, in the editor and in the panels of states.</summary>
public sealed partial class KnownDataTests
{
    private const string Template =
        """
        Transform: AWS::Serverless-2016-10-31
        Parameters: {Word: {Type: String, Default: "Hello, you"}}
        Resources:
          Greeting:
            Type: AWS::Serverless::StateMachine
            Metadata: {Stateside: {InputSchema: order.schema.json}}
            Properties:
              Role: arn:aws:iam::123456789012:role/greeting
              DefinitionSubstitutions: {Word: !Ref Word}
              DefinitionUri: greeting.asl.json
        """;

    private const string Schema =
        """{"type":"object","required":["customer"],"properties":{"customer":{"type":"string"},"<b>":{"type":"number"}},"additionalProperties":false}""";

    private const string Definition =
        """
        {
          "StartAt": "Take",
          "States": {
            "Take": {
              "Type": "Pass",
              "Parameters": {"word": "${Word}", "who.$": "$.customer"},
              "Next": "Choose"
            },
            "Choose": {
              "Type": "Choice",
              "Choices": [
                {"Variable": "$.who", "StringEquals": "Ann", "Next": "Done"}
              ],
              "Default": "Done"
            },
            "Done": {"Type": "Succeed"}
          }
        }
        """;

    [Fact]
    public async Task The_caret_tells_its_state_and_what_its_field_looks_at_and_gives()
    {
        using var project = ProjectOf();
        await using var server = await ServeAsync(project);

        var field = await KnowAsync(server, Definition, "\"who.$\"");
        var parameters = await KnowAsync(server, Definition, "\"Parameters\"");
        var nowhere = await KnowAsync(server, Definition, "\"StartAt\"");

        Assert.Equal("Take", field.State);
        Assert.Contains("""<bdi class="mono">Parameters/who.$</bdi>""", field.Markup, StringComparison.Ordinal);
        Assert.Equal(["text"], field.Parts("gives"));
        Assert.Equal(["""{ "word": "Hello, you", "who": text }"""], parameters.Parts("gives"));
        Assert.Equal(["""{ "customer": text, "<b>"?: number }"""], parameters.Parts("input"));
        Assert.Equal(["""{ "word": "Hello, you", "who": text }"""], parameters.Parts("output"));
        Assert.Null(nowhere.State);
    }

    [Fact]
    public async Task A_rule_tells_what_is_known_where_it_holds_and_a_state_what_comes_by_each_way()
    {
        using var project = ProjectOf();
        await using var server = await ServeAsync(project);

        var rule = await KnowAsync(server, Definition, "\"StringEquals\"");
        var done = await KnowAsync(server, Definition, "\"Succeed\"");

        Assert.Equal(["""{ "word": "Hello, you", "who": "Ann" }"""], rule.Parts("input where it holds"));
        Assert.Equal(["""{ "word": "Hello, you", "who": "Ann" }"""], done.Parts("on the way from 'Choose' by Choices[0]"));
        Assert.Equal(["""{ "word": "Hello, you", "who": text }"""], done.Parts("on the way from 'Choose' by Default"));
    }

    [Fact]
    public async Task What_can_never_be_found_is_a_finding_at_its_line_with_the_likely_name()
    {
        using var project = ProjectOf();
        await using var server = await ServeAsync(project);

        var (_, answer) = await server.ChangeAsync(Known, new { text = Definition.Replace("$.customer", "$.custmer", StringComparison.Ordinal) });

        var finding = Assert.Single(answer.GetProperty("findings").EnumerateArray());
        Assert.Equal(("error", "DATA_NEVER_FOUND", 6), (finding.Text("severity"), finding.Text("code"), finding.GetProperty("line").GetInt32()));
        Assert.StartsWith("Did you mean 'customer'?", finding.Text("remedy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_in_the_data_are_text_and_no_markup()
    {
        using var project = ProjectOf();
        await using var server = await ServeAsync(project);

        var (_, answer) = await server.ChangeAsync(Known, new { text = Definition.Replace("Take", "<i>Take", StringComparison.Ordinal), line = 5, column = 8 });

        Assert.Contains("&lt;i&gt;Take", answer.Text("markup"), StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", answer.Text("markup"), StringComparison.Ordinal);
        Assert.DoesNotContain("<b>\"", answer.Text("markup"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_definition_with_errors_and_one_that_is_too_long_are_answered_with_why_nothing_is_told()
    {
        using var project = ProjectOf();
        await using var server = await ServeAsync(project);

        var (_, broken) = await server.ChangeAsync(Known, new { text = "{" });
        var (status, tooLong) = await server.ChangeAsync(Known, new { text = Definition + new string(' ', 3_000_000) });

        Assert.Contains("once the definition has no errors", broken.Text("markup"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("longer than AWS takes", tooLong.Text("markup"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caret_anywhere_in_the_text_and_beyond_it_is_answered()
    {
        using var project = ProjectOf();
        await using var server = await ServeAsync(project);

        foreach (var (line, column) in new[] { (-1, -5), (0, 0), (1, 999), (4, 1), (999, 1), (int.MaxValue, int.MaxValue), (int.MinValue, int.MinValue) })
        {
            var (status, _) = await server.ChangeAsync(Known, new { text = Definition, line, column });
            Assert.Equal((line, HttpStatusCode.OK), (line, status));
        }
    }

    [Fact]
    public async Task The_panels_of_a_machine_and_of_an_execution_tell_what_is_known_of_a_state()
    {
        using var project = ProjectOf();
        await using var server = await ServeAsync(project);
        var arn = await server.StartExecutionAsync("Greeting", """{"customer": "Ann"}""");
        await server.EndedAsync(arn);

        var ofMachine = await server.PageAsync(ConsoleCalls.Machine("Greeting", "states/Choose/known"));
        var ofExecution = await server.PageAsync($"/console/executions/{arn}/states/Choose/known");
        var panel = await server.PageAsync($"/console/executions/{arn}/states/Choose");

        Assert.Equal(["""{ "word": "Hello, you", "who": text }"""], new Answer(null, ofMachine).Parts("output"));
        Assert.Equal(ofMachine, ofExecution);
        Assert.Contains($"""data-known="/console/executions/{arn}/states/Choose/known">""", panel, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_that_changes_is_read_again()
    {
        using var project = ProjectOf();
        await using var server = await ServeAsync(project);
        var before = await KnowAsync(server, Definition, "\"Parameters\"");
        project.Write("order.schema.json", Schema.Replace("customer", "client", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(project.At("order.schema.json"), new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var after = await KnowAsync(server, Definition, "\"Parameters\"");

        Assert.Equal(["""{ "customer": text, "<b>"?: number }"""], before.Parts("input"));
        Assert.Equal(["""{ "client": text, "<b>"?: number }"""], after.Parts("input"));
    }

    private static string Known => ConsoleCalls.Machine("Greeting", "edit/known");

    private static async Task<Answer> KnowAsync(Serving server, string text, string at)
    {
        var before = text[..text.IndexOf(at, StringComparison.Ordinal)];
        var (line, column) = (before.Count(c => c == '\n') + 1, before.Length - before.LastIndexOf('\n'));
        var (status, answer) = await server.ChangeAsync(Known, new { text, line, column });
        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        return new(answer.TryGetProperty("state", out var state) ? state.GetString() : null, answer.Text("markup"));
    }

    private static Project ProjectOf()
    {
        var project = new Project(Template);
        project.Write("greeting.asl.json", Definition);
        project.Write("order.schema.json", Schema);
        return project;
    }

    private static Task<Serving> ServeAsync(Project project) => Serving.StartAsync(["--template", project.Template, "--in-memory"]);

    private sealed record Answer(string? State, string Markup)
    {
        /// <summary>The texts of the parts of a name.</summary>
        public string[] Parts(string name) =>
        [
            .. Markup.Split("<dt>").Skip(1).Select(part => part.Split("</dt>")).Where(part => Plain(part[0]) == name)
                .Select(part => Plain(part[1].Split("</dd>")[0])),
        ];

        private static string Plain(string markup) => WebUtility.HtmlDecode(Tag().Replace(markup, ""));
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
