#!/usr/bin/env bash
# STAND-IN for nerdctl 2.0: takes exactly the arguments that the real one has, refuses every other, and lets the BuildKit of a real engine make
# the image. As the real one with buildctl: a failure ends with "error: failed to solve: …" and a fatal line, exit code 1.
# STANDIN_VERSION is the version it says it is.
set -uo pipefail
here=$(dirname "$0")
. "$here/buildx.sh"
printf '%s\n' "$@" >>"${STANDIN_CALLS:-/dev/null}"

[ "$*" != --version ] || { echo "nerdctl version ${STANDIN_VERSION:-2.0.3}"; exit 0; }
while [ $# -gt 0 ]; do
  case "$1" in
    --address) [[ $2 = /* ]] || refuse "no full path: $2"; shift 2 ;;
    --namespace) [ -n "$2" ] || refuse "no namespace"; shift 2 ;;
    *) break ;;
  esac
done
[ "${1:-}" != --version ] || { echo "nerdctl version ${STANDIN_VERSION:-2.0.3}"; exit 0; }
[ "${1:-}" = build ] || refuse "unknown verb '${1:-}'"; shift

given=() output='' progress='' context='' network=none
while [ $# -gt 0 ]; do
  case "$1" in
    --progress) [ "$2" = plain ] || refuse "progress $2"; progress=yes; shift 2 ;;
    --buildkit-host) [[ $2 =~ ^(unix|tcp|docker-container|kube-pod):// ]] || refuse "no address: $2"; shift 2 ;;
    --no-cache|--pull) given+=("$1"); shift ;;
    --network) [[ $2 =~ ^(default|none|host)$ ]] || refuse "network $2"; network=$2; shift 2 ;;
    --file|--target|--platform|--ssh|--allow|--attest|--add-host|--build-context|--cache-from|--cache-to) given+=("$1" "$2"); shift 2 ;;
    --build-arg|--label) check_pair "$2"; given+=("$1" "$2"); shift 2 ;;
    --secret) check_secret "$2"; given+=("$1" "$2"); shift 2 ;;
    --output) check_output "$2"; output=yes; given+=("$1" "$2"); shift 2 ;;
    -*) refuse "nerdctl has no option $1" ;;
    *) [ -z "$context" ] || refuse "two contexts"; context=$1; shift ;;
  esac
done
[ -d "$context" ] || refuse "no context '$context'"
[ -n "$output" ] || refuse "no output"
[ -n "$progress" ] || refuse "a terminal's progress"

as_buildctl() { sed -u -E 's/^ERROR: failed to solve: /error: failed to solve: /'; }
given+=(--network "$network" "$context")
build_image as_buildctl || { echo 'time="2026-11-23T19:57:31Z" level=fatal msg="exit status 1"' >&2; exit 1; }
