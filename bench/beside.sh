#!/bin/sh
# Runs Stateside beside other servers of the Step Functions API, as bench/README.md tells.
#   bench/beside.sh PEERS RESULTS.json [WORKLOADS] [REPEATS]
# PEERS is the folder of the drivers; PEERS_DIR names the folder where npm put aws-local-stepfunctions and jsonata.
set -eu
peers=$(cd "$1" && pwd)
results=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
workloads=${3:-W1,W2,W2p,W3,W4a,W4d,W5,W6,W7,W8}
repeats=${4:-5}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet publish "$root/local/Service" -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o "$work/stateside" -v:q -nologo
serve="dotnet $work/stateside/stateside.dll serve --no-reload --logs off --template $root/bench/workloads/template.yaml --port {port}"
echo "Load before: $(cat /proc/loadavg 2>/dev/null || uptime)"

# The drivers run some workloads once whatever they are told to repeat, so the whole is repeated.
pass=1
while [ "$pass" -le "$repeats" ]; do
    python3 "$peers/peers.py" \
        --target memory=http://127.0.0.1:5300 --launch "memory=$serve --in-memory" --opt 'memory.account="123456789012"' \
        --target durable=http://127.0.0.1:5301 --launch "durable=sh -c 'rm -rf $work/data; exec $serve --data $work/data'" --opt 'durable.account="123456789012"' \
        --target als --workloads "$workloads" --repeat 1 --out "$work/$pass.json" > /dev/null
    pass=$((pass + 1))
done
echo "Load after: $(cat /proc/loadavg 2>/dev/null || uptime)"
python3 "$root/bench/beside.py" "$peers" "$results" "$work"/[0-9]*.json
