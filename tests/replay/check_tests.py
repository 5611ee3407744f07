"""Makes tests of recorded executions, in C# and as mock files, puts them into one project and runs it: of what was recorded on AWS, and of
order intake's record. Which recordings become tests that do not pass, each for its reason, stands in test-exceptions.json.

    python3 tests/replay/check_tests.py CONFIGURATION [CASES [--most N]]
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.dirname(os.path.abspath(__file__))

PROJECT = """<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <OutputType>Exe</OutputType>
    <Nullable>enable</Nullable>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <EnableDefaultNoneItems>false</EnableDefaultNoneItems>
    <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
  </PropertyGroup>
  <ItemGroup>
    <Compile Include="tests/*.cs" />
    <PackageReference Include="xunit.v3" Version="{xunit}" />
    <ProjectReference Include="{library}" />
  </ItemGroup>
</Project>
"""

# As docs/replay.md has it.
HISTORIES = """
using System.Threading.Tasks;
using Stateside.Testing;
using Xunit;

public sealed class HistoryTests
{
    public static TheoryData<string> Histories => [.. WorkflowTest.Histories("samples/orders/recorded")];

    [Theory, MemberData(nameof(Histories))]
    public async Task Goes_as_it_went_in_production(string history)
    {
        await using var test = WorkflowTest.FromTemplate("serverless.template", "OrderIntake");

        await test.ReplayAsync(history);
    }
}
"""

MOCKS = """
using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Stateside.Language.Json;
using Stateside.Testing;
using Xunit;

public sealed class Mocks
{
    public static TheoryData<string> Cases => [.. Directory.GetFiles(Folder, "*.mocks.json").Select(file => Path.GetFileName(file).Split('.')[0])];

    private static string Folder => Environment.GetEnvironmentVariable("CASES")!;

    [Theory, MemberData(nameof(Cases))]
    public async Task Answer_as_recorded(string name)
    {
        var expected = (JsonObject)JsonReader.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.expected.json")));
        string? Text(string member) => (expected[member] as JsonString)?.Value;
        if (!((JsonBoolean)expected["isLike"]!).Value)
            return;
        var options = new WorkflowTestOptions
        {
            Start = DateTimeOffset.Parse(Text("start")!, CultureInfo.InvariantCulture),
            IsExpress = ((JsonBoolean)expected["isExpress"]!).Value,
            MockFile = Path.Combine(Folder, $"{name}.mocks.json"),
        };
        await using var test = WorkflowTest.FromFile(Path.Combine(Folder, $"{name}.asl.json"), options);
        var run = await test.RunAsync(Text("input")!, testCase: Text("testCase"));
        Assert.Equal((Text("status"), Text("error")), (run.Status.ToString(), run.Error));
        foreach (var part in ((JsonArray)expected["output"]!).OfType<JsonObject>())
            run.ShouldGive(((JsonString)part["path"]!).Value, part["value"]!);
    }
}
"""


def run(words, **options):
    done = subprocess.run(words, capture_output=True, text=True, timeout=900, **options)
    return done.returncode, done.stdout + done.stderr


def must(words, **options):
    code, printed = run(words, **options)
    if code != 0:
        raise SystemExit(f"{' '.join(words)} ended with {code}:\n{printed[-8000:]}")
    return printed


def make_project(folder):
    with open(os.path.join(ROOT, "Directory.Packages.props"), encoding="utf-8") as file:
        xunit = re.search(r'"xunit.v3" Version="([^"]+)"', file.read())[1]
    library = os.path.join(ROOT, "local", "Testing", "Testing.csproj")
    with open(os.path.join(folder, "Recorded.csproj"), "w", encoding="utf-8") as file:
        file.write(PROJECT.format(xunit=xunit, library=library))


def main():
    configuration, cases = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory(prefix="stateside-tests-") as folder:
        tests = os.path.join(folder, "tests")
        os.makedirs(tests)
        for name in ["functions", "samples", "statemachine"]:
            shutil.copytree(os.path.join(ROOT, name), os.path.join(folder, name), ignore=shutil.ignore_patterns("bin", "obj", "TestResults"))
        shutil.copy(os.path.join(ROOT, "serverless.template"), folder)
        stateside = os.path.join(ROOT, "local", "Service", "bin", configuration, "net10.0", "stateside.dll")
        must(["dotnet", stateside, "replay", "samples/orders/recorded", "--test", "tests/OrderTests.cs", "--mocks", "mocks.json"], cwd=folder)
        must(["dotnet", stateside, "run", "OrderIntake", "--mocks", "mocks.json", "--test-case", "order-536365", "--input", "samples/orders/good.json", "--quiet"], cwd=folder)
        with open(os.path.join(tests, "HistoryTests.cs"), "w", encoding="utf-8") as file:
            file.write(HISTORIES)
        ids = {}
        if cases:
            conformance = os.path.join(ROOT, "tests", "Conformance", "bin", configuration, "net10.0", "Conformance.dll")
            print(must(["dotnet", conformance, "replay", cases, "--tests", tests, *sys.argv[3:]]).splitlines()[0])
            with open(os.path.join(tests, "cases.json"), encoding="utf-8") as file:
                ids = json.load(file)
            with open(os.path.join(tests, "Mocks.cs"), "w", encoding="utf-8") as file:
                file.write(MOCKS)
        make_project(folder)
        must(["dotnet", "build", "-v:q", "-nologo", "-c", configuration], cwd=folder)
        program = os.path.join(folder, "bin", configuration, "net10.0", "Recorded.dll")
        code, printed = run(["dotnet", program, "-noColor"], cwd=folder, env={**os.environ, "CASES": tests})
        if os.environ.get("KEEP"):
            shutil.copytree(folder, os.environ["KEEP"], dirs_exist_ok=True)
    with open(os.path.join(HERE, "test-exceptions.json"), encoding="utf-8") as file:
        reasons = json.load(file)
    total = re.search(r"Total: (\d+), Errors: (\d+), Failed: (\d+), Skipped: (\d+)", printed)
    if not total or total[2] != "0":
        raise SystemExit(f"the tests did not run:\n{printed[-8000:]}")
    failed = {}
    for line in re.finditer(r"^ +((?:Case\d+|OrderTests|HistoryTests)\.\w+(?:\(.*\))?|Mocks\.Answer_as_recorded\(name: \"Case\d+\"\)) \[FAIL\]\n((?:.*\n){1,6})", printed, re.M):
        name = re.search(r"Case\d+|OrderTests|HistoryTests", line[1])[0]
        failed[("mocks " if line[1].startswith("Mocks") else "") + ids.get(name, name)] = line[2]
    if len(failed) != int(total[3]):
        raise SystemExit(f"{total[3]} failed, {len(failed)} of them were understood:\n{printed[-8000:]}")
    wrong = 0
    for name, why in failed.items():
        if name not in reasons:
            wrong += 1
            print(f"{name}:\n{why}")
    if cases and "--most" not in sys.argv:
        for name in set(reasons) - set(failed):
            wrong += 1
            print(f"test-exceptions.json: {name} needs no exception")
    print(f"tests of records: {total[1]} made and run, {len(failed) - wrong} fail for reasons, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
