"""A real pgbouncer for a PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg

from tests.servers.debian_program import debian_program
from tests.servers.processes import (
    START_TRIES,
    ServerUnavailable,
    free_port,
    spawn,
    stop,
    wait_until_ready,
)

SETTINGS = """
[databases]
* = host=127.0.0.1 port={postgres} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
max_client_conn = 200
"""


@contextmanager
def pgbouncer(postgres: int, mode: str, size: int) -> Iterator[int]:
    """Runs Debian's pgbouncer with `size` connections to the PostgreSQL on port `postgres`; yields
    its own port. Raises ServerUnavailable if it is missing and cannot be installed."""
    binary = debian_program("pgbouncer")
    folder = Path(tempfile.mkdtemp(prefix="sayso-pgbouncer-"))
    folder.chmod(0o755)
    try:
        process, port = _start(binary, folder, postgres, mode, size)
        try:
            yield port
        finally:
            stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(
    binary: str, folder: Path, postgres: int, mode: str, size: int
) -> tuple[subprocess.Popen[bytes], int]:
    # Like PostgreSQL, pgbouncer refuses to run as root.
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    settings, log = folder / "pgbouncer.ini", folder / "log"
    for _ in range(START_TRIES):
        port = free_port()
        settings.write_text(SETTINGS.format(postgres=postgres, port=port, mode=mode, size=size))
        process = spawn([binary, settings], log=log, account=account, cwd=folder)
        if wait_until_ready(process, partial(_answers, port)):
            return process, port
        stop(process)
    raise ServerUnavailable(f"pgbouncer did not start: {log.read_text()[-2000:]}")


def _answers(port: int) -> bool:
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
