#!/usr/bin/env bash
# Starts `stateside serve` on a free loopback port and drives it with real AWS clients.
set -euo pipefail
# Clients and starters are somebody else's projects: our house's rules are not theirs.
export RunAnalyzersDuringBuild=false
cd "$(dirname "$0")"
repo=$(cd ../.. && pwd)
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

serve() { # LOG WORDS…
    local log=$1
    shift
    dotnet "$repo/local/Service/bin/Release/net10.0/stateside.dll" serve --port 0 "$@" 2> "$log" &
    server=$!
    url=
    for _ in $(seq 600); do
        url=$(sed -n 's/.*listens on \(http:[^ ]*[0-9]\)\..*/\1/p' "$log")
        [ -n "$url" ] && return
        sleep 0.1
    done
    cat "$log"
    exit 1
}

stop() {
    kill -TERM "$server"
    wait "$server"
    server=
}

cp -r project "$work/project"
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1 AWS_REGION=us-east-1 AWS_PAGER=
export AWS_CONFIG_FILE=$work/none AWS_SHARED_CREDENTIALS_FILE=$work/none AWS_EC2_METADATA_DISABLED=true
# StartSyncExecution and TestState go to a host that begins with sync- unless this is said.
export AWS_DISABLE_HOST_PREFIX_INJECTION=true
serve "$work/serve.log" --template "$work/project"
export AWS_ENDPOINT_URL_SFN=$url AWS_ENDPOINT_URL_STEPFUNCTIONS=$url

if command -v aws >/dev/null; then python3 check_cli.py; else echo "skipped: the AWS CLI is not here"; fi
if python3 -c "import boto3" 2>/dev/null; then python3 check_boto3.py; else echo "skipped: boto3 is not here"; fi
if command -v npm >/dev/null; then
    cp package.json my-state-machine.json check_*.mjs "$work"
    if (cd "$work" && npm install --no-audit --no-fund --loglevel=error >"$work/npm.log" 2>&1); then
        (cd "$work" && node check_sdk.mjs)
    else
        tail -n 5 "$work/npm.log"
        echo "skipped: the npm registry does not give @aws-sdk"
    fi
else
    echo "skipped: npm is not here"
fi
bash check_terraform.sh
if grep -q "defect of Stateside" "$work/serve.log"; then
    cat "$work/serve.log"
    exit 1
fi
stop

# What a template declares, told by AWS_ENDPOINT_URL alone.
unset AWS_ENDPOINT_URL_SFN AWS_ENDPOINT_URL_STEPFUNCTIONS
serve "$work/services.log" --in-memory --template services
export AWS_ENDPOINT_URL=$url
if python3 -c "import boto3" 2>/dev/null; then python3 check_services.py; fi
if [ -d "$work/node_modules" ]; then (cd "$work" && node --no-warnings check_services.mjs); fi
dotnet build dotnet -nologo -v:q -o "$work/dotnet"
dotnet "$work/dotnet/Services.dll"
stop
unset AWS_ENDPOINT_URL

# The shape of AWS's own starters: a handler in Python, Node.js and .NET that writes to a table and a queue by its SDK.
if [ -d "$work/node_modules" ] && python3 -c "import boto3" 2>/dev/null; then
    cp -r starters "$work/starters"
    for file in Directory.Build.props Directory.Build.targets; do echo "<Project><Import Project=\"$repo/$file\" /></Project>" > "$work/starters/$file"; done
    dotnet "$repo/local/Service/bin/Release/net10.0/stateside.dll" run --template "$work/starters" --in-memory --quiet > "$work/starters.json"
    python3 -c 'import json, sys; found = json.load(open(sys.argv[1])); assert found == {
        "rows": ["dotnet by InDotNet", "node by InNode", "python by InPython"], "messages": ["dotnet", "node", "python"]}, found' "$work/starters.json"
    echo "starters: handlers in .NET, Node.js and Python write to a table and a queue of their template"
fi

# Elsewhere than on loopback every request must be signed: as real clients do, and with the right key.
STATESIDE_ACCESS_KEY_ID=local STATESIDE_SECRET_ACCESS_KEY=local serve "$work/signed.log" --in-memory --host '*'
export AWS_ENDPOINT_URL_SFN=${url/\[::\]/127.0.0.1}
AWS_ENDPOINT_URL_SFN=${AWS_ENDPOINT_URL_SFN/0.0.0.0/127.0.0.1}
if command -v aws >/dev/null; then
    aws stepfunctions list-state-machines > /dev/null
    refused=$(AWS_SECRET_ACCESS_KEY=other aws stepfunctions list-state-machines 2>&1 || true)
    case $refused in *InvalidSignatureException*) ;; *) echo "a wrong signature gave: $refused"; exit 1 ;; esac
    echo "signed requests: taken with the right key, refused with another"
fi
stop
