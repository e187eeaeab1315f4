"""Serves a folder over HTTP, for generated and packaged pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: object) -> None:
        """Log nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_arguments: object) -> None:
        """Ignore errors, such as a browser that leaves during a download."""


class StaticSite:
    """The contents of `folder` are served at `origin`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.origin = f"http://localhost:{port}"

    def add(self, name: str, html: str) -> str:
        """Add a page; return its URL."""
        place = self.folder / name
        place.mkdir(exist_ok=True)
        (place / "index.html").write_text(html)
        return self.address(name)

    def address(self, name: str) -> str:
        return f"{self.origin}/{name}/"


@contextmanager
def serving(folder: Path) -> Iterator[StaticSite]:
    """Serve the folder until the end of the block."""
    with _Server(("127.0.0.1", 0), partial(_Handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield StaticSite(folder, server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
