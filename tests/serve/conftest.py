"""A real `sayso serve`, started as an operator would, and its log."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3

from demo.sayso_command import SAYSO, server_settings
from tests.faults.server import wait_until
from tests.servers import spawn, stop

STARTED = re.compile(r"listening at (\S+);")


class Started:
    """A server that logs its address."""

    def __init__(self, data_dir: Path, log: Path) -> None:
        self.data_dir = data_dir
        self._log = log

    @property
    def log(self) -> str:
        """The whole log."""
        return self._log.read_text()

    @property
    def url(self) -> str:
        """The URL in its first log line; empty until it is logged."""
        found = STARTED.search(self.log)
        return found[1] if found else ""

    def get(self, path: str, method: str = "GET", **headers: str) -> urllib3.BaseHTTPResponse:
        return urllib3.request(method, self.url + path, headers=headers, retries=False)


@contextmanager
def started(folder: Path, *arguments: str, **environment: str) -> Iterator[Started]:
    """`sayso serve` on a free port, until the end of the block."""
    data_dir = folder / "data"
    settings = server_settings(data_dir, "") | environment
    server = Started(data_dir, folder / "log")
    process = spawn([SAYSO, "serve", "--port", "0", *arguments], log=folder / "log", env=settings)
    try:
        wait_until(
            lambda: bool(server.url) or process.poll() is not None,
            lambda: f"It does not start:\n{server.log}",
        )
        assert server.url, server.log
        wait_until(lambda: server.get("/healthz").status == 200, lambda: server.log)
        yield server
    finally:
        stop(process, signal.SIGINT)  # does not wait for idle connections


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """A server that trusts no proxy, listens on IPv6 and IPv4, and logs each request. Its
    environment contains gunicorn variables that the server must ignore."""
    folder = tmp_path_factory.mktemp("served")
    gunicorns = {"SCRIPT_NAME": "/evil", "FORWARDED_ALLOW_IPS": "*"}
    with started(folder, "--host", "::", "--access-log", **gunicorns) as server:
        yield server
