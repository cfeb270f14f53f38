#!/bin/sh
# The function: busybox's web server runs it for each request to /, with the body on standard input.
printf 'Content-Type: text/plain\r\n\r\n'
echo "Hello from FUNCTION_NAME; you sent ${CONTENT_LENGTH:-0} bytes."
