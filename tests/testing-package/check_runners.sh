#!/usr/bin/env bash
# Uses Stateside.Testing under each test framework, from a folder feed: a test with a snapshot passes though the build maps its paths, one
# that cannot be made where it runs is skipped, and below the threshold of coverage the run fails, whoever runs it.
#   check_runners.sh FEED VERSION FOLDER [FRAMEWORK …]
set -euo pipefail
# A build server would keep no new snapshot.
unset CI TF_BUILD
feed=$1 version=$2 work=$3
shift 3
fail() { echo "testing package under $kind: $1"; cat "$work/$kind/log"; exit 1; }

make_project() { # the name, its packages, its other properties
    mkdir -p "$work/$1"
    printf '<Project>\n</Project>\n' | tee "$work/$1/Directory.Build.props" > "$work/$1/Directory.Build.targets"
    cat > "$work/$1/nuget.config" <<EOF
<configuration>
  <packageSources><add key="stateside" value="$feed" /></packageSources>
</configuration>
EOF
    {
        echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings>'
        echo "$3<ContinuousIntegrationBuild>true</ContinuousIntegrationBuild></PropertyGroup><ItemGroup>"
        # What SourceLink finds out in a repository.
        echo '<SourceRoot Include="$(MSBuildProjectDirectory)/" />'
        for package in Stateside.Testing:$version $2; do
            echo "<PackageReference Include=\"${package%%:*}\" Version=\"${package#*:}\" />"
        done
        echo '<None Include="order.asl.json" CopyToOutputDirectory="PreserveNewest" /></ItemGroup></Project>'
    } > "$work/$1/Orders.csproj"
    cat > "$work/$1/order.asl.json" <<'EOF'
{"StartAt": "IsLarge", "States": {
  "IsLarge": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericGreaterThan": 10, "Next": "Large"}], "Default": "Small"},
  "Large": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:approve", "End": true},
  "Small": {"Type": "Succeed"}}}
EOF
}

# The tests: the attribute of one, that of one that may be skipped, the usings, and what stands above the class.
make_tests() {
    cat > "$work/$1/OrderTests.cs" <<EOF
using Stateside.Testing;
$4
$5
public sealed class OrderTests
{
    $2
    public async Task A_small_order_passes()
    {
        await using var test = WorkflowTest.FromFile("order.asl.json");
        (await test.RunAsync("1")).ShouldFollow("IsLarge", "Small").ShouldMatchSnapshot();
    }

    $3
    public async Task A_test_that_needs_a_stub_is_skipped_on_aws()
    {
        await using var test = WorkflowTest.FromFile("order.asl.json", new WorkflowTestOptions
        {
            DeployedArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:order",
        });
        test.Task("Large").Returns("1");
    }
}
EOF
}

sdk="Microsoft.NET.Test.Sdk:18.0.1"
library="<OutputType>Library</OutputType>"
program="<OutputType>Exe</OutputType>"
make() {
    case $1 in
        xunit2)
            make_project xunit2 "$sdk xunit:2.9.3 xunit.runner.visualstudio:3.1.5 Xunit.SkippableFact:1.5.85" "$library"
            make_tests xunit2 "[Fact]" "[SkippableFact]" "using Xunit;" "" ;;
        xunit3)
            make_project xunit3 "$sdk xunit.v3:3.2.2 xunit.runner.visualstudio:3.1.5" "$program"
            make_tests xunit3 "[Fact]" "[Fact]" "using Xunit;" "" ;;
        nunit)
            make_project nunit "$sdk NUnit:5.0.0 NUnit3TestAdapter:6.3.1" "$library"
            make_tests nunit "[Test]" "[Test]" "using NUnit.Framework;" "[TestFixture]" ;;
        mstest)
            make_project mstest "$sdk MSTest.TestFramework:4.5.2 MSTest.TestAdapter:4.5.2" "$library"
            make_tests mstest "[TestMethod]" "[TestMethod]" "using Microsoft.VisualStudio.TestTools.UnitTesting;" "[TestClass]" ;;
        tunit)
            # A program of its own, which VSTest does not run.
            make_project tunit "TUnit:1.81.10" "$program"
            make_tests tunit "[Test]" "[Test]" "" "" ;;
    esac
}

run() { # further arguments of dotnet test, or of the program
    if [ "$kind" = tunit ]; then
        (cd "$work/$kind" && dotnet run -c Debug --no-build -- "$@") > "$work/$kind/log" 2>&1
    else
        (cd "$work/$kind" && dotnet test -nologo --no-build --logger "console;verbosity=normal" "$@") > "$work/$kind/log" 2>&1
    fi
}

[ $# -gt 0 ] || set -- xunit2 xunit3 nunit mstest tunit
for kind in "$@"; do
    make "$kind"
    (cd "$work/$kind" && dotnet build -nologo -v:q) > "$work/$kind/log" 2>&1 || fail "does not build"
    STATESIDE_COVERAGE_THRESHOLD= run || fail "does not pass"
    grep -Eiq "(skipped|ignored): *1" "$work/$kind/log" || fail "skips no test"
    [ -s "$work/$kind/Snapshots/OrderTests.A_small_order_passes.txt" ] || fail "has no snapshot beside the test"
    STATESIDE_COVERAGE_THRESHOLD=40 run || fail "does not reach a threshold that it reaches"
    STATESIDE_COVERAGE_THRESHOLD=100 run && fail "passes below the threshold"
    grep -q "The tests take less than 100 % of the transitions of order (50 %)." "$work/$kind/log" || fail "does not say that the threshold is not reached"
    echo "testing package under $kind: passes, skips, has its snapshot, and fails below the threshold"
done
