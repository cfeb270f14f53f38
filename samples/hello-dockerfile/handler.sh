#!/bin/sh
# The function: reads the request's body and answers.
printf 'Content-Type: text/plain\r\n\r\n'
echo "Hello from a shell script; you sent ${CONTENT_LENGTH:-0} bytes."
