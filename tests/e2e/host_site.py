"""A host's site on its own origin: pages that a test writes, and files (HTTP/1.1)."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class HostSite:
    """A site that serves pages by path; `/ping` returns "pong"."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://localhost:{port}"
        self._pages: dict[str, tuple[str, str | None]] = {}
        self._folder: Path | None = None

    def add(self, path: str, body: str = "", *, head: str = "", csp: str | None = None) -> str:
        """Add a page at the path; return its URL."""
        text = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>{head}'
            f"</head><body><h1>The host's page</h1>{body}</body></html>"
        )
        self._pages[path] = (text, csp)
        return self.origin + path

    def add_files(self, folder: Path) -> None:
        """Serve the folder's files under /files/, to pages on any origin."""
        self._folder = folder

    def file(self, path: str) -> Path | None:
        """The file at this path, or None."""
        if self._folder is None or not path.startswith("/files/"):
            return None
        found = self._folder / path.removeprefix("/files/")
        return found if found.is_file() else None

    def page(self, path: str) -> tuple[str, str | None] | None:
        return self._pages.get(path)


@contextmanager
def serving() -> Iterator[HostSite]:
    """Serve a site until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/ping":
                self._reply(200, "application/json", b'"pong"', None)
            elif found := site.page(path):
                text, csp = found
                self._reply(200, "text/html; charset=utf-8", text.encode(), csp)
            elif file := site.file(path):
                kind = mimetypes.guess_type(file.name)[0] or "text/plain"
                self._reply(200, kind, file.read_bytes(), None)
            else:
                self._reply(404, "text/plain", b"", None)

        def _reply(self, status: int, kind: str, body: bytes, csp: str | None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Access-Control-Allow-Origin", "*")
            if csp:
                self.send_header("Content-Security-Policy", csp)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Log nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        site = HostSite(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
