#!/bin/sh
# kaniko-engine.sh for the Podman of the tests.
STANDIN_ENGINE=podman exec "$(dirname "$0")/kaniko-engine.sh" "$@"
