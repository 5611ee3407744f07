using Stateside.Engine.Files;
using Stateside.Language.Json;

namespace Stateside.Service.Cli.Terminal;

/// <summary>Reads what the user names, with a plain line for what cannot be read.</summary>
internal static class InputFiles
{
    /// <summary>Reads a JSON input; "-" reads standard input.</summary>
    public static JsonValue ReadJson(string path)
    {
        var name = path == "-" ? "standard input" : path;
        var text = path == "-" ? System.Console.In.ReadToEnd() : Reading(path, UserFile.ReadText);
        try
        {
            return JsonReader.Parse(text.TrimStart('\uFEFF'), keepText: true);
        }
        catch (JsonSyntaxException e)
        {
            throw new UserException($"{name}, line {e.Line}, column {e.Column}: this is not JSON: {e.Problem} The input must be one JSON value.");
        }
    }

    /// <summary>Reads a text.</summary>
    public static string ReadText(string path) => Reading(path, UserFile.ReadText);

    /// <summary>Reads the lines of a text.</summary>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var lines = UserFile.ReadLines(path).GetEnumerator();
        while (Reading(path, _ => lines.MoveNext()))
            yield return lines.Current;
    }

    private static T Reading<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(path))
        {
            throw new UserException($"{path}: this is a folder; name a file in it.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserException($"{path}: there is no such file. Paths are taken from {Directory.GetCurrentDirectory()}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path}: cannot be read: {e.Message}");
        }
    }
}
