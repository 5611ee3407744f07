namespace Stateside.Service.Tests.Cli;

/// <summary>The program explains itself: an overview, each command with examples, and what a shell may complete.</summary>
public sealed class HelpTests
{
    [Fact]
    public async Task The_overview_has_a_line_for_every_command_and_fits_a_terminal()
    {
        var result = await Project.CallAsync("--help");

        Assert.Equal(0, result.Code);
        Assert.All(["run", "serve", "replay", "open", "validate", "graph", "shapes", "policy", "coverage", "eval", "completion"], command => Assert.Contains($"\n  {command} ", Lines(result), StringComparison.Ordinal));
        Assert.All(Lines(result).Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("serve")]
    [InlineData("replay")]
    [InlineData("open")]
    [InlineData("validate")]
    [InlineData("coverage")]
    [InlineData("graph")]
    [InlineData("shapes")]
    [InlineData("completion")]
    public async Task Every_command_has_examples(string command)
    {
        var result = await Project.CallAsync(command, "--help");

        Assert.Equal(0, result.Code);
        Assert.Contains($"\n    stateside {command}", Lines(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stateside se", "serve")]
    [InlineData("stateside serve --time ", "skip")]
    [InlineData("stateside serve --log-fo", "--log-format")]
    public async Task A_shell_is_told_what_may_follow(string line, string word)
    {
        var result = await Project.CallAsync($"[suggest:{line.Length}]", line);

        Assert.Equal(0, result.Code);
        Assert.Contains(word, Lines(result).Split('\n'));
    }

    [Fact]
    public async Task A_shell_is_told_the_state_machines_of_the_template()
    {
        using var project = new Project();
        var line = $"stateside run --template {project.Template} Gr";

        Assert.Contains("Greeting", Lines(await Project.CallAsync($"[suggest:{line.Length}]", line)).Split('\n'));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _stateside stateside")]
    [InlineData("zsh", "compdef _stateside stateside")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName stateside")]
    public async Task Each_shell_has_a_script(string shell, string part)
    {
        var result = await Project.CallAsync("completion", shell);

        Assert.Contains(part, result.Output, StringComparison.Ordinal);
    }

    private static string Lines(CommandResult result) => result.Output.ReplaceLineEndings("\n");
}
