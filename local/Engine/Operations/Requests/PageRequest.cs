using System.Buffers.Binary;
using Stateside.Engine.Execution.Saving;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Evaluation;

namespace Stateside.Engine.Operations.Requests;

/// <summary>
/// One request for a page: how much of what, and from where. A token says where the next page begins; it belongs to the operation and to
/// the members that pick what is listed, and it lives for a day.
/// </summary>
internal sealed class PageRequest
{
    private const int DefaultSize = 100;
    private const int TokenBytes = 24;
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(24);

    private readonly ulong _request;
    private readonly DateTimeOffset _now;

    /// <summary>Reads the paging members of a request.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="maxResults">How many items at most; none or 0 for the default.</param>
    /// <param name="token">The token of the page before; null for the first page.</param>
    /// <param name="request">The operation and whatever picks what is listed.</param>
    public PageRequest(DateTimeOffset now, int? maxResults, string? token, params ReadOnlySpan<string?> request)
    {
        _now = now;
        Size = maxResults is null or 0 ? DefaultSize : maxResults.Value;
        foreach (var part in request)
            _request = Chance.Derive(_request, part ?? "", part?.Length ?? -1);
        if (token is not null)
            From = Read(token);
    }

    /// <summary>How many items at most.</summary>
    public int Size { get; }

    /// <summary>Where the page begins, as the operation that made the token counts; null for the first page.</summary>
    public long? From { get; }

    /// <summary>The token of the page that begins at a place.</summary>
    public string Token(long from)
    {
        Span<byte> bytes = stackalloc byte[TokenBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _request ^ Chance.Derive(_request, "page", from));
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], from);
        BinaryPrimitives.WriteInt64BigEndian(bytes[16..], _now.ToUnixTimeSeconds());
        return Convert.ToBase64String(bytes);
    }

    /// <summary>A page of a list that only grows at its end, or whose items say where they stand.</summary>
    /// <param name="all">The whole list, in order.</param>
    /// <param name="place">Where an item stands: numbers that grow along the list.</param>
    public (IReadOnlyList<T> Items, string? Next) Of<T>(IReadOnlyList<T> all, Func<T, long> place)
    {
        var items = new List<T>(Math.Min(Size, all.Count));
        foreach (var item in all)
        {
            if (place(item) < From)
                continue;
            if (items.Count == Size)
                return (items, Token(place(item)));
            items.Add(item);
        }

        return (items, null);
    }

    /// <summary>A page of a history, from either end.</summary>
    /// <param name="read">Reads so many events at most from a number on.</param>
    /// <param name="reverse">Whether the newest comes first.</param>
    public (IReadOnlyList<HistoryEvent> Events, string? Next) OfHistory(Func<long, int, HistoryPart> read, bool reverse)
    {
        HistoryPart part;
        if (!reverse)
        {
            var from = From ?? 1;
            part = read(from, Size);
            var after = from + part.Events.Count;
            return (part.Events, after <= part.Total ? Token(after) : null);
        }

        var last = From ?? read(1, 0).Total;
        var first = Math.Max(1, last - Size + 1);
        part = read(first, (int)Math.Max(0, last - first + 1));
        return ([.. part.Events.Reverse()], first > 1 ? Token(first - 1) : null);
    }

    private long Read(string token)
    {
        Span<byte> bytes = stackalloc byte[TokenBytes];
        if (token.Length <= TokenBytes * 2 && Convert.TryFromBase64String(token, bytes, out var length) && length == TokenBytes)
        {
            var from = BinaryPrimitives.ReadInt64BigEndian(bytes[8..]);
            var age = _now.ToUnixTimeSeconds() - BinaryPrimitives.ReadInt64BigEndian(bytes[16..]);
            if (BinaryPrimitives.ReadUInt64BigEndian(bytes) == (_request ^ Chance.Derive(_request, "page", from)) && age <= TokenLife.TotalSeconds)
                return from;
        }

        throw new ApiException("InvalidToken", "Invalid Token: 'Invalid token'");
    }
}
