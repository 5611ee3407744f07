using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using Stateside.Engine.Functions;

namespace Stateside.Engine.Tests.Functions;

/// <summary>Functions that are no methods of .NET assemblies: programs with a bootstrap of their own, and scripts.</summary>
public sealed class RuntimeTests : IAsyncDisposable
{
    private readonly HandlerFixtures _handlers = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("stateside-").FullName;

    public async ValueTask DisposeAsync()
    {
        await _handlers.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_executable_assembly_is_told_of_its_invocation_in_headers()
    {
        var request = _handlers.NewRequest() with { TraceId = "Root=1-5", ClientContext = """{"custom":{"city":"Köln"}}""", InvokedArn = Program.Arn + ":live" };

        var result = await _handlers.InvokeAsync(Program, """{"do":"headers"}""", request);

        Assert.Equal(
            [request.RequestId, Program.Arn + ":live", "Root=1-5", """{"custom":{"city":"K\u00f6ln"}}""", "True"],
            JsonSerializer.Deserialize<string[]>(result.Payload.Span)!);
        Assert.Equal("got {\"do\":\"headers\"}\n", result.Log.ReplaceLineEndings("\n"));
        Assert.StartsWith("Program runs in a process of its own: it is an executable assembly.", Assert.Single(_handlers.Progress), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_executable_assembly_fails_by_the_error_it_posts_or_the_way_it_ends()
    {
        var request = _handlers.NewRequest();

        var rejected = await _handlers.InvokeAsync(Program, """{"do":"error"}""");
        var ended = await _handlers.InvokeAsync(Program, """{"do":"exit"}""", request);
        var failedToStart = await _handlers.InvokeAsync(
            Program with { Name = "Bad", Variables = new Dictionary<string, string> { ["FAIL_INIT"] = "no rates" } }, """{"do":"exit"}""");

        Assert.Equal(("Unhandled", "OrderRejected", """{"errorType":"OrderRejected","errorMessage":"no"}"""), (rejected.FunctionError, rejected.ErrorType, rejected.PayloadText));
        Assert.Equal(
            $$"""{"errorType":"Runtime.ExitError","errorMessage":"RequestId: {{request.RequestId}} Error: Runtime exited with error: exit status 4"}""",
            ended.PayloadText);
        Assert.Equal("""{"errorType":"Bad.Start","errorMessage":"no rates"}""", failedToStart.PayloadText);
        Assert.Equal("400", (await _handlers.InvokeAsync(Program, """{"do":"wrong id"}""")).PayloadText);
    }

    [Fact]
    public async Task A_result_may_come_in_chunks_and_may_be_too_large()
    {
        var chunked = await _handlers.InvokeAsync(Program, """{"do":"chunked"}""");
        var large = await _handlers.InvokeAsync(Program, """{"do":"large","length":6291555}""");
        var largest = await _handlers.InvokeAsync(Program, """{"do":"large","length":6291554}""");

        Assert.Equal(100_002, chunked.Payload.Length);
        Assert.Equal(
            """{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes)."}""",
            large.PayloadText);
        Assert.Equal(6_291_556, largest.Payload.Length);
    }

    [Fact]
    public async Task A_program_may_be_built_as_a_runtime_of_its_own()
    {
        var function = Program with { Runtime = "provided.al2023", Handler = "anything" };

        var result = await _handlers.InvokeAsync(function, """{"do":"variables","names":["_HANDLER","AWS_EXECUTION_ENV"]}""");

        Assert.Equal("""["anything","AWS_Lambda_provided.al2023"]""", result.PayloadText);
    }

    [Fact]
    public async Task A_bootstrap_is_started_as_it_is_and_its_absence_is_reported()
    {
        var missing = await _handlers.InvokeAsync(Script("provided.al2023", "any", "readme.txt", "nothing to run"));
        Assert.Contains("holds no file 'bootstrap' nor one .NET program", missing.PayloadText, StringComparison.Ordinal);
        if (OperatingSystem.IsWindows())
            return;

        var function = Script("provided.al2023", "any", "bootstrap", """
            #!/usr/bin/env python3
            import json, os, urllib.request
            root = "http://%s/2018-06-01/runtime/invocation/" % os.environ["AWS_LAMBDA_RUNTIME_API"]
            while True:
                with urllib.request.urlopen(root + "next") as event:
                    answer = json.dumps({"seen": json.load(event)}).encode()
                    urllib.request.urlopen(root + event.headers["Lambda-Runtime-Aws-Request-Id"] + "/response", answer).read()
            """) with
        { Name = "Bootstrap" };
        var notExecutable = await _handlers.InvokeAsync(function, "1");
        File.SetUnixFileMode(Path.Combine(_folder, "bootstrap"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.Equal("Runtime.InvalidEntrypoint", notExecutable.ErrorType);
        Assert.Contains("The process for function Bootstrap could not be started", notExecutable.PayloadText, StringComparison.Ordinal);
        File.AppendAllText(Path.Combine(_folder, "bootstrap"), "\n");
        await _handlers.Host.PrepareAsync([function], TestContext.Current.CancellationToken);
        Assert.Equal("""{"seen": [1]}""", (await _handlers.InvokeAsync(function, "[1]")).PayloadText);
    }

    [Fact]
    public async Task An_SDK_too_old_for_the_address_is_named()
    {
        SkipWithout("python3");
        await using var handlers = new HandlerFixtures(options => options with { AwsAddress = new Uri("http://127.0.0.1:1") });
        var installed = Directory.CreateDirectory(Path.Combine(_folder, "botocore-1.29.7.dist-info"));
        await File.WriteAllTextAsync(Path.Combine(installed.FullName, "METADATA"), "Name: botocore", TestContext.Current.CancellationToken);

        await handlers.InvokeAsync(Script("python3.13", "app.main", "app.py", "def main(event, context): return 1"));

        Assert.Contains(handlers.Progress, line => line.EndsWith(
            "has botocore 1.29.7, which does not know AWS_ENDPOINT_URL: it asks AWS itself, with a key that is nobody's. Use 1.31.0 or later.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_Python_handler_runs_with_context_log_and_errors_as_on_Lambda()
    {
        SkipWithout("python3");
        var function = Script("python3.13", "orders/app.main", "orders/app.py", """
            import logging, os, sys
            count = 0
            class Rejected(Exception): pass
            def main(event, context):
                global count
                count += 1
                if event == "exit": sys.exit(5)
                if event == "reject": raise Rejected("no Ü")
                if event == "set": return {1}
                print("hello")
                print("to the error stream", file=sys.stderr)
                logging.warning("careful")
                return [event, count, context.aws_request_id, context.function_name, context.get_remaining_time_in_millis() > 0, context.client_context.custom["city"], os.environ["OWN"]]
            """) with
        { Variables = new Dictionary<string, string> { ["OWN"] = "own" } };
        var request = _handlers.NewRequest() with { ClientContext = """{"custom":{"city":"Köln"}}""" };

        var result = await _handlers.InvokeAsync(function, "\"a\"", request);
        var rejected = await _handlers.InvokeAsync(function, "\"reject\"");
        var marshal = await _handlers.InvokeAsync(function, "\"set\"");
        var exited = await _handlers.InvokeAsync(function, "\"exit\"");

        Assert.Equal($$"""["a", 1, "{{request.RequestId}}", "Script", true, "Köln", "own"]""", result.PayloadText);
        Assert.Matches($@"^hello\nto the error stream\n\[WARNING\]\t\S+Z\t{request.RequestId}\tcareful\n$", result.Log.ReplaceLineEndings("\n"));
        using var error = JsonDocument.Parse(rejected.Payload);
        Assert.Equal("Rejected", rejected.ErrorType);
        Assert.Equal("no Ü", error.RootElement.GetProperty("errorMessage").GetString());
        Assert.Contains("app.py\", line 8, in main", error.RootElement.GetProperty("stackTrace")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("Runtime.MarshalError", marshal.ErrorType);
        Assert.Contains("exit status 5", exited.PayloadText, StringComparison.Ordinal);
        Assert.Contains(_handlers.Progress, line => line == "Script runs in a process of its own: its runtime is python3.13.");
    }

    [Theory]
    [InlineData("app", "Runtime.MalformedHandlerName")]
    [InlineData("none.main", "Runtime.ImportModuleError")]
    [InlineData("app.none", "Runtime.HandlerNotFound")]
    public async Task A_Python_handler_that_is_not_there_is_named_as_on_Lambda(string handler, string error)
    {
        SkipWithout("python3");

        Assert.Equal(error, (await _handlers.InvokeAsync(Script("python3.13", handler, "app.py", "def main(event, context): pass"))).ErrorType);
    }

    [Fact]
    public async Task Python_that_is_none_is_told_with_its_place()
    {
        SkipWithout("python3");

        var result = await _handlers.InvokeAsync(Script("python3.13", "app.main", "app.py", "def main(event, context)\n    pass"));

        Assert.Equal("Runtime.UserCodeSyntaxError", result.ErrorType);
        Assert.Contains("Syntax error in module 'app': ", result.PayloadText, StringComparison.Ordinal);
        Assert.Contains("(app.py, line 1)", result.PayloadText, StringComparison.Ordinal);
        Assert.Contains("app.py\\\" Line 1\\n    def main(event, context)", result.PayloadText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exports.main = (", "Runtime.UserCodeSyntaxError")]
    [InlineData("require('./no-such-file.js'); exports.main = () => 1;", "Runtime.ImportModuleError")]
    [InlineData("throw new RangeError('early');", "RangeError")]
    public async Task Node_code_that_cannot_be_loaded_is_named_as_on_Lambda(string code, string error)
    {
        SkipWithout("node");

        Assert.Equal(error, (await _handlers.InvokeAsync(Script("nodejs22.x", "app.main", "app.js", code))).ErrorType);
    }

    [Theory]
    [InlineData("app.js", "exports.main = ")]
    [InlineData("app.mjs", "export const main = ")]
    public async Task A_Node_handler_runs_with_context_log_and_errors_as_on_Lambda(string file, string declaration)
    {
        SkipWithout("node");
        var function = Script("nodejs22.x", "app.main", file, declaration + """
            async (event, context) => {
              if (event === "exit") process.exit(6);
              if (event === "reject") throw new RangeError("no Ü");
              if (event === "stray") { setTimeout(() => { throw new Error("stray"); }, 1); await new Promise(() => {}); }
              console.log("hello %d", 3);
              console.error("bad");
              return [event, context.awsRequestId, context.functionName, context.getRemainingTimeInMillis() > 0, context.clientContext.custom.city];
            };
            """);
        var request = _handlers.NewRequest() with { ClientContext = """{"custom":{"city":"Köln"}}""" };

        var result = await _handlers.InvokeAsync(function, "\"a\"", request);
        var rejected = await _handlers.InvokeAsync(function, "\"reject\"");
        var stray = await _handlers.InvokeAsync(function, "\"stray\"");
        var exited = await _handlers.InvokeAsync(function, "\"exit\"");

        Assert.Equal($$"""["a","{{request.RequestId}}","Script",true,"Köln"]""", result.PayloadText);
        Assert.Matches($@"^\S+Z\t{request.RequestId}\tINFO\thello 3\n\S+Z\t{request.RequestId}\tERROR\tbad\n$", result.Log);
        Assert.Equal("RangeError", rejected.ErrorType);
        Assert.Equal("no Ü", JsonDocument.Parse(rejected.Payload).RootElement.GetProperty("errorMessage").GetString());
        Assert.Equal("Error", stray.ErrorType);
        Assert.Contains("exit status 6", exited.PayloadText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Node_handler_may_answer_by_a_callback()
    {
        SkipWithout("node");
        var function = Script("nodejs22.x", "app.main", "app.cjs", "exports.main = (event, context, callback) => setTimeout(() => callback(null, event + 1), 1);");

        Assert.Equal("3", (await _handlers.InvokeAsync(function, "2")).PayloadText);
    }

    [Fact]
    public async Task A_handler_built_for_a_newer_framework_runs_elsewhere_and_says_what_it_needs()
    {
        await using var handlers = new HandlerFixtures(options => options with { HandlerProcess = ThisProgramAsHandlerProcess.Command });
        foreach (var file in Directory.GetFiles(HandlerFixtures.Output("Shapes")))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        ReferToFramework(99, Path.Combine(_folder, "Shapes.dll"));

        var result = await handlers.InvokeAsync(HandlerFixtures.Shape("Signatures::Calls") with { CodePath = _folder });

        Assert.StartsWith(
            "Signatures-Calls runs in a process of its own: it is built for .NET 99.0, newer than the", Assert.Single(handlers.Progress),
            StringComparison.Ordinal);
        Assert.Equal("LambdaValidationException", result.ErrorType);
        Assert.Contains("was built for .NET 99.0, but the newest that Stateside can run on here is", result.PayloadText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_in_a_zip_runs_too()
    {
        SkipWithout("python3");
        var function = Script("python3.13", "app.main", "inner/app.py", "def main(event, context): return event");
        var zip = Path.Combine(_folder, "code.zip");
        ZipFile.CreateFromDirectory(Path.Combine(_folder, "inner"), zip);

        Assert.Equal("[7]", (await _handlers.InvokeAsync(function with { CodePath = zip }, "[7]")).PayloadText);
    }

    private static FunctionConfiguration Program { get; } = HandlerFixtures.Shape("any") with
    {
        Name = "Program",
        Arn = "arn:aws:lambda:us-east-1:123456789012:function:Program",
        Handler = "ProgramHandler",
        CodePath = HandlerFixtures.Output("Program"),
        MemorySize = 512,
    };

    [Theory]
    [InlineData("python3.13", "def handler(event, context): return event + {0}")]
    [InlineData("nodejs22.x", "exports.handler = async (event) => event + {0};")]
    public async Task Code_that_stands_in_a_template_is_the_file_index(string runtime, string code)
    {
        SkipWithout(runtime.StartsWith("python", StringComparison.Ordinal) ? "python3" : "node");
        var function = HandlerFixtures.Shape("any") with
        {
            Name = "Inline",
            Runtime = runtime,
            Handler = "index.handler",
            CodePath = Path.Combine(_folder, "template.yaml"),
            InlineCode = code.Replace("{0}", "1", StringComparison.Ordinal),
        };

        Assert.Equal("3", (await _handlers.InvokeAsync(function, "2")).PayloadText);
        Assert.Equal("4", (await _handlers.InvokeAsync(function with { InlineCode = code.Replace("{0}", "2", StringComparison.Ordinal) }, "2")).PayloadText);
        Assert.Empty(Stateside.Engine.Functions.Hosting.FunctionHost.SourcesOf(function));
    }

    private FunctionConfiguration Script(string runtime, string handler, string file, string text)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return HandlerFixtures.Shape("any") with { Name = "Script", Runtime = runtime, Handler = handler, CodePath = _folder, MemorySize = 512 };
    }

    // No compiler here knows a later framework, so the version in the reference is changed where it stands.
    private static void ReferToFramework(byte major, string assembly)
    {
        var bytes = File.ReadAllBytes(assembly);
        using (var file = new PEReader([.. bytes]))
        {
            var metadata = file.GetMetadataReader();
            var row = metadata.AssemblyReferences.Single(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name) == "System.Runtime");
            bytes[file.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.AssemblyRef)
                + ((MetadataTokens.GetRowNumber(row) - 1) * metadata.GetTableRowSize(TableIndex.AssemblyRef))] = major;
        }

        File.WriteAllBytes(assembly, bytes);
    }

    private static void SkipWithout(string interpreter) => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, interpreter)) || File.Exists(Path.Combine(folder, interpreter + ".exe"))),
        $"There is no {interpreter} on the PATH.");
}
