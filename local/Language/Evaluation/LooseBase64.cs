namespace Stateside.Language.Evaluation;

/// <summary>
/// Base64 as Apache's Commons Codec reads it, and Node.js alike: of either alphabet, up to the first padding; what is no digit of it is
/// passed over, and so are bits that make no byte.
/// </summary>
internal static class LooseBase64
{
    /// <summary>Reads a text.</summary>
    public static Span<byte> Decode(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
            length = DecodeDigits(text, bytes);
        return bytes.AsSpan(0, length);
    }

    private static int DecodeDigits(string text, byte[] bytes)
    {
        var (length, bits, count) = (0, 0, 0);
        foreach (var c in text)
        {
            if (c == '=')
                break;
            if (Digit(c) is not (>= 0 and var digit))
                continue;
            bits = (bits << 6) | digit;
            count += 6;
            if (count < 8)
                continue;
            count -= 8;
            bytes[length++] = (byte)(bits >> count);
        }

        return length;
    }

    private static int Digit(char c) => c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '+' or '-' => 62,
        '/' or '_' => 63,
        _ => -1,
    };
}
