using Microsoft.AspNetCore.Http;
using Stateside.Aws.Wire;

namespace Stateside.Aws.Tests.Wire;

/// <summary>Bodies take the memory that they need, and all of them no more than there is.</summary>
public sealed class BodyReaderTests
{
    private const int Length = 256 * 1024;

    [Fact]
    public async Task What_a_header_says_takes_no_memory()
    {
        var request = Request(new byte[1000]);
        request.ContentLength = 200 * 1024 * 1024;
        var before = GC.GetAllocatedBytesForCurrentThread();

        var body = await BodyReader.ReadAsync(request, int.MaxValue, CancellationToken.None);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1000, 200_000);
        Assert.Equal(1000, body!.Value.Length);
    }

    [Fact]
    public async Task What_comes_is_what_is_read()
    {
        var sent = Enumerable.Range(0, Length).Select(i => (byte)(i * 31 / 7)).ToArray();

        Assert.Equal(sent, (await BodyReader.ReadAsync(Request(sent), Length, CancellationToken.None))!.Value.ToArray());
        await Assert.ThrowsAsync<BodyTooLongException>(async () => await BodyReader.ReadAsync(Request(sent), Length - 1, CancellationToken.None));
    }

    [Fact]
    public async Task Bodies_hold_no_more_together_than_there_is_room_for()
    {
        var room = new BodyRoom(Length);
        var first = Request(new byte[Length], room);
        await BodyReader.ReadAsync(first, Length, CancellationToken.None);

        await Assert.ThrowsAsync<NoRoomException>(async () => await BodyReader.ReadAsync(Request(new byte[Length], room), Length, CancellationToken.None));
        Assert.Equal(1000, (await BodyReader.ReadAsync(Request(new byte[1000], room), Length, CancellationToken.None))!.Value.Length);
    }

    [Fact]
    public async Task A_body_that_says_how_long_it_is_is_there_once()
    {
        var request = Request(new byte[Length], new BodyRoom(Length));
        request.ContentLength = Length;

        var body = (await BodyReader.ReadAsync(request, 10 * Length, CancellationToken.None))!.Value;

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(Length, BodyReader.ToArray(body).Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Fact]
    public async Task What_has_no_room_is_read_to_its_end_since_its_sender_listens_only_then()
    {
        var request = Request(new byte[10 * Length], new BodyRoom(Length));

        await Assert.ThrowsAsync<NoRoomException>(async () => await BodyReader.ReadAsync(request, 20 * Length, CancellationToken.None));

        Assert.Equal(0, await request.Body.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void What_was_answered_holds_nothing()
    {
        var room = new BodyRoom(Length);
        var http = Request([], room).HttpContext;
        var first = BodyRoom.Hold(http)!;
        using var second = BodyRoom.Hold(http)!;

        Assert.True(first.Grow(Length));
        Assert.False(second.Grow(1));
        first.Dispose();
        first.Dispose();
        Assert.True(second.Grow(Length));
    }

    private static HttpRequest Request(byte[] body, BodyRoom? room = null)
    {
        var http = new DefaultHttpContext();
        if (room is not null)
            http.Features.Set(room);
        http.Request.Body = new BufferedStream(new MemoryStream(body));
        return http.Request;
    }
}
