namespace Stateside.Language.Graph;

/// <summary>Something that takes place in a row: a node, a label, or an edge on its way past.</summary>
internal sealed class Vertex
{
    public required int Row { get; init; }

    /// <summary>The node; null of anything else.</summary>
    public PlacedNode? Node { get; init; }

    /// <summary>The label; null of anything else.</summary>
    public PlacedLabel? Label { get; init; }

    /// <summary>Whether it only draws others to it while the order is sought, and then goes.</summary>
    public bool IsLure { get; init; }

    /// <summary>Whether it is on the way of a catcher.</summary>
    public bool IsCatch { get; init; }

    /// <summary>Whether it is a point that an edge passes.</summary>
    public bool IsPoint => Node is null && Label is null;

    public double Width => Node?.Box.Width ?? Label?.Box.Width ?? 0;

    public double Height => Node?.Box.Height ?? Label?.Box.Height ?? 0;

    /// <summary>What it is linked to in the row above.</summary>
    public List<Vertex> Up { get; } = [];

    /// <summary>What it is linked to in the row below.</summary>
    public List<Vertex> Down { get; } = [];

    /// <summary>Its place in its row, from the left.</summary>
    public int Order { get; set; }

    /// <summary>Its middle.</summary>
    public double X { get; set; }

    /// <summary>Its upper side.</summary>
    public double Y { get; set; }

    public double Left => X - (Width / 2);

    public double Right => X + (Width / 2);

    /// <summary>Of a node: what is linked to it by its Next, which wants to stand right below.</summary>
    public Vertex? Primary { get; set; }

    /// <summary>Of a node: whether it can be reached without an error that is caught.</summary>
    public bool IsMain { get; set; }

    public void LinkTo(Vertex below)
    {
        if (Down.Contains(below))
            return;
        Down.Add(below);
        below.Up.Add(this);
    }
}
