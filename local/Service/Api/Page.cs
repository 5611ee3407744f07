using System.Buffers.Text;
using System.Text;
using Stateside.Engine.Store;

namespace Stateside.Service.Api;

/// <summary>Cuts lists into pages.</summary>
internal static class Page
{
    private const int Default = 100;
    private const int Most = 1000;

    /// <summary>A page of a list whose order does not change at its head.</summary>
    public static (IReadOnlyList<T> Items, string? Next) Of<T>(IReadOnlyList<T> all, int? maxResults, string? token)
    {
        var (from, size) = (Offset(token), Size(maxResults));
        var items = all.Skip(from).Take(size).ToList();
        return (items, from + items.Count < all.Count ? Token(from + items.Count) : null);
    }

    /// <summary>A page of a history, from either end.</summary>
    public static (IReadOnlyList<HistoryEvent> Events, string? Next) OfHistory(
        IReadOnlyList<HistorySegment> segments, int? maxResults, string? token, bool reverse)
    {
        var (from, size) = (Offset(token), Size(maxResults));
        var total = segments.Count == 0 ? 0 : (int)segments[^1].FirstId - 1 + segments[^1].Events.Count;
        var count = Math.Clamp(total - from, 0, size);
        var events = new List<HistoryEvent>(count);
        var at = segments.Count - 1;
        for (var i = 0; i < count; i++)
        {
            var id = reverse ? total - from - i : from + i + 1;
            while (segments[at].FirstId > id)
                at--;
            while (at + 1 < segments.Count && segments[at + 1].FirstId <= id)
                at++;
            events.Add(segments[at].Events[(int)(id - segments[at].FirstId)]);
        }

        return (events, from + count < total ? Token(from + count) : null);
    }

    private static int Size(int? maxResults) => maxResults switch
    {
        null or 0 => Default,
        < 0 or > Most => throw new ApiException(
            "ValidationException",
            $"1 validation error detected: Value '{maxResults}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000"),
        _ => maxResults.Value,
    };

    private static string Token(int offset) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"from {offset}"));

    private static int Offset(string? token)
    {
        if (string.IsNullOrEmpty(token))
            return 0;
        Span<byte> bytes = stackalloc byte[32];
        if (Convert.TryFromBase64String(token, bytes, out var length) && bytes[..length].StartsWith("from "u8)
            && Utf8Parser.TryParse(bytes[5..length], out int offset, out _) && offset >= 0)
        {
            return offset;
        }

        throw new ApiException("InvalidToken", $"Invalid Token: 'Invalid token'");
    }
}
