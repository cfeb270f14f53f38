#!/bin/sh
# The first process of the container: busybox's web server, which calls the function for paths that end in a slash.
httpd -f -p "${port:-8080}" -h /home/app/www &
server=$!
trap 'kill "$server"' TERM INT
wait "$server"
# Its children have a request in flight each; without the first process they would be killed.
while pidof httpd >/dev/null; do sleep 0.1; done
