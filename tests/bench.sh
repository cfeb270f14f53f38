#!/usr/bin/env bash
# Runs the benchmarks and prints their tables; ends with an exit code other than 0 when one failed.
#
#   tests/bench.sh [--long] [--filter GLOB]     --long: many iterations instead of a short job; GLOB: for example '*LayerWriter*'
#   tests/bench.sh --functions                  time and memory of one worker that shrinkwraps 250, 500 and 1,000 functions
#   tests/bench.sh --buildkit [--filter GLOB]   cached rebuilds and transfers to BuildKit, against the engines' own command line;
#                                               GLOB: engine and case, for example 'Docker 26.1 20,000*'
#   tests/bench.sh --stack                      a stack of functions published to a registry: functions an hour, requests, bytes
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
arguments=()
filter='*'
process=
while [ $# -gt 0 ]; do
  case "$1" in
    --long) arguments+=(--long) ;;
    --functions) process=functions ;;
    --buildkit) process=buildkit ;;
    --stack) process=stack ;;
    --filter) [ $# -gt 1 ] || { sed -n 2,8p "$0" >&2; exit 2; }; filter=$2; shift ;;
    *) sed -n 2,8p "$0" >&2; exit 2 ;;
  esac
  shift
done

project=tests/OpenFaaS.Build.Benchmarks
dotnet build "$project" -c Release --nologo -v:quiet
program=$project/bin/Release/net10.0/OpenFaaS.Build.Benchmarks.dll
if [ "$process" = buildkit ] || [ "$process" = stack ]; then
  work=$(mktemp -d /tmp/ofbbenchXXXXXX)
  trap 'tests/services.sh stop --folder "$work/services"; rm -rf "$work"' EXIT
  # The package's own worker: the native one where it has one.
  dotnet pack sdk/OpenFaaS.Build.Sdk.csproj -c Release -o "$work/feed" --nologo -v:quiet
  mkdir "$work/package"
  (cd "$work/package" && python3 -m zipfile -e "$work"/feed/*.nupkg .)
  OPENFAAS_BENCH_WORKER=$(find "$work/package/worker" -name OpenFaaS.Build.Worker)
  [ -z "$OPENFAAS_BENCH_WORKER" ] || chmod +x "$OPENFAAS_BENCH_WORKER"
  export OPENFAAS_BENCH_WORKER=${OPENFAAS_BENCH_WORKER:-$work/package/worker/OpenFaaS.Build.Worker.dll}
  tests/services.sh start --file "$work/services.env" --folder "$work/services" registry docker docker26
  . "$work/services.env"
fi
if [ -n "$process" ]; then
  [ "$process" = buildkit ] && arguments=("$filter")
  dotnet exec "$program" "$process" "${arguments[@]}"
else
  dotnet exec "$program" "${arguments[@]}" --filter "$filter"
fi
