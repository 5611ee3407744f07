#!/usr/bin/env bash
# Runs the recorded cases of CONFORMANCE (its judge.py says what they are) against the service and compares with the kept reports:
# a case that passed may fail only when judge-exceptions.json names it with a reason.
#   judge.sh CONFORMANCE WORK            compare
#   judge.sh CONFORMANCE WORK --update   keep the new reports
set -euo pipefail
conformance=$(cd "$1" && pwd)
work=$2
cd "$(dirname "$0")/../.."
service=$PWD/local/Service/bin/Release/net10.0/stateside.dll
launch="dotnet $service serve --port {port} --in-memory --lambda-endpoint {lambda} --endpoint-url {aws}"

run() { # NAME ARGS...
    local name=$1
    shift
    python3 "$conformance/judge.py" "$conformance/asl" --launch "$launch" --run execution,executions --services sfn,activity,lambda \
        --baseline "tests/Conformance/asl-report.$name.json" --report "$work/$name.json" "$@" >"$work/$name.txt" || failed=$?
    grep -A3 -E '^(fail|error):' "$work/$name.txt" | cut -c1-200 || true
    tail -1 "$work/$name.txt"
    return "${failed:-0}"
}
run jsonpath --language jsonpath --min 92
run jsonpath-strict --language jsonpath --strict --min 87 --show 0
run jsonata --language jsonata --min 94
run state-tests --run test_state,validate_definition --min 97
run logs --run execution,api --services sfn,activity,lambda,logs --only logs.py --min 96
python3 tests/Conformance/compare_reports.py tests/Conformance "$work" "${3:-}"
