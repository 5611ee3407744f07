using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrderIntake;

/// <summary>
/// Reads an order as a shop posts it and notes all that is wrong with it. It works on the JSON itself, since a text where a
/// number belongs is a problem to report with its place, not a reason to stop reading.
/// </summary>
internal sealed partial class OrderReader(Problems problems, CancellationToken cancellation)
{
    private const int MostLines = 1000;
    private const int MostPieces = int.MaxValue;
    private const long PriceLimit = 1_000_000_000_000;
    private const int PriceDecimals = 4;

    /// <summary>The order in normal form; without meaning once there are problems.</summary>
    public Order Read(JsonElement order)
    {
        if (!IsObject("order", order))
            return Nothing;
        return new Order(
            Text("orderId", Field(order, "orderId")),
            Time("placedAt", Field(order, "placedAt")),
            Currency("currency", Field(order, "currency")),
            Customer("customer", Field(order, "customer")),
            Merge(Lines("lines", Field(order, "lines"))));
    }

    private static Order Nothing => new("", "", "", new Customer(null, ""), []);

    private Customer Customer(string place, JsonElement customer) => IsObject(place, customer)
        ? new Customer(OptionalText($"{place}.id", Field(customer, "id")), Text($"{place}.country", Field(customer, "country")))
        : Nothing.Customer;

    private List<OrderLine> Lines(string place, JsonElement lines)
    {
        var read = new List<OrderLine>();
        if (!Is(place, lines, JsonValueKind.Array, "a list"))
            return read;
        if (lines.GetArrayLength() is 0 or > MostLines)
            problems.Add(place, $"{lines.GetArrayLength()} lines, where an order has 1 to {MostLines}");
        foreach (var line in lines.EnumerateArray())
        {
            cancellation.ThrowIfCancellationRequested();
            read.Add(Line($"{place}[{read.Count}]", line));
        }
        return read;
    }

    private OrderLine Line(string place, JsonElement line) => IsObject(place, line)
        ? new OrderLine(
            Text($"{place}.sku", Field(line, "sku")).ToUpperInvariant(),
            OptionalText($"{place}.description", Field(line, "description")),
            Quantity($"{place}.quantity", Field(line, "quantity")),
            Price($"{place}.unitPrice", Field(line, "unitPrice")))
        : new OrderLine("", null, 0, 0);

    private static List<OrderLine> Merge(List<OrderLine> lines) =>
        [.. lines.GroupBy(line => (line.Sku, line.UnitPrice)).Select(equal => equal.First() with { Quantity = equal.Sum(line => line.Quantity) })];

    private string Time(string place, JsonElement element)
    {
        var text = Text(place, element);
        // The pattern sees to the form and to fractions of any length, the parser to the calendar.
        var form = IsoTime().Match(text);
        if (text != "" && !(form.Success && DateTimeOffset.TryParse(
            form.Result("$1$2$3"), CultureInfo.InvariantCulture, DateTimeStyles.None, out _)))
            problems.Add(place, $"{Problems.Quote(text)} is not an ISO 8601 time with an offset");
        return text;
    }

    [GeneratedRegex(@"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})(?:(:[0-9]{2})(?:[.,][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})\z")]
    private static partial Regex IsoTime();

    private string Currency(string place, JsonElement element)
    {
        var text = Text(place, element);
        var code = text.ToUpperInvariant();
        if (text != "" && !Currencies.Has(code))
            problems.Add(place, $"{Problems.Quote(text)} is not an ISO 4217 currency code");
        return code;
    }

    private long Quantity(string place, JsonElement element)
    {
        if (!Is(place, element, JsonValueKind.Number, "a number"))
            return 0;
        var number = new JsonNumber(element.GetRawText());
        var problem = number switch
        {
            { Sign: <= 0 } => "is not a positive quantity",
            { Decimals: > 0 } => "is not a whole quantity",
            { Approximate: > MostPieces } => $"is more than {MostPieces}",
            _ => null,
        };
        if (problem is null)
            return (long)number.Value;
        problems.Add(place, $"{Problems.Quote(number)} {problem}");
        return 0;
    }

    private decimal Price(string place, JsonElement element)
    {
        if (!Is(place, element, JsonValueKind.Number, "a number"))
            return 0;
        var number = new JsonNumber(element.GetRawText());
        var problem = number switch
        {
            { Sign: < 0 } => "is a negative price",
            { Decimals: > PriceDecimals } => $"has more than {PriceDecimals} decimals",
            { Approximate: >= PriceLimit } => $"is not below {PriceLimit}",
            _ => null,
        };
        if (problem is null)
            return number.Value;
        problems.Add(place, $"{Problems.Quote(number)} {problem}");
        return 0;
    }

    /// <summary>A text that names something: there, not blank, on one line. Empty where it has a problem.</summary>
    private string Text(string place, JsonElement element)
    {
        if (!Is(place, element, JsonValueKind.String, "text") || ReadText(place, element) is not { } text)
            return "";
        if (text == "")
            problems.Add(place, "is blank");
        else if (text.Any(char.IsControl))
            problems.Add(place, $"{Problems.Quote(text)} holds a control character");
        else
            return text;
        return "";
    }

    private string? OptionalText(string place, JsonElement element) =>
        element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null || !Is(place, element, JsonValueKind.String, "text")
            ? null
            : ReadText(place, element) is { Length: > 0 } text ? text : null;

    private string? ReadText(string place, JsonElement element)
    {
        if (TextOf(element) is { } text)
            return text.Trim();
        problems.Add(place, "holds half a surrogate pair, which is no character");
        return null;
    }

    // JSON can escape half a surrogate pair, which .NET refuses to make a string of.
    private static string? TextOf(JsonElement element) => OrNull(() => element.GetString());

    private static string? NameOf(JsonProperty field) => OrNull(() => field.Name);

    private static string? OrNull(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonElement Field(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) ? value : default;

    private bool IsObject(string place, JsonElement element)
    {
        if (!Is(place, element, JsonValueKind.Object, "an object"))
            return false;
        if (element.EnumerateObject().All(field => NameOf(field) is not null))
            return true;
        problems.Add(place, "has a field whose name holds half a surrogate pair, which is no character");
        return false;
    }

    private bool Is(string place, JsonElement element, JsonValueKind kind, string called)
    {
        if (element.ValueKind == kind)
            return true;
        problems.Add(place, element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? "is missing" : $"{Describe(element)} is not {called}");
        return false;
    }

    private static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.Number => Problems.Quote(new JsonNumber(element.GetRawText())),
        JsonValueKind.String => Problems.Quote(TextOf(element) ?? "\ufffd"),
        _ => element.GetRawText(),
    };
}
