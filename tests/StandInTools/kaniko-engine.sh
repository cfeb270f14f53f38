#!/usr/bin/env bash
# An engine's command for containers of the stand-in executor: what it is given goes to the real command, but that "run" gets the right to mount, which
# buildah needs and Kaniko does not. Whoever asks for rights by itself is refused: they would be for the real one too.
# STANDIN_ENGINE is docker or podman.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for argument in "$@"; do
  case "$argument" in --privileged*|--cap-add*|--device*|--pid*|--userns*|--volume*|-v) echo "stand-in: $argument" >&2; exit 64 ;; esac
done

case "$STANDIN_ENGINE" in docker) command=$OPENFAAS_TEST_DOCKER_CLI ;; podman) command=$OPENFAAS_TEST_PODMAN_CLI ;; esac
given=()
for argument in "$@"; do
  given+=("$argument")
  if [ "$argument" = run ] && [ "${granted:-}" != yes ]; then
    granted=yes
    "$here/kaniko-image.sh" "$STANDIN_ENGINE" >/dev/null
    given+=(--cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined)
  fi
done
exec "$command" "${given[@]}"
