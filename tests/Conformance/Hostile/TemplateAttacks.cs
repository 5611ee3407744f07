using System.Diagnostics;

namespace Stateside.Conformance.Hostile;

/// <summary>Templates that were written to harm, or by mistake: each is served when the service starts, and put in place of a good one while it runs.</summary>
internal static class TemplateAttacks
{
    private const string Good = """
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Queue:
            Type: AWS::SQS::Queue
            Properties: {QueueName: good}
        """;

    private const string Circle = """
        Resources:
          Fn::Transform:
            Name: AWS::Include
            Parameters: {Location: template.yaml}
        """;

    private const string FunctionName = """
        AWSTemplateFormatVersion: "2010-09-09"
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Function:
            Type: AWS::Serverless::Function
            Properties: {FunctionName: ../../outside, Runtime: dotnet10, Handler: "A::B::C", CodeUri: .}
        """;

    public static IReadOnlyList<Attack> All { get; } = [.. Both("a template that includes itself", Circle), .. Both("a list of lists of aliases", Aliases()), .. Both("a FunctionName that leads elsewhere", FunctionName), .. Both("YAML nested 50,000 deep", "Resources: " + Definitions.Times("{a: ", 50_000) + Definitions.Times("}", 50_000))];

    private static IEnumerable<Attack> Both(string name, string template)
    {
        yield return new Attack(name, target => StartAsync(target, template));
        yield return new Attack(name + ", by an edit", target => EditAsync(target, template)) { Template = Good, IsReloaded = true };
    }

    /// <summary>Another service is to serve it: it says what is wrong in a line, and ends.</summary>
    private static async Task<string> StartAsync(Target target, string template)
    {
        var folder = Directory.CreateDirectory(Path.Combine(target.Folder, "other")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "template.yaml"), template);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [target.Program, "serve", "--in-memory", "--port", "0"])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new UnfitAnswerException("it is served, or being read for ever");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        Target.Require(process.ExitCode is 1 or 2, $"exit code {process.ExitCode}: {Target.Start(await error)}");
        return Target.Start((await error).Trim());
    }

    /// <summary>The service says what is wrong, and goes on with what it has.</summary>
    private static async Task<string> EditAsync(Target target, string template)
    {
        await File.WriteAllTextAsync(Path.Combine(target.Folder, "template.yaml"), template);
        var begin = Stopwatch.GetTimestamp();
        while (target.Complaints.Count == 0)
        {
            Target.Require(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(20), "nothing is said of it");
            await Task.Delay(50);
        }

        return Target.Start(target.Complaints[0]);
    }

    private static string Aliases()
    {
        var lines = new List<string> { "Metadata:", "  a0: &a0 [x, x, x, x, x, x, x, x, x, x]" };
        for (var i = 1; i < 12; i++)
            lines.Add($"  a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]");
        return string.Join('\n', [.. lines, "Resources:", "  Queue:", "    Type: AWS::SQS::Queue", "    Properties: {QueueName: good}", ""]);
    }
}
