"""Servers to measure: the product's `sayso serve`, and the plain application."""

from __future__ import annotations

import http.client
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from demo.sayso_command import SAYSO, server_settings
from sayso_server.limit_table import LIMITS
from tests.bench.cores import on_core
from tests.bench.load import ROOT
from tests.demo.running import session_of
from tests.servers import free_port, spawn, stop

HOST = "127.0.0.1"
PATIENCE = 60.0  # only a failure takes this long
NO_LIMITS = {limit.setting: "0" for limit in LIMITS.values()}  # all calls come from one address
BEHIND_A_PROXY = {"SAYSO_TRUSTED_PROXIES": "1"}
"""The default limits; a load sends another client address with each call (`project.py`)."""


class Server:
    """A gunicorn with its workers, on a local port."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self._process = process
        self._log = log

    @property
    def processes(self) -> list[int]:
        """Every process of the server."""
        return session_of(self._process.pid)

    @property
    def workers(self) -> list[int]:
        """The processes that serve requests."""
        return [pid for pid in self.processes if pid != self._process.pid]

    def wait_until_ready(self) -> None:
        """Wait until the server answers. Raises RuntimeError if it ends first or takes too long."""
        give_up = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"the server did not start: {self._log.read_text()[-2_000:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return True
        return False


class Sayso(Server):
    """The product, with the environment that its commands also need."""

    def __init__(
        self, port: int, process: subprocess.Popen[bytes], log: Path, settings: dict[str, str]
    ) -> None:
        super().__init__(port, process, log)
        self.settings = settings

    @property
    def postgres(self) -> bool:
        return "SAYSO_DATABASE_URL" in self.settings

    @property
    def data_dir(self) -> Path:
        return Path(self.settings["SAYSO_DATA_DIR"])


@contextmanager
def sayso(
    database_url: str | None = None,
    *,
    workers: int = 1,
    redis_url: str | None = None,
    core: int | None = None,
    limits: dict[str, str] = NO_LIMITS,
) -> Iterator[Sayso]:
    """Run `sayso serve` on an empty database (default: an SQLite file) during the block."""
    with tempfile.TemporaryDirectory(prefix="sayso-bench-") as folder:
        data_dir, port = Path(folder), free_port()
        settings = server_settings(data_dir, f"http://{HOST}:{port}") | limits
        if database_url:
            settings |= {
                "SAYSO_DATABASE_URL": database_url,
                "SAYSO_SECRET_KEY": secrets.token_hex(),
            }
        if redis_url:
            settings["SAYSO_REDIS_URL"] = redis_url
        command = [SAYSO, "serve", "--port", str(port), "--workers", str(workers)]
        log = data_dir / "log"
        with _running(command, log, core, settings) as process:
            server = Sayso(port, process, log, settings)
            server.wait_until_ready()
            yield server


@contextmanager
def constant(
    *, workers: int = 1, worker_class: str = "gevent", core: int | None = None
) -> Iterator[Server]:
    """Run the plain application under the same gunicorn during the block."""
    with tempfile.TemporaryDirectory(prefix="sayso-bench-") as folder:
        port, log = free_port(), Path(folder, "log")
        command = [sys.executable, "-m", "tests.bench.serve_constant", "--port", str(port)]
        command += ["--workers", str(workers), "--worker-class", worker_class]
        with _running(command, log, core, None) as process:
            server = Server(port, process, log)
            server.wait_until_ready()
            yield server


@contextmanager
def _running(
    command: Sequence[str], log: Path, core: int | None, settings: dict[str, str] | None
) -> Iterator[subprocess.Popen[bytes]]:
    with on_core(core):
        process = spawn(command, log=log, env=settings, cwd=ROOT)
    try:
        yield process
    finally:
        stop(process)
