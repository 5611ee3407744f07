#!/usr/bin/env bash
# Drives the console of a running `stateside serve` with Chromium: the first journey, live pages, hostile text, the keyboard alone,
# labels and contrast. Needs Node.js, npm and Chromium (CHROMIUM names another one); screenshots go to artifacts/.
#   check_browser.sh [FILE.test.mjs …]     only these
#   SCREENSHOTS=docs check_browser.sh      makes the pictures of the README instead
#   MEASURE=1 check_browser.sh             measures what the pages cost instead
set -euo pipefail
cd "$(dirname "$0")"
repo=$(cd ../.. && pwd)
missing() {
    if [ -n "${CI:-}" ]; then echo "the browser checks need $1"; exit 1; fi
    echo "skipped: $1 is not here"
    exit 0
}
command -v npm >/dev/null || missing "npm"
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null; then CHROMIUM=$(command -v "$name"); break; fi
done
[ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ] || missing "Chromium (CHROMIUM names it)"
export CHROMIUM
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

# The scripts run where their package is, so that nothing is installed into the repository.
cp ./*.mjs package.json "$work"
(cd "$work" && npm install --no-audit --no-fund --loglevel=error >npm.log 2>&1) || { cat "$work/npm.log"; missing "playwright-core from npm"; }

# A copy of the project, since one check saves a definition; the functions' code stays where it builds. It gets what order intake has not:
# queues and a topic.
mkdir "$work/project"
cp -r "$repo"/{samconfig.toml,statemachine,samples} "$work/project"
more='"Dead": {"Type": "AWS::SQS::Queue"}, "Picking": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "picking", "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3}}}, "Packing": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "packing.fifo", "FifoQueue": true}}, "News": {"Type": "AWS::SNS::Topic"}, "NewsToDead": {"Type": "AWS::SNS::Subscription", "Properties": {"TopicArn": {"Ref": "News"}, "Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Dead", "Arn"]}, "FilterPolicy": {"kind": ["new"]}}},'
sed -e "s|\"CodeUri\": *\"[./]*functions/*\"|\"CodeUri\": \"$repo/functions\"|" -e "s|^  \"Resources\": {|&$more|" "$repo/serverless.template" > "$work/project/serverless.template"
dotnet "$repo/local/Service/bin/Release/net10.0/stateside.dll" serve --port 0 --template "$work/project" --data "$work/data" 2> "$work/serve.log" &
server=$!
for _ in $(seq 600); do
    STATESIDE_URL=$(sed -n 's/.*listens on \(http:[^ ]*[0-9]\)\..*/\1/p' "$work/serve.log")
    [ -n "$STATESIDE_URL" ] && break
    sleep 0.1
done
[ -n "$STATESIDE_URL" ] || { cat "$work/serve.log"; exit 1; }
export STATESIDE_URL STATESIDE_PID=$server PROJECT=$work/project ARTIFACTS=${ARTIFACTS:-$repo/artifacts}
mkdir -p "$ARTIFACTS"
if [ -n "${SCREENSHOTS:-}" ]; then
    (cd "$work" && SCREENSHOTS=$repo/$SCREENSHOTS node screenshots.mjs)
elif [ -n "${MEASURE:-}" ]; then
    (cd "$work" && node measure.mjs)
else
    tests=("$@")
    [ ${#tests[@]} -gt 0 ] || tests=(./*.test.mjs)
    (cd "$work" && node --test --test-concurrency=1 "${tests[@]}") || { cat "$work/serve.log"; exit 1; }
fi
if grep -q "defect of Stateside" "$work/serve.log"; then
    cat "$work/serve.log"
    exit 1
fi
