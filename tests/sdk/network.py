"""Test networks between a host and the server: a relay that drops connections, and a proxy."""

import contextlib
import socket
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

import urllib3


@dataclass
class Link:
    """A forwarded connection, until it is dropped."""

    forgotten: bool = False

    def pump(self, one: socket.socket, two: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                if not self.forgotten:
                    two.sendall(data)
            if not self.forgotten:
                two.shutdown(socket.SHUT_WR)

    def join(self, one: socket.socket, two: socket.socket) -> None:
        """Forwards in both directions until both sides are done."""
        there = threading.Thread(target=self.pump, args=(one, two), daemon=True)
        there.start()
        self.pump(two, one)
        there.join()


class _Serving:
    """A server on loopback with its own threads, for the duration of the block."""

    def __init__(self, server: ThreadingTCPServer | ThreadingHTTPServer) -> None:
        self._server = server
        server.daemon_threads = True
        server.block_on_close = False
        self._thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        self.url = f"http://127.0.0.1:{server.server_address[1]}"

    def __enter__(self) -> Any:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Relay(_Serving):
    """Forwards bytes. After `forget`, open connections stay open but forward nothing, as with a
    firewall that dropped an idle connection from its table."""

    def __init__(self, port: int) -> None:
        relay = self
        self.links: list[Link] = []

        class Handler(BaseRequestHandler):
            def handle(self) -> None:
                link = Link()
                relay.links.append(link)
                with socket.create_connection(("127.0.0.1", port)) as server:
                    link.join(self.request, server)

        super().__init__(ThreadingTCPServer(("127.0.0.1", 0), Handler))

    def forget(self) -> None:
        for link in self.links:
            link.forgotten = True


class Proxy(_Serving):
    """A company's proxy; `asked` contains (method, target, Proxy-Authorization)."""

    def __init__(self, *, status: int = 200) -> None:
        self.asked: list[tuple[str, str, str | None]] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _note(self) -> None:
                who = self.headers.get("Proxy-Authorization")
                proxy.asked.append((self.command, self.path, who))

            def do_CONNECT(self) -> None:
                self._note()
                host, port = self.path.split(":")
                with socket.create_connection((host, int(port))) as server:
                    self.send_response(200)
                    self.end_headers()
                    Link().join(self.connection, server)
                self.close_connection = True

            def do_POST(self) -> None:
                self._note()
                data = self.rfile.read(int(self.headers["Content-Length"]))
                if status == 200:
                    headers = {"Authorization": self.headers["Authorization"]}
                    answer = urllib3.request("POST", self.path, body=data, headers=headers)
                    body, code = answer.data, answer.status
                else:
                    body, code = b"", status
                self.send_response(code)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """No output."""

        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
