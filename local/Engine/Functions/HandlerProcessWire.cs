using System.Buffers.Binary;
using System.Text.Json.Serialization;

namespace Stateside.Engine.Functions;

/// <summary>
/// What goes between the host and a handler process: frames of a length, a kind, a number and a body. The first frame to the process
/// configures it; later ones invoke, and each is answered by a result of the same number, after any number of log lines.
/// </summary>
internal static class HandlerProcessWire
{
    public const byte Configure = 1;
    public const byte Invoke = 2;
    public const byte Result = 3;
    public const byte LogLine = 4;
    private const int HeaderLength = 9;
    private const int MaximumLength = 64 << 20;

    public static async Task WriteAsync(Stream stream, SemaphoreSlim turn, byte kind, int number, ReadOnlyMemory<byte> body)
    {
        var frame = new byte[HeaderLength + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
        frame[4] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(5), number);
        body.CopyTo(frame.AsMemory(HeaderLength));
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await stream.WriteAsync(frame).ConfigureAwait(false);
            await stream.FlushAsync().ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The next frame; null where the other side has closed.</summary>
    public static async Task<(byte Kind, int Number, byte[] Body)?> ReadAsync(Stream stream)
    {
        var header = new byte[HeaderLength];
        if (await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false).ConfigureAwait(false) < HeaderLength)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < 0 or > MaximumLength)
            throw new InvalidDataException($"The handler process sent a frame of {length} bytes; its standard output is not its own.");
        var body = new byte[length];
        return await stream.ReadAtLeastAsync(body, length, throwOnEndOfStream: false).ConfigureAwait(false) < length
            ? null
            : (header[4], BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(5)), body);
    }

    /// <summary>The function to run, the folder to load it from, and those options that matter there.</summary>
    public sealed record Configuration(
        FunctionConfiguration Function, string Folder, int Environments, bool TimeoutsWhileDebugging, bool WantsLogLines);

    /// <summary>One invocation.</summary>
    public sealed record Request(InvocationOptions Options, byte[] Payload);

    /// <summary>Its result.</summary>
    public sealed record Answer(byte[] Payload, string? FunctionError, string? ErrorType, string Log);
}

/// <summary>The JSON of the frames' bodies.</summary>
[JsonSerializable(typeof(HandlerProcessWire.Configuration))]
[JsonSerializable(typeof(HandlerProcessWire.Request))]
[JsonSerializable(typeof(HandlerProcessWire.Answer))]
internal sealed partial class HandlerProcessJson : JsonSerializerContext;
