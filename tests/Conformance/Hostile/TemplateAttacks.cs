using System.Diagnostics;
using Stateside.Conformance.Chaos;

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

    private const string Including = """
        AWSTemplateFormatVersion: "2010-09-09"
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Machine:
            Type: AWS::Serverless::StateMachine
            Properties:
              Definition:
                StartAt: A
                States: {A: {Type: Pass, End: true, Result: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: part.yaml}}}}}
        """;

    /// <summary>What the template includes.</summary>
    private const string Part = "deeper: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: part.yaml}}}";

    private const string FunctionName = """
        AWSTemplateFormatVersion: "2010-09-09"
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Function:
            Type: AWS::Serverless::Function
            Properties: {FunctionName: ../../outside, Runtime: dotnet10, Handler: "A::B::C", CodeUri: .}
        """;

    public static IReadOnlyList<Attack> All { get; } =
    [
        .. Both("a template that includes what includes itself", Including, "part.yaml").Select(attack => attack with { IsShort = attack.IsReloaded }),
        .. Both("a list of lists of aliases", Aliases(), "template.yaml:"),
        .. Both("a FunctionName that leads elsewhere", FunctionName, "template.yaml:"),
        .. Both("YAML nested 50,000 deep", "Resources: " + Definitions.Times("{a: ", 50_000) + Definitions.Times("}", 50_000), "template.yaml:"),
    ];

    private static IEnumerable<Attack> Both(string name, string template, string complaint)
    {
        yield return new Attack(name, target => StartAsync(target, template, complaint));
        yield return new Attack(name + ", by an edit", target => EditAsync(target, template, complaint)) { Template = Good, IsReloaded = true };
    }

    /// <summary>Another service is to serve it, and says what is wrong, whether it goes on with the rest or not.</summary>
    private static async Task<string> StartAsync(Target target, string template, string complaint)
    {
        var folder = Directory.CreateDirectory(Path.Combine(target.Folder, "other")).FullName;
        Write(folder, template);
        await using var service = new ServiceProcess(target.Program, folder, "http://127.0.0.1:9") { IsInMemory = true };
        service.Start();
        var said = await SaidAsync(() => service.Complaints, complaint);
        Target.Require(service.ExitCode is null or 1 or 2, $"exit code {service.ExitCode}: {said}");
        return said;
    }

    /// <summary>The service says what is wrong, and goes on with what it has.</summary>
    private static Task<string> EditAsync(Target target, string template, string complaint)
    {
        Write(target.Folder, template);
        return SaidAsync(() => target.Complaints, complaint);
    }

    private static void Write(string folder, string template)
    {
        File.WriteAllText(Path.Combine(folder, "part.yaml"), Part);
        File.WriteAllText(Path.Combine(folder, "template.yaml"), template);
    }

    private static async Task<string> SaidAsync(Func<IReadOnlyList<string>> lines, string complaint)
    {
        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            if (lines().FirstOrDefault(line => line.Contains(complaint, StringComparison.Ordinal)) is { } said)
                return Target.Start(said);
            Target.Require(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(20), $"nothing is said of it: {Target.Start(string.Join(" / ", lines()))}");
            await Task.Delay(50);
        }
    }

    private static string Aliases()
    {
        var lines = new List<string> { "Metadata:", "  a0: &a0 [x, x, x, x, x, x, x, x, x, x]" };
        for (var i = 1; i < 12; i++)
            lines.Add($"  a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]");
        return string.Join('\n', [.. lines, "Resources:", "  Queue:", "    Type: AWS::SQS::Queue", "    Properties: {QueueName: good}", ""]);
    }
}
