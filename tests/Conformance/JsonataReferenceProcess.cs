using System.Diagnostics;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Conformance;

/// <summary>The reference implementation, running beside us in Node.js; started anew when an expression hangs it.</summary>
internal sealed class JsonataReferenceProcess(string script) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private Process? _process;

    /// <summary>What the reference makes of an expression; null when it did not answer.</summary>
    public JsonObject? Ask(JsonObject question)
    {
        if (_process is null or { HasExited: true })
            _process = Start();
        // Halves of surrogate pairs get through as escapes only.
        _process.StandardInput.WriteLine(string.Concat(question.Text.Select(c => c < 128 ? c.ToString() : $"\\u{(int)c:x4}")));
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLineAsync();
        if (line.Wait(Patience) && line.Result is { } text)
            return (JsonObject)LooseJson.Parse(text);
        Dispose();
        return null;
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
            _process.Kill();
        _process?.Dispose();
        _process = null;
    }

    private Process Start() => Process.Start(new ProcessStartInfo("node", [script])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        StandardInputEncoding = new UTF8Encoding(false),
        StandardOutputEncoding = new UTF8Encoding(false),
    })!;
}
