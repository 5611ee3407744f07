#!/usr/bin/env bash
# Packs Stateside.Testing, and uses it as docs/testing.md tells somebody who has no clone of this repository: the page's own project is
# made from its snippets in another folder, and its tests run there against the packages of a folder feed.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "testing package: $1"; exit 1; }

version=0.1.0-check.$(date +%s)
for project in Language Engine Aws Testing; do
    dotnet pack "local/$project" -c Release -o "$work/feed" -p:PackageVersion="$version" -nologo -v:q
done
python3 - "$work/feed/Stateside.Testing.$version.nupkg" <<'END' || fail "the package lacks something"
import sys
import zipfile

names = zipfile.ZipFile(sys.argv[1]).namelist()
parts = {"README.md", "buildTransitive/Stateside.Testing.targets"} | {f"lib/net10.0/Stateside.Testing.{kind}" for kind in ("dll", "xml", "pdb")}
sys.exit(0 if parts <= set(names) else 1)
END

mkdir "$work/Orders.Tests"
python3 tests/testing-package/page.py "$root" "$work/Orders.Tests"
cd "$work/Orders.Tests"
grep -q '"Stateside.Testing" Version="0.1.0"' Orders.Tests.csproj || fail "the page names another version than 0.1.0"
sed -i "s/Version=\"0.1.0\"/Version=\"$version\"/" Orders.Tests.csproj
cat > nuget.config <<END
<configuration>
  <packageSources><add key="stateside" value="$work/feed" /></packageSources>
</configuration>
END
# What a failure says is on the page too.
cat > FailureTests.cs <<'END'
public sealed partial class OrderTests
{
    [Fact]
    public async Task A_failure_reads_as_on_the_page()
    {
        await using var test = Test();
        test.Task("Charge").Returns(new { receipt = "r-1" });
        test.Task("Ship").Returns("{}");
        test.Task("AskForReview").Returns("{}");
        var run = await test.RunAsync(new { id = "o-1", amount = 20 });
        var failure = Assert.Throws<WorkflowAssertionException>(() => run.ShouldFollow("Charge", "IsLarge", "Approve", "Ship"));
        File.WriteAllText("failure.txt", failure.Message + "\n");
    }
}
END

# Packages of ours come afresh and stay out of the machine's cache; the others may come from there.
cache=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
export NUGET_PACKAGES=$work/packages RestoreFallbackFolders=$cache STATESIDE_TEST_ARN= STATESIDE_COVERAGE=
CI=true STATESIDE_COVERAGE_THRESHOLD=100 dotnet test -nologo --logger "console;verbosity=normal" > tests.log 2>&1 \
    || { cat tests.log; fail "the page's tests do not pass"; }
grep -q "Passed: 11" tests.log || { cat tests.log; fail "the page has other tests than 11"; }

same() { diff -u "$1" "$2" || fail "the page shows another $3 than there is"; }
same expected/table.txt TestResults/Orders.Tests.coverage.txt "table"
same expected/failure.txt "$(find bin -name failure.txt)" "failure"
for report in cobertura.xml order.svg stateside.json; do
    [ -s "TestResults/Orders.Tests.$report" ] || fail "there is no $report"
done
grep -q 'filename="order.asl.json"' TestResults/Orders.Tests.cobertura.xml || fail "the Cobertura report does not name the definition"

# Without the tests of large orders, the threshold fails the run although each test passes.
STATESIDE_COVERAGE_THRESHOLD=100 dotnet test --no-build -nologo --filter "FullyQualifiedName!~large&FullyQualifiedName!~approves" \
    --logger "console;verbosity=normal" > below.log 2>&1 && { cat below.log; fail "the threshold does not fail the run"; }
grep -q "The tests take less than 100 % of the transitions of order" below.log || { cat below.log; fail "the run failed for another reason"; }
grep -q "order.asl.json(.*): Approve was not entered" below.log || { cat below.log; fail "what is not covered is not named"; }
cd "$root"
bash tests/testing-package/check_runners.sh "$work/feed" "$version" "$work"
echo "testing package: the page's project was made, its 11 tests passed from the packages, and the threshold failed a run of fewer"
