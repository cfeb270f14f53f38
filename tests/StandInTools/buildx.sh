# What the stand-ins of img and nerdctl have in common: strict arguments, and a real build by the BuildKit of a real engine.
# STANDIN_CALLS is a file for what was asked, one argument a line. The engine is that of OPENFAAS_TEST_DOCKER26.
# Sourced; sets arguments for buildx in "given".

buildx="$(dirname "$OPENFAAS_TEST_DOCKER26_CTR")/../libexec/docker/cli-plugins/docker-buildx"
refuse() { echo "stand-in: $*" >&2; exit 64; }

# Values of options that must be private or well-formed.
check_secret() {
  [[ $1 =~ ^id=[^,]+,src=(/[^,]+)$ ]] || refuse "not a secret in a file: $1"
  [ "$(stat -c %a "${BASH_REMATCH[1]}")" = 600 ] || refuse "others may read the secret: $1"
}
check_output() { [[ $1 =~ ^type=oci,oci-mediatypes=(true|false),dest=/ ]] || refuse "no OCI archive at a full path: $1"; }
check_pair() { [[ $1 == *=* ]] || refuse "without a value, which would be taken from nowhere: $1"; }

# build_image COMMAND-FOR-THE-PROGRESS: runs the build; its exit code is buildx's. Ends buildx when it is itself told to end.
build_image() {
  local pipe child code
  pipe=$(mktemp -u "${TMPDIR:-/tmp}/stand-in.XXXXXX") && mkfifo "$pipe" || exit 65
  # buildx adds provenance by itself, which neither of the two does.
  [[ " ${given[*]} " == *" type=provenance"* ]] || given=(--provenance=false "${given[@]}")
  "$@" <"$pipe" >&2 &
  local filter=$!
  BUILDX_CONFIG=$(mktemp -d) DOCKER_HOST=$OPENFAAS_TEST_DOCKER26 "$buildx" build --progress plain "${given[@]}" 2>"$pipe" &
  child=$!
  trap 'kill -TERM $child 2>/dev/null; wait $child; rm -f "$pipe"; exit 1' TERM INT
  wait $child
  code=$?
  wait $filter
  rm -f "$pipe"
  return $code
}
