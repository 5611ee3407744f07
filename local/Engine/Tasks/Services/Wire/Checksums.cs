using System.Buffers.Binary;
using System.IO.Hashing;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>The checksums that AWS's SDKs send with contents and S3 keeps, in base64.</summary>
internal static class Checksums
{
    /// <summary>The CRC-32 of a content.</summary>
    public static string Crc32(ReadOnlySpan<byte> content)
    {
        Span<byte> sum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(sum, System.IO.Hashing.Crc32.HashToUInt32(content));
        return Convert.ToBase64String(sum);
    }
}
