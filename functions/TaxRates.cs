using System.Globalization;

namespace OrderIntake;

/// <summary>Tax in percent by country, from a text such as <c>United Kingdom=20;Germany=19;Switzerland=8.1</c>.</summary>
public sealed class TaxRates
{
    /// <summary>The environment variable that holds the rates; the template sets it from its parameter TaxRates.</summary>
    public const string Variable = "TAX_RATES";

    private readonly Dictionary<string, decimal> _percentByCountry = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A country without a rate is untaxed.</summary>
    public decimal PercentFor(string country) => _percentByCountry.GetValueOrDefault(country);

    public static TaxRates Parse(string? text)
    {
        var rates = new TaxRates();
        foreach (var entry in (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = entry.Split('=', StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || parts[0] == "")
                throw Invalid(entry, "is not country=percent");
            if (!decimal.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) || percent > 100)
                throw Invalid(entry, "has no percentage from 0 to 100");
            if (!rates._percentByCountry.TryAdd(parts[0], percent))
                throw Invalid(entry, "names a country a second time");
        }
        return rates;
    }

    private static FormatException Invalid(string entry, string problem) =>
        new($"{Variable}: {Problems.Quote(entry)} {problem}. Write country=percent, separated by semicolons, such as United Kingdom=20;Germany=19.");
}
