"""A real reverse proxy on loopback, as nginx or jupyter-server-proxy are one: everything under its prefix goes to one server."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PREFIX = "/user/me/proxy/8050"
HOP_BY_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length")


@contextmanager
def reverse_proxy(target: str, *, strips: bool) -> Iterator[str]:
    """The proxy's address with the prefix.

    `strips`: it takes the prefix off and says so in X-Forwarded-Prefix; otherwise it passes paths on whole.
    Whatever is asked of it outside of the prefix gets 404.
    """
    upstream = urlsplit(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path != PREFIX and not self.path.startswith(PREFIX + "/"):
                self.answer(404, [], b"outside of the prefix")
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            path = self.path
            if strips:
                path = path.removeprefix(PREFIX) or "/"
                headers["X-Forwarded-Prefix"] = PREFIX
            connection = http.client.HTTPConnection(upstream.hostname or "", upstream.port, timeout=60)
            try:
                connection.request(self.command, path, body or None, headers)
                found = connection.getresponse()
                self.answer(found.status, found.getheaders(), found.read())
            finally:
                connection.close()

        do_GET = do_POST = do_PATCH = do_DELETE = forward  # noqa: N815 (the names that http.server calls)

        def answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if status not in (204, 304):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
