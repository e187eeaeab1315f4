"""A real HTTP server on loopback in place of Sayso. It records requests, and replies like Sayso or
as a test scripts it."""

import contextlib
import json
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PATIENCE = 20.0
"""Seconds that a test waits for something before it fails."""


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    size: int

    @property
    def records(self) -> list[dict[str, Any]]:
        return list(self.body.get("events") or self.body.get("people") or [])

    @property
    def ids(self) -> list[str]:
        return [record["id"] for record in self.records]


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    stores: bool = False
    hang_up: bool = False


Script = Callable[[Request], Answer | None]


class Receiver:
    """`stored`: the accepted records in order, without duplicates. `requests`: all requests."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.stored: list[dict[str, Any]] = []
        self.script: Script = lambda _request: None
        self.connections = 0
        self.gate = threading.Event()
        self.gate.set()
        self._ids: set[str] = set()
        self._news = threading.Condition()
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def stored_names(self) -> list[str]:
        return [record["name"] for record in self.stored]

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self._port), _Handler)
        self._server.receiver = self
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def use_tls(self, certificate: Path) -> str:
        """Switches to TLS; returns the new URL. The certificate is for localhost."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        return f"https://localhost:{self._port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.hang_up()

    def answers(self, *answers: Answer) -> None:
        """Script the answers to the next requests; later ones get the usual answer."""
        rest = list(answers)
        self.script = lambda _request: rest.pop(0) if rest else None

    def wait_for(self, what: Callable[["Receiver"], object]) -> None:
        with self._news:
            assert self._news.wait_for(lambda: what(self), PATIENCE), "it never happened"

    def take(self, request: Request) -> Answer:
        with self._news:
            self.requests.append(request)
            self._news.notify_all()
        self.gate.wait()
        with self._news:
            answer = self.script(request)
            if answer is None or answer.stores:
                results = [self._store(record) for record in request.records]
                answer = answer or Answer(body={"results": results})
            self._news.notify_all()
        return answer

    def _store(self, record: dict[str, Any]) -> dict[str, str]:
        if "id" not in record:
            self.stored.append(record)
            return {"user_id": record["user_id"], "status": "stored"}
        if record["id"] in self._ids:
            return {"id": record["id"], "status": "duplicate"}
        self._ids.add(record["id"])
        self.stored.append(record)
        return {"id": record["id"], "status": "stored"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver

    def __init__(self, *args: Any) -> None:
        self.handlers: set[_Handler] = set()
        super().__init__(*args)

    def hang_up(self) -> None:
        for handler in list(self.handlers):
            handler.close_connection = True
            handler.hang_up()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.receiver.connections += 1
        self.server.handlers.add(self)

    def finish(self) -> None:
        self.server.handlers.discard(self)
        super().finish()

    def hang_up(self) -> None:
        self.close_connection = True
        self.server.shutdown_request(self.request)

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        request = Request(self.path, dict(self.headers), json.loads(data), len(data))
        answer = self.server.receiver.take(request)
        if answer.hang_up:
            self.hang_up()
            return
        with contextlib.suppress(ConnectionError):  # the client process has ended
            self.reply(answer)

    def reply(self, answer: Answer) -> None:
        is_text = isinstance(answer.body, str)
        content = answer.body.encode() if is_text else json.dumps(answer.body or {}).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass
