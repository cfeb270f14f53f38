#!/usr/bin/env bash
# Builds the solution, starts the services the tests need (tests/services.sh) and runs every test suite.
# Ends with the line `N passed, N failed, N skipped`.
#
#   tests/run.sh [--all] [SUITE...]     --all: the slow tests too; SUITE: folder names below tests/, default all
#
# OPENFAAS_TEST_REQUIRE lists services without which the run fails instead of skipping; the registries always are.
# What no machine has by itself is taken where a variable names it:
#   OPENFAAS_TEST_KANIKO_IMAGE          an image of Kaniko's executor, instead of the stand-in
#   OPENFAAS_TEST_KUBERNETES            a kubeconfig, whose cluster takes the place of the API server double; needs the image too, and its context a namespace
#   OPENFAAS_TEST_KUBERNETES_REGISTRY   a registry that pods of that cluster and this machine reach by this name, for pushes without credentials
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
configuration=Release
filter=(--filter 'TestCategory!=slow')
suites=()
for argument in "$@"; do
  case "$argument" in
    --all) filter=() ;;
    -*) sed -n 2,11p "$0" >&2; exit 2 ;;
    *) suites+=("tests/$argument") ;;
  esac
done
needs_package() { case "$1" in *.Integration.Tests | *.Sdk.Tests) ;; *) return 1 ;; esac }
if [ ${#suites[@]} -eq 0 ]; then
  # First those that need no package: it is made meanwhile.
  for project in tests/*.Tests; do if ! needs_package "$project"; then suites+=("$project"); fi; done
  for project in tests/*.Tests; do if needs_package "$project"; then suites+=("$project"); fi; done
fi

work=$(mktemp -d /tmp/ofbtestXXXXXX)
packing=
finish() {
  if [ -n "$packing" ]; then kill "$packing" || true; fi
  tests/services.sh stop --folder "$work/services" || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

dotnet build OpenFaaS.Build.Sdk.sln -c "$configuration" --nologo -v:minimal
for project in "${suites[@]}"; do
  if needs_package "$project"; then
    dotnet pack sdk/OpenFaaS.Build.Sdk.csproj -c "$configuration" -o "$work/feed" --nologo -v:quiet >"$work/pack.log" 2>&1 &
    packing=$!
    break
  fi
done
export OPENFAAS_TEST_FEED="$work/feed"

tests/services.sh start --file "$work/services.env" --folder "$work/services" tools registry registry-auth registry-tls docker docker26 podman buildah
. "$work/services.env"
export OPENFAAS_TEST_REQUIRE="tools,registry,registry-auth,registry-tls${OPENFAAS_TEST_REQUIRE:+,$OPENFAAS_TEST_REQUIRE}"

passed=0 failed=0 skipped=0 broken=0
for project in "${suites[@]}"; do
  if needs_package "$project" && [ -n "$packing" ]; then
    wait "$packing" || { cat "$work/pack.log" >&2; packing=; exit 1; }
    packing=
  fi
  name=$(basename "$project")
  log="$work/$name.log"
  started=$SECONDS
  status=0
  # Signals as at a terminal: what a shell starts in the background ignores SIGINT, and so would the programs that tests interrupt.
  env --default-signal=INT,QUIT dotnet exec "$project/bin/$configuration/net10.0/$name.dll" --progress off --no-ansi ${filter[@]+"${filter[@]}"} >"$log" 2>&1 || status=$?
  cat "$log"
  count() { grep -oE "^ *$1: [0-9]+" "$log" | tail -1 | grep -oE '[0-9]+' || echo 0; }
  p=$(count succeeded) f=$(count failed) s=$(count skipped)
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  # 8 is the test platform's "no test ran": an empty suite is a mistake, not a pass.
  if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then broken=$((broken + 1)); echo "$name: exit code $status"; fi
  tenths=$(((SECONDS - started + 3) / 6))
  printf '%s: %d passed, %d failed, %d skipped in %d.%d min\n' "$name" "$p" "$f" "$s" $((tenths / 10)) $((tenths % 10))
done

[ -z "$OPENFAAS_TEST_MISSING" ] || printf '\n*** not started on this machine: %s; tests that need it were skipped\n' "$OPENFAAS_TEST_MISSING"
failed=$((failed + broken))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
