using System.Globalization;

namespace Stateside.Engine.Functions.Building;

/// <summary>
/// The numbered private copies of built output, <c>functions/ASSEMBLY/N</c>. A copy is shared by all who want the same content, and
/// is removed when nobody holds it any more and a newer one is made. Each holder, in whatever process, keeps the copy's
/// <c>N.source</c> file open; the file says what the copy was made of.
/// </summary>
internal sealed class CodeCopies(string root) : IDisposable
{
    private readonly Dictionary<string, FileStream> _held = [];

    /// <summary>Takes the copy of some content, making it where there is none.</summary>
    /// <param name="assembly">The handler's assembly, which names the folder.</param>
    /// <param name="source">Where the content is.</param>
    /// <param name="files">The files it consists of.</param>
    /// <param name="copy">Copies it to a new folder.</param>
    /// <returns>The copy's folder.</returns>
    public string Take(string assembly, string source, IEnumerable<FileInfo> files, Action<string> copy) => Take(
        assembly, source, copy, string.Concat(files.OrderBy(file => file.FullName, StringComparer.Ordinal).Select(file =>
            string.Create(CultureInfo.InvariantCulture, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}\n"))));

    /// <summary>Takes the copy of some content that is no files.</summary>
    /// <param name="assembly">What names the folder.</param>
    /// <param name="source">Where the content is.</param>
    /// <param name="copy">Writes it into a new folder.</param>
    /// <param name="version">What tells it from other content of that source.</param>
    /// <returns>The copy's folder.</returns>
    public string Take(string assembly, string source, Action<string> copy, string version)
    {
        var folder = Path.GetFullPath(Path.Combine(root, assembly));
        if (!folder.StartsWith(Path.GetFullPath(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new IOException($"'{assembly}' cannot be the name of a folder there.");
        Directory.CreateDirectory(folder);
        var content = source + "\n" + version;

        // The same source may lie in several places (two projects whose assemblies have one name), so every copy is looked at.
        var numbers = new List<int>();
        foreach (var file in Directory.GetFiles(folder, "*.source"))
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                numbers.Add(number);
        }

        numbers.Sort();
        foreach (var number in numbers)
        {
            if (TryHold(Copy(folder, number), content))
                return Copy(folder, number);
        }

        RemoveUnheld(folder, numbers, source);
        return Make(folder, numbers.LastOrDefault() + 1, content, copy);
    }

    public void Dispose()
    {
        foreach (var held in _held.Values)
            held.Dispose();
        _held.Clear();
    }

    private static string Copy(string folder, int number) => Path.Combine(folder, number.ToString(CultureInfo.InvariantCulture));

    private bool TryHold(string copy, string content)
    {
        if (_held.TryGetValue(copy, out var known))
            return Read(known) == content;
        try
        {
            var file = new FileStream(copy + ".source", FileMode.Open, FileAccess.Read, FileShare.Read);
            if (Read(file) == content)
            {
                _held.Add(copy, file);
                return true;
            }

            file.Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Being made or removed by another process; a copy of our own will do.
        }

        return false;
    }

    private string Make(string folder, int number, string content, Action<string> copy)
    {
        while (true)
        {
            var target = Copy(folder, number++);
            FileStream file;
            try
            {
                file = new FileStream(target + ".source", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(target + ".source"))
            {
                continue;
            }

            using (file)
            {
                if (Directory.Exists(target))
                    Directory.Delete(target, recursive: true);
                Directory.CreateDirectory(target);
                copy(target);

                // Written last: a copy cut short never equals any content.
                using var writer = new StreamWriter(file, leaveOpen: true);
                writer.Write(content);
            }

            if (TryHold(target, content))
                return target;
        }
    }

    // Copies of the same source that nobody holds; those of another source may be wanted again by their own function.
    private void RemoveUnheld(string folder, List<int> numbers, string source)
    {
        foreach (var copy in numbers.Select(number => Copy(folder, number)).Where(copy => !_held.ContainsKey(copy)))
        {
            try
            {
                using (var file = new FileStream(copy + ".source", FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                    var content = Read(file);
                    if (content.Length > 0 && !content.StartsWith(source + "\n", StringComparison.Ordinal))
                        continue;
                    if (Directory.Exists(copy))
                        Directory.Delete(copy, recursive: true);
                }

                File.Delete(copy + ".source");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Held by another process.
            }
        }
    }

    private static string Read(FileStream file)
    {
        file.Position = 0;
        using var reader = new StreamReader(file, leaveOpen: true);
        return reader.ReadToEnd();
    }
}
