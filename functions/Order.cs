namespace OrderIntake;

/// <summary>A valid order in normal form: texts trimmed, codes in upper case, equal SKUs at an equal price on one line.</summary>
public sealed record Order(string OrderId, string PlacedAt, string Currency, Customer Customer, IReadOnlyList<OrderLine> Lines);

/// <summary>Who ordered; shops also sell to people they keep no account of.</summary>
public sealed record Customer(string? Id, string Country);

/// <summary>So many pieces of one article at one price. The quantity is a long since merged lines add up.</summary>
public sealed record OrderLine(string Sku, string? Description, long Quantity, decimal UnitPrice);
