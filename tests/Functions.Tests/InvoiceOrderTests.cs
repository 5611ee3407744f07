namespace OrderIntake.Tests;

public sealed class InvoiceOrderTests
{
    [Fact]
    public void An_invoice_has_its_number_and_date_from_the_order_and_adds_up()
    {
        var invoice = Issue(Orders.Validate(Samples.Read("good.json")), TaxRates.Parse("United Kingdom=20"));

        Assert.Equal(("INV-536365", "536365", "2010-12-01T08:26:00Z", "GBP"), (invoice.Number, invoice.OrderId, invoice.IssuedAt, invoice.Currency));
        Assert.Equal([15.30m, 20.34m, 22.00m, 20.34m, 20.34m, 15.30m, 25.50m], invoice.Lines.Select(line => line.Net));
        Assert.Equal((139.12m, 20m, 27.82m, 166.94m), (invoice.Net, invoice.TaxPercent, invoice.Tax, invoice.Total));
    }

    [Theory]
    [InlineData("JPY", "3", "0.5", "2")]
    [InlineData("JPY", "1", "0.4999", "0")]
    [InlineData("EUR", "1", "0.005", "0.01")]
    [InlineData("EUR", "3", "0.0050", "0.02")]
    [InlineData("EUR", "1", "0.0149", "0.01")]
    [InlineData("KWD", "1", "0.0005", "0.001")]
    [InlineData("KWD", "1", "1.1255", "1.126")]
    [InlineData("CLF", "1", "0.0001", "0.0001")]
    public void A_line_is_rounded_to_the_minor_unit_half_away_from_zero(string currency, string quantity, string price, string net)
    {
        var order = Order(currency, "Nowhere", Line(long.Parse(quantity, Invariant), decimal.Parse(price, Invariant)));

        Assert.Equal(decimal.Parse(net, Invariant), Issue(order, TaxRates.Parse(null)).Net);
    }

    [Fact]
    public void Each_line_is_rounded_before_the_sum()
    {
        var invoice = Issue(Order("EUR", "Germany", Line(1, 0.005m), Line(1, 0.005m)), TaxRates.Parse("Germany=50"));

        Assert.Equal((0.02m, 0.01m, 0.03m), (invoice.Net, invoice.Tax, invoice.Total));
    }

    [Fact]
    public void Tax_is_rounded_half_away_from_zero()
    {
        var invoice = Issue(Order("JPY", "Japan", Line(5, 1m)), TaxRates.Parse("Japan=10"));

        Assert.Equal(1m, invoice.Tax);
    }

    [Theory]
    [InlineData("Germany", "19")]
    [InlineData("GERMANY", "19")]
    [InlineData("Switzerland", "8.1")]
    [InlineData("Nowhere", "0")]
    public void The_country_decides_the_rate(string country, string percent) =>
        Assert.Equal(
            decimal.Parse(percent, Invariant),
            Issue(Order("EUR", country, Line(1, 1m)), TaxRates.Parse(" Germany = 19; Switzerland=8.1 ;")).TaxPercent);

    [Fact]
    public void The_largest_order_is_invoiced_exactly()
    {
        var lines = Enumerable.Repeat(Line(2_147_483_647, 999_999_999_999.9999m), 1000).ToArray();

        Assert.Equal(2_147_483_646_999_999_785_251_635m, Issue(Order("KWD", "Kuwait", lines), TaxRates.Parse(null)).Net);
    }

    [Theory]
    [InlineData("Germany", "TAX_RATES: \"Germany\" is not country=percent.")]
    [InlineData("=19", "TAX_RATES: \"=19\" is not country=percent.")]
    [InlineData("a=1=2", "TAX_RATES: \"a=1=2\" is not country=percent.")]
    [InlineData("Germany=much", "TAX_RATES: \"Germany=much\" has no percentage from 0 to 100.")]
    [InlineData("Germany=-1", "TAX_RATES: \"Germany=-1\" has no percentage from 0 to 100.")]
    [InlineData("Germany=101", "TAX_RATES: \"Germany=101\" has no percentage from 0 to 100.")]
    [InlineData("Germany=19;germany=7", "TAX_RATES: \"germany=7\" names a country a second time.")]
    public void Rates_that_cannot_be_read_are_quoted_with_the_remedy(string rates, string message) =>
        Assert.Equal(
            message + " Write country=percent, separated by semicolons, such as United Kingdom=20;Germany=19.",
            Assert.Throws<FormatException>(() => TaxRates.Parse(rates)).Message);

    [Fact]
    public void A_currency_that_validation_would_not_pass_is_an_error() =>
        Assert.Equal(
            "\"DEM\" is not an ISO 4217 currency code.",
            Assert.Throws<ArgumentException>(() => Issue(Order("DEM", "Germany", Line(1, 1m)), TaxRates.Parse(""))).Message);

    [Fact]
    public void Invoicing_ends_before_Lambda_would_end_it() =>
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new InvoiceOrder().Handle(Order("EUR", "Germany", Line(1, 1m)), new TestLambdaContext { RemainingTime = TimeSpan.Zero }));

    private static readonly System.Globalization.CultureInfo Invariant = System.Globalization.CultureInfo.InvariantCulture;

    private static Invoice Issue(Order order, TaxRates rates) => InvoiceOrder.Issue(order, rates, TestContext.Current.CancellationToken);

    private static OrderLine Line(long quantity, decimal price) => new("S", null, quantity, price);

    private static Order Order(string currency, string country, params OrderLine[] lines) =>
        new("1", "2026-03-14T09:30:00Z", currency, new Customer(null, country), lines);
}
