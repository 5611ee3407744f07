using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Stateside.Language.Evaluation;
using Stateside.Language.Intrinsics;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Templates;
using static Stateside.Language.Tests.Evaluation;

namespace Stateside.Language.Tests.Paths;

/// <summary>Laws of data flow, and that no text breaks the parsers. STATESIDE_FUZZ sets how many texts are tried (100000 is the long form).</summary>
public sealed class PathPropertyTests
{
    private static readonly int Runs =
        int.TryParse(Environment.GetEnvironmentVariable("STATESIDE_FUZZ"), CultureInfo.InvariantCulture, out var runs) ? runs : 10_000;

    private static Config Laws => Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(20261122, 17).WithQuietOnSuccess(true);

    [Fact]
    public void What_ResultPath_writes_the_same_path_reads()
    {
        var written = 0;
        Prop.ForAll(Arb.From(PathGenerator.Value(3)), Arb.From(PathGenerator.Value(2)), Arb.From(PathGenerator.Reference), (target, result, path) =>
        {
            JsonValue output;
            try
            {
                output = ReferencePath.Parse(path).Write(target, result);
            }
            catch (StatesException failure)
            {
                return failure.Error == ErrorNames.ResultPathMatchFailure;
            }

            written++;
            return JsonPath.Parse(path).TryEvaluate(ContextOf(output), out var read) && read.Equals(result);
        }).Check(Laws);
        Assert.True(written > 300, $"only {written} paths fitted their targets");
    }

    [Fact]
    public void Writing_back_what_a_path_reads_changes_nothing()
    {
        // What lies beyond an array reads as null, and cannot be written.
        Prop.ForAll(Arb.From(PathGenerator.Value(3)), Arb.From(PathGenerator.Reference), (target, path) =>
            !JsonPath.Parse(path).TryEvaluate(ContextOf(target), out var read) || read is JsonNull
            || ReferencePath.Parse(path).Write(target, read).Equals(target))
            .Check(Laws);
    }

    [Fact]
    public void Writing_one_member_leaves_its_siblings()
    {
        Prop.ForAll(Arb.From(PathGenerator.Object(3)), target =>
        {
            var output = (JsonObject)ReferencePath.Parse("$.fresh").Write(target, JsonValue.True);
            return ((JsonObject)target).All(member => output[member.Key]!.Equals(member.Value)) && output.Count == ((JsonObject)target).Count + 1;
        }).Check(Laws);
    }

    [Fact]
    public void The_root_path_changes_nothing()
    {
        Prop.ForAll(Arb.From(PathGenerator.Value(3)), value =>
        {
            var context = ContextOf(value);
            return ReferenceEquals(PathFields.Evaluate("InputPath", JsonPath.Root, context), value)
                && ReferenceEquals(ReferencePath.Root.Write(JsonObject.Empty, value), value);
        }).Check(Laws);
    }

    [Fact]
    public void A_template_without_marks_is_its_own_payload() =>
        Prop.ForAll(Arb.From(PathGenerator.Value(3)), value =>
            JsonPathTemplate.Parse(value, JsonPlace.Root, problem => Assert.Fail(problem.Message)).Evaluate(ContextOf(JsonValue.Null)).Equals(value))
            .Check(Laws);

    [Fact]
    public void No_text_breaks_the_parsers_or_what_they_accept()
    {
        var (paths, calls) = (0, 0);
        Prop.ForAll(Arb.From(PathGenerator.AlmostPath), Arb.From(PathGenerator.Value(2)), (text, input) =>
        {
            var context = ContextOf(input);
            if (JsonPath.TryParse(text, out var path, out var problem))
            {
                paths++;
                if (!path.TryEvaluate(context, out var value))
                    _ = path.DescribeMissing(context);
                else if (!path.IsDefinite)
                    Assert.IsType<JsonArray>(value);
            }
            else
            {
                Assert.InRange(problem.Position, 0, text.Length + 1);
            }

            try
            {
                var call = IntrinsicCall.Parse(text);
                calls++;
                Assert.True(Record.Exception(() => call.Evaluate(context)) is null or StatesException);
            }
            catch (JsonPathException e)
            {
                Assert.InRange(e.Position, 0, text.Length + 1);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Runs).WithReplay(20261122, 17).WithQuietOnSuccess(true));
        Assert.True(paths > Runs / 10 && calls > Runs / 20, $"too few texts were right to tell: {paths} paths, {calls} calls");
    }

    private static EvaluationContext ContextOf(JsonValue input) => new()
    {
        Input = input,
        MakeContextObject = () => (JsonObject)Value("""{"a": 1}"""),
        Variables = new VariableScope(JsonObject.Of(("v", input))),
        Chance = new Chance(1),
    };
}
