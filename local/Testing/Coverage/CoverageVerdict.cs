using System.Reflection;

namespace Stateside.Testing;

/// <summary>
/// What becomes of a run by its coverage, told so that every runner fails below the threshold: by the exit code of a test program, and
/// where
/// <c>dotnet test</c> has a host run the tests, which goes by the tests alone, by a file that the package's MSBuild target looks for.
/// </summary>
internal sealed class CoverageVerdict
{
    /// <summary>The file, in the tests' output folder. buildTransitive/Stateside.Testing.targets knows it too.</summary>
    private const string FileName = "stateside-coverage.failed";

    private readonly Lock _lock = new();
    private readonly string _path = Path.Combine(AppContext.BaseDirectory, FileName);
    private string? _said;

    public CoverageVerdict() => File.Delete(_path);

    /// <summary>
    /// Whether what runs the tests may be killed before its process comes to its end: VSTest grants its host a tenth of a second.
    /// </summary>
    public bool IsNeededEarly { get; } =
        Assembly.GetEntryAssembly()?.GetName().Name?.StartsWith("testhost", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Whether the run fails.</summary>
    public bool HasFailed
    {
        get
        {
            lock (_lock)
                return _said is not null;
        }
    }

    /// <summary>Says how it stands, in place of what was said before.</summary>
    /// <param name="failure">Why the run fails; null where it does not.</param>
    public void Say(string? failure)
    {
        lock (_lock)
        {
            if (failure == _said)
                return;
            _said = failure;
            try
            {
                Write(failure);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Where nothing can be written, the exit code says it alone.
            }
        }
    }

    private void Write(string? failure)
    {
        if (failure is null)
        {
            File.Delete(_path);
            return;
        }

        // Whole or not at all, whenever the process is killed.
        var draft = _path + ".tmp";
        File.WriteAllText(draft, failure);
        File.Move(draft, _path, overwrite: true);
    }
}
