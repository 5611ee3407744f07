using Stateside.Language.Evaluation;
using Stateside.Language.Intrinsics;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using static Stateside.Language.Tests.Evaluation;

namespace Stateside.Language.Tests.Intrinsics;

public sealed class IntrinsicCallTests
{
    [Theory]
    [InlineData("  States.ArrayGetItem( $.list[?(@ > 2 && @ < 5)] ,  States.MathAdd( 0 , 1 ) )  ", "4")]
    [InlineData("States.ArrayLength($['list'])", "5")]
    [InlineData("States.Array($.list[?(@.a == ', )')], $.list[(@.length-1)])", "[[],5]")]
    [InlineData("States.Array($$.State.Name, $v.x)", "[\"S\",true]")]
    public void Blanks_brackets_and_all_roots_may_stand_in_arguments(string call, string expected)
    {
        var context = Context("""{"list": [1, 2, 3, 4, 5]}""", """{"State": {"Name": "S"}}""", """{"v": {"x": true}}""");
        Assert.Equal(expected, JsonWriter.Compact(IntrinsicCall.Parse(call).Evaluate(context)));
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
    [InlineData("$.items[5]", "$.items[5]")]
    [InlineData("$.items[5].x", "$.items[5].x")]
    [InlineData("$$.Nope.Deep", "$.Nope.Deep")]
    public void What_an_argument_lacks_is_told_of_the_input_even_where_a_plain_path_gives_null(string path, string told)
    {
        const string Input = """{"items": [1, 2]}""";
        var failure = Assert.Throws<StatesException>(() => IntrinsicCall.Parse($"States.Format('{{}}', {path})").Evaluate(Context(Input)));
        Assert.EndsWith(
            $"' had the following error: The JsonPath argument for the field '{told}' could not be found in the input '{Context(Input).Input.Text}'",
            failure.Cause,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_argument_whose_path_fits_nothing_is_told_in_the_words_of_the_library()
    {
        // As AWS does, which catches its library's not finding only (floci's AslExecutorIntrinsicMissingArgumentTest).
        var failure = Assert.Throws<StatesException>(() => IntrinsicCall.Parse("States.Format('{}', $.other[0])").Evaluate(Context("""{"other": 1}""")));
        Assert.Equal(
            "The function 'States.Format('{}', $.other[0])' had the following error: Filter: [0] can only be applied to arrays. Current context is: 1",
            failure.Cause);
    }

    [Fact]
    public void An_argument_may_be_a_null_that_is_there() => Assert.Equal(
        "[null,null]", JsonWriter.Compact(IntrinsicCall.Parse("States.Array($.a, $.b[0])").Evaluate(Context("""{"a": null, "b": [null]}"""))));

    [Fact]
    public void A_wrong_argument_of_a_call_inside_is_told_of_the_whole_call_as_it_is_written()
    {
        var failure = Assert.Throws<StatesException>(() => IntrinsicCall.Parse("States.Array( States.ArrayLength('x'),1)").Evaluate(Context("{}")));
        Assert.Equal("States.Runtime", failure.Error);
        Assert.Equal(
            "There was an error while evaluating the intrinsic function: States.Array( States.ArrayLength('x'),1). Invalid arguments in States.ArrayLength",
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
    public void A_random_number_keeps_within_its_bounds_and_repeats_for_its_seed()
    {
        var context = Context("{}");
        var seeded = IntrinsicCall.Parse("States.MathRandom(1, 100, 42)").Evaluate(context);
        Assert.Equal(seeded, IntrinsicCall.Parse("States.MathRandom(1, 100, 42.9)").Evaluate(Context("{}")));
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
    public void What_is_not_a_call_is_refused_with_the_place(string text, int position) =>
        Assert.Equal(position, Assert.Throws<JsonPathException>(() => IntrinsicCall.Parse(text)).Position);

    [Fact]
    public void Calls_nest_ten_deep_and_no_deeper()
    {
        static string Nested(int depth) => depth == 0 ? "States.Array()" : $"States.Array({Nested(depth - 1)})";
        Assert.Equal(Nested(10), IntrinsicCall.Parse(Nested(10)).Text);
        Assert.Throws<JsonPathException>(() => IntrinsicCall.Parse(Nested(11)));
    }

    [Fact]
    public void A_call_lists_the_paths_and_calls_in_it()
    {
        var call = IntrinsicCall.Parse("States.Format('{}{}', $.a, States.Array($b, States.UUID()))");
        Assert.Equal(["$.a", "$b"], call.Paths.Select(path => path.Text));
        Assert.Equal([call.Text, "States.Array($b, States.UUID())", "States.UUID()"], call.Calls.Select(one => one.Text));
    }
}
