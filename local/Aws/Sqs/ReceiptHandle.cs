using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Stateside.Aws.Sqs;

/// <summary>What a receipt handle says: which message, and which of its receives.</summary>
/// <param name="Number">The message's number.</param>
/// <param name="Receive">The receive, counted from 1.</param>
internal readonly record struct ReceiptHandle(long Number, int Receive)
{
    private const int Length = 24;

    /// <summary>The handle that a receiver is given.</summary>
    public string Write(string queue)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Number);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], Receive);
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], Length);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], Sum(queue, bytes[..16]));
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Reads a handle; null when it is none of this queue.</summary>
    public static ReceiptHandle? Read(string queue, string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length != Length / 3 * 4 || !Convert.TryFromBase64String(text, bytes, out var length) || length != Length
            || BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]) != Sum(queue, bytes[..16]))
            return null;
        return new(BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt32BigEndian(bytes[8..]));
    }

    private static ulong Sum(string queue, ReadOnlySpan<byte> bytes)
    {
        var hash = new XxHash64(0);
        hash.Append(bytes);
        hash.Append(Encoding.UTF8.GetBytes(queue));
        return hash.GetCurrentHashAsUInt64();
    }
}
