using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Template;

/// <summary>A project folder of a test's own, removed after the test.</summary>
public sealed class TemplateFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stateside-template-");

    public string Root => _folder.FullName;

    public Dictionary<string, string> Parameters { get; } = [];

    public Dictionary<string, string> Settings { get; } = [];

    public string Write(string name, string text)
    {
        var path = Path.Combine(Root, name.Replace('/', Path.DirectorySeparatorChar));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public TemplateModel Read(string text, string name = "template.yaml") =>
        TemplateReader.Read(new TemplateRequest(Write(name, text)) { Parameters = Parameters, Settings = Settings });

    /// <summary>What an expression gives as a property of a resource.</summary>
    internal JsonValue? Value(string expression, string sections = "") =>
        Read($"{sections}\nResources:\n  Thing:\n    Type: Custom::Thing\n    Properties:\n      V: {expression}\n").Resources[0].Properties["V"];

    /// <summary>What an expression gives as an environment variable of a function.</summary>
    internal (string? Value, IReadOnlyList<TemplateDiagnostic> Diagnostics) Variable(string expression, string sections = "", string resources = "")
    {
        var model = Read(
            $$"""
            {{sections}}
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Handler: A::B::C
                  Environment:
                    Variables:
                      V: {{expression}}
            {{resources}}
            """);
        return (model.FindFunction("F")?.Environment.GetValueOrDefault("V"), model.Diagnostics);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
