using Stateside.Engine.Flow;
using Stateside.Engine.Functions;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Resolving;
using Stateside.Engine.Tests.Functions;
using Stateside.Language.Definitions;
using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Shapes;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.Flow;

public sealed class TemplateSourcesTests : IDisposable
{
    private static readonly string Line =
        """{ "sku"?: text or null, "note"?: text or null, "quantity"?: number, "price"?: number, "isGift"?: boolean, … } or null""";

    private readonly string _folder = Directory.CreateTempSubdirectory("stateside-").FullName;
    private readonly List<string> _progress = [];

    [Fact]
    public async Task Order_intake_is_known_at_every_task_and_nothing_is_wrong_with_it()
    {
        var sources = await ReadAsync(Path.Combine(HandlerFixtures.RepoRoot, "serverless.template"));
        var machine = sources.Template.FindStateMachine("OrderIntake");

        var flow = MachineFlow.Of(
            DefinitionParser.Parse(machine.Definition!.Text).Definition!, sources.Of(machine), cancellation: TestContext.Current.CancellationToken);

        Assert.Empty(sources.Notes);
        Assert.Empty(_progress);
        var tasks = flow.States.Where(state => state.State is TaskState).ToList();
        Assert.Equal(7, tasks.Count);
        Assert.All(tasks, task => Assert.False(task.Result!.IsAnything, task.State.Name));
        Assert.Equal("""{ "orderId": text, "placedAt": text, "currency": text, "customer": { "id"?: text, "country": text }, "lines": [ { "sku": text, "description"?: text, "quantity": number, "unitPrice": number }, … ] }""",
            tasks.Single(task => task.State.Name == "InvoiceOrder").Arguments!.ToString());
        Assert.Empty(flow.Findings().Select(finding => finding.Sentence));
    }

    [Fact]
    public async Task A_member_that_a_handler_expects_is_found_by_the_line_that_declares_it()
    {
        var (_, sources) = await FindAsync(Function("DataHandlers::Camel"), "arn:aws:lambda:us-east-1:123456789012:function:Line", Shape.Anything);
        var definition = DefinitionParser.Parse("""
            {"StartAt": "Do", "States": {"Do": {
              "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Line",
              "Parameters": {"SKU": "a", "quantity": "three", "prise": 4}, "Next": "Read"},
              "Read": {"Type": "Pass", "InputPath": "$.nte", "End": true}}}
            """).Definition!;

        var known = sources.Of(sources.Template.FindStateMachine("Machine"));
        var found = MachineFlow.Of(definition, known, cancellation: TestContext.Current.CancellationToken).Findings();

        Assert.Equal(["DATA_WRONG_TYPE", "DATA_NOT_EXPECTED", "DATA_NEVER_FOUND"], found.Select(finding => finding.Code));
        Assert.Equal("prise", found[1].Likely);
        Assert.Equal("note", found[2].Likely);
        Assert.Equal("Data.Line.Price", found[1].Origin!.Name);
        Assert.Contains("record Line(", File.ReadLines(found[1].Origin!.File!).ElementAt(found[1].Origin!.Line - 1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DataHandlers::Camel", "Line", """{ "sku": text, "note"?: text, "quantity": number, "price": number, "isGift": boolean } or null""")]
    [InlineData("DataHandlers::Snake", "Line", """{ "sku": text, "note": text or null, "quantity": number, "price": number, "is_gift": boolean } or null""")]
    [InlineData("DataHandlers::Own", "Line", "anything")]
    [InlineData("DataHandlers::Wayward", "Line", "anything")]
    [InlineData("Signatures::Nothing", "Order", "null")]
    [InlineData("Signatures::NothingAsync", "Order", "null")]
    [InlineData("Signatures::Calls", "", "number")]
    [InlineData("Signatures::ValueAsync", "Order", """{ "Text": text }""")]
    [InlineData("Signatures::Streams", "Stream", "anything")]
    [InlineData("Signatures::OnlyContext", "", "[ text, … ]")]
    [InlineData("Signatures::FromBase", "Order", "text")]
    public async Task A_handler_gives_so(string handler, string parameter, string shape)
    {
        var task = await TaskAsync(handler, Function(handler));

        Assert.EndsWith($"({(parameter == "Line" ? "Data.Line" : parameter)})", task!.Name, StringComparison.Ordinal);
        Assert.Equal(shape.Replace(" or null", "", StringComparison.Ordinal), task.Gives.ToString().Replace(" or null", "", StringComparison.Ordinal).Replace("text or null", "text", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_handler_takes_so()
    {
        var task = await TaskAsync("DataHandlers::Camel", Function("DataHandlers::Camel"));

        Assert.Equal(Line, task!.Accepts!.ToString());
        Assert.True(task.Expects!.Members!.Find("sku")!.IsCertain);
        Assert.False(task.Expects.Members.Find("note")!.IsCertain);
        Assert.True(task.IgnoresCase);
    }

    [Fact]
    public async Task What_a_handler_takes_and_gives_is_the_payload_of_an_invocation()
    {
        var arguments = Shape.Object(("FunctionName", Shape.TextOf("Line")), ("Payload", Shape.AnyObject));

        var task = await TaskAsync("DataHandlers::Camel", Function("DataHandlers::Camel"), "arn:aws:states:::lambda:invoke", arguments);

        Assert.Equal("text", task!.Gives.At("Payload").At("sku").Without(ShapeKinds.Nothing).ToString());
        Assert.True(task.Accepts!.Admits(JsonReader.Parse("""{"FunctionName": "Line", "Payload": {"sku": "a"}}""")));
        Assert.False(task.Accepts.Admits(JsonReader.Parse("""{"FunctionName": "Line", "Payload": {"sku": 1}}""")));
    }

    [Fact]
    public async Task A_function_of_another_account_is_another_one() =>
        Assert.Null(await TaskAsync("DataHandlers::Camel", Function("DataHandlers::Camel"), "arn:aws:lambda:us-east-1:999999999999:function:Line"));

    [Fact]
    public async Task Metadata_name_schemas_of_what_a_function_takes_and_gives()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "in.json"), """{"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}""", TestContext.Current.CancellationToken);
        var function = """
            Line:
                Type: AWS::Serverless::Function
                Metadata: {Stateside: {InputSchema: in.json, OutputSchema: missing.json}}
                Properties: {FunctionName: Line, Runtime: python3.13, Handler: a.b, CodeUri: .}
            """;

        var (task, sources) = await FindAsync(function, "arn:aws:lambda:us-east-1:123456789012:function:Line", Shape.Anything);

        Assert.Equal("the function Line", task!.Name);
        Assert.Equal("""{ "id": text, … }""", task.Accepts!.ToString());
        Assert.True(task.Gives.IsAnything);
        Assert.Contains("missing.json cannot be read", Assert.Single(sources.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_another_waits_for_gives_what_it_gives_of_its_input()
    {
        var inner = """
            Inner:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Name: Inner
                  Definition: {StartAt: Pass, States: {Pass: {Type: Pass, Parameters: {seen.$: $.id, is: done}, End: true}}}
            """;
        var arguments = Shape.Object(
            ("StateMachineArn", Shape.TextOf("arn:aws:states:us-east-1:123456789012:stateMachine:Inner")), ("Input", Shape.Object(("id", Shape.Number))));

        var (task, _) = await FindAsync(inner, "arn:aws:states:::states:startExecution.sync:2", arguments);
        var (asText, _) = await FindAsync(inner, "arn:aws:states:::states:startExecution.sync", arguments);

        Assert.Equal("the state machine Inner", task!.Name);
        Assert.Equal("""{ "seen": number, "is": "done" }""", task.Gives.At("Output").ToString());
        Assert.Equal("text", asText!.Gives.At("Output").ToString());
    }

    [Fact]
    public async Task A_machine_that_waits_for_itself_gives_anything()
    {
        var inner = """
            Inner:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Name: Inner
                  Definition:
                    StartAt: Again
                    States:
                      Again:
                        Type: Task
                        Resource: arn:aws:states:::states:startExecution.sync:2
                        Parameters: {StateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:Inner", Input.$: $}
                        OutputPath: $.Output
                        End: true
            """;
        var arguments = Shape.Object(("StateMachineArn", Shape.TextOf("arn:aws:states:us-east-1:123456789012:stateMachine:Inner")));

        var (task, _) = await FindAsync(inner, "arn:aws:states:::states:startExecution.sync:2", arguments);

        Assert.True(task!.Gives.At("Output").IsAnything);
    }

    [Fact]
    public async Task A_function_that_is_not_built_and_may_not_be_is_unknown_with_a_note()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "Shapes.csproj"), "<Project/>", TestContext.Current.CancellationToken);

        var (task, sources) = await FindAsync(Function("DataHandlers::Camel", "."), "arn:aws:lambda:us-east-1:123456789012:function:Line", Shape.Anything);

        Assert.Null(task);
        Assert.Contains("is not built", Assert.Single(sources.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_have_a_shape_together()
    {
        File.WriteAllText(Path.Combine(_folder, "one.json"), """{"id": "a", "lines": [{"n": 1}], "note": null}""");
        File.WriteAllText(Path.Combine(_folder, "more.ndjson"), """
            {"id": "b", "lines": []}
            {"id": 3, "lines": [{"n": 1, "m": true}]}
            """);

        Assert.Equal(
            """{ "id": text or number, "lines": [ { "n": number, "m"?: boolean }, … ], "note"?: null }""", InputSamples.Read([_folder]).ToString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Function(string handler, string? code = null) => $$"""
        Line:
            Type: AWS::Serverless::Function
            Properties: {FunctionName: Line, Runtime: dotnet10, Handler: "Shapes::Shapes.{{handler}}", CodeUri: "{{code ?? HandlerFixtures.Output("Shapes").Replace('\\', '/')}}"}
        """;

    private async Task<TaskShapes?> TaskAsync(string handler, string function, string? resource = null, Shape? arguments = null) =>
        (await FindAsync(function, resource ?? "arn:aws:lambda:us-east-1:123456789012:function:Line", arguments ?? Shape.Anything)).Task;

    /// <summary>What is known of a task in a template with one more resource.</summary>
    private async Task<(TaskShapes? Task, TemplateSources Sources)> FindAsync(string resource, string task, Shape arguments)
    {
        var template = Path.Combine(_folder, "template.yaml");
        await File.WriteAllTextAsync(template, $$"""
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Machine:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Name: Machine
                  Definition:
                    StartAt: Do
                    States:
                      Do: {Type: Task, Resource: "{{task}}", Parameters: {FunctionName: Line}, End: true}
              {{resource}}
            """, TestContext.Current.CancellationToken);
        var sources = await ReadAsync(template);
        var state = new TaskState { Name = "Do", QueryLanguage = QueryLanguage.JsonPath, Resource = TaskResource.Parse(task)! };
        return (sources.Of(sources.Template.FindStateMachine("Machine")).TaskOf(state, arguments), sources);
    }

    private async Task<TemplateSources> ReadAsync(string template)
    {
        var options = new FunctionHostOptions { StateDirectory = _folder, OutputDirectory = null, Build = false, Progress = _progress.Add };
        var model = TemplateReader.Read(new TemplateRequest(template));
        return await TemplateSources.ReadAsync(model, options, TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
