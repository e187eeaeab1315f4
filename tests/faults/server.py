"""A real `sayso serve` that can be killed at any moment and restarted on the same port."""

from __future__ import annotations

import http.client
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from demo.sayso_command import SAYSO, server_settings
from demo.sayso_command import sayso as run_command
from sayso_server.limit_table import LIMITS
from tests.demo.running import session_of
from tests.servers import free_port, spawn, stop

HOST = "127.0.0.1"
PATIENCE = 60.0  # seconds; only a broken server takes longer
SECRET_KEY = "only for servers of tests, the same on each"
NO_LIMITS = {limit.setting: "0" for limit in LIMITS.values()}


class Server:
    """One server with its data directory and its database."""

    def __init__(
        self,
        data_dir: Path,
        database_url: str,
        workers: int = 1,
        redis_url: str = "",
        *,
        log: Path | None = None,
        command: str = SAYSO,
        **settings: str,
    ) -> None:
        self.port = free_port()
        self._workers = workers
        self._log = log or data_dir / "server.log"
        self._command = command
        url = f"http://{HOST}:{self.port}"
        self._settings = {
            **server_settings(data_dir, url),
            **NO_LIMITS,
            "SAYSO_DATABASE_URL": database_url,
            "SAYSO_SECRET_KEY": SECRET_KEY,
            **({"SAYSO_REDIS_URL": redis_url} if redis_url else {}),
            **settings,
        }

    def command(self, *arguments: str) -> str:
        """Runs `sayso …` with the server's settings; returns its output."""
        return run_command(*arguments, settings=self._settings)

    def start(self) -> None:
        """Starts the server without waiting for it."""
        command = [self._command, "serve", "--host", HOST, "--port", str(self.port)]
        command += ["--workers", str(self._workers)]
        self._process = spawn(command, log=self._log, env=self._settings)

    def wait_until_ready(self) -> None:
        """Waits until the server responds. Fails if it exits first, or after PATIENCE seconds."""
        wait_until(self._answers, lambda: f"The server does not answer:\n{self.log}")

    def kill(self) -> None:
        """Sends SIGKILL to the master and its workers; returns when all have exited."""
        if self._process.poll() is not None:
            return
        family = session_of(self._process.pid)
        family.sort(
            key=self._process.pid.__ne__
        )  # the master first, because it would restart a worker
        with handles(family) as processes:
            for process in processes:
                signal.pidfd_send_signal(process, signal.SIGKILL)
            for process in processes:
                select.select([process], [], [], PATIENCE)
        self._process.wait(PATIENCE)

    def stop(self) -> None:
        """Stops the server like Ctrl-C."""
        stop(self._process, signal.SIGINT)

    @property
    def worker(self) -> int:
        """The pid of the process that serves requests."""
        (worker,) = (pid for pid in session_of(self._process.pid) if pid != self._process.pid)
        return worker

    @property
    def log(self) -> str:
        """The end of its log, including earlier starts."""
        return self._log.read_text(errors="replace")[-4000:]

    def _answers(self) -> bool:
        assert self._process.poll() is None, f"The server has ended by itself:\n{self.log}"
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def serving(
    data_dir: Path,
    database_url: str,
    workers: int = 1,
    redis_url: str = "",
    *,
    log: Path | None = None,
    command: str = SAYSO,
    **settings: str,
) -> Iterator[Server]:
    """A ready server, killed at the end of the block if it still runs. `settings` are extra
    environment variables; `command` replaces `sayso`."""
    server = Server(
        data_dir, database_url, workers, redis_url, log=log, command=command, **settings
    )
    server.start()
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.kill()


@contextmanager
def handles(pids: list[int]) -> Iterator[list[int]]:
    """pidfds, which are safe against pid reuse; processes that have exited are left out."""
    opened: list[int] = []
    try:
        for pid in pids:
            with suppress(ProcessLookupError):
                opened.append(os.pidfd_open(pid))
        yield opened
    finally:
        for handle in opened:
            os.close(handle)


def wait_until(true: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Polls until `true` returns True. Fails with `otherwise` after PATIENCE seconds."""
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < give_up, otherwise()
        time.sleep(0.05)
