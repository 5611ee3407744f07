using System.Diagnostics;
using System.Text;

namespace Stateside.Conformance;

/// <summary>
/// A Java program of ours, from the folder java, compiled with Debian's libraries and running beside us: it answers each line with a line.
/// </summary>
internal sealed class JavaProcess : IDisposable
{
    private const string Libraries = "/usr/share/java";
    private readonly DirectoryInfo _classes = Directory.CreateTempSubdirectory("stateside-java");
    private readonly Process _process;

    /// <summary>Compiles and starts the program.</summary>
    /// <param name="program">The name of its class and file.</param>
    /// <param name="libraries">The jars that it needs.</param>
    public JavaProcess(string program, params string[] libraries)
    {
        var path = string.Join(':', libraries.Select(library => $"{Libraries}/{library}.jar"));
        using (var compiler = Process.Start("javac", ["-d", _classes.FullName, "-cp", path, Path.Combine(AppContext.BaseDirectory, "java", $"{program}.java")]))
        {
            compiler.WaitForExit();
            if (compiler.ExitCode != 0)
                throw new InvalidOperationException($"{program}.java does not compile.");
        }

        _process = Process.Start(new ProcessStartInfo("java", ["-cp", $"{_classes.FullName}:{path}", program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = new UTF8Encoding(false),
        })!;
        _process.StandardInput.AutoFlush = false;
    }

    /// <summary>Asks many questions at once, each a line.</summary>
    /// <param name="questions">The lines.</param>
    /// <returns>The lines that answer them.</returns>
    public string[] Ask(IReadOnlyList<string> questions)
    {
        var asking = Task.Run(() =>
        {
            foreach (var question in questions)
                _process.StandardInput.WriteLine(Ascii(question));
            _process.StandardInput.Flush();
        });
        var answers = new string[questions.Count];
        for (var i = 0; i < answers.Length; i++)
            answers[i] = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"Java ended at {questions[i]}");
        asking.GetAwaiter().GetResult();
        return answers;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        _classes.Delete(recursive: true);
    }

    /// <summary>Halves of surrogate pairs get through as escapes only.</summary>
    private static string Ascii(string text)
    {
        if (text.All(char.IsAscii))
            return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
            _ = char.IsAscii(c) ? escaped.Append(c) : escaped.Append($"\\u{(int)c:x4}");
        return escaped.ToString();
    }
}
