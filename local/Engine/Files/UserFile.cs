namespace Stateside.Engine.Files;

/// <summary>
/// Reads texts that the user names or that lie in folders of theirs. None is read without end: a device has none, and a file may be any
/// size.
/// </summary>
internal static class UserFile
{
    /// <summary>No text is longer: templates and definitions have 1 MB at AWS, and a line of input 256 KB.</summary>
    public const int MostBytes = 64 * 1024 * 1024;

    /// <summary>The text of what the user names, which may be a pipe.</summary>
    /// <exception cref="IOException">It cannot be read, or is too large.</exception>
    public static string ReadText(string path)
    {
        using var file = Open(path);
        if (file.CanSeek && file.Length > MostBytes)
            throw TooLarge();
        using var content = new MemoryStream();
        var piece = new byte[81920];
        while (file.Read(piece) is var read and > 0)
        {
            if (content.Length + read > MostBytes)
                throw TooLarge();
            content.Write(piece, 0, read);
        }

        content.Position = 0;
        using var reader = new StreamReader(content);
        return reader.ReadToEnd();
    }

    /// <summary>
    /// The text of a file that another file names. A pipe, which nobody may write to, and a device have no length: they are not opened.
    /// </summary>
    /// <exception cref="IOException">It cannot be read, or is too large.</exception>
    public static string ReadNamedText(string path) => Length(path) == 0 ? "" : ReadText(path);

    /// <summary>The lines of what the user names, which may be a pipe.</summary>
    /// <exception cref="IOException">It cannot be read, or a line is too long.</exception>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var reader = new StreamReader(Open(path));
        var piece = new char[16384];
        var line = new System.Text.StringBuilder();
        var afterReturn = false;
        while (reader.Read(piece) is var read and > 0)
        {
            var rest = piece.AsMemory(0, read);
            if (afterReturn && rest.Span[0] == '\n')
                rest = rest[1..];
            afterReturn = false;
            while (rest.Span.IndexOfAny('\r', '\n') is var end and >= 0)
            {
                yield return line.Append(rest[..end]).ToString();
                line.Clear();
                var isReturn = rest.Span[end] == '\r';
                rest = rest[(end + 1)..];
                afterReturn = isReturn && rest.IsEmpty;
                if (isReturn && !rest.IsEmpty && rest.Span[0] == '\n')
                    rest = rest[1..];
            }

            if (line.Append(rest).Length > MostBytes)
                throw new IOException($"A line is longer than {MostBytes / (1024 * 1024)} MB.");
        }

        if (line.Length > 0)
            yield return line.ToString();
    }

    /// <summary>How long a file is, wherever a link to it leads; 0 of what is no file with a content.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    public static long Length(string path) => (File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path)).Length;

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);

    private static IOException TooLarge() => new($"It is larger than {MostBytes / (1024 * 1024)} MB.");
}
