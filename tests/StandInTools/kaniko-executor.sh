#!/bin/busybox sh
# STAND-IN for Kaniko's executor 1.24: takes the flags that the real one has and refuses every other, keeps what was measured of it (exit codes, the digest
# file written before the push, a context on standard input that must be gzip, no work outside a container without --force, messages as JSON), and has the
# image made by buildah. Where the real one drops something of the Dockerfile without a word, this one ends with 64: it must not get that far.
# Unlike the real one it needs the right to mount (CAP_SYS_ADMIN) and does not replace its root file system.
set -u
work=/kaniko/.stand-in
[ -d "$work" ] || { work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; }
child='' filter=''

say() { local text=${1//\\/\\\\}; text=${text//\"/\\\"}; printf '{"level":"info","msg":"%s","time":"2026-01-01T00:00:00Z"}\n' "$text" >&2; }
stop() { printf '%s\n' "$1"; exit "${2:-1}"; }               # as the real one ends: a plain line on standard output
usage() { printf 'Error: %s\nUsage:\n  executor [flags]\n' "$1" >&2; exit 1; }
breach() { echo "Error: stand-in: $1" >&2; exit 64; }
end() { [ -z "$child" ] || kill -KILL "$child" 2>/dev/null; exit 143; }
trap end TERM INT

context='' dockerfile=Dockerfile digest_file='' layout='' target='' platform='' cache='' cache_repo='' push=yes push_cache=yes force='' format=''
mkdir -p "$work/certificates"
printf '{"default":[{"type":"insecureAcceptAnything"}]}' >"$work/policy.json"
: >"$work/destinations"; : >"$work/insecure"
set -- "$@" --end
while [ "$1" != --end ]; do
  flag=$1; shift
  value=${flag#*=}
  case "$flag" in
    --context=*) context=$value ;;
    --dockerfile=*) dockerfile=$value ;;
    --digest-file=*) digest_file=$value ;;
    --oci-layout-path=*) layout=$value ;;
    --target=*) target=$value ;;
    --custom-platform=*) platform=$value ;;
    --log-format=*) format=$value ;;
    --destination=*) echo "$value" >>"$work/destinations" ;;
    --insecure-registry=*) echo "$value" >>"$work/insecure" ;;
    --registry-certificate=*=*) [ -f "${value#*=}" ] || usage "no certificate ${value#*=}"; cat "${value#*=}" >>"$work/certificates/ca.crt" ;;
    --cache-repo=*) cache_repo=$value ;;
    --cache=true) cache=yes ;;
    --cache=false) ;;
    --no-push-cache) push_cache='' ;;
    --no-push) push='' ;;
    --force) force=yes ;;
    --build-arg=*=*|--label=*=*) set -- "$@" "${flag%%=*}" "$value" ;;
    --build-arg=*) eval "[ -n \"\${$value+set}\" ]" || breach "the variable $value is not set"; set -- "$@" --build-arg "$value" ;;
    --skip-unused-stages|--ignore-var-run=true|--ignore-var-run=false) ;;
    --push-retry=[0-9]*|--image-download-retry=[0-9]*) ;;
    *) usage "unknown flag: ${flag%%=*}" ;;
  esac
done
shift
[ "$format" = json ] || breach "only messages as JSON are to be had"
[ -n "$push" ] && [ ! -s "$work/destinations" ] && usage "you must provide --destination, or use --no-push"
[ -n "$cache" ] && [ -z "$push" ] && [ -z "$cache_repo" ] && usage "cache flags invalid: if using cache with --no-push, specify cache repo with --cache-repo"

case "$context" in
  dir://*) context=${context#dir://} ;;
  tar://stdin)
    context=$work/context; mkdir -p "$context"
    # The tar's end is enough: what comes after it, and whether standard input ends at all, does not matter.
    exec 3<&0
    { gzip -dc <&3 2>"$work/gzip" | tar -x -C "$context" -f - 2>"$work/tar"; } & child=$!
    wait "$child" || { [ -s "$work/gzip" ] && usage "error resolving source context: gzip: invalid header"; usage "error resolving source context: unexpected EOF"; }
    child='' ;;
  *) usage "error resolving source context: unknown build context prefix provided, please use one of the following: gs://, dir://, tar://, s3://, git://, https://" ;;
esac
[ -f "$dockerfile" ] || dockerfile=$context/$dockerfile
[ -f "$dockerfile" ] || usage "error resolving dockerfile path: please provide a valid path to a Dockerfile within the build context with --dockerfile"
[ -n "$force" ] || { [ -z "${STANDIN_OUTSIDE:-}" ] && { [ -e /.dockerenv ] || [ -e /run/.containerenv ] || [ -n "${container:-}" ] || [ -n "${KUBERNETES_SERVICE_HOST:-}" ]; }; } ||
  stop "kaniko should only be run inside of a container, run with the --force flag if you are sure you want to continue"

if [ -z "${STANDIN_FORK:-}" ]; then
  ! grep -qE '^[[:space:]]*RUN[[:space:]]+--' "$dockerfile" || breach "a flag of RUN, which is dropped"
  ! grep -qE '^[[:space:]]*(RUN|COPY|ADD)[[:space:]].*<<-?["'\'']?[A-Za-z_]' "$dockerfile" || breach "a here-document, which is dropped"
fi
! grep -qE '^[[:space:]]*(COPY|ADD)[[:space:]]+(--[a-z]+=[^ ]+ )*--(link|parents|exclude|checksum|keep-git-dir|unpack)' "$dockerfile" || breach "a flag of COPY or ADD, which is dropped"

# Names with tag and digest are no names for buildah. Registries of this machine are spoken to over plain http, by the real one too.
sed -E 's/^([[:space:]]*(FROM|COPY)[[:space:]].*[^[:space:]@]):[A-Za-z0-9_.-]+@sha256:/\1@sha256:/' "$dockerfile" >"$work/Dockerfile"
ignore=$dockerfile.dockerignore; [ -f "$ignore" ] || ignore=$context/.dockerignore; [ -f "$ignore" ] || ignore=/dev/null
{
  echo 'unqualified-search-registries = ["docker.io"]'
  { cat "$work/insecure" "$work/destinations"; sed -nE 's/^[[:space:]]*FROM[[:space:]]+(--[^ ]+ )?//p; s/.*--from=([^ ]+).*/\1/p' "$work/Dockerfile"; echo "$cache_repo"; } |
    sed -nE 's#^([^/ ]+:[0-9]+|localhost)(/.*)?$#\1#p' | sort -u | while read -r host; do
      grep -qxF "$host" "$work/insecure" || { case "$host" in 127.*|localhost*) [ ! -s "$work/certificates/ca.crt" ] ;; *) false ;; esac; } || continue
      printf '[[registry]]\nlocation = "%s"\ninsecure = true\n' "$host"
    done
} >"$work/registries.conf"
export CONTAINERS_REGISTRIES_CONF="$work/registries.conf"
auth=${DOCKER_CONFIG:-/root/.docker}/config.json
[ -f "$auth" ] || { auth=$work/config.json; echo '{}' >"$auth"; }
reach() { [ ! -s "$work/certificates/ca.crt" ] || echo "--cert-dir=$work/certificates"; }
buildah_in() { verb=$1; shift; buildah --root "$work/store" --runroot "$work/run" --storage-driver vfs "$verb" --signature-policy "$work/policy.json" --authfile "$auth" $(reach) "$@"; }

# What buildah says, as the real one says it; its reason of a failure goes to a file.
translate() {
  while IFS= read -r line; do
    case "$line" in
      'STEP '*/*': FROM '*|'['*'] STEP '*/*': FROM '*) say "Retrieving image manifest ${line##*: FROM }" ;;
      'STEP '*/*': '*|'['*'] STEP '*/*': '*) line=${line#*STEP }; say "${line#*: }" ;;
      'COMMIT'*|'['*'] COMMIT'*|'--> '*'Cache pulled'*) say "$line" ;;
      '--> '*|'subprocess exited with status '*|'Trying to pull '*|'[Warning] one or more build args'*|'Getting image source'*|'Copying blob'*|'Copying config'*|'Writing manifest'*|'Storing signatures'*) ;;
      'Error: '*) printf '%s\n' "${line#Error: }" >>"$work/error" ;;
      *) printf '%s\n' "$line" >&2 ;;
    esac
  done
}
follow() {
  rm -f "$work/said"; mkfifo "$work/said"
  translate <"$work/said" & filter=$!
  "$@" >"$work/said" 2>&1 & child=$!
  wait "$child"; code=$?
  wait "$filter"; child=''
  return $code
}

: >"$work/error"
[ -z "$target" ] || set -- "$@" --target "$target"
if [ -z "$cache" ]; then set -- "$@" --no-cache; else
  set -- "$@" --layers --cache-from "$cache_repo"
  [ -z "$push_cache" ] || set -- "$@" --cache-to "$cache_repo"
fi
say "Building stage"
follow buildah_in bud --isolation chroot --format docker --identity-label=false --iidfile "$work/id" --platform "$platform" --file "$work/Dockerfile" --ignorefile "$ignore" "$@" "$context" || {
  code=$?
  text=$(tail -n 1 "$work/error")
  [ $code -eq 125 ] || stop "error building image: error building stage: failed to execute command: waiting for process to exit: exit status $code" $code
  where=$(printf '%s' "$text" | sed -nE 's#.*docker://([^/]+)/([^ ]+):([A-Za-z0-9_.-]+): .*#https://\1/v2/\2/manifests/\3#p')
  case "$text" in
    *'manifest unknown'*|*'name unknown'*) stop "error building image: unable to complete operation after 3 attempts, last error: GET $where: MANIFEST_UNKNOWN: manifest unknown; unknown tag=${where##*/}" ;;
    *'authentication required'*|*unauthorized*) stop "error building image: unable to complete operation after 3 attempts, last error: GET $where: UNAUTHORIZED: authentication required" ;;
    *) stop "error building image: $text" ;;
  esac
}

# The image as it will be at the registry, before it is there.
id=$(cat "$work/id")
follow buildah_in push "$id" "dir:$work/image" || stop "error building image: $(tail -n 1 "$work/error")"
digest=sha256:$(sha256sum "$work/image/manifest.json" | cut -d' ' -f1)
size=$(wc -c <"$work/image/manifest.json")
[ -z "$digest_file" ] || { mkdir -p "$(dirname "$digest_file")"; printf '%s' "$digest" >"$digest_file"; }
if [ -n "$layout" ]; then
  mkdir -p "$layout/blobs/sha256"
  for file in "$work"/image/*; do
    name=${file##*/}
    case "$name" in version) ;; manifest.json) cp "$file" "$layout/blobs/sha256/${digest#sha256:}" ;; *) cp "$file" "$layout/blobs/sha256/$name" ;; esac
  done
  echo '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":%s,"digest":"%s"}]}' "$size" "$digest" >"$layout/index.json"
fi
[ -n "$push" ] || { say "Skipping push to container registry due to --no-push flag"; exit 0; }

# What was known of compressed forms of layers would make another image of it.
[ "$work" != /kaniko/.stand-in ] || rm -f /var/lib/containers/cache/blob-info-cache-v1.boltdb
while read -r name; do
  say "Pushing image to $name"
  follow buildah_in push --digestfile "$work/pushed" "$id" "docker://$name" || stop "error pushing image: failed to push to destination $name: $(tail -n 1 "$work/error")"
  [ "$(cat "$work/pushed")" = "$digest" ] || breach "$name is $(cat "$work/pushed"), and $digest was written"
  say "Pushed ${name%:*}@$digest"
done <"$work/destinations"
