"""Does with order intake what docs/types.md does, on a copy of the project that is edited as the page says, and holds what is printed against
the page: by `validate`, by a build with the package Stateside.Check, by a test with Stateside.Testing, by `shapes`.

    python3 tests/types/check_types.py local/Service/bin/Release/net10.0/stateside.dll
    python3 tests/types/check_types.py stateside.dll --write      writes what is printed into the page
"""
import glob
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "replay"))
import check_replay as replay

PAGE = os.path.join(replay.ROOT, "docs", "types.md")
BLOCK = re.compile(r"```console\n\$ ([^\n]+)\n(.*?)```", re.S)
VERSION = "0.1.0-check"
TEST = """
try
{
    await Stateside.Testing.WorkflowCheck.Of("serverless.template").ShouldBeSound();
}
catch (Stateside.Testing.WorkflowAssertionException e)
{
    Console.WriteLine(e.Message);
}
"""


def run(folder, *words, **variables):
    done = subprocess.run(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=600, env={**os.environ, **variables})
    return done.returncode, done.stdout, done.stderr


def must(folder, *words, **variables):
    code, output, error = run(folder, *words, **variables)
    if code != 0:
        raise SystemExit(f"{' '.join(words)} ended with {code}:\n{output}{error}")
    return output


def plain(folder, text):
    return text.replace(os.path.realpath(folder) + os.sep, "").replace(folder + os.sep, "")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def add_package(folder):
    """The package from a feed of its own, beside what else the project has."""
    must(folder, "dotnet", "pack", os.path.join(replay.ROOT, "build", "check"), "-o", os.path.join(folder, "feed"), f"-p:PackageVersion={VERSION}", "-nologo", "-v:q")
    write(os.path.join(folder, "nuget.config"), '<configuration><packageSources><add key="check" value="feed" /></packageSources></configuration>')
    core = "Amazon.Lambda.Core"
    replay.edited(folder, [
        ("functions/Functions.csproj", f'<PackageReference Include="{core}" />', f'<PackageReference Include="{core}" /><PackageReference Include="Stateside.Check" PrivateAssets="all" />'),
        ("functions/Directory.Packages.props", f'<PackageVersion Include="{core}"', f'<PackageVersion Include="Stateside.Check" Version="{VERSION}" /><PackageVersion Include="{core}"')])


def rename(folder):
    """As an editor does it: the member, and whoever uses it."""
    for path in glob.glob(os.path.join(folder, "functions", "*.cs")):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        write(path, text.replace("PlacedAt", "PlacedOn"))


def printed(folder, program, command):
    """What the page shows of a command, and its exit code."""
    words = command.split()
    if words[0] == "stateside":
        code, output, error = run(folder, *program, *words[1:])
        told = [line for line in error.splitlines() if not line.startswith("Building ")]
        return code, "\n".join([*output.rstrip("\n").splitlines(), *told])
    if words[:2] == ["dotnet", "build"]:
        code, output, error = run(folder, *words, "-nologo", "-v:q", "-tl:off", StatesideCommand=" ".join(f'"{word}"' for word in program))
        lines = [re.sub(r" \[[^\[]*proj\]$", "", line) for line in plain(folder, output + error).splitlines() if re.search(r"\(\d+,\d+\): (error|warning) DATA_", line)]
        return code, "\n".join(dict.fromkeys(lines))
    project = os.path.join(folder, "check", "Check.csproj")
    write(os.path.join(folder, "check", "Program.cs"), TEST)
    write(project, f"""<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType></PropertyGroup>
  <ItemGroup>
    <ProjectReference Include="{os.path.join(replay.ROOT, 'local', 'Testing', 'Testing.csproj')}" />
    <ProjectReference Include="../functions/Functions.csproj" />
  </ItemGroup>
</Project>""")
    output = must(folder, "dotnet", "run", "--project", project, StatesideCheck="false")
    return 1 if output.strip() else 0, plain(folder, output).strip("\n")


def main():
    program = ["dotnet", os.path.abspath(sys.argv[1])]
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    blocks = list(BLOCK.finditer(page))
    shown = []
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="stateside-types-") as folder:
        replay.copy(folder)
        cache = must(folder, "dotnet", "nuget", "locals", "global-packages", "--list").split(": ", 1)[1].strip()
        os.environ.update(NUGET_PACKAGES=os.path.join(folder, "packages"), RestoreFallbackFolders=cache)
        for at, block in enumerate(blocks):
            # Sound at first; then the member is renamed.
            if at == 1:
                rename(folder)
            if block[1].startswith("dotnet build"):
                add_package(folder)
            code, output = printed(folder, program, block[1])
            if code != (1 if at in (1, 2, 3) else 0):
                raise SystemExit(f"{block[1]}: exit code {code}\n{output}")
            shown.append(output)
            if output != block[2].strip("\n"):
                wrong += 1
                print(f"docs/types.md shows another output of: {block[1]}\n{output}")
    if "--write" in sys.argv:
        for block, output in reversed(list(zip(blocks, shown))):
            page = page[:block.start(2)] + output + "\n" + page[block.end(2):]
        write(PAGE, page)
        return 0
    print(f"types: {len(blocks)} commands of docs/types.md, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
