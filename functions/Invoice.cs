namespace OrderIntake;

/// <summary>What the customer owes, in the order's currency and rounded to its minor unit.</summary>
public sealed record Invoice(
    string Number,
    string OrderId,
    string IssuedAt,
    string Currency,
    Customer Customer,
    IReadOnlyList<InvoiceLine> Lines,
    decimal Net,
    decimal TaxPercent,
    decimal Tax,
    decimal Total);

/// <summary>One line of the order with its net amount.</summary>
public sealed record InvoiceLine(string Sku, string? Description, long Quantity, decimal UnitPrice, decimal Net);
