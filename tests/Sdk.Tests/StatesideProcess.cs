using System.Diagnostics;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.StepFunctions;

namespace Stateside.Sdk.Tests;

/// <summary>The program serving on a free port of loopback, and Amazon's client pointed at it.</summary>
public sealed partial class StatesideProcess : IAsyncLifetime
{
    private Process? _process;

    public AmazonStepFunctionsClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, UseShellExecute = false };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "stateside.dll"), "serve", "--in-memory", "--port", "0", "--region", "us-east-1", "--account", "123456789012"];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        string? url = null;
        while (url is null)
        {
            var line = await _process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken)
                ?? throw new InvalidOperationException("stateside ended before it listened.");
            if (Listens().Match(line) is { Success: true } match)
                url = match.Groups[1].Value;
        }

        // What it says later must not fill the pipe.
        _process.BeginErrorReadLine();
        Client = new AmazonStepFunctionsClient(
            new BasicAWSCredentials("local", "local"),
            new AmazonStepFunctionsConfig { ServiceURL = url, AuthenticationRegion = "us-east-1", DisableHostPrefixInjection = true });
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_process is null)
            return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    [GeneratedRegex(@"listens on (http://127\.0\.0\.1:[0-9]+)\.")]
    private static partial Regex Listens();
}
