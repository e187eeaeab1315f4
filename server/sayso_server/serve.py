"""`sayso serve`: gunicorn with gevent workers.

We use gevent because every open page may have a stream. A greenlet needs about 20 kB, a thread a
whole stack, so one worker serves thousands of streams (measured in ARCHITECTURE.md). This module is
imported only after `monkey.patch_all()`.
"""

import fcntl
import logging
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import gevent
from flask import Flask
from gevent.threadpool import ThreadPool
from gunicorn.app.base import BaseApplication

from sayso_server import data_directory, gevent_wait, listening, logs, output, widget_build
from sayso_server.app import CONNECTIONS, create_app
from sayso_server.background import Background
from sayso_server.dependencies import dependencies
from sayso_server.errors import Misconfigured, Unavailable
from sayso_server.live.hub import Hub
from sayso_server.live.redis_bus import RedisBus
from sayso_server.settings import Settings, from_environment
from sayso_server.slow_refusals import SlowRefusals
from sayso_server.storage.database import connecting, server_facts
from sayso_server.storage.database.opening import open_database
from sayso_server.storage.database.refusals import without_secrets
from sayso_server.storage.database.store import Store
from sayso_server.storage.widget import widget_files
from sayso_server.worker import Worker

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # gunicorn makes a file there and unlinks it
FILES_KEPT = 200  # file descriptors reserved for uses other than connections
REFUSED_AT_ONCE = 1 / 8  # of the connections, for delayed 429 replies

PLAIN_HEADERS: dict[str, Any] = {
    "forwarded_allow_ips": "",
    "forwarder_headers": "",
    "secure_scheme_headers": {},
    "header_map": "drop",
}
"""gunicorn ignores headers with path, scheme or address. Proxy headers are evaluated in one place
(`app.py`), and only with SAYSO_TRUSTED_PROXIES."""

log = logging.getLogger("sayso")


class Server(BaseApplication):
    """gunicorn, configured from our settings only."""

    def __init__(
        self,
        settings: Settings,
        descriptor: int,
        address: str,
        workers: int,
        logger: type[logs.ServerLogger],
    ) -> None:
        self._settings = settings
        self._descriptor = descriptor
        self._address = address
        self._workers = workers
        self._connections = min(CONNECTIONS, _raise_file_limit() - FILES_KEPT)
        self._logger = logger
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"fd://{self._descriptor}",
            "workers": self._workers,
            "worker_class": Worker,
            "worker_connections": self._connections,
            "preload_app": True,
            "keepalive": self._settings.request_seconds,
            "timeout": 60,
            "graceful_timeout": 10,
            "logger_class": self._logger,
            "proc_name": "sayso",
            "control_socket_disable": True,
            "worker_tmp_dir": _memory_folder(),  # a worker's heartbeat must not wait for the disk
            **PLAIN_HEADERS,
            "when_ready": self._tell_start,
            "post_worker_init": self._start_worker,
            "worker_exit": self._stop_worker,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        app = create_app(self._settings, offload=_offload(), connections=self._connections)
        waiting = int(self._connections * REFUSED_AT_ONCE)
        app.wsgi_app = SlowRefusals(app.wsgi_app, waiting)  # type: ignore[method-assign]  # Flask's own recipe
        return app

    def _tell_start(self, _arbiter: Any) -> None:
        settings, workers = self._settings, self._workers
        log.info(
            "Sayso %s serves %s, listening at %s; database %s; %s; %s",
            version("sayso-server"),
            settings.public_url,
            self._address,
            without_secrets(settings.database_url),
            "1 worker" if workers == 1 else f"{workers} workers",
            f"trusted proxies: {settings.trusted_proxies}",
        )

    def _start_worker(self, worker: Any) -> None:
        current = dependencies(worker.wsgi)
        worker.behind_proxies = self._settings.trusted_proxies > 0
        if self._settings.redis_url:
            worker.sayso_bus = RedisBus(self._settings.redis_url, current.hub)
            current.hub.use(worker.sayso_bus)
            worker.sayso_bus.listen()
        gevent.spawn(_end_streams_with, worker, current.hub)
        worker.sayso_background = Background(current)
        worker.sayso_background.start()

    def _stop_worker(self, _arbiter: Any, worker: Any) -> None:
        background = getattr(worker, "sayso_background", None)
        if background is not None:
            background.stop()
        bus = getattr(worker, "sayso_bus", None)
        if bus is not None:
            bus.close()


def serve(host: str, port: int, workers: int, *, access_log: bool = False) -> None:
    """Migrate the database and serve until stopped. Raises Misconfigured, Unavailable."""
    with listening.take(host, port) as taken:
        address = listening.url_of(taken)
        settings = from_environment(listening_at=address)
        _check_workers(settings, workers)
        with _only_server(settings):
            logs.set_up()
            _warn_of_open_directory(settings)
            app = _prepared_app(settings)
            logger = logs.logger_of(app.url_map, access_log=access_log)
            os.environ.pop("SCRIPT_NAME", None)  # gunicorn would add it to every path
            listening.begin(taken)
            output.install()
            Server(settings, taken.detach(), address, workers, logger).run()


def _prepared_app(settings: Settings) -> Flask:
    """An application whose database is migrated and contains our public URL, for commands."""
    if not settings.embedded:
        gevent_wait.install()
    app = create_app(settings)
    store = dependencies(app).store
    open_database(store, settings.secret_key.encode(), log.warning)
    _note_address(store, settings.public_url)
    _keep_widget_files(store)
    store.engine.dispose()
    gevent_wait.give_up_after(connecting.answer_within(settings))
    return app


def _note_address(store: Store, public_url: str) -> None:
    name = server_facts.LISTENING_AT
    with store.read() as connection:
        noted = server_facts.get(connection, name)
    if noted != public_url:
        store.write(lambda connection: server_facts.put(connection, name, public_url))


def _keep_widget_files(store: Store) -> None:
    """Store this build's widget files, so that pages that loaded it still get them after an
    upgrade. If the database cannot be written now, the background work retries."""
    now = datetime.now(UTC)
    with suppress(Unavailable):
        store.write(lambda connection: widget_files.keep(connection, widget_build.chunks(), now))


def _check_workers(settings: Settings, workers: int) -> None:
    if workers > 1 and settings.embedded:
        raise Misconfigured(
            "SQLite means exactly one worker; for more, set SAYSO_DATABASE_URL to a PostgreSQL "
            "database (and SAYSO_REDIS_URL to a Redis or Valkey)"
        )
    if workers > 1 and not settings.redis_url:
        raise Misconfigured(
            "Several workers need Redis or Valkey to notify all pages; set SAYSO_REDIS_URL"
        )


@contextmanager
def _only_server(settings: Settings) -> Iterator[None]:
    """Lock the data directory if the database is an SQLite file, so that only one server uses it.
    The lock is released when the process ends, even after a crash."""
    if not settings.embedded:
        yield
        return
    path = settings.data_dir / data_directory.LOCK
    try:
        lock = path.open("w")
    except OSError as error:
        raise Misconfigured(
            f"{path} cannot be written ({error.strerror}); let this user write to SAYSO_DATA_DIR"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Misconfigured(
                f"Another `sayso serve` uses {settings.data_dir}; stop it, or name another "
                "SAYSO_DATA_DIR"
            ) from error
        yield


def _warn_of_open_directory(settings: Settings) -> None:
    folder = settings.data_dir
    if settings.embedded and data_directory.is_open_to_others(folder):
        log.warning("Other users can look into %s; run: chmod 700 %s", folder, folder)


def _raise_file_limit() -> int:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = hard if hard != resource.RLIM_INFINITY else CONNECTIONS + FILES_KEPT
    most = min(most, CONNECTIONS + FILES_KEPT)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


def _memory_folder() -> str | None:
    return str(SHARED_MEMORY) if os.access(SHARED_MEMORY, os.W_OK) else None


def _end_streams_with(worker: Any, hub: Hub) -> None:
    """Close the streams when the worker shuts down; otherwise it would wait for them."""
    while worker.alive:
        gevent.sleep(0.2)
    hub.close()


def _offload() -> Callable[[Callable[[], None]], None]:
    """Runs commits in a thread, so that they do not block other requests. gevent's default pool
    also does DNS lookups, and a commit must not wait for a name server."""
    pool = cache(lambda: ThreadPool(1))  # created by the worker, after the fork

    def run(commit: Callable[[], None]) -> None:
        running = pool().spawn(commit)
        interruption: BaseException | None = None
        while not running.ready():
            try:
                running.wait()
            except BaseException as error:  # noqa: BLE001  # raised when the commit is done
                interruption = error
        if interruption is not None:
            raise interruption

    return run
