namespace ParcelDesk.Tests;

public sealed class DeskTests
{
    [Fact]
    public async Task A_parcel_goes_with_the_courier_who_answers()
    {
        await using var test = NewTest();

        var run = await test.RunAsync("""{"id": "P-1", "to": "Zürich", "kilograms": 2.5}""");

        Assert.Equal("""{"id":"P-1","status":"HANDED_OVER","courier":"Ada","label":"P-1 to Zürich"}""", run.OutputJson!.Text);
        Assert.Equal("HANDED_OVER", await StatusAsync(test, "P-1"));
    }

    [Fact]
    public async Task A_parcel_that_no_courier_carries_goes_back()
    {
        await using var test = NewTest();

        var run = await test.RunAsync("""{"id": "P-2", "to": "Zürich", "kilograms": 31}""");

        Assert.Equal("""{"status":"RETURNED","why":"P-2 has 31 kg, and Ada carries 30."}""", run.OutputJson!.Text);
        Assert.Equal("AT_DESK", await StatusAsync(test, "P-2"));
    }

    [Fact]
    public async Task A_test_may_answer_in_the_courier_s_place()
    {
        await using var test = NewTest();
        test.Function("Courier").Returns<object?>(null);

        var execution = await test.StartAsync("""{"id": "P-3", "to": "Zürich", "kilograms": 2.5}""");
        await (await test.CallbackAsync("AskCourier")).SucceedAsync(new { courier = "Grace" });

        Assert.Equal("Grace", (await execution.WhenEndedAsync()).Output<Handed>().courier);
    }

    private static WorkflowTest NewTest() => WorkflowTest.FromTemplate("template.yaml");

    /// <summary>What the table says of a parcel: a test calls AWS's services as a state does.</summary>
    private static async Task<string> StatusAsync(WorkflowTest test, string id)
    {
        var found = await test.CallAsync("arn:aws:states:::aws-sdk:dynamodb:getItem", new { TableName = "Parcels", Key = new { id = new { S = id } } });
        return found.Text;
    }

    private sealed record Handed(string courier);
}
