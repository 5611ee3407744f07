using Mono.Cecil;

namespace Stateside.Service.Tests;

/// <summary>
/// The packages show what their users need. Our own projects see further in, as far as it is said here: each namespace in which a
/// project touches a type that is not public. Read from what was built.
/// </summary>
public sealed class FrontDoorTests
{
    [Theory]
    [InlineData("Stateside.Engine", "Stateside.Language", "Conditions Definitions Evaluation Flow Graph Json Roles Services Shapes Templates Validation")]
    [InlineData("Stateside.Aws", "Stateside.Language", "Services")]
    [InlineData("Stateside.Aws", "Stateside.Engine", ". Execution Files Operations Store Store/Data Tasks Tasks/Services Tasks/Services/Wire Template Template/Parsing")]
    [InlineData("Stateside.Testing", "Stateside.Aws", ". Api/Access Contents DynamoDb Endpoint Sqs")]
    [InlineData("stateside", "Stateside.Aws", ". Api/Access Contents DynamoDb DynamoDb/Values Endpoint Sqs")]
    [InlineData("Stateside.Testing", "Stateside.Language", "Definitions Flow Json Shapes Templates")]
    [InlineData("Stateside.Testing", "Stateside.Engine",
        ". Checks Coverage Execution Execution/StateTests Files Flow Functions Functions/Hosting Functions/InProcess History Replay Store Tasks Tasks/Mocks Tasks/Services Template Template/Parsing")]
    [InlineData("stateside", "Stateside.Language", "Definitions Flow Graph Json Roles Shapes")]
    [InlineData("stateside", "Stateside.Engine",
        ". Checks Coverage Execution Execution/StateTests Files Flow History Logs Operations Operations/Requests Replay Store Store/Data Tasks Tasks/Mocks Template")]
    public void Beyond_the_front_door_a_project_touches_what_is_said_here_and_all_of_it(string project, string package, string said)
    {
        using var inside = Read(package);
        var hidden = inside.Types.Where(type => type.IsNotPublic).Select(type => type.FullName).ToHashSet(StringComparer.Ordinal);
        using var module = Read(project);
        var touched = module.GetTypeReferences().Select(Outermost)
            .Where(type => type.Scope.Name == package && hidden.Contains(type.FullName))
            .ToLookup(type => type.Namespace == package ? "." : type.Namespace[(package.Length + 1)..].Replace('.', '/'), type => type.Name);
        var granted = said.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        var wrong = touched.Where(room => !granted.Contains(room.Key)).Select(room => $"{room.Key} is beyond its grant: {string.Join(", ", room.Order())}")
            .Concat(granted.Where(room => !touched.Contains(room)).Select(room => $"{room} is granted and not touched"));
        Assert.True(!wrong.Any(), $"{project} and {package}:\n{string.Join('\n', wrong.Order(StringComparer.Ordinal))}");
    }

    private static ModuleDefinition Read(string assembly) => ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll"));

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
