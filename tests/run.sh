#!/usr/bin/env bash
# Builds the solution and runs every test suite. Ends with the line `N passed, N failed, N skipped`.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
configuration=Release
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT

dotnet build OpenFaaS.Build.Sdk.sln -c "$configuration" --nologo -v:minimal

passed=0 failed=0 skipped=0 broken=0
for project in tests/*.Tests; do
  name=$(basename "$project")
  assembly="$project/bin/$configuration/net10.0/$name.dll"
  started=$SECONDS
  status=0
  dotnet exec "$assembly" --progress off --no-ansi >"$log/$name" 2>&1 || status=$?
  cat "$log/$name"
  count() { grep -oE "^ *$1: [0-9]+" "$log/$name" | tail -1 | grep -oE '[0-9]+' || echo 0; }
  p=$(count succeeded) f=$(count failed) s=$(count skipped)
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  # 8 is the test platform's "no test ran": an empty suite is a mistake, not a pass.
  if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then broken=$((broken + 1)); echo "$name: exit code $status"; fi
  printf '%s: %d passed, %d failed, %d skipped in %.1f min\n' "$name" "$p" "$f" "$s" "$(((SECONDS - started) * 10 / 60))e-1"
done

failed=$((failed + broken))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
