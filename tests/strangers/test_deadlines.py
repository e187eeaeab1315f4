"""Callers that never finish their request do not delay anyone else on a real server."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

import pytest
import urllib3

from demo.sayso_command import SAYSO
from sayso_server.limit_table import LIMITS
from tests.faults.project import ORIGIN, Project, create_project
from tests.faults.server import HOST, Server, serving

SECONDS = 1
PATIENCE = 15.0
ASKED = {"/docs": 60, "/v1/openapi.json": 60, "/docs/reasons": 1_500}
"""Number of requests per path; the replies exceed all socket buffers."""
PLAIN = {"Accept-Encoding": "identity"}
FORM = "Content-Type: application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("deadlines")
    url = f"sqlite:///{folder / 'sayso.db'}"
    with serving(folder, url, SAYSO_REQUEST_SECONDS=str(SECONDS)) as running:
        yield running


@pytest.fixture(scope="module")
def project(server: Server) -> Project:
    return create_project(server)


def head(method: str, path: str, *more: str, length: int | None = None) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", f"Origin: {ORIGIN}", *more]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def connected(server: Server, said: bytes = b"") -> socket.socket:
    connection = socket.create_connection((HOST, server.port), timeout=PATIENCE)
    connection.sendall(said)
    return connection


def everything(connection: socket.socket) -> bytes:
    """All bytes received until the server closes."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65_536):
            found += piece
    return found


def heard_by_all(
    server: Server, beginnings: Sequence[bytes], piece: bytes = b"", every: float = 0.1
) -> list[bytes]:
    """The replies on all connections until the server closes them. Each connection keeps sending
    `piece`, `every` seconds."""
    with ExitStack() as held:
        connections = [held.enter_context(connected(server, one)) for one in beginnings]
        with ThreadPoolExecutor(len(connections)) as threads:
            heard = [threads.submit(everything, one) for one in connections]
            while not all(one.done() for one in heard):
                for connection in connections:
                    with contextlib.suppress(OSError):
                        connection.sendall(piece)
                time.sleep(every)
        return [one.result() for one in heard]


def test_a_missing_body_times_out_on_every_route(server: Server, project: Project) -> None:
    paths = ["/login", "/v1/events", "/v1/answer", "/docs", "/nothing"]
    paths.append(f"/v1/p/{project.public_key}/decide")
    beginnings = [head("POST", path, length=100) + b"{" for path in paths]
    for said in heard_by_all(server, beginnings):
        assert said.startswith(b"HTTP/1.1 408 ")
        assert json.loads(said.partition(b"\r\n\r\n")[2])["code"] == "request_timeout"


def test_a_slow_body_times_out(server: Server, project: Project) -> None:
    key = f"Authorization: Bearer {project.secret_key}"
    beginnings = [
        head("POST", "/login", length=100_000),
        head("POST", "/v1/events", key, length=900_000) + b" " * 70_000,
        head("POST", "/v1/events", key, "Transfer-Encoding: chunked") + b"186A0\r\n",
        head("POST", "/v1/events", key, "Expect: 100-continue", length=100),
    ]
    for said in heard_by_all(server, beginnings, b"x"):
        assert said.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").startswith(b"HTTP/1.1 408 ")


def test_endless_headers_time_out(server: Server) -> None:
    beginnings = [b"", b"G", b"GET /docs HTTP/1.1\r\nHost: x\r\nX-A: ", b"\r\n"]
    assert not any(b" 200 " in said for said in heard_by_all(server, beginnings, b"E"))


def test_an_idle_connection_is_closed(server: Server) -> None:
    beginnings = [head("GET", path) for path in ("/healthz", "/docs", "/nothing")]
    codes = [said[:12] for said in heard_by_all(server, beginnings)]
    assert codes == [b"HTTP/1.1 200", b"HTTP/1.1 200", b"HTTP/1.1 404"]


def test_an_unread_reply_times_out(server: Server) -> None:
    url = f"http://{HOST}:{server.port}"
    whole = {path: len(urllib3.request("GET", url + path, headers=PLAIN).data) for path in ASKED}
    with ExitStack() as held:
        connections = {}
        for path, times in ASKED.items():
            connections[path] = connection = held.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
            connection.settimeout(PATIENCE)
            connection.connect((HOST, server.port))
            connection.sendall(head("GET", path) * times)
        time.sleep(SECONDS + 4)  # longer than the server's timeout
        for path, connection in connections.items():
            assert len(everything(connection)) < ASKED[path] * whole[path] / 2
    assert "Traceback" not in server.log


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Project]]:
    """A server with room for 312 connections and the default limits."""
    folder = tmp_path_factory.mktemp("small")
    url = f"sqlite:///{folder / 'sayso.db'}"
    command = folder / "sayso"
    command.write_text(f'#!/bin/sh\nulimit -n 512\nexec {SAYSO} "$@"\n')
    command.chmod(0o755)
    limits: Any = {limit.setting: str(limit.default) for limit in LIMITS.values()}
    with serving(folder, url, command=str(command), **limits) as running:
        yield running, create_project(running)


def a_stream(project: Project) -> bytes:
    body = json.dumps({"visitor": uuid4().hex}).encode()
    return head("POST", f"/v1/p/{project.public_key}/live", length=len(body)) + body


@pytest.mark.parametrize(
    "way", ["a body", "headers", "nothing", "streams", "one visitor's streams"]
)
def test_others_are_served_whatever_one_address_keeps_open(
    small: tuple[Server, Project], way: str
) -> None:
    server, project = small
    one = a_stream(project)
    begun: Callable[[], bytes] = {
        "a body": lambda: head("POST", "/login", FORM, length=100),
        "headers": lambda: b"GET /docs HTTP/1.1\r\nX-A: ",
        "nothing": lambda: b"",
        "streams": lambda: a_stream(project),
        "one visitor's streams": lambda: one,
    }[way]
    with ExitStack() as held:
        for _ in range(500):
            stranger = held.enter_context(socket.socket())
            stranger.bind(("127.0.0.9", 0))
            with contextlib.suppress(OSError):
                stranger.connect((HOST, server.port))
                stranger.sendall(begun())
        for path in ("/healthz", "/readyz", "/docs"):
            reply = urllib3.request("GET", f"http://{HOST}:{server.port}{path}", timeout=PATIENCE)
            assert reply.status == 200
        honest = held.enter_context(connected(server, a_stream(project)))
        assert honest.recv(65_536).startswith(b"HTTP/1.1 200 ")


@contextlib.contextmanager
def _http(server: Server) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(HOST, server.port, timeout=PATIENCE)
    try:
        yield connection
    finally:
        connection.close()


@pytest.mark.parametrize("size", [0, 10, 65_536, 65_537, 300_000])
def test_a_connection_stays_usable_after_an_unread_body(server: Server, size: int) -> None:
    with _http(server) as connection:
        connection.connect()
        used = connection.sock
        for _ in range(2):
            connection.request("POST", "/nothing", body=b"x" * size)
            assert connection.getresponse().read()
            assert connection.sock is used


@pytest.mark.parametrize("size", [0, 20_000, 70_000, 900_000])
def test_bodies_of_all_sizes_arrive_complete(server: Server, project: Project, size: int) -> None:
    said = {"properties": {"text": "x" * min(size, 15_000)}, "id": f"e-{size}", "name": "seen"}
    event = {**said, "user_id": "u_1"}
    body = json.dumps({"events": [event] * max(1, size // 15_000)}).encode()
    for chunked in (False, True):
        reply = urllib3.request(
            "POST",
            f"http://{HOST}:{server.port}/v1/events",
            body=iter([body[:1_000], body[1_000:]]) if chunked else body,
            headers={"Authorization": f"Bearer {project.secret_key}"},
        )
        assert reply.status == 200, reply.data
        assert len(reply.json()["results"]) == max(1, size // 15_000)


@pytest.mark.parametrize(
    "body", [b"zz\r\n", b"5\r\nabc\r\n0\r\n\r\n", b"-1\r\n", b"5;\r\nabcde\r\n0\r\n\r\n"]
)
def test_a_malformed_body_gets_the_standard_error_body(server: Server, body: bytes) -> None:
    with connected(server, head("POST", "/login", "Transfer-Encoding: chunked") + body) as it:
        said = everything(it)
    assert said.startswith(b"HTTP/1.1 400 ")
    assert set(json.loads(said.partition(b"\r\n\r\n")[2])) == {"code", "message", "errors"}
    assert "Traceback" not in server.log
