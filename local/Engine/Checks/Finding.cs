using Stateside.Language.Shapes;
using Stateside.Language.Validation;

namespace Stateside.Engine.Checks;

/// <summary>Something that was found before anything runs, in the file that the user edits.</summary>
/// <param name="File">The file.</param>
/// <param name="Diagnostic">What it is; its line and column are the file's.</param>
internal sealed record Finding(string File, Diagnostic Diagnostic)
{
    /// <summary>What else has a part in it, such as the member of a C# type that was looked at; null when nothing has.</summary>
    public ShapeOrigin? Origin { get; init; }

    /// <summary>Whether it is an error.</summary>
    public bool IsError => Diagnostic.Severity == Severity.Error;
}
