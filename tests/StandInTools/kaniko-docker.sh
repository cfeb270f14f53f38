#!/bin/sh
# kaniko-engine.sh for the Docker Engine of the tests.
STANDIN_ENGINE=docker exec "$(dirname "$0")/kaniko-engine.sh" "$@"
