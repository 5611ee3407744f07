using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Tests.Cli;

public sealed class PlainTests
{
    [Theory]
    [InlineData("plain [red]text[/] ünïcode 注文", "plain [red]text[/] ünïcode 注文")]
    [InlineData("a\tb", "a  b")]
    [InlineData("\u001b[2Jgone", "\\u001B[2Jgone")]
    [InlineData("\u009b31m", "\\u009B31m")]
    [InlineData("over\rwritten\nforged", "over\\u000Dwritten\\u000Aforged")]
    [InlineData("\u202eltr", "\\u202Eltr")]
    [InlineData("👩‍🚀!", "👩‍🚀!")]
    public void A_line_keeps_what_can_be_read_and_escapes_what_would_act_on_the_terminal(string text, string expected) =>
        Assert.Equal(expected, Plain.Line(text));

    [Fact]
    public void Half_a_surrogate_pair_is_escaped() => Assert.Equal("a\\uD83Db", Plain.Line("a" + (char)0xD83D + "b"));

    [Fact]
    public void Later_lines_are_indented_so_that_none_passes_for_one_of_ours() =>
        Assert.Equal($"one{Environment.NewLine}    SUCCEEDED in 1 s", Plain.Lines("one\r\nSUCCEEDED in 1 s\n", "    "));

    [Theory]
    [InlineData("short", 5, "short")]
    [InlineData("longer", 5, "long…")]
    [InlineData("注文を検証する", 8, "注文を…")]
    public void A_cut_counts_columns(string text, int columns, string expected) => Assert.Equal(expected, Plain.Cut(text, columns));
}
