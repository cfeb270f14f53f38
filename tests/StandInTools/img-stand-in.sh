#!/usr/bin/env bash
# STAND-IN for img 0.5.11: takes exactly the arguments that the real one has, refuses every other, says what the recorded one said
# (recorded/img-*.stderr), and lets the BuildKit of a real engine make the image.
set -uo pipefail
here=$(dirname "$0")
. "$here/buildx.sh"
printf '%s\n' "$@" >>"${STANDIN_CALLS:-/dev/null}"

while [ $# -gt 0 ]; do
  case "$1" in
    --state|-s) [ -d "$2" ] || refuse "no folder: $2"; shift 2 ;;
    --backend|-b) [[ $2 =~ ^(auto|native|overlayfs|fuse-overlayfs)$ ]] || { echo "Error: $2 is not a valid snapshots backend" >&2; exit 1; }; shift 2 ;;
    *) break ;;
  esac
done
verb=${1:-}; shift || true
[ "$verb" != version ] || { printf 'img:\n version     : v0.5.11\n'; exit 0; }
[ "$verb" = build ] || refuse "unknown verb '$verb'"

given=() output='' console=yes context=''
while [ $# -gt 0 ]; do
  case "$1" in
    --no-console) console='' ; shift ;;
    --no-cache) given+=("$1"); shift ;;
    --file|--target|--platform|--ssh) given+=("$1" "$2"); shift 2 ;;
    --build-arg|--label) check_pair "$2"; given+=("$1" "$2"); shift 2 ;;
    --secret) check_secret "$2"; given+=("$1" "$2"); shift 2 ;;
    --cache-from|--cache-to) given+=("$1" "$2"); shift 2 ;;
    --output) check_output "$2"; output=yes; given+=("$1" "$2"); shift 2 ;;
    -*) refuse "img has no option $1" ;;
    *) [ -z "$context" ] || refuse "two contexts"; context=$1; shift ;;
  esac
done
[ -d "$context" ] || refuse "no context '$context'"
[ -n "$output" ] || refuse "no output"
[ -z "$console" ] || refuse "a console is not to be had"

# The real one has the host's network. What it says of a step's exit code is nothing: see the recording.
recorded_failure='executor failed running \[\1\]: runc did not terminate successfully'
grep -q 'runc did not terminate successfully$' "$here/recorded/img-build-failed.stderr" || refuse "the recording is another"
as_recorded() {
  sed -u -E -e "s/process \"(.*)\" did not complete successfully: exit code: [0-9]+/$recorded_failure/" \
    -e '/^Dockerfile[^ ]*:[0-9]+$/d; /^-{20}$/d; /^ *[0-9]+ \| /d' -e 's/^ERROR: failed to solve: /Error: failed to solve: /'
}
given+=(--network none "$context")
head -n 3 "$here/recorded/img-build-oci.stderr" >&2
build_image as_recorded || exit 1
tail -n 1 "$here/recorded/img-build-oci.stderr" >&2
