using System.Security.Cryptography;
using System.Text;
using Stateside.Engine.Template;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Machines;

/// <summary>
/// The file that a machine's definition is written in, where it has one of its own. Which file that is, the template says: no path ever
/// comes from a page.
/// </summary>
internal sealed class EditableDefinition
{
    private static readonly Lock Saving = new();
    private readonly DefinitionSource _source;

    private EditableDefinition(DefinitionSource source, string text, string version)
    {
        _source = source;
        Text = text;
        Version = version;
    }

    /// <summary>The full path.</summary>
    public string Path => _source.File;

    /// <summary>What it holds: the definition before the template's values are put in.</summary>
    public string Text { get; }

    /// <summary>What tells this content from another.</summary>
    public string Version { get; }

    /// <summary>The file of a machine's definition as it is now; null when the definition has no file of its own that can be read.</summary>
    /// <param name="declared">What the template says of the machine.</param>
    public static EditableDefinition? Read(TemplateStateMachine? declared)
    {
        // A definition that was made from YAML, or stands in the template itself, has not the lines of a file.
        if (declared?.Definition is not { LinesMatch: true } source)
            return null;
        try
        {
            var bytes = File.ReadAllBytes(source.File);
            return new EditableDefinition(source, Decode(bytes), VersionOf(bytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A draft as it would be with the template's values in it.</summary>
    public string Filled(string draft) => _source.Fill(draft);

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="text">What it is to hold.</param>
    /// <param name="version">What it held when the reader began.</param>
    /// <returns>The version it has now.</returns>
    /// <exception cref="ConsoleException">Somebody else has changed it since, or it cannot be written.</exception>
    public string Save(string text, string version)
    {
        lock (Saving)
        {
            try
            {
                var target = File.ResolveLinkTarget(Path, returnFinalTarget: true)?.FullName ?? Path;
                var former = File.ReadAllBytes(target);
                if (VersionOf(former) != version)
                    throw ConsoleException.Conflict($"{Path} was changed by somebody else since this page was loaded. Copy your text, load the page again and bring both together.");
                var bytes = Encode(text, former);
                Replace(target, bytes);
                return VersionOf(bytes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ConsoleException(StatusCodes.Status500InternalServerError, "Not saved", $"{Path} cannot be written: {e.Message}");
            }
        }
    }

    private static void Replace(string target, byte[] bytes)
    {
        var draft = $"{target}.stateside-draft";
        try
        {
            using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(draft, File.GetUnixFileMode(target));
            File.Move(draft, target, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>The text as bytes, with the marks of the file that it replaces: line ends and byte order mark.</summary>
    private static byte[] Encode(string text, byte[] former)
    {
        var lines = text.ReplaceLineEndings(former.AsSpan().IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n");
        var mark = former.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.GetPreamble() : [];
        return [.. mark, .. Encoding.UTF8.GetBytes(lines)];
    }

    private static string Decode(byte[] bytes) =>
        Encoding.UTF8.GetString(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes);

    private static string VersionOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
