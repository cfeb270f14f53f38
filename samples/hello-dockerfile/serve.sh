#!/bin/sh
# busybox httpd ends at SIGTERM by itself once it is process 1's only work.
exec httpd -f -p "${port:-8080}" -h /www
