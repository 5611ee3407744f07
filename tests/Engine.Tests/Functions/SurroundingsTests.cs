using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Processes;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Functions;

/// <summary>Where handlers are led: where tasks go, and never to AWS without leave.</summary>
public sealed class SurroundingsTests
{
    private const string Here = "http://127.0.0.1:9999";
    private const string Emulator = "http://127.0.0.1:4566";

    private static Dictionary<string, string?> With(Uri? endpoint, bool allowAws, params (string Name, string Value)[] variables) => HandlerSurroundings.Of(
        new Uri(Here),
        new ServiceEndpoints(
            endpoint, allowAws, AwsLocation.Default, name => variables.FirstOrDefault(variable => variable.Name == name).Value, new Uri(Here)),
        ["dynamodb"]);

    [Fact]
    public void An_endpoint_for_all_services_leads_handlers_there_also_where_AWS_is_allowed()
    {
        var variables = With(new Uri(Emulator), allowAws: true);

        Assert.Equal(Emulator, variables["AWS_ENDPOINT_URL"]);
        Assert.Equal(Here, variables["AWS_ENDPOINT_URL_LAMBDA"]);
        Assert.False(variables.ContainsKey("AWS_ENDPOINT_URL_DYNAMODB"));
    }

    [Fact]
    public void An_endpoint_that_is_AWS_itself_is_not_for_handlers_without_leave()
    {
        const string Aws = "https://dynamodb.us-east-1.amazonaws.com";

        Assert.Equal(Here, With(null, allowAws: false, ("AWS_ENDPOINT_URL", Aws))["AWS_ENDPOINT_URL"]);
        Assert.Equal(Here, With(new Uri(Emulator), allowAws: false, ("AWS_ENDPOINT_URL_LAMBDA", Aws))["AWS_ENDPOINT_URL_LAMBDA"]);
        Assert.Equal(Aws, With(null, allowAws: true, ("AWS_ENDPOINT_URL", Aws))["AWS_ENDPOINT_URL"]);
    }

    [Fact]
    public void What_is_declared_stays_here_where_AWS_is_allowed()
    {
        var variables = With(null, allowAws: true);

        Assert.Equal(Here, variables["AWS_ENDPOINT_URL_DYNAMODB"]);
        Assert.Null(variables["AWS_ENDPOINT_URL"]);
        Assert.Null(variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_key_that_others_sign_with_is_no_handlers(bool allowAws)
    {
        var variables = With(null, allowAws);

        Assert.All(["STATESIDE_ACCESS_KEY_ID", "STATESIDE_SECRET_ACCESS_KEY"], name => Assert.True(variables.TryGetValue(name, out var value) && value is null));
    }

    [Fact]
    public void A_process_of_its_own_gets_nothing_that_tells_Stateside_what_to_do()
    {
        using var api = new RuntimeApi(takesPath: false);
        Environment.SetEnvironmentVariable("STATESIDE_PARAMETER_Secret", "s");
        try
        {
            var command = new ProcessCommand(
                HandlerFixtures.Shape("Any::Handler"), ".", "program", [], () => new Dictionary<string, string?>())
            {
                Remedy = "",
                Variables = new Dictionary<string, string> { [FunctionHostOptions.AwsAddressVariable] = Here },
            };

            Assert.Equal(
                [FunctionHostOptions.AwsAddressVariable],
                command.NewStart(api, "stream").Environment.Keys.Where(name => name.StartsWith("STATESIDE_", StringComparison.Ordinal)));
        }
        finally
        {
            Environment.SetEnvironmentVariable("STATESIDE_PARAMETER_Secret", null);
        }
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("http://proxy:3128", null, "127.0.0.1,localhost")]
    [InlineData("http://proxy:3128", ".corp", ".corp,127.0.0.1,localhost")]
    [InlineData("http://proxy:3128", "*", null)]
    public void A_proxy_is_not_asked_for_this_machine(string? proxy, string? before, string? expected) =>
        Assert.Equal(expected, HandlerSurroundings.WithoutProxy(name => name switch { "HTTP_PROXY" => proxy, "NO_PROXY" => before, _ => null }));
}
