#!/bin/sh
# CGI program: the handler's whole output is the answer, so that a failure can still become an error.
answer() { printf 'Status: %s\r\nContent-Type: %s\r\nContent-Length: %s\r\nConnection: close\r\n\r\n' "$1" "$2" "$(wc -c <"$output")" && cat "$output"; }

cd /home/app/function && output=$(mktemp) || exit 1
trap 'rm -f "$output"' EXIT
if [ -n "${HTTP_TRANSFER_ENCODING:-}" ]; then
  # The web server hands chunks on as they are.
  answer '411 Length Required' text/plain
elif ./handler >"$output"; then
  answer '200 OK' "${content_type:-text/plain}"
else
  echo "handler: exit code $?" >&2
  echo 'The function failed.' >"$output"
  answer '500 Internal Server Error' text/plain
fi
