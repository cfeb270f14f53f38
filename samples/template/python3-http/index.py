"""Serves function/handler.py over HTTP on port 8080 (variable port)."""
import json
import os
import signal
import socket
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from function import handler

# A larger body is answered with 413 and not read.
LARGEST_BODY = 32 * 1024 * 1024
SECONDS_TO_LEAVE = 2


class Event:
    """The request, as the handler gets it."""

    def __init__(self, request, body):
        url = urlsplit(request.path)
        self.body = body
        self.headers = request.headers
        self.method = request.command
        self.path = url.path
        self.query = parse_qs(url.query, keep_blank_values=True)


class Context:
    """Where the function runs."""

    hostname = socket.gethostname()


class Refused(Exception):
    """A request that does not reach the handler."""


class Request(BaseHTTPRequestHandler):
    # A client that stands still loses its connection after these seconds.
    timeout = 30

    def answer(self):
        if self.path in ("/_/health", "/_/ready"):
            self.send(200, {"Content-Type": "text/plain"}, b"OK")
            return
        try:
            event = Event(self, self.read_body())
        except (Refused, ValueError) as refusal:
            self.send(refusal.args[0] if isinstance(refusal, Refused) else 400, {}, b"")
            return
        try:
            response = as_response(handler.handle(event, Context))
        except Exception:
            # The log gets the reason; the caller must not.
            traceback.print_exc()
            response = 500, {"Content-Type": "text/plain"}, b"The function failed.\n"
        self.send(*response)

    do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = answer

    def read_body(self):
        if "Transfer-Encoding" in self.headers:
            raise Refused(411)
        text = self.headers.get("Content-Length", "0")
        if not (text.isascii() and text.isdigit()):
            raise Refused(400)
        if len(text) > 18 or int(text) > LARGEST_BODY:
            raise Refused(413)
        return self.rfile.read(int(text))

    def send(self, status, headers, body):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        # HTTP/1.0 means the same, but clients are about (.NET's) that take it for a connection to be used again.
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format, *arguments):
        """The log is the function's own."""


def as_response(result):
    """Status, headers and body of what a handler returned."""
    status, headers, body = 200, {}, result
    if isinstance(result, dict) and ("body" in result or "statusCode" in result):
        status, headers, body = int(result.get("statusCode", 200)), dict(result.get("headers", {})), result.get("body")
    named = {name.lower() for name in headers}
    if isinstance(body, (dict, list)):
        body, kind = json.dumps(body) + "\n", "application/json"
    else:
        kind = "text/plain; charset=utf-8"
    if "content-type" not in named:
        headers["Content-Type"] = kind
    headers = {name: value for name, value in headers.items() if name.lower() not in ("content-length", "connection")}
    return status, headers, b"" if body is None else body if isinstance(body, bytes) else str(body).encode()


class Server(ThreadingHTTPServer):
    # Threads with a request in flight are waited for when the server closes.
    daemon_threads = False
    request_queue_size = 128

    def shutdown_request(self, request):
        """Waits until the client has closed.

        What it still sends would otherwise take the answer away from it, and an engine takes the network away as soon as the process has ended.
        """
        until = time.monotonic() + SECONDS_TO_LEAVE
        try:
            request.shutdown(socket.SHUT_WR)
            while (left := until - time.monotonic()) > 0:
                request.settimeout(left)
                if not request.recv(65536):
                    break
        except OSError:
            pass
        self.close_request(request)


if __name__ == "__main__":
    with Server(("", int(os.environ.get("port") or 8080)), Request) as server:
        for ending in (signal.SIGTERM, signal.SIGINT):
            # shutdown() waits for the loop, which this thread is busy with.
            signal.signal(ending, lambda *_: threading.Thread(target=server.shutdown).start())
        server.serve_forever(poll_interval=0.1)
