using Stateside.Language.Intrinsics;
using Stateside.Language.Json;
using static Stateside.Language.Tests.Evaluation;

namespace Stateside.Language.Tests.Intrinsics;

public sealed class IntrinsicCallTests
{
    private const string Input = """
        {"name": "Ada", "count": 3, "price": 1.50, "list": [1, 2, 3, 4, 5], "twice": [1, "1", 1.0, [2], [2], {"a": 1, "b": 2}, {"b": 2, "a": 1}, null, null],
         "json": "{\"a\": [1, null]}", "template": "Dear {}", "first": {"a": {"x": 1}, "b": 2}, "second": {"a": {"y": 1}, "c": 3}, "text": "a,b;c"}
        """;

    [Theory]
    [InlineData("States.Format('Hello')", "\"Hello\"")]
    [InlineData("States.Format('{} has {} at {}', $.name, $.count, $.price)", "\"Ada has 3 at 1.50\"")]
    [InlineData("States.Format('{}{}{}', true, null, -1.0)", "\"truenull-1.0\"")]
    [InlineData("States.Format($.template, $.name)", "\"Dear Ada\"")]
    [InlineData("States.Format('{}', $.first)", "\"{\\\"a\\\":{\\\"x\\\":1},\\\"b\\\":2}\"")]
    [InlineData(@"States.Format('\{\'{}\'\} \\', $.name)", "\"{'Ada'} \\\\\"")]
    [InlineData(@"States.Format('\\{}', $.name)", "\"\\\\Ada\"")]
    [InlineData("States.StringToJson($.json)", """{"a":[1,null]}""")]
    [InlineData("States.StringToJson('{\"n\": 1.0}')", """{"n":1.0}""")]
    [InlineData("States.JsonToString($.first)", "\"{\\\"a\\\":{\\\"x\\\":1},\\\"b\\\":2}\"")]
    [InlineData("States.Array()", "[]")]
    [InlineData("States.Array('a', 1, null, $.list[0], States.Array(true))", """["a",1,null,1,[true]]""")]
    [InlineData("States.ArrayPartition($.list, 2)", "[[1,2],[3,4],[5]]")]
    [InlineData("States.ArrayPartition($.list, 9)", "[[1,2,3,4,5]]")]
    [InlineData("States.ArrayPartition(States.Array(), 4)", "[]")]
    [InlineData("States.ArrayContains($.list, 3)", "true")]
    [InlineData("States.ArrayContains($.list, '3')", "false")]
    [InlineData("States.ArrayContains($.twice, States.Array(2))", "true")]
    [InlineData("States.ArrayRange(1, 9, 2)", "[1,3,5,7,9]")]
    [InlineData("States.ArrayRange(1, 9, 9)", "[1]")]
    [InlineData("States.ArrayRange(5, -1, -2)", "[5,3,1,-1]")]
    [InlineData("States.ArrayRange(0, -1, 2)", "[]")]
    [InlineData("States.ArrayGetItem($.list, 4)", "5")]
    [InlineData("States.ArrayLength($.list)", "5")]
    [InlineData("States.ArrayUnique($.twice)", """[1,"1",[2],{"a":1,"b":2},null]""")]
    [InlineData("States.Base64Encode('Data to encode')", "\"RGF0YSB0byBlbmNvZGU=\"")]
    [InlineData("States.Base64Decode('w6k=')", "\"é\"")]
    [InlineData("States.Base64Decode('')", "\"\"")]
    [InlineData("States.Hash('input data', 'MD5')", "\"812f45842bc6d66ee14572ce20db8e86\"")]
    [InlineData("States.Hash('input data', 'SHA-1')", "\"aaff4a450a104cd177d28d18d74485e8cae074b7\"")]
    [InlineData("States.Hash('', 'SHA-256')", "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"")]
    [InlineData("States.JsonMerge($.first, $.second, false)", """{"a":{"y":1},"b":2,"c":3}""")]
    [InlineData("States.MathAdd($.count, -1)", "2")]
    [InlineData("States.MathAdd(1.5, -1.5)", "1")]
    [InlineData("States.MathAdd(2147483647, 1)", "2147483648")]
    [InlineData("States.MathRandom(7, 8)", "7")]
    [InlineData("States.StringSplit($.text, ',;')", """["a","b","c"]""")]
    [InlineData("States.StringSplit(',,a,', ',')", "[\"a\"]")]
    [InlineData("States.StringSplit('abc', '')", "[\"abc\"]")]
    [InlineData("States.StringSplit('Ä\u2028ö', '\u2028')", "[\"Ä\",\"ö\"]")]
    [InlineData("  States.ArrayGetItem( $.list[?(@ > 2 && @ < 5)] ,  States.MathAdd( 0 , 1 ) )  ", "4")]
    [InlineData("States.ArrayLength($['list'])", "5")]
    [InlineData("States.Array($.twice[?(@.a == ', )')], $.list.length())", "[[],5]")]
    public void A_call_gives_what_the_service_gives(string call, string expected) =>
        Assert.Equal(expected, JsonWriter.Compact(IntrinsicCall.Parse(call).Evaluate(Context(Input))));

    [Theory]
    [InlineData("States.Format('{} {}', $.name)", "Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.")]
    [InlineData("States.Format('{}', $.name, 1)", "Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.")]
    [InlineData("States.Format('{name}', $.name)", "Invalid arguments in States.Format: matching '}' not found for '{'.")]
    [InlineData("States.Format(1)", "Invalid arguments in States.Format")]
    [InlineData("States.StringToJson('{')", "Invalid arguments in States.StringToJson")]
    [InlineData("States.StringToJson($.first)", "Invalid arguments in States.StringToJson")]
    [InlineData("States.ArrayPartition($.list, 0)", "Invalid arguments in States.ArrayPartition")]
    [InlineData("States.ArrayPartition($.name, 1)", "Invalid arguments in States.ArrayPartition")]
    [InlineData("States.ArrayRange(0, 1000, 1)", "Invalid arguments in States.ArrayRange")]
    [InlineData("States.ArrayRange(0, 9, 0)", "Invalid arguments in States.ArrayRange")]
    [InlineData("States.ArrayRange('a', 5, 1)", "Invalid arguments in States.ArrayRange")]
    [InlineData("States.ArrayGetItem($.list, 5)", "Invalid arguments in States.ArrayGetItem")]
    [InlineData("States.ArrayGetItem($.list, -1)", "Invalid arguments in States.ArrayGetItem")]
    [InlineData("States.Base64Decode('%%%')", "Invalid arguments in States.Base64Decode")]
    [InlineData("States.Hash('x', 'SHA-2')", "Invalid arguments in States.Hash")]
    [InlineData("States.JsonMerge($.first, $.second, true)", "Invalid arguments in States.JsonMerge")]
    [InlineData("States.JsonMerge($.first, $.list, false)", "Invalid arguments in States.JsonMerge")]
    [InlineData("States.MathAdd('1', 1)", "Invalid arguments in States.MathAdd")]
    [InlineData("States.MathAdd(2147483648, 1)", "Invalid arguments in States.MathAdd")]
    [InlineData("States.MathAdd(1)", "Invalid arguments in States.MathAdd")]
    [InlineData("States.MathRandom(5, 5)", "Invalid arguments in States.MathRandom")]
    [InlineData("States.UUID(1)", "Invalid arguments in States.UUID")]
    public void Wrong_arguments_fail_the_state_and_name_the_call(string call, string problem)
    {
        var failure = Assert.Throws<StatesException>(() => IntrinsicCall.Parse(call).Evaluate(Context(Input)));
        Assert.Equal(("States.Runtime", $"The function '{call}' had the following error: {problem}"), (failure.Error, failure.Cause));
    }

    [Fact]
    public void A_missing_argument_names_the_whole_call_and_the_path()
    {
        const string Call = "States.Format('{}', States.Array($.nope))";
        var failure = Assert.Throws<StatesException>(() => IntrinsicCall.Parse(Call).Evaluate(Context("""{"other":1}""")));
        Assert.Equal(
            $"The function '{Call}' had the following error: The JsonPath argument for the field '$.nope' could not be found in the input '{{\"other\":1}}'",
            failure.Cause);
    }

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public void Base64_and_hash_take_up_to_ten_thousand_characters(int length, bool fits)
    {
        var context = Context($"\"{new string('a', length)}\"");
        foreach (var call in new[] { "States.Base64Encode($)", "States.Base64Decode($)", "States.Hash($, 'MD5')" })
        {
            var failure = Record.Exception(() => IntrinsicCall.Parse(call).Evaluate(context));
            Assert.Equal(fits, failure is null);
        }
    }

    [Fact]
    public void A_range_has_up_to_a_thousand_items() =>
        Assert.Equal(1000, ((JsonArray)IntrinsicCall.Parse("States.ArrayRange(1, 1000, 1)").Evaluate(Context("{}"))).Count);

    [Fact]
    public void A_random_number_keeps_within_its_bounds_and_repeats_for_its_seed()
    {
        var context = Context("{}");
        var seeded = IntrinsicCall.Parse("States.MathRandom(1, 100, 42)").Evaluate(context);
        Assert.Equal(seeded, IntrinsicCall.Parse("States.MathRandom(1, 100, 42)").Evaluate(Context("{}")));
        var call = IntrinsicCall.Parse("States.MathRandom(-3, 3)");
        var seen = Enumerable.Range(0, 200).Select(_ => ((JsonNumber)call.Evaluate(context)).Int64).ToHashSet();
        Assert.Equal([-3, -2, -1, 0, 1, 2], seen.Order());
    }

    [Fact]
    public void An_id_is_a_version_4_uuid_and_each_is_new()
    {
        var context = Context("{}");
        var call = IntrinsicCall.Parse("States.UUID()");
        var first = ((JsonString)call.Evaluate(context)).Value;
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", first);
        Assert.NotEqual(first, ((JsonString)call.Evaluate(context)).Value);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("States.Nonsense()", 0)]
    [InlineData("States.Format", 13)]
    [InlineData("States.Format('a'", 17)]
    [InlineData("States.Format('a)", 14)]
    [InlineData("States.Format('a') x", 19)]
    [InlineData("States.Format('a',)", 18)]
    [InlineData("States.Format('a' 'b')", 18)]
    [InlineData("States.Format(\"a\")", 14)]
    [InlineData("States.Format($.a[)", 17)]
    [InlineData("States.Format(nonsense)", 14)]
    [InlineData(@"States.Format('\n')", 15)]
    [InlineData("States.Format('a', 01)", 19)]
    public void What_is_not_a_call_is_refused_with_the_place(string text, int position)
    {
        Assert.False(IntrinsicCall.TryParse(text, out _, out var problem));
        Assert.Equal(position, problem.Position);
    }

    [Fact]
    public void Calls_nest_ten_deep_and_no_deeper()
    {
        static string Nested(int depth) => depth == 0 ? "States.Array()" : $"States.Array({Nested(depth - 1)})";
        Assert.True(IntrinsicCall.TryParse(Nested(10), out _, out _));
        Assert.False(IntrinsicCall.TryParse(Nested(11), out _, out _));
    }

    [Fact]
    public void A_call_lists_the_paths_and_calls_in_it()
    {
        var call = IntrinsicCall.Parse("States.Format('{}{}', $.a, States.Array($b, States.UUID()))");
        Assert.Equal(["$.a", "$b"], call.Paths.Select(path => path.Text));
        Assert.Equal(["States.Format", "States.Array", "States.UUID"], call.Calls.Select(one => one.Name));
    }
}
