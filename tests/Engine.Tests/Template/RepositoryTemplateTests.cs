using Stateside.Engine.Template;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Template;

/// <summary>The template of this repository.</summary>
public sealed class RepositoryTemplateTests
{
    private static readonly string Root = FindRoot();
    private readonly TemplateModel _model = TemplateReader.Read(new TemplateRequest(TemplateFile.Find(Root)));

    [Fact]
    public void It_is_read_without_a_finding() => Assert.Empty(_model.Diagnostics);

    [Fact]
    public void Its_definition_is_the_file_with_the_names_of_its_resources_in_it()
    {
        var machine = _model.FindStateMachine("OrderIntake");
        var text = File.ReadAllText(Path.Combine(Root, "statemachine", "order-intake.asl.json"))
            .Replace("${ValidateOrderFunctionArn}", "arn:aws:lambda:us-east-1:123456789012:function:ValidateOrderFunction:live", StringComparison.Ordinal)
            .Replace("${InvoiceOrderFunctionArn}", "arn:aws:lambda:us-east-1:123456789012:function:InvoiceOrderFunction:live", StringComparison.Ordinal)
            .Replace("${OrdersTableName}", "OrdersTable", StringComparison.Ordinal)
            .Replace("${InvoiceBucketName}", "invoicebucket", StringComparison.Ordinal);
        Assert.Equal(text, machine.Definition!.Text);
        Assert.True(machine.Definition.LinesMatch);
        Assert.Equal(JsonKind.Object, JsonReader.Parse(machine.Definition.Text).Kind);
        Assert.Empty(_model.ErrorsFor(machine));
    }

    [Fact]
    public void Its_machine_is_named_by_its_logical_id_and_configured()
    {
        var machine = Assert.Single(_model.StateMachines);
        Assert.Equal(("OrderIntake", "STANDARD", true), (machine.Name, machine.Type, machine.IsTraced));
        Assert.Equal("arn:aws:states:us-east-1:123456789012:stateMachine:OrderIntake", machine.Arn);
        Assert.Equal("ERROR", machine.Logging!.Level);
        Assert.Equal(["arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/order-intake:*"], machine.Logging.LogGroupArns);
    }

    [Fact]
    public void Its_functions_are_dotnet_code_in_the_functions_folder()
    {
        Assert.Equal(["ValidateOrderFunction", "InvoiceOrderFunction"], _model.Functions.Select(function => function.Name));
        Assert.All(_model.Functions, function =>
        {
            Assert.True(function is { IsDotNet: true, MemorySize: 512, AutoPublishAlias: "live" });
            Assert.Equal(TimeSpan.FromSeconds(15), function.Timeout);
            Assert.Equal(Path.Combine(Root, "functions"), function.CodePath);
        });
        Assert.Contains("Germany=19", _model.Functions[1].Environment["TAX_RATES"], StringComparison.Ordinal);
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Functions.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
