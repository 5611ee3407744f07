using System.Diagnostics;
using System.Text.Json;

namespace Stateside.Service.Tests.Cli;

/// <summary>What handlers find in the program's own process: this needs the program itself, since no test owns its process.</summary>
public sealed class OwnProcessTests : IDisposable
{
    private const string Key = "AKIAIOSFODNN7EXAMPLE";
    private const string OtherKey = "AKIAI44QH8DHBEXAMPLE";
    private const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    private static readonly string Template =
        """
        Globals: {Function: {Runtime: dotnet10, Timeout: 60, CodeUri: CODE}}
        Resources:
          First: {Type: AWS::Serverless::Function, Properties: {FunctionName: first, Handler: 'Hosted::Hosted.Place::Look', MemorySize: 256}}
          Second: {Type: AWS::Serverless::Function, Properties: {FunctionName: second, Handler: 'Hosted::Hosted.Place::Look', MemorySize: 512}}
          Identity: {Type: AWS::Serverless::Function, Properties: {Handler: 'Hosted::Hosted.Identity::Show'}}
          Reach: {Type: AWS::Serverless::Function, Properties: {Handler: 'Hosted::Hosted.Reach::Ask'}}
          Output: {Type: AWS::Serverless::Function, Properties: {Handler: 'Hosted::Hosted.Output::Write'}}
          Python:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.13
              Handler: index.show
              InlineCode: |
                import os
                def show(event, context):
                    found = {name: os.environ[name] for name in os.environ if name.startswith("AWS_")}
                    try:
                        import botocore.session
                        keys = botocore.session.Session().get_credentials()
                        found["found"] = f"{keys.access_key} {keys.secret_key} {keys.token or ''}".strip() if keys else None
                    except ImportError:
                        pass
                    return found
          Node:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: nodejs22.x
              Handler: index.show
              InlineCode: |
                exports.show = async () => Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("AWS_")))
          Machine:
            Type: AWS::Serverless::StateMachine
            Properties:
              Definition:
                StartAt: Choose
                States:
                  Choose: {Type: Choice, Choices: [{Variable: $.call, IsPresent: true, Next: Call}], Default: One}
                  Call: {Type: Task, Resource: 'arn:aws:states:::lambda:invoke', Parameters: {FunctionName.$: $.call, Payload.$: $.with}, OutputPath: $.Payload, End: true}
                  One: {Type: Task, Resource: !GetAtt First.Arn, ResultPath: $.one, Next: Two, Parameters: {}}
                  Two: {Type: Task, Resource: !GetAtt Second.Arn, ResultPath: $.two, Next: Again, Parameters: {}}
                  Again: {Type: Task, Resource: !GetAtt First.Arn, ResultPath: $.again, Parameters: {write: handler.txt}, End: true}
        """.Replace("CODE", Project.Output("tests/handlers/Hosted"), StringComparison.Ordinal);

    private readonly Project _project = new(Template);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Functions_one_after_another_find_each_what_Lambda_tells_them()
    {
        _project.Write("input.json", "{}");
        var result = await RunAsync(new Dictionary<string, string?>(), "--input", "input.json", "--output", "out/result.json", "--data", "kept");

        Assert.True(result.Code == 0, result.Error);
        Assert.Empty(result.Output);
        var output = JsonDocument.Parse(await File.ReadAllTextAsync(_project.At("out/result.json"), TestContext.Current.CancellationToken)).RootElement;
        foreach (var (state, name, memory) in new[] { ("one", "first", "256"), ("two", "second", "512"), ("again", "first", "256") })
        {
            var seen = output.GetProperty(state).Deserialize<Dictionary<string, string>>()!;
            Assert.All(["static", "init", "now", "context"], what => Assert.Equal((what, name), (what, seen[what])));
            Assert.Equal(("the context's", "the context's", memory, "Hosted::Hosted.Place::Look"), (seen["stream"], seen["trace"], seen["memory"], seen["handler"]));
            Assert.Equal("Ahoy", seen["greeting"]);
            Assert.Equal((seen["root"], seen["root"]), (seen["folder"], seen["base"]));
            Assert.True(File.Exists(Path.Combine(seen["folder"], "Hosted.dll")), seen["folder"]);
            Assert.Equal("00:00:00", seen["zone"]);
        }

        // The user's paths are from where the command was started, the handler's from its own folder.
        Assert.True(File.Exists(_project.At("kept/stateside.db")));
        Assert.False(File.Exists(_project.At("handler.txt")));
    }

    [Fact]
    public async Task What_a_handler_writes_to_standard_output_in_whatever_way_stands_in_its_log_and_not_in_the_output()
    {
        var result = await CallAsync("Output", "{}", []);

        Assert.True(result.Code == 0, result.Error);
        Assert.Equal("\"written\"\n", result.Output.ReplaceLineEndings("\n"));
        string[] lines = ["by the console", "by its stream", .. OperatingSystem.IsWindows() ? Array.Empty<string>() : ["by the system"], "by a writer of its own", "without an end"];
        Assert.All(lines, line => Assert.Contains(result.ErrorLines, said => said.Contains("| Output: ", StringComparison.Ordinal) && said.EndsWith(line, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Identity", false)]
    [InlineData("Identity", true)]
    [InlineData("Python", false)]
    [InlineData("Node", false)]
    public async Task The_users_credentials_do_not_reach_handlers_but_with_leave(string function, bool isolate)
    {
        string[] isolated = isolate ? ["--isolate"] : [];
        var without = await CallAsync(function, "{}", isolated);
        var with = await CallAsync(function, "{}", [.. isolated, "--allow-aws"]);
        if (Absent(without))
            Assert.Skip("What runs this function is not on this machine.");

        Assert.True(without.Code == 0, without.Error);
        Assert.All([Key, OtherKey, Secret, "my-session", "my-profile", "my-role"], mine => Assert.DoesNotContain(mine, without.Output, StringComparison.Ordinal));
        var seen = JsonDocument.Parse(without.Output).RootElement.Deserialize<Dictionary<string, string?>>()!;
        Assert.Equal(("STATESIDE", "STATESIDE"), (seen["AWS_ACCESS_KEY_ID"], seen["AWS_SECRET_ACCESS_KEY"]));
        Assert.Equal("STATESIDE STATESIDE", seen.GetValueOrDefault("found", "STATESIDE STATESIDE"));
        Assert.Equal(Key, JsonDocument.Parse(with.Output).RootElement.GetProperty("AWS_ACCESS_KEY_ID").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_to_a_host_of_AWS_does_not_leave_the_machine(bool isolate)
    {
        string[] isolated = isolate ? ["--isolate"] : [];
        var secure = await CallAsync("Reach", """{"url": "https://dynamodb.us-east-1.amazonaws.com/"}""", isolated);
        var plain = await CallAsync("Reach", """{"url": "http://states.us-east-1.amazonaws.com/"}""", isolated);

        Assert.Contains("failed with status code '501'", secure.Output, StringComparison.Ordinal);
        Assert.Contains("A request to dynamodb.us-east-1.amazonaws.com is not sent: without --allow-aws nothing reaches AWS.", secure.Error, StringComparison.Ordinal);
        Assert.StartsWith("200 {\"stateMachines\":[{", JsonDocument.Parse(plain.Output).RootElement.GetString(), StringComparison.Ordinal);
    }

    private static bool Absent(CommandResult result) => result.Error.Contains("on the PATH", StringComparison.Ordinal);

    private Task<CommandResult> CallAsync(string function, string with, string[] options)
    {
        _project.Write("call.json", $$"""{"call": "{{function}}", "with": {{with}}}""");
        return RunAsync(
            new Dictionary<string, string?>
            {
                ["AWS_ACCESS_KEY_ID"] = Key,
                ["AWS_SECRET_ACCESS_KEY"] = Secret,
                ["AWS_SESSION_TOKEN"] = "my-session",
                ["AWS_PROFILE"] = "my-profile",
                ["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/my-role",
                ["AWS_BEARER_TOKEN_BEDROCK"] = "my-session",
                ["AWS_SHARED_CREDENTIALS_FILE"] = _project.Write(
                    "credentials", $"[my-profile]\naws_access_key_id = {OtherKey}\naws_secret_access_key = {Secret}\n[default]\naws_access_key_id = {OtherKey}\naws_secret_access_key = {Secret}\n"),
            },
            ["--input", "call.json", "--in-memory", .. options]);
    }

    // From the project's folder, as people run it.
    private async Task<CommandResult> RunAsync(IReadOnlyDictionary<string, string?> variables, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _project.At(".") };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "stateside.dll"), "run", .. args])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        start.Environment["TZ"] = "Asia/Tokyo";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CommandResult(process.ExitCode, await output, await error);
    }
}
