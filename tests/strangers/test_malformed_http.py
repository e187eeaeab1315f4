"""A real server refuses malformed HTTP requests without a stack trace."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.project import ORIGIN, Project, create_project
from tests.faults.server import HOST, Server, serving

PATIENCE = 30
BODY = json.dumps({"visitor": "v" * 16, "attributes": {"a": 1}}).encode()
WHOLE = f"Content-Length: {len(BODY)}".encode()
FORM = b"Content-Type: application/x-www-form-urlencoded"  # page calls accept any type
CHUNKED = b"Transfer-Encoding: chunked"
CHUNK = b"%x\r\n%s\r\n" % (len(BODY), BODY)

REFUSED: dict[str, tuple[list[bytes], bytes]] = {
    "no size": ([CHUNKED], b"nonsense\r\n" + CHUNK + b"0\r\n\r\n"),
    "a negative size": ([CHUNKED], b"-5\r\nhello\r\n0\r\n\r\n"),
    "an empty size": ([CHUNKED], b"\r\nhello\r\n0\r\n\r\n"),
    "a chunk that is longer than its size": ([CHUNKED], b"3\r\nhello\r\n0\r\n\r\n"),
    "a bad extension": ([CHUNKED], b"5;\r=\r\nhello\r\n0\r\n\r\n"),
    "a bad trailer": ([CHUNKED], CHUNK + b"0\r\nno trailer\r\n\r\n"),
    "a size without end": ([CHUNKED], b"1" * 20_000),
    "a body that breaks off": ([CHUNKED], b"ffff\r\n{"),
    "a length that is longer": ([b"Content-Length: 5000"], BODY),
    "a negative length": ([b"Content-Length: -5"], BODY),
    "a length that is no number": ([b"Content-Length: 1e3"], BODY),
    "two lengths": ([WHOLE, b"Content-Length: 3"], BODY),
    "an unknown encoding": ([b"Transfer-Encoding: nonsense"], CHUNK + b"0\r\n\r\n"),
    "both": ([WHOLE, CHUNKED], CHUNK + b"0\r\n\r\n"),
}
CLOSED = b"closed"
"""If the server stops reading, the reply may be lost with the connection."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("malformed")
    with serving(folder, f"sqlite:///{folder / 'sayso.db'}") as server:
        yield server


@pytest.fixture(scope="module")
def project(server: Server) -> Project:
    return create_project(server)


def say(
    server: Server, path: str, headers: list[bytes], body: bytes, origin: str = ORIGIN
) -> bytes:
    """Sends a request; returns all bytes received until the server closes."""
    said_by = [f"Host: {HOST}:{server.port}".encode(), f"Origin: {origin}".encode()]
    head = [b"POST %s HTTP/1.1" % path.encode(), *said_by, FORM, *headers]
    with socket.create_connection((HOST, server.port), timeout=PATIENCE) as line:
        line.sendall(b"\r\n".join([*head, b"", b""]) + body)
        with suppress(OSError):  # the server has closed already
            line.shutdown(socket.SHUT_WR)
        said = b""
        with suppress(ConnectionResetError):  # the server closed without reading the rest
            while piece := line.recv(65_536):
                said += piece
    return said


def status_of(said: bytes) -> bytes:
    return said.split(b" ", 2)[1] if said else CLOSED


def test_a_well_formed_request_is_accepted(server: Server, project: Project) -> None:
    path = f"/v1/p/{project.public_key}/identify"
    for headers, body in (([WHOLE], BODY), ([CHUNKED], CHUNK + b"0\r\n\r\n")):
        assert say(server, path, headers, body).startswith(b"HTTP/1.1 200 ")


def test_a_malformed_request_is_refused(server: Server, project: Project) -> None:
    own = f"http://{HOST}:{server.port}"
    paths = {f"/v1/p/{project.public_key}/identify": ORIGIN, "/v1/answer": ORIGIN, "/login": own}
    for name, (headers, body) in REFUSED.items():
        for path, origin in paths.items():
            said = say(server, path, headers, body, origin)
            expected = (b"400", b"501", *([CLOSED] if name == "a size without end" else []))
            assert status_of(said) in expected, (name, path, said)
            assert said.count(b"HTTP/1.1 ") <= 1, (name, path, said)
            assert b"Traceback" not in said
    assert "Traceback" not in server.log
    assert say(server, next(iter(paths)), [WHOLE], BODY).startswith(b"HTTP/1.1 200 ")


def test_a_chunked_body_has_a_size_limit(server: Server, project: Project) -> None:
    piece = b"2000\r\n" + b" " * 0x2000 + b"\r\n"
    path = f"/v1/p/{project.public_key}/identify"
    for body in (piece * 16, piece * 16 + CHUNK, piece * 200):
        said = say(server, path, [CHUNKED], body + b"0\r\n\r\n")
        assert status_of(said) in (b"413", CLOSED), said
