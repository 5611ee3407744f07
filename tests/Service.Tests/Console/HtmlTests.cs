using Stateside.Service.Console.Pages;

namespace Stateside.Service.Tests.Console;

/// <summary>What is put into a page is text, whatever it looks like.</summary>
public sealed class HtmlTests
{
    [Fact]
    public void Text_in_a_template_is_escaped() => Assert.Equal(
        "<p title=\"&quot;&gt;&#39;\">&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp;</p>",
        Html.Of($"<p title=\"{"\">'"}\">{"<script>alert(1)</script> &amp;"}</p>").ToString());

    [Fact]
    public void Pieces_stay_markup()
    {
        var name = Html.Of($"<b>{"a<b"}</b>");

        Assert.Equal("<p><b>a&lt;b</b>3</p>", Html.Of($"<p>{name}{3}</p>").ToString());
    }

    [Fact]
    public void What_is_null_leaves_nothing()
    {
        Html? piece = null;
        string? text = null;

        Assert.Equal("<p></p>", Html.Of($"<p>{piece}{text}</p>").ToString());
    }

    [Fact]
    public void Characters_that_no_page_can_hold_are_replaced() => Assert.Equal("a\uFFFDb\tc\nd", Html.Of($"{"a\0b\tc\nd"}").ToString());

    [Fact]
    public void A_carriage_return_survives_a_text_area() => Assert.Equal("a&#13;\nb", Html.Of($"{"a\r\nb"}").ToString());

    [Theory]
    [InlineData("""{"a": [1, -2.5e3, true, null], "b": "x"}""",
        """{<span class="k">&quot;a&quot;</span>: [<span class="n">1</span>, <span class="n">-2.5e3</span>, <span class="w">true</span>, <span class="w">null</span>], <span class="k">&quot;b&quot;</span>: <span class="s">&quot;x&quot;</span>}""")]
    [InlineData("""{"<b>\"": "</script>"}""",
        """{<span class="k">&quot;&lt;b&gt;\&quot;&quot;</span>: <span class="s">&quot;&lt;/script&gt;&quot;</span>}""")]
    [InlineData("not \"json", "not <span class=\"s\">&quot;json</span>")]
    public void Json_is_colored_and_escaped(string json, string expected) => Assert.Equal(expected, JsonMarkup.Colored(json).ToString());
}
