using System.CommandLine;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside completion</c>: the script with which a shell completes the program's words, by asking the program itself.</summary>
internal sealed class CompletionCommand(CommandHost host)
{
    private const string Bash =
        """
        _stateside() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(stateside "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _stateside stateside
        """;

    private const string Zsh =
        """
        _stateside() {
            local line="${words[1,CURRENT]}"
            local found=("${(@f)$(stateside "[suggest:${#line}]" "$line" 2>/dev/null)}")
            if [[ -n "$found[1]" ]]; then compadd -- $found; else _files; fi
        }
        compdef _stateside stateside
        """;

    private const string Pwsh =
        """
        Register-ArgumentCompleter -Native -CommandName stateside -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            stateside "[suggest:$cursorPosition]" "$commandAst" 2>$null |
                Where-Object { $_ -like "$wordToComplete*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    private readonly Argument<string> _shell = new("shell") { Description = "bash, zsh or pwsh." };

    /// <summary>The command.</summary>
    public Command Build()
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "pwsh");
        var command = new Command(
            "completion",
            """
            Print the script that lets a shell complete commands, options and state machines.

              stateside completion bash >> ~/.bashrc
              stateside completion zsh >> ~/.zshrc
              stateside completion pwsh >> $PROFILE
            """)
        {
            _shell,
        };
        command.SetAction((parsed, _) => host.GuardAsync(() =>
        {
            host.WriteOutput(null, parsed.GetValue(_shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => Pwsh,
            });
            return Task.FromResult(ExitCodes.Success);
        }));
        return command;
    }
}
