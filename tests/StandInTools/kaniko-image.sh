#!/usr/bin/env bash
# Makes sure that an engine has the image of the stand-in executor (kaniko-executor.sh with buildah, of Debian packages), and prints its name.
#
#   tests/StandInTools/kaniko-image.sh docker|podman
#
# It is made once, kept in a folder for the next run, and goes to the engine by way of the registry of OPENFAAS_TEST_REGISTRY. The name tells its content.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
engine=${1:?docker or podman}
version=$(cat "$here/kaniko-executor.sh" "$here/../base-image.sh" | sha256sum | cut -c1-12)
name=localhost/openfaas-test/kaniko-stand-in:$version
case "$engine" in docker) command=$OPENFAAS_TEST_DOCKER_CLI pull=() ;; podman) command=$OPENFAAS_TEST_PODMAN_CLI pull=(--tls-verify=false) ;; *) exit 2 ;; esac

if ! "$command" image inspect "$name" >/dev/null 2>&1; then
  folder=${XDG_CACHE_HOME:-$HOME/.cache}/openfaas-build-tests/kaniko-stand-in/$version
  mkdir -p "$folder"
  exec 9>"$folder.lock"
  flock 9
  if ! "$command" image inspect "$name" >/dev/null 2>&1; then
    reference=$OPENFAAS_TEST_REGISTRY/stand-ins/kaniko:$version
    "$here/../base-image.sh" kaniko-stand-in "$reference" --folder "$folder" >&2
    "$command" pull --quiet "${pull[@]}" "$reference" >&2
    "$command" tag "$reference" "$name" >&2
  fi
fi
echo "$name"
