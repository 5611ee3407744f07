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
    public List<Link> Up { get; } = [];

    /// <summary>What it is linked to in the row below.</summary>
    public List<Link> Down { get; } = [];

    /// <summary>What it stands on one upright line with; set by <see cref="Columns"/>.</summary>
    public Column Column { get; set; } = null!;

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

    /// <summary>
    /// Of a node: whether it can be reached without an error that is caught. Of a point: whether such a node goes on by it to its Next.
    /// </summary>
    public bool IsMain { get; set; }

    /// <summary>Links it to a vertex in the row below; once, with the greatest of the weights.</summary>
    public void LinkTo(Vertex below, int weight)
    {
        var known = Down.FindIndex(link => link.To == below);
        if (known < 0)
        {
            Down.Add(new Link(below, weight));
            below.Up.Add(new Link(this, weight));
        }
        else if (Down[known].Weight < weight)
        {
            Down[known] = new Link(below, weight);
            below.Up[below.Up.FindIndex(link => link.To == this)] = new Link(this, weight);
        }
    }
}

/// <summary>That an edge goes from one vertex to another of the next row.</summary>
/// <param name="To">The other vertex.</param>
/// <param name="Weight">How much it costs when another edge crosses it.</param>
internal readonly record struct Link(Vertex To, int Weight);
