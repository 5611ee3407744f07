using System.Text;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Building;

namespace Stateside.Engine.Tests.Functions;

public sealed class BuildTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stateside-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_project_is_built_when_it_is_stale_and_only_then()
    {
        await using var handlers = new HandlerFixtures();
        var function = Project("first");

        Assert.Equal("\"first\"", (await handlers.InvokeAsync(function)).PayloadText);
        Assert.Equal(["Building Greeter.csproj for Greet …"], handlers.Progress);

        // Nothing changed: neither this host nor the next one builds.
        await handlers.Host.PrepareAsync([function], TestContext.Current.CancellationToken);
        await using (var other = new HandlerFixtures())
        {
            Assert.Equal("\"first\"", (await other.InvokeAsync(function)).PayloadText);
            Assert.Empty(other.Progress);
        }

        WriteHandler("\\\"second\\\"", "");
        await handlers.Host.PrepareAsync([function], TestContext.Current.CancellationToken);
        Assert.Equal("\"second\"", (await handlers.InvokeAsync(function)).PayloadText);
        Assert.Equal(2, handlers.Progress.Count);

        // A build that fails says where, and is not tried again until something changes.
        WriteHandler("\\\"third\\\"", "int x = \"not a number\";");
        var (_, problem) = Assert.Single(await handlers.Host.PrepareAsync([function], TestContext.Current.CancellationToken));
        Assert.StartsWith($"Function Greet cannot run because {Path.Combine(_folder, "Greeter.csproj")} does not build:\n", problem, StringComparison.Ordinal);
        Assert.Contains("Greeter.cs(9,", problem, StringComparison.Ordinal);
        Assert.Contains("error CS0029", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("Greeter.csproj]", problem, StringComparison.Ordinal);
        Assert.Equal(2, problem.Split('\n').Length);
        var built = handlers.Progress.Count;
        var result = await handlers.InvokeAsync(function with { Name = "Greet again" });
        Assert.Equal("Runtime.BuildFailed", result.ErrorType);
        Assert.Equal(built, handlers.Progress.Count);
    }

    [Fact]
    public async Task Two_hosts_build_a_project_once()
    {
        await using var one = new HandlerFixtures();
        await using var two = new HandlerFixtures();
        var function = Project("once");

        var results = await Task.WhenAll(one.InvokeAsync(function), two.InvokeAsync(function));

        Assert.All(results, result => Assert.Equal("\"once\"", result.PayloadText));
        Assert.Single(one.Progress.Concat(two.Progress), line => line.StartsWith("Building", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_building_is_switched_off_a_stale_project_names_the_command()
    {
        await using var handlers = new HandlerFixtures(options => options with { Build = false, BuildConfiguration = "Debug" });

        var result = await handlers.InvokeAsync(Project("never"));

        Assert.Contains($"dotnet build {Path.Combine(_folder, "Greeter.csproj")} -c Debug", result.PayloadText, StringComparison.Ordinal);
    }

    [Fact]
    public void The_variables_of_a_surrounding_build_tool_are_not_passed_on()
    {
        string[] variables = ["PATH", "MSBuildSDKsPath", "MSBUILD_EXE_PATH", "MSBuildLoadMicrosoftTargetsReadOnly", "DOTNET_CLI_TELEMETRY_SESSIONID", "DOTNET_CLI_HOME", "DOTNET_ROOT"];

        Assert.Equal(
            ["MSBuildSDKsPath", "MSBUILD_EXE_PATH", "MSBuildLoadMicrosoftTargetsReadOnly", "DOTNET_CLI_TELEMETRY_SESSIONID"],
            FunctionBuilder.VariablesOfBuildTools(variables));
    }

    [Theory]
    [InlineData("app/App.cs")]
    [InlineData("app/deep/er/More.cs")]
    [InlineData("app/App.csproj")]
    [InlineData("app/template.json")]
    [InlineData("Directory.Build.props")]
    [InlineData("common/shared.props")]
    [InlineData("library/Library.cs")]
    [InlineData("restored/Restored.cs")]
    public void A_change_of_any_input_makes_a_project_stale(string file)
    {
        WriteTree();
        var before = ProjectInputs.Of(Path.Combine(_folder, "app/App.csproj")).Fingerprint;

        File.AppendAllText(Path.Combine(_folder, file), " ");

        Assert.NotEqual(before, ProjectInputs.Of(Path.Combine(_folder, "app/App.csproj")).Fingerprint);
    }

    [Theory]
    [InlineData("app/bin/App.dll")]
    [InlineData("app/obj/App.cs")]
    [InlineData("app/.git/index")]
    [InlineData("unrelated/Other.cs")]
    public void What_is_no_input_makes_nothing_stale(string file)
    {
        WriteTree();
        var before = ProjectInputs.Of(Path.Combine(_folder, "app/App.csproj")).Fingerprint;

        Write(file, "changed");

        Assert.Equal(before, ProjectInputs.Of(Path.Combine(_folder, "app/App.csproj")).Fingerprint);
    }

    private void WriteTree()
    {
        Write("app/App.csproj", """<Project><ItemGroup><ProjectReference Include="..\library\Library.csproj" /><ProjectReference Include="$(Unknown)" /></ItemGroup></Project>""");
        Write("app/App.cs", "");
        Write("app/deep/er/More.cs", "");
        Write("app/template.json", "{}");
        Write("app/obj/project.assets.json", """{"libraries":{"Restored/1.0.0":{"type":"project","path":"../restored/Restored.csproj","msbuildProject":"../restored/Restored.csproj"}}}""");
        Write("Directory.Build.props", """<Project><Import Project="common/shared.props" /></Project>""");
        Write("common/shared.props", "<Project />");
        Write("library/Library.csproj", "<Project />");
        Write("library/Library.cs", "");
        Write("restored/Restored.csproj", "<Project />");
        Write("restored/Restored.cs", "");
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    // A project outside the repository, without packages: its handler deals in streams.
    private FunctionConfiguration Project(string greeting)
    {
        Write("Greeter.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
            </Project>
            """);
        WriteHandler($"\\\"{greeting}\\\"", "");
        return HandlerFixtures.Shape("any") with { Name = "Greet", Handler = "Greeter::Greeter::Greet", CodePath = _folder };
    }

    private void WriteHandler(string result, string statement) => Write("Greeter.cs", new StringBuilder()
        .AppendLine("using System.IO;")
        .AppendLine("using System.Text;")
        .AppendLine()
        .AppendLine("public static class Greeter")
        .AppendLine("{")
        .AppendLine("    public static Stream Greet(Stream input)")
        .AppendLine("    {")
        .AppendLine("        // " + statement.Length)
        .AppendLine("        " + statement)
        .AppendLine($"        return new MemoryStream(Encoding.UTF8.GetBytes(\"{result}\"));")
        .AppendLine("    }")
        .AppendLine("}").ToString());
}
