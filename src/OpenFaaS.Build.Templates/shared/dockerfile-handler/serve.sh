#!/bin/sh
# The first process of a container gets no default handling of signals: it has to end the server itself.
httpd -f -p "${port:-8080}" -h /www &
server=$!
trap 'kill "$server"' TERM INT
wait "$server"
