#!/usr/bin/env bash
# Packs the .NET tool, installs it from a folder feed, and uses it as someone does who has a project and no clone of this repository:
# from that project's own folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
fail() { echo "tool: $1"; exit 1; }

version=0.1.0-check.$(date +%s)
dotnet pack local/Service -c Release -o "$work/feed" -p:PackageVersion="$version" -nologo -v:q
dotnet tool install Stateside --tool-path "$work/bin" --source "$work/feed" --version "$version" >/dev/null
cp -r tests/tool/hello "$work/project"
cd "$work/project"
export PATH="$work/bin:$PATH"

[ "$(stateside --version)" = 0.1.0 ] || fail "--version says $(stateside --version)"
stateside --help | grep -q "stateside serve" || fail "--help does not say how to serve"

# shellcheck disable=SC1090
source <(stateside completion bash)
complete_line() { COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=($1) COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _stateside; echo "${COMPREPLY[*]}"; }
[ "$(complete_line 'stateside se')" = serve ] || fail "'se' is completed to '$(complete_line 'stateside se')'"
complete_line 'stateside run He' | grep -qx Hello || fail "a machine's name is not completed"

echo '{"name": "Ada"}' > ada.json
output=$(stateside run --input ada.json --time skip 2> "$work/run.log") || { cat "$work/run.log"; fail "run failed"; }
[ "$output" = '"Hello Ada"' ] || fail "run gave $output"
[ -d bin ] || fail "run did not build the handler in its own folder"

stateside serve --port 0 --time skip --log-format json 2> "$work/serve.log" &
server=$!
url=
for _ in $(seq 600); do
    url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$work/serve.log")
    [ -n "$url" ] && break
    sleep 0.1
done
[ -n "$url" ] || { cat "$work/serve.log"; fail "serve did not say where it listens"; }
call() { curl -sS "$url" -H "X-Amz-Target: AWSStepFunctions.$1" -H "Content-Type: application/x-amz-json-1.0" -d "$2"; }
machine=arn:aws:states:us-east-1:123456789012:stateMachine:Hello
execution=${machine/stateMachine/execution}:first
call StartExecution "{\"stateMachineArn\": \"$machine\", \"name\": \"first\", \"input\": \"{\\\"name\\\": \\\"Bo\\\"}\"}" > /dev/null
for _ in $(seq 600); do
    answer=$(call DescribeExecution "{\"executionArn\": \"$execution\"}")
    case $answer in *'"RUNNING"'*) sleep 0.1 ;; *) break ;; esac
done
case $answer in *'\"Hello Bo\"'*) ;; *) fail "serve gave $answer" ;; esac
kill -TERM "$server"
wait "$server" || fail "serve ended with $? on SIGTERM"
server=
echo "tool: packed, installed, ran and served $(basename "$PWD") from its own folder"
