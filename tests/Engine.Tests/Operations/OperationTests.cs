using Stateside.Engine.Functions;
using Stateside.Engine.Operations;
using Stateside.Engine.Operations.Requests;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Operations;

public sealed class OperationTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stateside-operations-").FullName;
    private readonly LocalService _service;

    public OperationTests() => _service = new LocalService(new LocalServiceOptions
    {
        Time = TimeProvider.System,
        Functions = new FunctionHostOptions { StateDirectory = _folder, Build = false },
    });

    public static TheoryData<string> Names => [.. RequestModel.Operations];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_operation_of_the_model_is_there_and_its_records_have_the_models_members(string name) =>
        Assert.Equal(name, _service.Operations.Find(name)?.Name);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_rules_of_a_request_are_those_that_AWS_publishes(string name) =>
        Assert.Equal(Published(ServiceModels.Find("sfn")!.FindAction(name)!.Input!), Said(RequestModel.Of(name)));

    [Fact]
    public void Every_action_that_AWS_publishes_has_rules() =>
        Assert.Equal(ServiceModels.Find("sfn")!.ActionNames.Order(StringComparer.Ordinal), RequestModel.Operations.Order(StringComparer.Ordinal));

    [Fact]
    public async Task Logs_go_to_no_group_that_is_not_there()
    {
        var service = new ServiceState(AwsLocation.Default)
        {
            Engine = _service.Engine,
            StateTests = _service.StateTests,
            Catalog = _service.Catalog,
            Activities = _service.Activities,
            Children = new ChildWatch(_service.Engine),
            Mocks = null,
            HasLogGroup = (arn, _) => new(arn == "arn:aws:logs:us-east-1:123456789012:log-group:there:*"),
        };

        await service.CheckLogGroupsAsync(Logging(LoggingLevel.All, "there"), TestContext.Current.CancellationToken);
        await service.CheckLogGroupsAsync(Logging(LoggingLevel.Off, "gone"), TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<ApiException>(async () => await service.CheckLogGroupsAsync(Logging(LoggingLevel.Error, "gone"), TestContext.Current.CancellationToken));

        Assert.Equal(("InvalidLoggingConfiguration", "Invalid Logging Configuration: Log Destination not found."), (refused.Code, refused.Message));

        static LoggingConfiguration Logging(LoggingLevel level, string group) =>
            new() { Level = level, LogGroupArns = [$"arn:aws:logs:us-east-1:123456789012:log-group:{group}:*"] };
    }

    private static string Published(ServiceShape shape) => shape.Kind switch
    {
        ShapeKind.Structure => $"({string.Join(", ", shape.Members.Select(member => $"{member.Name}{(member.IsRequired ? "!" : "")}: {Published(member.Shape)}"))})",
        ShapeKind.List => $"list {Range(shape.Least, shape.Most)} of {Published(shape.Item)}",
        ShapeKind.String when shape.Values.Count > 0 => string.Join('|', shape.Values),
        ShapeKind.String => $"text {Range(shape.Least, shape.Most)} {shape.Pattern}",
        ShapeKind.Boolean => "flag",
        ShapeKind.Float or ShapeKind.Double => $"fraction {Range(shape.Least, shape.Most)}",
        _ => $"number {Range(shape.Least, shape.Most)}",
    };

    private static string Said(Rule rule) => rule switch
    {
        StructureRule structure => $"({string.Join(", ", structure.Members.Select(member => $"{member.Name}{(member.IsRequired ? "!" : "")}: {Said(member.Rule)}"))})",
        ListRule list => $"list {Range(list.Min, list.Max)} of {Said(list.Element)}",
        TextRule { Words: { } words } => string.Join('|', words),
        TextRule text => $"text {Range(text.Min, text.Max)} {text.Pattern?.Text}",
        FlagRule => "flag",
        NumberRule number => $"{(number.IsFraction ? "fraction" : "number")} {Range(number.Min, number.Max)}",
        _ => throw new InvalidOperationException($"There is no rule such as {rule}."),
    };

    /// <summary>No limit is as good as one that nothing exceeds.</summary>
    private static string Range(double? least, double? most) =>
        $"{(least is null or 0 or double.MinValue ? "" : least)}..{(most is null or int.MaxValue or double.MaxValue ? "" : most)}";

    [Fact]
    public void What_the_model_does_not_have_is_not_there() => Assert.Null(_service.Operations.Find("DropStateMachine"));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
