using System.Globalization;
using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>Makes requests to DynamoDB at random: most of them right, some of them wrong, all on few enough keys to meet each other.</summary>
internal sealed class ItemRequests(Random random)
{
    public const string Simple = "simple-table";
    public const string Sorted = "sorted-table";

    private static readonly string[] Attributes = ["a", "b", "n", "s", "set", "list", "map", "status"];
    private static readonly string[] Texts = ["", "a", "ab", "abc", "b", "é", "Zürich", "x y"];
    private static readonly string[] Numbers = ["0", "1", "-1", "2.5", "10", "0.1", "100", "-7.25", "12345678901234567890"];
    private static readonly string[] Binaries = ["AQID", "AA==", "/w=="];
    private static readonly string[] Comparators = ["=", "<>", "<", "<=", ">", ">="];

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private JsonObject.Builder _values = new();

    /// <summary>The next request.</summary>
    public (string Action, JsonObject Request) Next()
    {
        _names.Clear();
        _values = new JsonObject.Builder();
        var table = random.Next(2) == 0 ? Simple : Sorted;
        return random.Next(100) switch
        {
            < 22 => ("PutItem", Put(table)),
            < 40 => ("GetItem", Get(table)),
            < 66 => ("UpdateItem", Update(table)),
            < 75 => ("DeleteItem", Delete(table)),
            < 83 => ("Query", Query(table)),
            < 88 => ("Scan", Scan(table)),
            < 91 => ("BatchGetItem", BatchGet(table)),
            < 93 => ("BatchWriteItem", BatchWrite(table)),
            < 94 => Facts(),
            < 96 => ("TransactGetItems", TransactGet(table)),
            _ => ("TransactWriteItems", TransactWrite(table)),
        };
    }

    private JsonObject Put(string table)
    {
        var request = Start(table).Set("Item", Item(table));
        if (Chance(35))
            request.Set("ConditionExpression", JsonValue.From(Condition(2)));
        if (Chance(30))
            request.Set("ReturnValues", JsonValue.From(Chance(92) ? "ALL_OLD" : "ALL_NEW"));
        return Finish(request);
    }

    private JsonObject Get(string table)
    {
        var request = Start(table).Set("Key", Key(table));
        if (Chance(40))
            request.Set("ProjectionExpression", JsonValue.From(Projection()));
        if (Chance(20))
            request.Set("ConsistentRead", JsonValue.True);
        return Finish(request);
    }

    private JsonObject Update(string table)
    {
        var request = Start(table).Set("Key", Key(table)).Set("UpdateExpression", JsonValue.From(Changes()));
        if (Chance(25))
            request.Set("ConditionExpression", JsonValue.From(Condition(2)));
        if (Chance(60))
            request.Set("ReturnValues", JsonValue.From(Pick("ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE")));
        return Finish(request);
    }

    private JsonObject Delete(string table)
    {
        var request = Start(table).Set("Key", Key(table));
        if (Chance(35))
            request.Set("ConditionExpression", JsonValue.From(Condition(2)));
        if (Chance(40))
            request.Set("ReturnValues", JsonValue.From("ALL_OLD"));
        return Finish(request);
    }

    private JsonObject Query(string table)
    {
        var condition = $"{Name("id")} = {Value(JsonObject.Of(("S", JsonValue.From(Id()))))}";
        if (table == Sorted && Chance(60))
        {
            var (low, high) = (random.Next(-2, 4), random.Next(4, 9));
            condition += random.Next(3) switch
            {
                0 => $" AND {Name("pos")} BETWEEN {Value(At(low))} AND {Value(At(high))}",
                _ => $" AND {Name("pos")} {Pick("=", "<", "<=", ">", ">=")} {Value(At(low))}",
            };
        }

        var request = Start(table).Set("KeyConditionExpression", JsonValue.From(condition));
        if (Chance(30))
            request.Set("ScanIndexForward", JsonValue.From(Chance(50)));
        return Page(request);
    }

    private JsonObject Scan(string table) => Page(Start(table));

    private JsonObject Page(JsonObject.Builder request)
    {
        if (Chance(40))
            request.Set("FilterExpression", JsonValue.From(Condition(1)));
        if (Chance(25))
            request.Set("ProjectionExpression", JsonValue.From(Projection()));
        else if (Chance(15))
            request.Set("Select", JsonValue.From("COUNT"));
        return Finish(request);
    }

    private JsonObject BatchGet(string table)
    {
        var keys = Enumerable.Range(0, random.Next(1, 6)).Select(_ => (JsonValue)Key(table)).DistinctBy(key => key.Text).ToArray();
        return JsonObject.Of(("RequestItems", JsonObject.Of((table, JsonObject.Of(("Keys", JsonArray.Of(keys)))))));
    }

    private JsonObject BatchWrite(string table)
    {
        var writes = Enumerable.Range(0, random.Next(1, 5)).Select(_ => (JsonValue)(Chance(60)
            ? JsonObject.Of(("PutRequest", JsonObject.Of(("Item", RightItem(table)))))
            : JsonObject.Of(("DeleteRequest", JsonObject.Of(("Key", RightKey(table)))))))
            .DistinctBy(write => KeyText(table, (JsonObject)((JsonObject)((JsonObject)write).Values[0]).Values[0])).ToArray();
        return JsonObject.Of(("RequestItems", JsonObject.Of((table, JsonArray.Of(writes)))));
    }

    /// <summary>What there is and how it looks.</summary>
    private (string Action, JsonObject Request) Facts() => random.Next(2) == 0
        ? ("DescribeTable", Start(Pick(Simple, Sorted, "no-such-table")).ToObject())
        : ("ListTables", Chance(50)
            ? JsonObject.Of(("Limit", JsonValue.From(random.Next(1, 3))))
            : Chance(50) ? JsonObject.Of(("ExclusiveStartTableName", JsonValue.From(Simple))) : JsonObject.Empty);

    private JsonObject TransactGet(string table)
    {
        var gets = Enumerable.Range(0, random.Next(1, 4)).Select(_ => (JsonValue)RightKey(table)).DistinctBy(key => key.Text)
            .Select(key => (JsonValue)JsonObject.Of(("Get", Start(table).Set("Key", key).ToObject())));
        return JsonObject.Of(("TransactItems", JsonArray.Of([.. gets])));
    }

    private JsonObject TransactWrite(string table)
    {
        var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Part(table)).DistinctBy(part =>
        {
            var body = (JsonObject)part.Values[0];
            return KeyText(table, (JsonObject)(body["Item"] ?? body["Key"])!);
        });
        return JsonObject.Of(("TransactItems", JsonArray.Of([.. parts])));
    }

    private JsonObject Part(string table)
    {
        _names.Clear();
        _values = new JsonObject.Builder();
        var kind = Pick("Put", "Update", "Delete", "ConditionCheck");
        var body = Start(table);
        if (kind == "Put")
            body.Set("Item", RightItem(table));
        else
            body.Set("Key", RightKey(table));
        if (kind == "Update")
            body.Set("UpdateExpression", JsonValue.From(Changes()));
        if (kind == "ConditionCheck" || Chance(40))
            body.Set("ConditionExpression", JsonValue.From(Condition(1)));
        return JsonObject.Of((kind, Finish(body)));
    }

    /// <summary>One to three changes of distinct attributes.</summary>
    private string Changes()
    {
        var sections = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var attributes = Attributes.OrderBy(_ => random.Next()).Take(random.Next(1, 4));
        if (Chance(3))
            attributes = ["id"];
        foreach (var attribute in attributes)
        {
            var (section, text) = Change(attribute);
            if (!sections.TryGetValue(section, out var list))
                sections[section] = list = [];
            list.Add(text);
        }

        return string.Join(' ', sections.Select(section => $"{section.Key} {string.Join(", ", section.Value)}"));
    }

    private (string Section, string Text) Change(string attribute)
    {
        var path = Path(attribute);
        return random.Next(12) switch
        {
            0 or 1 => ("REMOVE", path),
            2 when attribute == "n" => ("ADD", $"{path} {Value(Number())}"),
            2 or 3 when attribute == "set" => ("ADD", $"{path} {Value(TextSet())}"),
            4 or 5 when attribute == "set" => ("DELETE", $"{path} {Value(TextSet())}"),
            4 or 5 when attribute == "n" => ("SET", $"{path} = {path} {Pick("+", "-")} {Value(Number())}"),
            6 => ("SET", $"{path} = if_not_exists({path}, {Value(ValueFor(attribute))})"),
            7 when attribute == "list" => ("SET", $"{path} = list_append({path}, {Value(List())})"),
            8 when attribute == "list" => ("SET", $"{path} = list_append({Value(List())}, {path})"),

            // moto has both share a list or a map that is copied, so that a later change of one shows in the other.
            9 when attribute is not ("list" or "map") => ("SET", $"{path} = {Name(Pick("a", "b", "n", "s", "set", "status"))}"),
            _ => ("SET", $"{path} = {Value(ValueFor(attribute))}"),
        };
    }

    private string Condition(int depth)
    {
        if (depth > 0 && Chance(30))
        {
            return random.Next(4) switch
            {
                0 => $"NOT {Condition(0)}",
                1 => $"({Condition(depth - 1)}) OR {Condition(depth - 1)}",
                2 => $"{Condition(depth - 1)} AND ({Condition(depth - 1)})",
                _ => $"{Condition(depth - 1)} AND {Condition(depth - 1)}",
            };
        }

        var attribute = Pick(Attributes);
        return random.Next(10) switch
        {
            0 or 1 => $"attribute_exists({Path(attribute)})",
            2 => $"attribute_not_exists({Path(attribute)})",
            3 => $"attribute_type({Path(attribute)}, {Value(JsonObject.Of(("S", JsonValue.From(Pick("S", "N", "L", "M", "SS", "NULL", "BOOL", "B")))))})",
            4 => $"begins_with({Path(Pick("a", "b", "s"))}, {Value(JsonObject.Of(("S", JsonValue.From(Pick("a", "ab", "Z")))))})",
            5 => $"contains({Path(Pick("a", "s", "set", "list"))}, {Value(JsonObject.Of(("S", JsonValue.From(Pick("a", "b", "é")))))})",
            6 => $"size({Path(Pick("a", "s", "set", "list", "map"))}) {Pick(Comparators)} {Value(JsonObject.Of(("N", JsonValue.From(Pick("0", "1", "2", "3")))))}",
            7 => $"{Path("n")} BETWEEN {Value(At(-1))} AND {Value(At(random.Next(0, 12)))}",
            8 => $"{Path(attribute)} IN ({Value(ValueFor(attribute))}, {Value(ValueFor(attribute))})",
            _ => attribute is "n" or "a" or "b" or "s"
                ? $"{Path(attribute)} {Pick(Comparators)} {Value(attribute == "n" ? Number() : Text())}"
                : $"{Path(attribute)} {Pick("=", "<>")} {Value(ValueFor(attribute))}",
        };
    }

    private string Projection() => string.Join(", ", Attributes.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Select(Path));

    /// <summary>The attribute or something within it.</summary>
    private string Path(string attribute) => attribute switch
    {
        "list" when Chance(35) => $"{Name(attribute)}[{random.Next(4)}]",
        "map" when Chance(45) => $"{Name(attribute)}.{Pick("x", "y", "z")}" + (Chance(20) ? ".x" : ""),
        _ => Name(attribute),
    };

    private string Name(string attribute)
    {
        if (attribute is "id" or "pos" or "a" or "b" or "n" or "s" && Chance(60))
            return attribute;
        _names[$"#{attribute}"] = attribute;
        return $"#{attribute}";
    }

    private string Value(JsonObject value)
    {
        var placeholder = $":v{_values.Count.ToString(CultureInfo.InvariantCulture)}";
        _values.Set(placeholder, value);
        return placeholder;
    }

    private JsonObject Item(string table)
    {
        var item = RightItem(table);
        if (Chance(96))
            return item;
        return random.Next(4) switch
        {
            0 => item.With("id", JsonObject.Of(("N", JsonValue.From("1")))),
            1 => item.With("set", JsonObject.Of(("SS", JsonArray.Empty))),
            2 => item.With("n", JsonObject.Of(("N", JsonValue.From("one")))),
            _ => JsonObject.Of(("a", Text())),
        };
    }

    private JsonObject RightItem(string table)
    {
        var item = RightKey(table).ToBuilder();
        foreach (var attribute in Attributes.Where(_ => Chance(50)))
            item.Set(attribute, ValueFor(attribute));
        return item.ToObject();
    }

    private JsonObject Key(string table)
    {
        var key = RightKey(table);
        if (Chance(97))
            return key;
        return random.Next(3) switch
        {
            0 => JsonObject.Of(("key", key["id"]!)),
            1 => key.With("more", Text()),
            _ => key.With("id", JsonObject.Of(("S", JsonValue.From("")))),
        };
    }

    private JsonObject RightKey(string table)
    {
        var key = JsonObject.Of(("id", JsonObject.Of(("S", JsonValue.From(Id())))));
        return table == Sorted ? key.With("pos", At(random.Next(-2, 8))) : key;
    }

    private static string KeyText(string table, JsonObject item) => item["id"]!.Text + (table == Sorted ? item["pos"]!.Text : "");

    private JsonObject ValueFor(string attribute) => attribute switch
    {
        "n" => Number(),
        "set" => TextSet(),
        "list" => List(),
        "map" => Map(2),
        "a" or "s" => Text(),
        _ => Any(),
    };

    private JsonObject Any() => random.Next(9) switch
    {
        0 => Number(),
        1 => JsonObject.Of(("BOOL", JsonValue.From(Chance(50)))),
        2 => JsonObject.Of(("NULL", JsonValue.True)),
        3 => JsonObject.Of(("B", JsonValue.From(Pick(Binaries)))),
        4 => JsonObject.Of(("NS", JsonArray.Of([.. Numbers.Where(_ => Chance(30)).DefaultIfEmpty("5").Select(JsonValue.From)]))),
        5 => List(),
        6 => Map(1),
        7 => TextSet(),
        _ => Text(),
    };

    private JsonObject Map(int depth) => JsonObject.Of(("M", JsonObject.Of([
        .. new[] { "x", "y", "z" }.Where(_ => Chance(60)).Select(name => (name, (JsonValue)(depth > 0 && Chance(25) ? Map(depth - 1) : Chance(50) ? Text() : Number())))])));

    private JsonObject List() => JsonObject.Of(("L", JsonArray.Of([.. Enumerable.Range(0, random.Next(4)).Select(_ => Chance(60) ? Text() : Number())])));

    private JsonObject TextSet() => JsonObject.Of(("SS", JsonArray.Of([.. new[] { "a", "b", "c", "é" }.Where(_ => Chance(45)).DefaultIfEmpty("z").Select(JsonValue.From)])));

    private JsonObject Text() => JsonObject.Of(("S", JsonValue.From(Pick(Texts))));

    private JsonObject Number() => JsonObject.Of(("N", JsonValue.From(Pick(Numbers))));

    private static JsonObject At(int number) => JsonObject.Of(("N", JsonValue.From(number.ToString(CultureInfo.InvariantCulture))));

    private string Id() => Pick("k1", "k2", "k3", "k4", "k5");

    private static JsonObject.Builder Start(string table) => new JsonObject.Builder().Set("TableName", JsonValue.From(table));

    private JsonObject Finish(JsonObject.Builder request)
    {
        if (_names.Count > 0)
            request.Set("ExpressionAttributeNames", JsonObject.Of([.. _names.Select(name => (name.Key, JsonValue.From(name.Value)))]));
        if (_values.Count > 0)
            request.Set("ExpressionAttributeValues", _values.ToObject());
        return request.ToObject();
    }

    private bool Chance(int percent) => random.Next(100) < percent;

    private string Pick(params ReadOnlySpan<string> words) => words[random.Next(words.Length)];
}
