using Shapes;

namespace Stateside.Testing.Tests;

/// <summary>Handlers whose objects the test makes, with fakes, in place of functions.</summary>
public sealed class RunsTests
{
    private const string Definition = """
        {"QueryLanguage": "JSONata", "StartAt": "Charge", "States": {
          "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "charge", "Payload": "{% $states.input %}"},
            "Retry": [{"ErrorEquals": ["BankBusyException"]}], "Output": "{% $states.result.Payload %}", "End": true}}}
        """;

    [Fact]
    public async Task A_handler_with_fakes_is_called_through_its_own_serializer_with_its_context()
    {
        await using var test = WorkflowTest.FromDefinition(Definition);
        var bank = new FakeBank();
        var charge = test.Function("charge").Runs(new Charging(bank).HandleAsync);

        var run = await test.RunAsync("""{"Id": "o-1", "Lines": 3}""");

        run.ShouldGive(new Receipt("r-o-1 by charge"));
        Assert.Equal([("o-1", 3)], bank.Charges);
        Assert.Equal(new Order("o-1", 3), charge.Calls[0].Input<Order>());
        Assert.Equal(new Order("o-1", 3), run.AttemptsAt("Charge")[0].Input<Order>());
        Assert.Equal(new Receipt("r-o-1 by charge"), run.AttemptsAt("Charge")[0].Output<Receipt>());
    }

    [Fact]
    public async Task What_a_handler_throws_is_lambda_s_error_and_is_retried_as_such()
    {
        await using var test = WorkflowTest.FromDefinition(Definition);
        test.Function("charge").Runs(new Charging(new FakeBank { Busy = 2 }).HandleAsync);

        var run = await test.RunAsync("""{"Id": "o-1", "Lines": 3}""");

        run.ShouldSucceed().ShouldRetry("Charge", "BankBusyException", "BankBusyException");
        Assert.Contains("\"errorMessage\":\"Try later\"", run.AttemptsAt("Charge")[0].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_items_run_one_handler_side_by_side()
    {
        await using var test = WorkflowTest.FromDefinition("""
            {"StartAt": "All", "States": {"All": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "Charge", "States": {
              "Charge": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge", "End": true}}}}}}
            """);
        test.Function("charge").Runs(new Charging(new FakeBank()).HandleAsync);

        var run = await test.RunAsync(Enumerable.Range(0, 40).Select(i => new Order($"o-{i}", i)));

        Assert.Equal(Enumerable.Range(0, 40).Select(i => new Receipt($"r-o-{i} by charge")), run.Output<Receipt[]>());
    }

    [Fact]
    public async Task Code_that_has_no_serializer_is_told_what_to_give()
    {
        await using var test = WorkflowTest.FromDefinition(Definition);

        var failure = Assert.Throws<WorkflowAssertionException>(() => test.Function("charge").Runs((Order order) => order.Id));

        Assert.StartsWith("The handler that is to run for the function 'charge' cannot: Could not find the LambdaSerializerAttribute", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("Give Runs the method itself, such as new ChargeHandler(fakes).Handle; for code of the test there is Answers.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Typed_answers_may_wait_and_look_at_the_whole_call()
    {
        await using var test = WorkflowTest.FromDefinition(Definition);
        test.Function("charge").Answers(async (Order order) =>
        {
            await Task.Yield();
            return new Receipt(order.Id);
        }).Answers((TaskCall call) => new Receipt($"{call.Number}"));

        (await test.RunAsync(new Order("o-1", 1))).ShouldGive(new Receipt("o-1"));
        (await test.RunAsync(new Order("o-1", 1))).ShouldGive(new Receipt("2"));
    }

    private sealed class FakeBank : IBank
    {
        public int Busy { get; set; }

        public List<(string Order, int Amount)> Charges { get; } = [];

        public Task<string> ChargeAsync(string order, int amount)
        {
            lock (Charges)
                Charges.Add((order, amount));
            return Busy-- > 0 ? throw new BankBusyException() : Task.FromResult($"r-{order}");
        }
    }

    private sealed class BankBusyException() : Exception("Try later");
}
