using System.Collections.Frozen;

namespace OrderIntake;

/// <summary>
/// The currencies and funds of ISO 4217 list one that have a minor unit, and its number of decimals. Precious metals, test
/// codes and the like have none and are no money to invoice in. <see href="https://www.six-group.com/en/products-services/financial-information/data-standards.html" />
/// </summary>
internal static class Currencies
{
    private static readonly FrozenDictionary<string, int> MinorUnits = new[]
    {
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (2, "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU "
            + "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES "
            + "KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR "
            + "NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP "
            + "TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    }
    .SelectMany(group => group.Item2.Split(' ').Select(code => (Code: code, Decimals: group.Item1)))
    .ToFrozenDictionary(currency => currency.Code, currency => currency.Decimals);

    public static bool Has(string code) => MinorUnits.ContainsKey(code);

    public static int DecimalsOf(string code) =>
        MinorUnits.TryGetValue(code, out var decimals) ? decimals : throw new ArgumentException($"{Problems.Quote(code)} is not an ISO 4217 currency code.");
}
