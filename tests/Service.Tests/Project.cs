using System.Reflection;
using System.Runtime.CompilerServices;
using Stateside.Engine.Execution;
using Stateside.Service.Cli;
using Stateside.Service.Cli.Terminal;

// The functions of this process share its environment variables.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Stateside.Service.Tests;

/// <summary>What a command did.</summary>
internal sealed record CommandResult(int Code, string Output, string Error)
{
    public string[] ErrorLines => Error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A user's project folder, and the program run on it in this process.</summary>
internal sealed class Project : IDisposable
{
    /// <summary>Greets whom the input names, or fails with the reason that it gives.</summary>
    public const string Greeting =
        """
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          Word: {Type: String, Default: Hello, AllowedValues: [Hello, Salut]}
        Resources:
          Greeting:
            Type: AWS::Serverless::StateMachine
            Properties:
              Role: arn:aws:iam::123456789012:role/greeting
              DefinitionSubstitutions: {Word: !Ref Word}
              Definition:
                StartAt: Pause
                States:
                  Pause: {Type: Wait, Seconds: 3600, Next: Decide}
                  Decide: {Type: Choice, Choices: [{Variable: $.reason, IsPresent: true, Next: Refuse}], Default: Greet}
                  Greet: {Type: Pass, Parameters: {text.$: "States.Format('${Word} {}', $.name)"}, End: true}
                  Refuse: {Type: Fail, Error: Greeting.Refused, CausePath: $.reason}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stateside-service-");

    public Project(string template = Greeting, string name = "template.yaml") => Template = Write(name, template);

    /// <summary>Tests give the region and the account that they mean; those of whoever runs them count for none.</summary>
    [ModuleInitializer]
    internal static void ForgetLocation()
    {
        foreach (var name in new[] { "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCOUNT_ID" })
            Environment.SetEnvironmentVariable(name, null);
    }

    public static string RepoRoot { get; } = Metadata("RepoRoot");

    public string Template { get; }

    /// <summary>Where a handler project's build output lies, as a template can name it.</summary>
    public static string Output(string project) =>
        Path.Combine(RepoRoot, project, "bin", Metadata("Configuration"), "net10.0").Replace('\\', '/');

    public string At(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
        return At(name);
    }

    /// <summary>Runs the program with waits that take no time.</summary>
    public static Task<CommandResult> CallAsync(params string[] args) =>
        CallAsync(new VirtualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), args);

    public static async Task<CommandResult> CallAsync(TimeProvider time, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(
            args, new CommandHost(time, 1, output, TextWriter.Synchronized(error)), TestContext.Current.CancellationToken);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs the command on this project's template.</summary>
    public Task<CommandResult> RunAsync(params string[] args) => CallAsync(["run", "--template", Template, .. args]);

    public void Dispose()
    {
        // On Windows a load context may hold its copies until it is collected.
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static string Metadata(string key) => typeof(Project).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
