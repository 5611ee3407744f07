using Amazon.Lambda.Core;

namespace OrderIntake;

/// <summary>
/// Takes an order that ValidateOrder gave and makes its invoice. The same order gives the same invoice, so a retry after a
/// lost answer bills nobody twice.
/// </summary>
public sealed class InvoiceOrder
{
    private readonly Lazy<TaxRates> _rates = new(() => TaxRates.Parse(Environment.GetEnvironmentVariable(TaxRates.Variable)));

    public Invoice Handle(Order order, ILambdaContext context)
    {
        using var deadline = Deadline.Of(context);
        var invoice = Issue(order, _rates.Value, deadline.Token);
        context.Logger.LogInformation($"Issued {Problems.Quote(invoice.Number)} over {invoice.Total} {invoice.Currency}.");
        return invoice;
    }

    public static Invoice Issue(Order order, TaxRates rates, CancellationToken cancellation = default)
    {
        var decimals = Currencies.DecimalsOf(order.Currency);
        var lines = new List<InvoiceLine>(order.Lines.Count);
        foreach (var line in order.Lines)
        {
            cancellation.ThrowIfCancellationRequested();
            lines.Add(new InvoiceLine(line.Sku, line.Description, line.Quantity, line.UnitPrice, Round(line.Quantity * line.UnitPrice, decimals)));
        }
        var net = lines.Sum(line => line.Net);
        var percent = rates.PercentFor(order.Customer.Country);
        var tax = Round(net * percent / 100, decimals);
        return new Invoice(
            $"INV-{order.OrderId}", order.OrderId, order.PlacedAt, order.Currency, order.Customer, lines, net, percent, tax, net + tax);
    }

    private static decimal Round(decimal amount, int decimals) => Math.Round(amount, decimals, MidpointRounding.AwayFromZero);
}
