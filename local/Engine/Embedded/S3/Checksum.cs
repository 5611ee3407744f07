using System.Buffers.Binary;

namespace Stateside.Engine.Embedded.S3;

/// <summary>The CRC-32 that AWS's SDKs send with an object, and S3 keeps.</summary>
internal static class Checksum
{
    private const uint Polynomial = 0xEDB88320;
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    /// <summary>The sum of some bytes, in base64.</summary>
    public static string Crc32(ReadOnlySpan<byte> content)
    {
        var sum = uint.MaxValue;
        foreach (var part in content)
            sum = Table[(byte)(sum ^ part)] ^ (sum >> 8);
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ~sum);
        return Convert.ToBase64String(bytes);
    }

    private static uint Entry(int number)
    {
        var entry = (uint)number;
        for (var bit = 0; bit < 8; bit++)
            entry = (entry & 1) != 0 ? Polynomial ^ (entry >> 1) : entry >> 1;
        return entry;
    }
}
