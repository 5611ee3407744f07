namespace Stateside.Language.Shapes;

/// <summary>A member of an object.</summary>
/// <param name="Shape">What it is where it is there; never <see cref="ShapeKinds.Nothing"/>.</param>
/// <param name="IsCertain">Whether it is always there.</param>
/// <param name="Origin">Where it is declared, such as a property of a C# record; null when nothing declares it. Two members may be equal
/// without being declared at the same place.</param>
internal sealed record ShapeMember(Shape Shape, bool IsCertain, ShapeOrigin? Origin = null)
{
    /// <inheritdoc/>
    public bool Equals(ShapeMember? other) => other is not null && IsCertain == other.IsCertain && Shape.Equals(other.Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Shape, IsCertain);
}

/// <summary>Where something is declared.</summary>
/// <param name="Name">What declares it, such as <c>InvoiceOrder.Result.Total</c> or <c>lambda:Invoke</c>.</param>
/// <param name="File">The file; null when it is not known.</param>
/// <param name="Line">The line in it, from 1; 0 when it is not known.</param>
internal sealed record ShapeOrigin(string Name, string? File = null, int Line = 0);
