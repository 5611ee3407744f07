using System.Net;
using System.Text;
using Stateside.Service.Tests.Cli;

namespace Stateside.Service.Tests.Console;

/// <summary>Editing a definition: findings and graph as it is written, and saving where it came from, or not at all.</summary>
public sealed class EditTests
{
    private const string Template =
        """
        Transform: AWS::Serverless-2016-10-31
        Parameters: {Word: {Type: String, Default: Hello}}
        Resources:
          Greeting:
            Type: AWS::Serverless::StateMachine
            Properties:
              Role: arn:aws:iam::123456789012:role/greeting
              DefinitionSubstitutions: {Word: !Ref Word}
              DefinitionUri: greeting.asl.json
        """;

    private const string Definition = "{\n  \"StartAt\": \"Greet\",\n  \"States\": {\n    \"Greet\": {\"Type\": \"Pass\", \"Result\": \"${Word}\", \"End\": true}\n  }\n}\n";

    [Fact]
    public async Task The_file_is_shown_as_it_is_written()
    {
        using var project = ProjectWith(Definition);
        await using var server = await ServeAsync(project);

        Assert.Contains("${Word}", await server.PageAsync(ConsoleCalls.Machine("Greeting", "edit")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Findings_and_graph_follow_what_is_written()
    {
        using var project = ProjectWith(Definition);
        await using var server = await ServeAsync(project);

        var (_, good) = await server.ChangeAsync(Check, new { text = Definition });
        var (_, bad) = await server.ChangeAsync(Check, new { text = Definition.Replace("\"End\": true", "\"Next\": \"Gone\"", StringComparison.Ordinal) });
        var (_, broken) = await server.ChangeAsync(Check, new { text = "{\n  \"StartAt\": <b>" });

        Assert.True(good.GetProperty("isValid").GetBoolean());
        Assert.Contains("data-state=\"Greet\"", good.Text("svg"), StringComparison.Ordinal);
        Assert.False(bad.GetProperty("isValid").GetBoolean());
        Assert.Equal((4, "error"), (bad.GetProperty("findings")[0].GetProperty("line").GetInt32(), bad.GetProperty("findings")[0].Text("severity")));
        Assert.Equal(2, broken.GetProperty("findings")[0].GetProperty("line").GetInt32());
    }

    /// <summary>Each finding tells the place, and with it the name: all of them whole would be a gigabyte.</summary>
    [Fact]
    public async Task A_draft_of_any_length_is_answered_in_bounded_size()
    {
        using var project = ProjectWith(Definition);
        await using var server = await ServeAsync(project);
        var name = new string('y', 500_000);
        var fields = string.Join(',', Enumerable.Range(0, 2000).Select(i => $"\"B{i}\":1"));

        var (_, answer) = await server.ChangeAsync(Check, new { text = $$"""{"StartAt":"A","States":{"{{name}}":{"Type":"Pass",{{fields}} } } }""" });

        Assert.Equal((200, 800), (answer.GetProperty("findings").GetArrayLength(), answer.GetProperty("more").GetInt32()));
        Assert.InRange(answer.GetRawText().Length, 200 * 2000, 200 * 3000);
        Assert.Contains("too long to draw in a page", answer.Text("svg"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_rules_than_a_page_can_draw_are_not_laid_out()
    {
        using var project = ProjectWith(Definition);
        await using var server = await ServeAsync(project);
        var rules = string.Join(',', Enumerable.Range(0, 30_000).Select(i => $$"""{"Variable":"$.a","NumericEquals":{{i}},"Next":"A"}"""));

        var (_, answer) = await server.ChangeAsync(
            Check, new { text = $$"""{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{{rules}}]},"A":{"Type":"Succeed"} } }""" });

        Assert.Contains("30000 rules and catchers are too many to draw in a page", answer.Text("svg"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_a_text_is_refused_and_says_what_is_missing()
    {
        using var project = ProjectWith(Definition);
        await using var server = await ServeAsync(project);
        foreach (var path in new[] { Check, Save, "/console/json" })
        {
            foreach (var body in new object[] { new { version = "1" }, new { text = (string?)null } })
            {
                var (status, answer) = await server.ChangeAsync(path, body);
                Assert.Equal((path, HttpStatusCode.BadRequest), (path, status));
                Assert.Contains("text", answer.ToString(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Saving_writes_the_file_and_the_reload_takes_it_over()
    {
        using var project = ProjectWith(Definition);
        await using var server = await ServeAsync(project);
        var changed = Definition.Replace("\"${Word}\"", "\"${Word}, you\"", StringComparison.Ordinal);

        var (status, saved) = await server.ChangeAsync(Save, new { text = changed, version = await VersionAsync(server) });
        await server.SaysAsync("Greeting has a new revision");

        Assert.Equal((HttpStatusCode.OK, changed), (status, File.ReadAllText(project.At("greeting.asl.json"))));
        Assert.Equal("\"Hello, you\"", (await server.EndedAsync(await server.StartExecutionAsync("Greeting"))).Text("output"));
        Assert.Equal(saved.Text("version"), await VersionAsync(server));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(project.Template)!, "greeting*"));
    }

    [Fact]
    public async Task What_somebody_else_wrote_meanwhile_is_not_overwritten()
    {
        using var project = ProjectWith(Definition);
        await using var server = await ServeAsync(project, "--no-reload");
        var version = await VersionAsync(server);
        var theirs = Definition.Replace("Greet", "Salute", StringComparison.Ordinal);
        project.Write("greeting.asl.json", theirs);

        var (status, body) = await server.ChangeAsync(Save, new { text = Definition, version });

        Assert.Equal((HttpStatusCode.Conflict, "Changed meanwhile"), (status, body.Text("error")));
        Assert.Equal(theirs, File.ReadAllText(project.At("greeting.asl.json")));
    }

    [Fact]
    public async Task A_definition_with_errors_is_not_saved()
    {
        using var project = ProjectWith(Definition);
        await using var server = await ServeAsync(project);

        var (status, _) = await server.ChangeAsync(Save, new { text = "{}", version = await VersionAsync(server) });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(Definition, File.ReadAllText(project.At("greeting.asl.json")));
    }

    [Fact]
    public async Task The_file_keeps_its_line_ends_and_its_mark()
    {
        using var project = ProjectWith("");
        File.WriteAllText(project.At("greeting.asl.json"), Definition.ReplaceLineEndings("\r\n"), new UTF8Encoding(true));
        await using var server = await ServeAsync(project);

        var (status, _) = await server.ChangeAsync(Save, new { text = Definition.Replace("${Word}", "Hey", StringComparison.Ordinal), version = await VersionAsync(server) });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Definition.Replace("${Word}", "Hey", StringComparison.Ordinal).ReplaceLineEndings("\r\n"))],
            File.ReadAllBytes(project.At("greeting.asl.json")));
    }

    [Fact]
    public async Task No_page_says_which_file_is_written()
    {
        using var project = ProjectWith(Definition);
        project.Write("other.json", "{}");
        await using var server = await ServeAsync(project);
        var other = project.At("other.json");

        await server.ChangeAsync(Save, new { text = Definition, version = await VersionAsync(server), path = other, file = other, name = other });

        Assert.Equal("{}", File.ReadAllText(other));
    }

    [Fact]
    public async Task A_definition_within_a_template_is_tried_here_and_edited_there()
    {
        using var project = new Project();
        await using var server = await ServeAsync(project);

        var page = await server.PageAsync(ConsoleCalls.Machine("Greeting", "edit"));
        var (status, _) = await server.ChangeAsync(Save, new { text = Definition, version = await VersionAsync(server) });

        Assert.Contains("which no page can write back to", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(Project.Greeting, File.ReadAllText(project.Template));
    }

    [Fact]
    public async Task What_came_over_the_api_is_saved_as_a_new_revision()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Greeting", Definitions.Pass);
        var version = await VersionAsync(server);

        var (status, saved) = await server.ChangeAsync(Save, new { text = Definition, version });
        var (late, _) = await server.ChangeAsync(Save, new { text = Definitions.Pass, version });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (status, late));
        Assert.Equal(Definition, (await server.CallAsync("DescribeStateMachine", new { stateMachineArn = ConsoleCalls.ArnOf("Greeting") })).Text("definition"));
        Assert.Equal(saved.Text("version"), await VersionAsync(server));
    }

    private static string Check { get; } = ConsoleCalls.Machine("Greeting", "edit/check");

    private static string Save { get; } = ConsoleCalls.Machine("Greeting", "edit/save");

    private static Project ProjectWith(string definition)
    {
        var project = new Project(Template);
        project.Write("greeting.asl.json", definition);
        return project;
    }

    private static Task<Serving> ServeAsync(Project project, params string[] args) => Serving.StartAsync(["--template", project.Template, "--in-memory", .. args]);

    private static async Task<string> VersionAsync(Serving server)
    {
        const string Begin = "data-version=\"";
        var page = await server.PageAsync(ConsoleCalls.Machine("Greeting", "edit"));
        var at = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        return page[at..page.IndexOf('"', at)];
    }
}
