namespace ParcelDesk.Tests;

public sealed class DeskTests
{
    [Fact]
    public async Task A_parcel_goes_with_the_courier_who_answers()
    {
        await using var test = NewTest();

        var run = await test.RunAsync(new { id = "P-1", to = "Zürich", kilograms = 2.5 });

        Assert.Equal(new HandedOver("P-1", "HANDED_OVER", "Ada", "P-1 to Zürich"), run.Output<HandedOver>());
        Assert.Equal("HANDED_OVER", StatusOf(test, "P-1"));
        Assert.Equal("P-1 to Zürich is on its way with Ada.", Assert.Single(test.Queue("Notices").Messages()).Body);
    }

    [Fact]
    public async Task A_parcel_that_no_courier_carries_is_returned()
    {
        await using var test = NewTest();

        var run = await test.RunAsync(new { id = "P-2", to = "Zürich", kilograms = 31 });

        Assert.Equal(["TakeIn", "AskCourier", "Returned"], run.Path);
        Assert.Equal("AT_DESK", StatusOf(test, "P-2"));
        Assert.Empty(test.Queue("Notices").Messages());
    }

    [Fact]
    public async Task A_test_may_answer_in_the_courier_s_place()
    {
        await using var test = NewTest();
        test.Task("AskCourier").Returns(new { courier = "Grace" });

        var run = await test.RunAsync(new { id = "P-3", to = "Zürich", kilograms = 31 });

        Assert.Equal("Grace", run.Output<HandedOver>().Courier);
    }

    private static WorkflowTest NewTest() => WorkflowTest.FromTemplate("samples/parcel-desk");

    private static string? StatusOf(WorkflowTest test, string id) => test.Table("Parcels").Get<Row>(id)?.Status;

    private sealed record Row(string Status);
}
