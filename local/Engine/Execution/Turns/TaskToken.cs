using System.Runtime.InteropServices;
using Stateside.Language.Evaluation;

namespace Stateside.Engine.Execution.Turns;

/// <summary>
/// How a task's token is written: as long and as opaque as AWS's. A part of it derives from the rest, so that one which was once given is
/// told from any other text for as long as there are bearers, though nothing else is known of it any more.
/// </summary>
internal static class TaskToken
{
    private const string Begin = "AQCkAAAAKgAAAAMAAAAA";
    private const int Bytes = 72;
    private const int Text = Bytes / 3 * 4;
    private const int End = 8;

    /// <summary>The token of an attempt; the same again when its turn is replayed after a crash.</summary>
    /// <param name="chance">What it derives from.</param>
    /// <param name="lastEvent">The last event of the frame: where on the line it is.</param>
    public static string Make(Chance chance, long lastEvent)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        for (var i = 0; i < Bytes - sizeof(ulong); i += sizeof(ulong))
            BitConverter.TryWriteBytes(bytes[i..], chance.NextBits());
        BitConverter.TryWriteBytes(bytes[^sizeof(ulong)..], Rest(bytes));
        return $"{Begin}{Convert.ToBase64String(bytes)}{lastEvent:x8}";
    }

    /// <summary>Whether a text is a token that was given to somebody, now or in an earlier process.</summary>
    public static bool IsOurs(string token)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        return token.Length >= Begin.Length + Text + End && token.StartsWith(Begin, StringComparison.Ordinal)
            && Convert.TryFromBase64Chars(token.AsSpan(Begin.Length, Text), bytes, out var count) && count == Bytes
            && BitConverter.ToUInt64(bytes[^sizeof(ulong)..]) == Rest(bytes);
    }

    private static ulong Rest(ReadOnlySpan<byte> bytes)
    {
        var rest = 0x9E3779B97F4A7C15UL;
        foreach (var part in MemoryMarshal.Cast<byte, ulong>(bytes[..^sizeof(ulong)]))
            rest = (ulong.RotateLeft(rest, 23) ^ part) * 0xD6E8FEB86659FD93UL;
        return rest ^ (rest >> 32);
    }
}
