using Stateside.Engine;
using Stateside.Engine.Functions;
using Stateside.Service.Api.Operations;
using Stateside.Service.Api.Requests;

namespace Stateside.Service.Tests.Api;

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
        Assert.Equal(name, new OperationTable(new ServiceState(_service)).Find(name)?.Name);

    [Fact]
    public void What_the_model_does_not_have_is_not_there() => Assert.Null(new OperationTable(new ServiceState(_service)).Find("DropStateMachine"));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
