using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
using System.Security.Cryptography;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>
/// The checksums that AWS's SDKs send with contents and S3 keeps.
/// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-dataintegrity.html.
/// </summary>
internal static class Checksums
{
    private const string Default = "CRC32";
    private const string HeaderPrefix = "x-amz-checksum-";

    /// <summary>A request with the checksum of its body, where the service takes one and the caller gives none.</summary>
    /// <exception cref="UnsendableRequestException">There is no algorithm of the name that is asked for.</exception>
    public static WireRequest Added(WireRequest request, ServiceAction action, JsonObject members)
    {
        var asked = action.ChecksumMember is { } member ? members.Text(member) : null;
        if ((action.ChecksumMember is null && !action.NeedsChecksum && !action.NeedsMd5)
            || request.Headers.Any(header => header.Key.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase)))
            return request;
        var algorithm = asked ?? Default;
        var sum = Of(algorithm, request.Body.Span)
            ?? throw new UnsendableRequestException($"{algorithm} is no algorithm of checksums that is known here");
        var headers = request.Headers.Append(new(HeaderPrefix + algorithm.ToLowerInvariant(), Convert.ToBase64String(sum)));
        if (asked is null && action.ChecksumMember is { } unasked && action.Input?.Find(unasked)?.WireName is { } header)
            headers = headers.Append(new(header, Default));
        return request with { Headers = [.. headers] };
    }

    /// <summary>The CRC-32 of a content, in base64.</summary>
    public static string Crc32(ReadOnlySpan<byte> content) => Convert.ToBase64String(Of(Default, content)!);

    /// <summary>The same of a content that comes bit by bit.</summary>
    public static string Crc32(IEnumerable<byte[]> content)
    {
        var sum = new System.IO.Hashing.Crc32();
        foreach (var bytes in content)
            sum.Append(bytes);
        return Convert.ToBase64String(BigEndian(sum.GetCurrentHashAsUInt32()));
    }

    /// <summary>Glacier's checksum: of a megabyte its SHA-256, of more that of the checksums of two parts, in hexadecimal.</summary>
    public static string Tree(ReadOnlySpan<byte> content)
    {
        const int Part = 1024 * 1024;
        var row = new List<byte[]>();
        for (var at = 0; at < content.Length || at == 0; at += Part)
            row.Add(SHA256.HashData(content[at..Math.Min(content.Length, at + Part)]));
        while (row.Count > 1)
            row = [.. row.Chunk(2).Select(pair => pair.Length == 1 ? pair[0] : SHA256.HashData([.. pair[0], .. pair[1]]))];
        return Convert.ToHexStringLower(row[0]);
    }

    private static byte[]? Of(string algorithm, ReadOnlySpan<byte> content)
    {
        switch (algorithm)
        {
            case "CRC32":
                return BigEndian(System.IO.Hashing.Crc32.HashToUInt32(content));
            case "CRC32C":
                var sum = ~0u;
                foreach (var its in content)
                    sum = BitOperations.Crc32C(sum, its);
                return BigEndian(~sum);
            case "CRC64NVME":
                var bytes = new byte[sizeof(ulong)];
                BinaryPrimitives.WriteUInt64BigEndian(bytes, Crc64(content));
                return bytes;
#pragma warning disable CA5350, CA5351 // S3 offers the weak ones too; what a definition asks for is computed.
            case "SHA1":
                return SHA1.HashData(content);
            case "SHA256":
                return SHA256.HashData(content);
            case "SHA512":
                return SHA512.HashData(content);
            case "MD5":
                return MD5.HashData(content);
#pragma warning restore CA5350, CA5351
            case "XXHASH64":
                return XxHash64.Hash(content);
            case "XXHASH3":
                return XxHash3.Hash(content);
            case "XXHASH128":
                return XxHash128.Hash(content);
            default:
                return null;
        }
    }

    private static byte[] BigEndian(uint sum)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, sum);
        return bytes;
    }

    /// <summary>The CRC-64 of NVM Express, https://nvmexpress.org/specifications, NVM Command Set, 5.2.1.3.4.</summary>
    private static ulong Crc64(ReadOnlySpan<byte> content)
    {
        const ulong Polynomial = 0x9A6C9329AC4BC9B5;
        Span<ulong> table = stackalloc ulong[256];
        for (var i = 0; i < table.Length; i++)
        {
            var entry = (ulong)i;
            for (var bit = 0; bit < 8; bit++)
                entry = (entry & 1) == 0 ? entry >> 1 : (entry >> 1) ^ Polynomial;
            table[i] = entry;
        }

        var sum = ulong.MaxValue;
        foreach (var its in content)
            sum = table[(byte)sum ^ its] ^ (sum >> 8);
        return ~sum;
    }
}
