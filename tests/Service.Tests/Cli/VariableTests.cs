namespace Stateside.Service.Tests.Cli;

/// <summary>What an option's help says of environment variables holds in every command that has the option.</summary>
public sealed class VariableTests : IDisposable
{
    private const string Calling =
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Calling:
            Type: AWS::Serverless::StateMachine
            Properties:
              Definition:
                StartAt: Call
                States:
                  Call: {Type: Task, Resource: "arn:aws:lambda:us-east-1:123456789012:function:elsewhere", End: true}
        """;

    private const string Nowhere = "http://127.0.0.1:1";
    private readonly Project _project = new(Calling);
    private readonly List<string> _set = [];

    public void Dispose()
    {
        foreach (var name in _set)
            Environment.SetEnvironmentVariable(name, null);
        _project.Dispose();
    }

    [Theory]
    [InlineData("STATESIDE_LAMBDA_ENDPOINT")]
    [InlineData("LAMBDA_ENDPOINT")]
    public async Task A_run_invokes_functions_where_the_variable_says(string variable)
    {
        Set(variable, Nowhere);

        var result = await _project.RunAsync();

        Assert.Equal(1, result.Code);
        Assert.Contains(Nowhere, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_variable_that_help_names_wins_and_the_command_line_wins_over_both()
    {
        Set("STATESIDE_LAMBDA_ENDPOINT", "first");
        Set("LAMBDA_ENDPOINT", "second");

        var result = await _project.RunAsync();
        var given = await _project.RunAsync("--lambda-endpoint", Nowhere);

        Assert.Equal(
            "stateside: The environment variable STATESIDE_LAMBDA_ENDPOINT is 'first': this must be a URL such as http://127.0.0.1:3001.",
            Assert.Single(result.ErrorLines));
        Assert.Contains(Nowhere, given.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flag_that_the_command_line_takes_back_is_not_asked_of_its_variable()
    {
        Set("STATESIDE_IN_MEMORY", "true");

        await _project.RunAsync();
        Assert.False(Directory.Exists(_project.At(".stateside")));
        await _project.RunAsync("--in-memory=false");
        Assert.True(Directory.Exists(_project.At(".stateside")));
    }

    [Fact]
    public async Task A_flag_whose_variable_is_neither_true_nor_false_is_a_mistake()
    {
        Set("STATESIDE_IN_MEMORY", "perhaps");

        Assert.Equal(
            "stateside: The environment variable STATESIDE_IN_MEMORY is 'perhaps': this must be true or false.",
            Assert.Single((await _project.RunAsync()).ErrorLines));
    }

    private void Set(string name, string value)
    {
        _set.Add(name);
        Environment.SetEnvironmentVariable(name, value);
    }
}
